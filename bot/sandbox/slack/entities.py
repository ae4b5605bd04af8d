"""The pane beside a Work Object: one person's, filled by the app when they open it."""

from typing import Any, Final

from bot.sandbox.slack import envelope, unfurling
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.delivery import INTERACTION
from bot.sandbox.slack.entity_rules import check_details
from bot.sandbox.slack.errors import DeliveryError, Json, SlackError
from bot.sandbox.slack.link import OK, Link
from bot.sandbox.slack.panes import Pane
from bot.sandbox.slack.stamps import random_id

CALLBACK: Final = "work-object-edit"
_CACHED: Final = 600.0
_STATUSES: Final = (
    "restricted",
    "internal_error",
    "not_found",
    "custom",
    "custom_partial_view",
    "timeout",
    "edit_error",
)
_INPUTS: Final = {
    "slack#/types/date": ("datepicker", "selected_date"),
    "slack#/types/timestamp": ("datetimepicker", "selected_date_time"),
    "integer": ("number_input", "value"),
    "slack#/types/email": ("email_text_input", "value"),
    "slack#/types/link": ("url_text_input", "value"),
}


def _key(user: str, entity: Json) -> tuple[str, str]:
    ref = entity["external_ref"]
    return user, f"{ref.get('type', '')} {ref['id']}"


async def open_pane(link: Link, user: str, body: Json) -> Json:
    """Open the pane of an object; the app is asked unless it filled it in the last ten minutes."""
    workspace = link.workspace
    channel, ts = str(body.get("channel")), str(body.get("ts"))
    workspace.conversations.entered_by(user, channel)
    message = workspace.messages.find(channel, ts)
    preview = message.unfurls.get(str(body.get("url"))) or {}
    if "entity" not in preview:
        raise SlackError("not_found")
    key, now = _key(user, preview["entity"]), workspace.clock()
    pane = workspace.panes.kept.get(key)
    fresh = pane is not None and pane.details is not None and now - pane.at < _CACHED
    if pane is None or not fresh or body.get("refresh"):
        pane = Pane(user=user, channel=channel, ts=ts, preview=preview, thread_ts=message.thread_ts)
        workspace.panes.kept[key] = pane
        _ask(link, pane)
    return OK | {"pane": pane.shown()}


def _ask(link: Link, pane: Pane) -> None:
    workspace = link.workspace
    if "entity_details_requested" not in workspace.settings.events:
        pane.waits = False
        return
    trigger = workspace.triggers.issue(pane.user, pane.channel)
    workspace.panes.asked[trigger] = pane
    address = pane.entity["url"]
    inner = {
        "type": "entity_details_requested",
        "user": pane.user,
        **pane.context(),
        "link": {"url": address, "domain": address.split("/")[2]},
        "trigger_id": trigger,
        "user_locale": workspace.people.locale(pane.user),
        "event_ts": workspace.stamps.next(),
    }
    link.delivery.tell(envelope.event(workspace, inner))


async def save(link: Link, user: str, body: Json) -> Json:
    """Save what was changed in a pane; the app refuses fields in its acknowledgement."""
    workspace = link.workspace
    pane = next((each for each in workspace.panes.kept.values() if _is(each, user, body)), None)
    if pane is None or pane.details is None:
        raise SlackError("not_found")
    trigger = workspace.triggers.issue(user, pane.channel)
    workspace.panes.asked[trigger] = pane
    payload = envelope.interaction(workspace, "view_submission", user)
    payload |= {
        "trigger_id": trigger,
        "view": _view(pane, body.get("values") or {}, workspace.stamps.next()),
        "response_urls": [],
    }
    pane.error, pane.waits = None, True
    try:
        answer = await link.delivery.ask(INTERACTION, envelope.copied(payload))
    except DeliveryError as exc:
        pane.waits = False
        return {"ok": False, "error": exc.code}
    if answer.get("response_action") == "errors":
        workspace.record.keep("view_ack", answer)
        pane.waits = False
        return {"ok": False, "errors": answer.get("errors") or {}}
    return OK


