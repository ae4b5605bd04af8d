"""What went wrong, in four parts: what was tried, why it failed, the next step, a reference."""

from dataclasses import dataclass

from bot.identifiers import Action, Callback
from bot.views.blocks import Json, Message, actions, button, context, modal, section
from bot.views.text import safe, safe_lines
from connector.words import tr


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure in words for a person, a sentence each; ``reference`` is in the log too.

    ``wanted`` is the right that the person lacks and can request.
    """

    tried: str
    why: str
    next_step: str
    reference: str
    wanted: str = ""


def problem(problem: Problem) -> Message:
    """Tell a person what went wrong."""
    parts = (problem.tried, problem.why, problem.next_step)
    text = " ".join(safe_lines(part, 900) for part in parts if part)
    return Message(
        tr("{text} (Reference {reference})", text=text, reference=safe(problem.reference, 50)),
        _blocks(problem),
    )


def problem_modal(problem: Problem) -> Json:
    """Tell it above a modal, which stays below with everything that was typed."""
    return modal(Callback.PROBLEM, tr("That did not work"), _blocks(problem), close=tr("Back"))


def open_again(action: Action, value: str) -> Message:
    """Offer a button that opens what Slack no longer let us open."""
    text = tr("That took too long for Slack, and nothing was opened. Press *Open form* to go on.")
    return Message(text, [section(text), actions(button(tr("Open form"), action, value))])


def _blocks(problem: Problem) -> list[Json]:
    tried, why, next_step = (
        safe_lines(part, 900) for part in (problem.tried, problem.why, problem.next_step)
    )
    lines = [
        *([tr("*Tried:* {tried}", tried=tried)] if tried else []),
        *([tr("*Why it failed:* {why}", why=why)] if why else []),
        *([tr("*Next step:* {next_step}", next_step=next_step)] if next_step else []),
    ]
    asking = button(tr("Request access"), Action.ACCESS_REQUEST, problem.wanted, style="primary")
    return [
        section("⚠️ " + "\n".join(lines)),
        *([actions(asking)] if problem.wanted else []),
        context(
            tr(
                "Reference `{reference}`, to find it in the log",
                reference=safe(problem.reference, 50),
            )
        ),
    ]
