"""The installation checklist: in short on App Home, whole in a modal."""

from typing import Final

from bot.forms import Origin
from bot.identifiers import COMMAND, Action, Callback, Verb
from bot.views.blocks import Json, actions, button, context, divider, modal, section
from bot.views.checks import CHECKING, MARK
from bot.views.text import safe_lines
from connector.models import CheckOutcome, Installation, Step
from connector.words import later, tr

_SENTENCE: Final = 600
_AGAIN: Final = f"{COMMAND} {Verb.SETUP}"
_SHARE: Final = f"{COMMAND} {Verb.SHARE}"
_MARKS: Final = later("✅ done · ❌ failed · ⚪ cannot be told yet.")
_WHOLE: Final = later("The button opens the whole list, with what each step takes.")
_WHO: Final = later(
    "*ServiceNow is not set up completely.* An admin or owner of this workspace can do that"
    " with `{again}`. You need do nothing; this page then shows your tickets."
)
_CLOSE: Final = later("Close this whenever you like: `{again}` shows where it stands.")
_DONE: Final = later(
    "✅ *ServiceNow is set up.* `{share}` makes a ticket of an improvement action."
)


def checklist(installation: Installation, *, admin: bool) -> list[Json]:
    """Show on App Home where each step stands, and who can take it; nothing once all is done."""
    if installation.is_done:
        return []
    every = _named(installation)
    lines = "\n".join(f"{MARK[step.outcome]} {name}" for name, step in every)
    return [
        *([] if admin else [section(tr(_WHO, again=_AGAIN))]),
        section(tr("*To set ServiceNow up*\n{lines}", lines=lines)),
        *(_shown(*each) for each in every if each[1].outcome is CheckOutcome.FAILED),
        *(
            [actions(button(tr("Set up ServiceNow"), Action.SETUP, style="primary"))]
            if admin
            else []
        ),
        context(f"{tr(_MARKS)} {tr(_WHOLE)}" if admin else tr(_MARKS)),
    ]


def setup(installation: Installation, channel: str = "", *, checking: bool = False) -> Json:
    """Show every prerequisite and step with its remedy, and what can be done next.

    While it is ``checking`` there is nothing to press.
    """
    following = context(f"⏳ {tr(CHECKING)}") if checking else actions(*_next(installation))
    done = [section(tr(_DONE, share=_SHARE)), divider()] if installation.is_done else []
    blocks = [
        *done,
        *(_shown(*each) for each in _named(installation)),
        following,
        context(f"{tr(_MARKS)} {tr(_CLOSE, again=_AGAIN)}"),
    ]
    metadata = Origin(channel).metadata() if channel else ""
    return modal(Callback.SETUP, tr("Set up ServiceNow"), blocks, metadata=metadata)


def _next(installation: Installation) -> list[Json]:
    if not installation.connected:
        return [
            button(tr("Connect ServiceNow"), Action.OPEN_AGAIN, Verb.CONNECT, style="primary"),
        ]
    return [
        button(tr("Check now"), Action.SETUP_CHECK),
        button(tr("Connect again"), Action.OPEN_AGAIN, Verb.CONNECT),
    ]


def _named(installation: Installation) -> list[tuple[str, Step]]:
    """Name each line: what must be there first, then the steps by their numbers."""
    first = [(tr("First: {name}", name=tr(step.name)), step) for step in installation.prerequisites]
    then = [
        (f"{number}. {tr(step.name)}", step) for number, step in enumerate(installation.steps, 1)
    ]
    return [*first, *then]


def _shown(name: str, step: Step) -> Json:
    said = f"{MARK[step.outcome]} *{name}*\n{safe_lines(step.sentence, _SENTENCE)}"
    remedy = f"\n→ {safe_lines(step.remedy, _SENTENCE)}" if step.remedy else ""
    return section(f"{said}{remedy}")
