"""What an admin's rules add to the fields of an insert, and what of it was kept. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from connector.models import (
    BotField,
    ByCategory,
    Copied,
    FieldOutcome,
    FieldRule,
    Fixed,
    Person,
    SentValue,
    TicketDraft,
)
from connector.text import clean, journal_safe

LONGEST_VALUE: Final = 1000
_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]{0,79}", re.ASCII)
# By these a ticket is found and followed, or the form fills them in; journals read back empty.
_OWN_WORDS: Final = """
number task_effective_number correlation_id correlation_display short_description description
state incident_state active priority impact urgency due_date type chg_model start_date end_date
std_change_producer_version caller_id
requested_by opened_by opened_at closed_by closed_at comments work_notes
comments_and_work_notes approval_history
"""
_OWN: Final = frozenset(_OWN_WORDS.split())
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a record holds in a column: the value, and how people read it."""

    value: str
    shown: str


def cell_of(raw: Any) -> Cell:
    """Read a field as the Table API shows it, in one form or in both."""
    halves = raw if isinstance(raw, dict) else {"value": raw, "display_value": raw}
    value, shown = (str(halves.get(name) or "") for name in ("value", "display_value"))
    return Cell(value=clean(value, 4000), shown=clean(shown, 4000))


def further_in(columns: Iterable[str]) -> tuple[str, ...]:
    """Name the columns of an insert that rules have filled."""
    return tuple(filter(may_be_mapped, columns))


def may_be_mapped(column: str) -> bool:
    """Tell whether a rule may fill a column: not one that Snowline fills or the instance keeps."""
    if not _COLUMN.fullmatch(column):
        return False
    return column not in _OWN and not column.startswith("sys_")


def mapped(
    draft: TicketDraft, person: Person, rules: tuple[FieldRule, ...]
) -> tuple[SentValue, ...]:
    """Make the values that the rules ask for; a rule with nothing to say makes none."""
    made = ((rule, _value(rule, draft, person)) for rule in rules if may_be_mapped(rule.column))
    return tuple(
        SentValue(column=rule.column, label=rule.label, value=value)
        for rule, value in made
        if value
    )


def with_mapped(payload: Mapping[str, str], sent: tuple[SentValue, ...]) -> dict[str, str]:
    """Add the values to the fields of an insert."""
    return {**payload, **{each.column: each.value for each in sent if may_be_mapped(each.column)}}


def outcomes(
    sent: tuple[SentValue, ...], cells: Mapping[str, Cell] | None
) -> tuple[FieldOutcome, ...]:
    """Compare what was sent with what the record holds; without ``cells`` nothing is known.

    Of a column that may not be read nothing is known either.
    """
    return tuple(_outcome(each, (cells or {}).get(each.column)) for each in sent)


def _outcome(sent: SentValue, cell: Cell | None) -> FieldOutcome:
    if cell is None:
        return FieldOutcome(label=sent.label, sent=sent.value, held="", kept=None)
    held = cell.shown or cell.value
    return FieldOutcome(
        label=sent.label, sent=sent.value, held=held, kept=_is_same(sent.value, cell)
    )


def _is_same(sent: str, cell: Cell) -> bool:
    words = sent.split()
    if words in (cell.value.split(), cell.shown.split()):
        return True
    if _DAY.fullmatch(sent):
        # A column that holds a time answers a date with its midnight.
        return cell.value[:10] == sent
    return _is_same_number(sent, cell.value)


def _is_same_number(sent: str, held: str) -> bool:
    try:
        return float(sent) == float(held)
    except ValueError:
        return False


def _value(rule: FieldRule, draft: TicketDraft, person: Person) -> str:
    return journal_safe(clean(_said(rule, draft, person), LONGEST_VALUE))


def _said(rule: FieldRule, draft: TicketDraft, person: Person) -> str:
    match rule.source:
        case Fixed(value=value):
            return value
        case Copied(field=field):
            return _copied(field, draft, person)
        case ByCategory() as by:
            group = by.group_for(draft.category)
            return group.sys_id if group else ""


def _copied(field: BotField, draft: TicketDraft, person: Person) -> str:
    values = {
        BotField.SOURCE: draft.source.value,
        BotField.CATEGORY: draft.category.value,
        BotField.GAIN: "" if draft.gain is None else f"{draft.gain:g}",
        BotField.ACTION_ID: draft.action_id,
        BotField.ACTION_LINK: draft.action_link,
        BotField.REQUESTER_NAME: person.name or draft.requester_name,
        BotField.REQUESTER_EMAIL: person.email,
        BotField.DUE: _day(draft.due),
        BotField.NAME: draft.name,
        BotField.PRIORITY: draft.priority.label_there,
    }
    return values[field]


def _day(due: date | None) -> str:
    return "" if due is None else due.isoformat()