def _is(pane: Pane, user: str, body: Json) -> bool:
    where = (str(body.get("channel")), str(body.get("ts")), str(body.get("url")))
    return pane.user == user and where == (
        pane.channel,
        pane.ts,
        pane.preview["app_unfurl_url"],
    )


def _view(pane: Pane, values: Json, stamp: str) -> Json:
    return {
        "id": random_id("V"),
        "type": "entity_detail",
        "blocks": [],
        "private_metadata": "",
        "callback_id": CALLBACK,
        "external_id": "",
        "hash": f"{stamp}.entity",
        "state": {"values": _entered(pane, values)},
        **pane.context(),
    }


def editable(entity: Json) -> dict[str, Json]:
    """Name the fields of an object that can be changed, with each as it is described."""
    payload = entity["entity_payload"]
    named = dict(payload.get("fields") or {})
    named |= {each["key"]: each for each in payload.get("custom_fields") or []}
    return {name: each for name, each in named.items() if (each.get("edit") or {}).get("enabled")}


def _entered(pane: Pane, values: Json) -> Json:
    state: Json = {}
    for name, each in editable(pane.details or {}).items():
        kind, key = _INPUTS.get(each.get("type", "string"), ("plain_text_input", "value"))
        given = values[name] if name in values else each.get("value")
        state[name] = {f"{name}.input": {"type": kind, key: given or None}}
    return state


def present_details(call: Call) -> Json:
    """Fill the pane that was asked for, or say why it stays empty."""
    record = {k: v for k, v in call.arguments.items() if k != "token"}
    call.workspace.record.keep("present_details", record, call.method)
    (trigger,) = call.required("trigger_id")
    pane = call.workspace.panes.asked.get(trigger)
    metadata = call.structure("metadata", "invalid_metadata")
    error = call.structure("error", "invalid_arguments")
    if pane is None:
        raise SlackError("invalid_trigger_id")
    _check(call, pane, metadata, error)
    try:
        call.workspace.triggers.redeem(trigger)
    except SlackError as exc:
        raise SlackError("invalid_trigger_id") from exc
    pane.error, pane.waits = error, False
    pane.sign_in = call.text("user_auth_url") if call.flag("user_auth_required") else ""
    if metadata:
        pane.details, pane.at = metadata, call.workspace.clock()
    call.workspace.feed.tell([pane.user], "pane", pane=pane.shown())
    _renew(call, pane)
    return {}


def _check(call: Call, pane: Pane, metadata: Any, error: Any) -> None:
    if call.flag("user_auth_required") and not call.text("user_auth_url"):
        raise SlackError("user_auth_url_missing")
    if metadata is not None:
        if problems := check_details(metadata):
            raise SlackError("invalid_metadata", problems)
        given = metadata.get("external_ref") or pane.entity["external_ref"]
        if given != pane.entity["external_ref"]:
            raise SlackError("entity_metadata_does_not_match_trigger")
    if error is not None and (not isinstance(error, dict) or error.get("status") not in _STATUSES):
        raise SlackError("invalid_arguments", ["[ERROR] must be one of Slack's: error.status"])


def _renew(call: Call, pane: Pane) -> None:
    """Ask for the preview anew where the object was changed since it was shown."""
    shared = call.workspace.links.at(pane.channel, pane.ts)
    if pane.details is None or shared is None or call.workspace.tell_again is None:
        return
    if _changed_at(pane.details) > _changed_at(pane.entity):
        call.workspace.tell_again(shared)


def _changed_at(entity: Json) -> int:
    payload = entity["entity_payload"]
    updated = (payload.get("fields") or {}).get("date_updated") or {}
    return int(payload["attributes"].get("metadata_last_modified") or updated.get("value") or 0)


def hear(link: Link) -> None:
    """Let a filled pane ask the app for the preview anew."""
    link.workspace.tell_again = lambda shared: unfurling.tell(link, shared)


METHODS: Final = {"entity.presentDetails": present_details}
