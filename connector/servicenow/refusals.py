"""Why ServiceNow made no ticket, in words that say what to do. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from connector.errors import COMMAND, ProviderRefusedError
from connector.text import clean
from connector.words import all_of, later, tr

_MANDATORY: Final = re.compile(r"fields are mandatory: (.+)", re.DOTALL)
_RULE: Final = re.compile(r"aborted by Business Rule '([^'^]{1,100})")
_LONGEST: Final = 300
# What the form has, under the names that ServiceNow gives it.
_IN_FORM: Final = {
    "short description": later("Name"),
    "description": later("Description"),
    "due date": later("Due date"),
    "priority": later("Priority"),
    "impact": later("Priority"),
    "urgency": later("Priority"),
    "type": later("Type"),
    "planned start date": later("Planned start"),
    "planned end date": later("Planned end"),
}
# Whom Snowline looks up by the requester's address; no rule may fill it.
_PEOPLE: Final = frozenset({"caller", "requested by"})
# What no rule may fill either: who and when, the states, and journals.
_NOT_FILLED: Final = frozenset(
    {
        "number",
        "state",
        "incident state",
        "opened",
        "opened by",
        "closed",
        "closed by",
        "model",
        "additional comments",
        "work notes",
    }
)

_LOOKED_UP: Final = later(
    "As {fields} Snowline sends the active ServiceNow user with the requester's e-mail address:"
    " an admin"
    " there makes sure that there is one."
)
_NO_RULE: Final = later(
    "Snowline does not fill in {fields} of a new ticket: ask the administrator there to ask for"
    " less."
)
_MAPPED: Final = later(
    "Snowline's form does not have {fields}: an admin can map such fields under `{command}"
    " settings`."
)


def wanted_in(reason: str) -> tuple[str, ...]:
    """Name, by their labels, the fields that a data policy asks for in its refusal."""
    found = _MANDATORY.search(reason)
    return tuple(filter(None, map(str.strip, found[1].split(",")))) if found else ()


def rule_in(reason: str) -> str:
    """Name the business rule that refused; empty where none did."""
    found = _RULE.search(reason)
    return found[1].strip() if found else ""


def why_refused(exc: ProviderRefusedError) -> str:
    """Say which fields or which rule stand in the way; everything else is quoted."""
    if labels := wanted_in(exc.reason):
        return _mandatory(labels)
    if rule := rule_in(exc.reason):
        return tr(
            "ServiceNow's business rule “{rule}” stopped it. Change what the rule objects to,"
            " or ask the administrator there.",
            rule=rule,
        )
    return exc.user_message


def _mandatory(labels: tuple[str, ...]) -> str:
    known = {label.casefold(): label for label in labels}
    here = dict.fromkeys(tr(_IN_FORM[each]) for each in known if each in _IN_FORM)
    sentences = [tr("ServiceNow wants these fields filled in: {fields}.", fields=_named(labels))]
    if here:
        sentences.append(tr("Fill in {fields}.", fields=all_of(here)))
    for sentence, those in (
        (_LOOKED_UP, known.keys() & _PEOPLE),
        (_NO_RULE, known.keys() & _NOT_FILLED),
        (_MAPPED, known.keys() - _IN_FORM.keys() - _PEOPLE - _NOT_FILLED),
    ):
        if those:
            told = _named(label for each, label in known.items() if each in those)
            sentences.append(tr(sentence, fields=told, command=COMMAND))
    return " ".join(sentences)


def _named(labels: Iterable[str]) -> str:
    return clean(", ".join(labels), _LONGEST)
