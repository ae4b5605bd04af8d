"""Asking for a right, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
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
from connector.words import later, tr


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentences:
    """What is said of a request for one right: to whoever asks, to who answers, and then."""

    taken_on: str
    wish: str
    allowed: str


_SENTENCES: Final[Mapping[Right, _Sentences]] = {
    Right.CONNECT: _Sentences(
        taken_on=later(
            "⏳ Whoever may allow it is asked whether you may set Snowline up."
            " You get a message when they have answered."
        ),
        wish=later("{who} asks to connect systems and change settings of Snowline."),
        allowed=later(
            "✅ {who} lets you connect systems and change settings: `{command} settings`."
        ),
    ),
    Right.SHARE: _Sentences(
        taken_on=later(
            "⏳ Whoever may allow it is asked whether you may make tickets."
            " You get a message when they have answered."
        ),
        wish=later("{who} asks to share improvement actions and make tickets with Snowline."),
        allowed=later("✅ {who} lets you make tickets: `{command} share` or `{command} create`."),
    ),
    Right.CHANGE: _Sentences(
        taken_on=later(
            "⏳ Whoever may allow it is asked whether you may change tickets."
            " You get a message when they have answered."
        ),
        wish=later("{who} asks to change tickets with Snowline: comment, assign, set states."),
        allowed=later("✅ {who} lets you change tickets, from their cards or `{command} ticket`."),
    ),
}


def closed_home(sentence: str) -> Json:
    """Show App Home to somebody who may see nothing of it."""
    return {"type": "home", "blocks": [section(f"⚠️ {safe_lines(sentence, 900)}")]}


def requested(request: RightRequest, *, is_new: bool) -> Message:
    """Tell whoever asked that it is on its way, or how it stands if it was already."""
    text = tr(_SENTENCES[request.right].taken_on) if is_new else _standing(request)
    return Message(text, [section(text)])


def requested_modal(request: RightRequest, *, is_new: bool) -> Json:
    """Tell the same in the place of the refusal in a modal."""
    blocks = requested(request, is_new=is_new).blocks
    return modal(Callback.ACCESS_REQUESTED, tr("Request access"), blocks)


def _standing(request: RightRequest) -> str:
    asked = moment(request.asked_at)
    match request.state:
        case RequestState.DECLINED:
            return tr(
                "The answer to your request was: not now ({asked}). Ask again a day later.",
                asked=asked,
            )
        case RequestState.UNHEARD:
            return tr(
                "Nobody could be reached for your request ({asked}). Ask an admin yourself.",
                asked=asked,
            )
        case _:
            return tr(
                "Nobody has answered your request yet ({asked}). You get a message when one has.",
                asked=asked,
            )


def right_request(request: RightRequest) -> Message:
    """Show somebody who answers requests what is asked for, or what became of it."""
    text = f"🔵 {_wish(request)}"
    asked = context(tr("Asked: {asked}", asked=moment(request.asked_at)))
    if request.state is RequestState.PENDING:
        return Message(text, [section(text), _buttons(request), asked, context(_why_you())])
    ended = _outcome(request)
    return Message(f"{text} {ended}", [section(f"{text}\n{ended}"), asked, context(_why_you())])


def right_answer(request: RightRequest) -> Message:
    """Tell whoever asked what came of it."""
    text = _answer(request)
    asked = tr("Sent to you because you asked for it: {asked}.", asked=moment(request.asked_at))
    return Message(text, [section(text), context(asked)])


def answered_already(request: RightRequest) -> Message:
    """Tell somebody who answered that another was quicker."""
    text = f"{_wish(request)} {_outcome(request)}"
    return Message(text, [section(text)])


def _buttons(request: RightRequest) -> Json:
    return actions(
        button(tr("Allow"), Action.ACCESS_ALLOW, request.id, style="primary"),
        button(tr("Not now"), Action.ACCESS_DECLINE, request.id),
    )


def _why_you() -> str:
    return tr(
        "Sent to you because you answer requests: `{command} settings`, *Who may do what*, says"
        " who does.",
        command=COMMAND,
    )


def _wish(request: RightRequest) -> str:
    return tr(_SENTENCES[request.right].wish, who=person(request.user))


def _outcome(request: RightRequest) -> str:
    by = person(request.decided_by)
    match request.state:
        case RequestState.ALLOWED:
            return tr("✅ {by} has allowed it.", by=by)
        case RequestState.DECLINED:
            return tr("⚪ {by} has answered: not now.", by=by)
        case RequestState.OVERTAKEN:
            return tr("⚪ They have asked again since: answer that request instead.")
        case _:
            return tr("⚪ Nobody else could be reached.")


def _answer(request: RightRequest) -> str:
    by = person(request.decided_by)
    if request.state is RequestState.DECLINED:
        return tr("⚪ {by} has answered your request for access: not now.", by=by)
    if request.state is RequestState.UNHEARD:
        return tr(
            "⚪ Nobody who answers requests could be reached. Ask an admin of this workspace."
        )
    return tr(_SENTENCES[request.right].allowed, who=by, command=COMMAND)
