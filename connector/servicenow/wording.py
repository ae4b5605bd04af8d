"""The text of a ticket: what was typed, how to do it, and what it is about. Pure."""

from collections.abc import Sequence
from typing import Final

from connector.models import Person, Share, TicketDraft, TicketKind
from connector.servicenow.marks import MARK
from connector.text import clean, journal_safe

_LONGEST_NAME: Final = 160
_LONGEST_DESCRIPTION: Final = 4000
_WORTH_A_PART: Final = 200
_ORIGIN: Final = "Microsoft 365 Security and Configuration"
"""How such tickets have always been called; a list in ServiceNow is filtered by it."""
_STEPS: Final = "Remediation steps"
_COVERED: Final = "Improvement actions"
_LEAST_TITLE: Final = 20


def short_description(name: str) -> str:
    """Return a ticket's name as it is sent."""
    return journal_safe(clean(name, _LONGEST_NAME))


def description(draft: TicketDraft, share: Share, person: Person) -> str:
    """Return what is typed, the steps where they are not in it, and the facts, in this order.

    A grouped ticket lists its actions in the place of steps. Where room is short the steps are
    cut, then what is typed, then the titles in the list; the facts stay, the reference last.
    """
    facts = _facts(draft, share, person)
    listed = _covered(draft, _LONGEST_DESCRIPTION - len(facts) - 4)
    left = _LONGEST_DESCRIPTION - len(facts) - len(listed) - 4
    typed = clean(draft.description, left) if left > 0 else ""
    room = left - len(typed)
    parts = (typed, listed or _steps(draft, typed, room), facts)
    return journal_safe("\n\n".join(filter(None, parts)))


def _facts(draft: TicketDraft, share: Share, person: Person) -> str:
    kind = "incident" if draft.kind is TicketKind.INCIDENT else "change request"
    name = person.name or draft.requester_name
    known_by = ", ".join(filter(None, (f"user id {draft.requester}", person.email)))
    lines = [
        f"{_ORIGIN} {kind}, created with {MARK}",
        f"Source: {draft.source.value}",
        f"Category: {draft.category.value}",
        *([f"Improvement action: {draft.action_id}"] if draft.action_id else []),
        *([f"{_COVERED}: {len(draft.covers)}"] if draft.covers else []),
        *([f"Gain: {draft.gain:g} points"] if draft.gain is not None else []),
        *([f"Link: {draft.action_link}"] if draft.action_link else []),
        f"Requested by: {name} ({known_by})",
        f"Reference: {share.correlation_id}",
    ]
    return clean("\n".join(lines), _LONGEST_DESCRIPTION // 2)


def _covered(draft: TicketDraft, room: int) -> str:
    """List every action of a grouped ticket with its gain and its link, in at most ``room``."""
    if not draft.covers:
        return ""
    ends = [f" (+{each.gain:g} points)\n   {each.link}" for each in draft.covers]
    if _title_room(ends, room) < _LEAST_TITLE:
        ends = [f" (+{each.gain:g} points)" for each in draft.covers]
    most = max(_title_room(ends, room), 1)
    lines = [
        f"{number}. {clean(' '.join(each.title.split()), most)}{end}"
        for number, (each, end) in enumerate(zip(draft.covers, ends, strict=True), start=1)
    ]
    return "\n".join([f"{_COVERED}:", *lines])


def _title_room(ends: Sequence[str], room: int) -> int:
    number_and_line_end = 5
    taken = len(_COVERED) + 1 + sum(len(end) + number_and_line_end for end in ends)
    return (room - taken) // len(ends)


def _steps(draft: TicketDraft, typed: str, room: int) -> str:
    steps = clean(draft.remediation, _LONGEST_DESCRIPTION)
    if not steps or _has(typed, steps):
        return ""
    whole = f"{_STEPS}:\n{steps}"
    return clean(whole, room) if room >= min(len(whole), _WORTH_A_PART) else ""


def _has(typed: str, steps: str) -> bool:
    """Tell whether somebody kept most of the steps in what they typed.

    The form begins with them: who mended a word of them does not want them twice.
    """
    words = set(steps.casefold().split())
    return 2 * len(words & set(typed.casefold().split())) >= len(words)
