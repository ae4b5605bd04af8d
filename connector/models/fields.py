"""How fields of tickets are said to people: changes and shares are kept with English names.

What ServiceNow itself calls a field, and what people have written, stays as it is.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from connector.models.kinds import Priority
from connector.models.tickets import FieldChange
from connector.words import later, tr

NAMES: Final = frozenset(
    {
        later("Assigned to"),
        later("Assignment group"),
        later("Attachment"),
        later("Close code"),
        later("Close notes"),
        later("Comment"),
        later("Correlation ID (the description's Reference)"),
        later("Correlation display (Snowline)"),
        later("Description"),
        later("Due date"),
        later("Name"),
        later("On hold reason"),
        later("Planned end"),
        later("Planned start"),
        later("Priority"),
        later("Record"),
        later("Requester"),
        later("State"),
        later("Template"),
        later("Type"),
        later("Work note"),
    }
)
"""Every name of a field that is ours."""
_OURS: Final = {
    "Assigned to": frozenset({later("none")}),
    "Due date": frozenset({later("none")}),
    "Record": frozenset({later("in ServiceNow"), later("deleted there, or hidden from Snowline")}),
}
"""What we say of a field ourselves, where everything else is ServiceNow's or a person's."""
_UNMADE: Final = re.compile(r"Priority \(no impact and urgency make it ([1-5]) - [A-Za-z]+ there\)")
_REPLACED: Final = re.compile(r"deleted there; another one, (.+), stands in its place", re.DOTALL)


def spoken_change(change: FieldChange) -> FieldChange:
    """Say a change of a field in the language that is spoken."""
    before, after = (_value(change.field, each) for each in (change.before, change.after))
    return replace(change, field=_name(change.field), before=before, after=after)


def spoken_names(names: Iterable[str]) -> str:
    """List names of fields in the language that is spoken."""
    return ", ".join(map(_name, names))


def spoken_priority(label: str) -> str:
    """Say a record's priority; one that is not called as ServiceNow ships it keeps its name."""
    known = {each.label_there: each for each in Priority}
    return known[label].label if label in known else label


def _name(name: str) -> str:
    if found := _UNMADE.fullmatch(name):
        label = Priority(int(found[1])).label
        return tr("Priority (no impact and urgency make it {priority} there)", priority=label)
    return tr(name) if name in NAMES else name


def _value(field: str, value: str) -> str:
    if field == "Priority":
        return spoken_priority(value)
    if field == "Record" and (found := _REPLACED.fullmatch(value)):
        return tr("deleted there; another one, {number}, stands in its place", number=found[1])
    return tr(value) if value in _OURS.get(field, ()) else value
