"""``views.*``: modals and App Home, as the bot opens and changes them."""

import json
from typing import Final

from bot.sandbox.slack.blocks import check_view
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json, SlackError

_LARGEST: Final = 250_000


def validated(source: object, type_: str) -> Json:
    """Give a view back, or refuse what Slack refuses.

    Raises:
        SlackError: it is no view, too large, or breaks a rule.
    """
    if not isinstance(source, dict):
        raise SlackError("invalid_arguments", ["[ERROR] must be a valid view: view"])
    if len(json.dumps(source)) > _LARGEST:
        raise SlackError("view_too_large")
    if problems := check_view(source, type_):
        raise SlackError("invalid_arguments", problems)
    return source


def _given(call: Call, *types: str) -> Json:
    source = call.structure("view", "invalid_arguments")
    type_ = source.get("type") if isinstance(source, dict) else None
    type_ = type_ if type_ in types else types[0]
    if isinstance(source, dict):
        call.workspace.record.keep(str(type_), source, call.method)
    return validated(source, str(type_))


def open_(call: Call) -> Json:
    """Open a modal for whoever just did something."""
    source = _given(call, "modal")
    trigger = call.workspace.triggers.redeem(*_trigger_id(call))
    view = call.workspace.views.open(trigger.user, source, trigger.channel)
    return {"view": view.wire()}


def push(call: Call) -> Json:
    """Put a modal on top of the one something was just done in."""
    source = _given(call, "modal")
    trigger = call.workspace.triggers.redeem(*_trigger_id(call))
    views = call.workspace.views
    if trigger.view_id not in {view.id for view in views.stack(trigger.user)}:
        raise SlackError("not_found")
    view = views.push(trigger.user, source, trigger.channel)
    return {"view": view.wire()}


def _trigger_id(call: Call) -> list[str]:
    given = call.text("trigger_id") or call.text("interactivity_pointer")
    return [given] if given else call.required("trigger_id")


def update(call: Call) -> Json:
    """Show something else in an open modal."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not (view_id or external_id):
        call.required("view_id")
    source = _given(call, "modal", "home")
    views = call.workspace.views
    view = views.find(view_id, external_id)
    if view.source["type"] != source["type"]:
        raise SlackError("invalid_arguments", ["[ERROR] a view keeps its type"])
    if source["type"] == "home":
        return {"view": views.publish(view.user, source, call.text("hash")).wire()}
    return {"view": views.update(view, source, call.text("hash")).wire()}


def publish(call: Call) -> Json:
    """Show one person's App Home."""
    source = _given(call, "home")
    (user,) = call.required("user_id")
    if user not in call.workspace.people:
        raise SlackError("invalid_arguments", ["[ERROR] user_not_found: user_id"])
    return {"view": call.workspace.views.publish(user, source, call.text("hash")).wire()}


METHODS: Final = {
    "views.open": open_,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
