"""What the checks of a connection found."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, zip_longest
from typing import Final

from bot.views.blocks import Json, Message, context, section
from bot.views.text import joined, safe_lines
from connector.models import Check, CheckOutcome
from connector.words import later, tr, trn

MARK: Final = {
    CheckOutcome.PASSED: "✅",
    CheckOutcome.FAILED: "❌",
    CheckOutcome.UNKNOWN: "⚪",
}
CHECKING: Final = later("Checking the ServiceNow connection… This can take half a minute.")
_SENTENCE: Final = 300
_SECTION: Final = 2900
_MESSAGE: Final = 9_500
"""Slack refuses a message of more than about 13,200 characters in all."""


def checking() -> Message:
    """Say that the checks have begun."""
    text = tr(CHECKING)
    return Message(text, [section(text)])


def checked(checks: Sequence[Check]) -> Message:
    """Show every check: its sentence and, where there is one, its remedy."""
    sum_ = summary(checks)
    return Message(sum_, [section(f"*{sum_}*"), *check_blocks(checks)])


def summary(checks: Sequence[Check]) -> str:
    """Count the outcomes."""
    counted = joined(
        _counted(outcome, count)
        for outcome in (CheckOutcome.FAILED, CheckOutcome.PASSED, CheckOutcome.UNKNOWN)
        if (count := sum(check.outcome is outcome for check in checks))
    )
    return counted or tr("Nothing was checked")


def _counted(outcome: CheckOutcome, count: int) -> str:
    match outcome:
        case CheckOutcome.PASSED:
            return trn("{count} passed", "{count} passed", count)
        case CheckOutcome.FAILED:
            return trn("{count} failed", "{count} failed", count)
        case CheckOutcome.UNKNOWN:
            return trn("{count} cannot tell", "{count} cannot tell", count)


def check_blocks(checks: Sequence[Check]) -> list[Json]:
    """Show every check, failed ones first, as many to a block as fit; the rest is counted.

    What several have in common, a remedy, is said once, below the last of them.
    """
    ordered = _in_order(checks)
    lines = [
        _line(check, is_last=then is None or _remedied(then) != _remedied(check))
        for check, then in zip_longest(ordered, ordered[1:])
    ]
    shown = [line for line, end in zip(lines, _ends(lines), strict=True) if end <= _MESSAGE]
    left = len(lines) - len(shown)
    blocks = [section("\n".join(block)) for block in _packed(shown)]
    return [
        *blocks,
        *([context(trn("{count} more check", "{count} more checks", left))] if left else []),
    ]


def _in_order(checks: Sequence[Check]) -> list[Check]:
    places = [(check.remedy and _remedied(check)) or place for place, check in enumerate(checks)]
    first = {place: number for number, place in reversed(list(enumerate(places)))}
    ranks = [
        (check.outcome is not CheckOutcome.FAILED, first[place], number)
        for number, (check, place) in enumerate(zip(checks, places, strict=True))
    ]
    return [checks[number] for _, _, number in sorted(ranks)]


def _remedied(check: Check) -> tuple[str, str]:
    return check.outcome, check.remedy


def _line(check: Check, *, is_last: bool) -> str:
    said = f"{MARK[check.outcome]} {_sentence(check.sentence)}"
    return f"{said}\n→ {_sentence(check.remedy)}" if check.remedy and is_last else said


def _sentence(text: str) -> str:
    return safe_lines(" ".join(text.split()), _SENTENCE)


def _ends(lines: Sequence[str]) -> Iterator[int]:
    """Count the characters up to the end of each line."""
    return accumulate(len(line) + 1 for line in lines)


def _packed(lines: Sequence[str]) -> Iterator[list[str]]:
    """Divide lines among blocks, in their order."""
    block: list[str] = []
    for line in lines:
        if sum(len(each) + 1 for each in (*block, line)) > _SECTION:
            yield block
            block = []
        block.append(line)
    if block:
        yield block
