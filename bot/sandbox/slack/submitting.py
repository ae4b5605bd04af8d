"""Submitting and closing modals, and what the app's answer does to them."""

from typing import Final

from bot.sandbox.slack import envelope
from bot.sandbox.slack.clicks import Surface, enter, surface_of
from bot.sandbox.slack.delivery import INTERACTION
from bot.sandbox.slack.elements import VALUE_KEY, is_empty
from bot.sandbox.slack.errors import DeliveryError, Json, SlackError
from bot.sandbox.slack.link import OK, TROUBLE, Link
from bot.sandbox.slack.modals import validated
from bot.sandbox.slack.views import View

REQUIRED: Final = "Please complete this required field."


async def submit(link: Link, user: str, body: Json) -> Json:
    """Submit the modal on top; its fields are checked as Slack's own client does first."""
    surface = surface_of(link, user, {"view_id": body.get("view_id")})
    view = surface.view
    if view is None or link.workspace.views.top(user) is not view:
        raise SlackError("not_found")
    enter(surface, body.get("values"))
    if errors := _incomplete(surface):
        link.workspace.views.complain(view, errors)
        return {"ok": False, "errors": errors}
    try:
        answer = await link.delivery.ask(INTERACTION, _submission(link, user, view))
        return _obey(link, user, view, answer)
    except DeliveryError as exc:
        link.workspace.views.complain(view, {}, TROUBLE)
        return {"ok": False, "error": exc.code}
    except SlackError as exc:
        link.workspace.record.refuse("view_submission", exc)
        link.workspace.views.complain(view, {}, TROUBLE)
        return {"ok": False, "error": exc.code}


def _submission(link: Link, user: str, view: View) -> Json:
    workspace = link.workspace
    payload = envelope.interaction(workspace, "view_submission", user)
    payload |= {
        "trigger_id": workspace.triggers.issue(user, view.channel, view.id),
        "view": view.wire(),
        "response_urls": _response_urls(link, user, view),
    }
    copied: Json = envelope.copied(payload)
    return copied


def _response_urls(link: Link, user: str, view: View) -> list[Json]:
    """Give a response URL for each conversation chosen where the view asks for one."""
    urls, workspace = [], link.workspace
    for block in view.blocks:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        entry = view.values[block["block_id"]][element["action_id"]]
        channel = entry.get(VALUE_KEY[element["type"]])
        if channel:
            url = workspace.response_urls.issue(workspace.origin, user, channel)
            ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
            urls.append({**ids, "channel_id": channel, "response_url": url})
    return urls


def _incomplete(surface: Surface) -> dict[str, str]:
    errors = {}
    for block in surface.blocks:
        if block["type"] != "input":
            continue
        element, block_id = block["element"], block["block_id"]
        entry = surface.values.get(block_id, {}).get(element["action_id"])
        if is_empty(entry):
            problem = "" if block.get("optional") else REQUIRED
        else:
            problem = _wrong_length(element, (entry or {}).get("value"))
        if problem:
            errors[block_id] = problem
    return errors


def _wrong_length(element: Json, value: object) -> str:
    if element["type"] != "plain_text_input" or not isinstance(value, str):
        return ""
    longest, shortest = element.get("max_length", 3000), element.get("min_length", 0)
    if len(value) > longest:
        return f"This entry is too long: at most {longest} characters."
    if len(value) < shortest:
        return f"This entry is too short: at least {shortest} characters."
    return ""


def _obey(link: Link, user: str, view: View, answer: Json) -> Json:
    """Do what the acknowledgement of a submission says.

    Raises:
        SlackError: Slack would not understand it.
    """
    views, action = link.workspace.views, answer.get("response_action")
    if action is not None:
        link.workspace.record.keep("view_ack", answer)
    match action:
        case None if not answer:
            views.remove(view)
        case "clear":
            views.close(user, clear=True)
        case "update":
            views.update(view, validated(answer.get("view"), "modal"))
        case "push":
            views.push(user, validated(answer.get("view"), "modal"), view.channel)
        case "errors":
            return _show_errors(link, view, answer.get("errors"))
        case _:
            raise SlackError("invalid_arguments", [f"[ERROR] no such answer: {answer}"])
    return OK


def _show_errors(link: Link, view: View, errors: object) -> Json:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        told = f"[ERROR] errors must name input blocks: {sorted(inputs)}"
        raise SlackError("invalid_arguments", [told])
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise SlackError("invalid_arguments", ["[ERROR] every error must be a text"])
    link.workspace.views.complain(view, errors)
    return {"ok": False, "errors": errors}


def close(link: Link, user: str, body: Json) -> Json:
    """Close the modal on top, or all; the app hears of those that asked for it."""
    surface = surface_of(link, user, {"view_id": body.get("view_id")})
    view = surface.view
    if view is None or view not in link.workspace.views.stack(user):
        raise SlackError("not_found")
    clear = bool(body.get("clear") or view.source.get("clear_on_close"))
    for closed in link.workspace.views.close(user, clear=clear):
        if closed.source.get("notify_on_close"):
            payload = envelope.interaction(link.workspace, "view_closed", user)
            payload |= {"view": closed.wire(), "is_cleared": clear, "response_urls": []}
            link.delivery.hand_over(INTERACTION, envelope.copied(payload))
    return OK
