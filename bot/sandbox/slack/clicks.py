"""Clicks on a message, a modal or App Home, and requests for options."""

from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.slack import envelope
from bot.sandbox.slack.blocks import check_options
from bot.sandbox.slack.delivery import INTERACTION
from bot.sandbox.slack.elements import (
    CLICKED,
    VALUE_KEY,
    Values,
    find_element,
    state_of,
)
from bot.sandbox.slack.errors import DeliveryError, Json, SlackError
from bot.sandbox.slack.link import TROUBLE, Link
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.views import View

_LEAST_QUERY: Final = 3


@dataclass(frozen=True, slots=True)
class Surface:
    """Where an element stands: on a message or on a view, and what was entered there.

    ``preview`` is what a link in the message is shown as, where it stands in that.
    """

    blocks: list[Json]
    values: Values
    message: Message | None = None
    view: View | None = None
    preview: Json | None = None

    def element(self, block_id: str, action_id: str) -> Json:
        """Find an element.

        Raises:
            SlackError: it is not there, or not any more.
        """
        found = find_element(self.blocks, block_id, action_id)
        if found is None:
            raise SlackError("element_not_found")
        return found


def surface_of(link: Link, user: str, body: Json) -> Surface:
    """Find the message, modal or home that a request of the client means.

    Raises:
        SlackError: there is none that this person sees.
    """
    workspace = link.workspace
    if isinstance(body.get("message"), dict):
        channel, ts = str(body["message"].get("channel")), str(body["message"].get("ts"))
        workspace.conversations.entered_by(user, channel)
        message = workspace.messages.find(channel, ts)
        if message.only_for not in (None, user):
            raise SlackError("message_not_found")
        before = message.values.get(user, {})
        values = message.values[user] = state_of(message.all_blocks, before, channel)
        preview = message.preview_of(str(body.get("block_id")))
        return Surface(message.all_blocks, values, message=message, preview=preview)
    view = _view(link, user, body)
    return Surface(view.blocks, view.values, view=view)


def _view(link: Link, user: str, body: Json) -> View:
    views = link.workspace.views
    if body.get("home"):
        home = views.homes.get(user)
        if home is None:
            raise SlackError("not_found")
        return home
    view = views.find(str(body.get("view_id")))
    if view.user != user:
        raise SlackError("not_found")
    return view


def enter(surface: Surface, values: Any) -> None:
    """Take over what a person typed or chose; what names no element is ignored."""
    for block_id, entries in dict(values or {}).items():
        for action_id, entry in entries.items():
            element = find_element(surface.blocks, block_id, action_id)
            if element is not None and element["type"] in VALUE_KEY:
                surface.values.setdefault(block_id, {})[action_id] = _entry(element, entry)


def _entry(element: Json, given: Json) -> Json:
    key = VALUE_KEY[element["type"]]
    value = given.get(key)
    return {"type": element["type"], key: None if value == "" else value}


async def click(link: Link, user: str, body: Json) -> Json:
    """Press a button or choose in a select; a link button also says where it leads."""
    surface = surface_of(link, user, body)
    enter(surface, body.get("values"))
    block_id, action_id = str(body.get("block_id")), str(body.get("action_id"))
    element = surface.element(block_id, action_id)
    entry = _chosen(surface, element, block_id, body.get("element"))
    stamp = link.workspace.stamps.next()
    payload = _payload(link, user, surface, "block_actions")
    payload["actions"] = [envelope.action(element, block_id, entry, stamp)]
    answer: Json = {"ok": True}
    try:
        await link.delivery.ask(INTERACTION, envelope.copied(payload))
    except DeliveryError as exc:
        _complain(link, user, surface, exc)
        answer = {"ok": False, "error": exc.code}
    return answer | ({"open": element["url"]} if element.get("url") else {})


def _chosen(surface: Surface, element: Json, block_id: str, given: Json | None) -> Json:
    if element["type"] in CLICKED:
        return given or {}
    if given:
        enter(surface, {block_id: {element["action_id"]: given}})
    return surface.values[block_id][element["action_id"]]


def _complain(link: Link, user: str, surface: Surface, error: DeliveryError) -> None:
    if surface.view is not None and surface.view.source["type"] == "modal":
        link.workspace.views.complain(surface.view, {}, TROUBLE)
        return
    channel = surface.message.channel if surface.message else ""
    link.notice(user, channel, f"The app did not respond: {error.code}")


def _payload(link: Link, user: str, surface: Surface, type_: str) -> Json:
    payload = envelope.interaction(link.workspace, type_, user)
    if surface.message is not None:
        payload |= _on_message(link, user, surface.message, surface.values)
        if surface.preview is not None:
            _in_preview(payload, surface.preview)
    elif surface.view is not None:
        view = surface.view
        payload |= {"container": {"type": "view", "view_id": view.id}, "view": view.wire()}
    if type_ == "block_actions":
        payload |= _rights(link, user, surface)
    return payload


def _on_message(link: Link, user: str, message: Message, values: Values) -> Json:
    place = link.workspace.conversations.entered_by(user, message.channel)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    found: Json = {"container": container, "channel": envelope.channel_of(place)}
    found["state"] = {"values": values}
    # Slack keeps no ephemeral message, so its interactions carry none.
    return found | ({"message": message.wire()} if message.only_for is None else {})


def _in_preview(payload: Json, preview: Json) -> None:
    """Say that it happened in a preview: the app sees that, and not the message around it."""
    payload.pop("message", None)
    address = preview["app_unfurl_url"]
    where = {"type": "message_attachment", "attachment_id": preview["id"], "is_app_unfurl": True}
    payload["container"] |= where | {"app_unfurl_url": address}
    payload["app_unfurl"] = preview


def _rights(link: Link, user: str, surface: Surface) -> Json:
    workspace, message, view = link.workspace, surface.message, surface.view
    if message is None:
        return {
            "trigger_id": workspace.triggers.issue(
                user, view.channel if view else "", view.id if view else None
            )
        }
    url = workspace.response_urls.issue(workspace.origin, user, message.channel, message.ts)
    trigger_id = workspace.triggers.issue(user, message.channel)
    return {"trigger_id": trigger_id, "response_url": url}


async def options(link: Link, user: str, body: Json) -> Json:
    """Ask the app for the options that fit what was typed into an external select."""
    surface = surface_of(link, user, body)
    block_id, action_id = str(body.get("block_id")), str(body.get("action_id"))
    element, typed = surface.element(block_id, action_id), str(body.get("value") or "")
    if len(typed) < element.get("min_query_length", _LEAST_QUERY):
        return {"options": []}
    payload = _payload(link, user, surface, "block_suggestion")
    payload |= {"block_id": block_id, "action_id": action_id, "value": typed}
    try:
        answer = await link.delivery.ask(INTERACTION, envelope.copied(payload))
    except DeliveryError as exc:
        return {"ok": False, "error": exc.code}
    return _offered(link, answer)


def _offered(link: Link, answer: Json) -> Json:
    record = link.workspace.record
    record.keep("options_ack", answer)
    if problems := check_options(answer):
        record.refuse("block_suggestion", SlackError("invalid_options", problems))
        return {"ok": False, "error": "invalid_options"}
    names = ("options", "option_groups")
    return {name: answer[name] for name in names if name in answer}
