"""Asking for a right, and what comes of it."""

from typing import Final

from bot.identifiers import COMMAND, Action, Callback
from bot.views.blocks import (
    Json,
    Message,
    actions,
    button,
    context,
    modal,
    section,
)
from bot.views.text import moment, person, safe_lines
from connector.models import RequestState, Right, RightRequest

_ALLOW: Final = "Allow"
_DECLINE: Final = "Not now"


def closed_home(sentence: str) -> Json:
    """Show App Home to somebody who may see nothing of it."""
    return {"type": "home", "blocks": [section(f"⚠️ {safe_lines(sentence, 900)}")]}


def requested(request: RightRequest, *, is_new: bool) -> Message:
    """Tell whoever asked that it is on its way, or how it stands if it was already."""
    text = _taken_on(request) if is_new else _standing(request)
    return Message(text, [section(text)])


def requested_modal(request: RightRequest, *, is_new: bool) -> Json:
    """Tell the same in the place of the refusal in a modal."""
    blocks = requested(request, is_new=is_new).blocks
    return modal(Callback.ACCESS_REQUESTED, "Request access", blocks)


def _taken_on(request: RightRequest) -> str:
    match request.right:
        case Right.CONNECT:
            return (
                "⏳ Whoever may allow it is asked whether you may set Snowline up."
                " You get a message when they have answered."
            )
        case Right.SHARE:
            return (
                "⏳ Whoever may allow it is asked whether you may make tickets."
                " You get a message when they have answered."
            )
        case _:
            return (
                "⏳ Whoever may allow it is asked whether you may change tickets."
                " You get a message when they have answered."
            )


def _standing(request: RightRequest) -> str:
    asked = moment(request.asked_at)
    match request.state:
        case RequestState.DECLINED:
            return f"The answer to your request was: not now ({asked}). Ask again a day later."
        case RequestState.UNHEARD:
            return f"Nobody could be reached for your request ({asked}). Ask an admin yourself."
        case _:
            return (
                f"Nobody has answered your request yet ({asked}). You get a message when one has."
            )


def right_request(request: RightRequest) -> Message:
    """Show somebody who answers requests what is asked for, or what became of it."""
    text = f"🔵 {_wish(request)}"
    asked = context(f"Asked: {moment(request.asked_at)}")
    if request.state is RequestState.PENDING:
        return Message(text, [section(text), _buttons(request), asked, context(_why_you())])
    ended = _outcome(request)
    return Message(f"{text} {ended}", [section(f"{text}\n{ended}"), asked, context(_why_you())])


def right_answer(request: RightRequest) -> Message:
    """Tell whoever asked what came of it."""
    text = _answer(request)
    asked = context(f"Sent to you because you asked for it: {moment(request.asked_at)}.")
    return Message(text, [section(text), asked])


def answered_already(request: RightRequest) -> Message:
    """Tell somebody who answered that another was quicker."""
    text = f"{_wish(request)} {_outcome(request)}"
    return Message(text, [section(text)])


def _buttons(request: RightRequest) -> Json:
    return actions(
        button(_ALLOW, Action.ACCESS_ALLOW, request.id, style="primary"),
        button(_DECLINE, Action.ACCESS_DECLINE, request.id),
    )


def _why_you() -> str:
    return (
        "Sent to you because you answer requests:"
        f" `{COMMAND} settings`, *Who may do what*, says who does."
    )


def _wish(request: RightRequest) -> str:
    who = person(request.user)
    match request.right:
        case Right.CONNECT:
            return f"{who} asks to connect systems and change settings of Snowline."
        case Right.SHARE:
            return f"{who} asks to share improvement actions and make tickets with Snowline."
        case _:
            return f"{who} asks to change tickets with Snowline: comment, assign, set states."


def _outcome(request: RightRequest) -> str:
    by = person(request.decided_by)
    match request.state:
        case RequestState.ALLOWED:
            return f"✅ {by} has allowed it."
        case RequestState.DECLINED:
            return f"⚪ {by} has answered: not now."
        case RequestState.OVERTAKEN:
            return "⚪ They have asked again since: answer that request instead."
        case _:
            return "⚪ Nobody else could be reached."


def _answer(request: RightRequest) -> str:
    by = person(request.decided_by)
    if request.state is RequestState.DECLINED:
        return f"⚪ {by} has answered your request for access: not now."
    if request.state is RequestState.UNHEARD:
        return "⚪ Nobody who answers requests could be reached. Ask an admin of this workspace."
    match request.right:
        case Right.CONNECT:
            return f"✅ {by} lets you connect systems and change settings: `{COMMAND} settings`."
        case Right.SHARE:
            return f"✅ {by} lets you make tickets: `{COMMAND} share` or `{COMMAND} create`."
        case _:
            return f"✅ {by} lets you change tickets, from their cards or `{COMMAND} ticket`."
