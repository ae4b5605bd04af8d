"""Why ServiceNow made no ticket, in words that say what to do. Pure."""

import re
from typing import Final

from connector.errors import COMMAND, ProviderRefusedError
from connector.text import clean

_MANDATORY: Final = re.compile(r"fields are mandatory: (.+)", re.DOTALL)
_RULE: Final = re.compile(r"aborted by Business Rule '([^'^]{1,100})")
_LONGEST: Final = 300
# What the form has, under the names that ServiceNow gives it.
_IN_FORM: Final = {
    "short description": "Name",
    "description": "Description",
    "due date": "Due date",
    "priority": "Priority",
    "impact": "Priority",
    "urgency": "Priority",
    "type": "Type",
    "planned start date": "Planned start",
    "planned end date": "Planned end",
}


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
        return (
            f"ServiceNow's business rule “{rule}” stopped it. Change what the rule objects to,"
            " or ask the administrator there."
        )
    return exc.user_message


def _mandatory(labels: tuple[str, ...]) -> str:
    named = clean(", ".join(labels), _LONGEST)
    here = [_IN_FORM[label.casefold()] for label in labels if label.casefold() in _IN_FORM]
    missing = [label for label in labels if label.casefold() not in _IN_FORM]
    sentences = [f"ServiceNow wants these fields filled in: {named}."]
    if here:
        sentences.append(f"Fill in {' and '.join(dict.fromkeys(here))}.")
    if missing:
        what = clean(", ".join(missing), _LONGEST)
        sentences.append(
            f"Snowline's form does not have {what}:"
            f" an admin can map such fields under `{COMMAND} settings`."
        )
    return " ".join(sentences)
