"""An act in ServiceNow's words and in people's; pure."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from connector.errors import ProviderRefusedError
from connector.http import MissingError
from connector.models import ActDraft, ActKind, FieldChange, Setting
from connector.servicenow.acts import Seen, times_written
from connector.servicenow.refusals import rule_in, wanted_in
from connector.text import signed
from connector.words import tr

LABELS: Final[Mapping[str, str]] = {
    "state": "State",
    "due_date": "Due date",
    "priority": "Priority",
    "impact": "Priority",
    "urgency": "Priority",
    "assigned_to": "Assigned to",
    "assignment_group": "Assignment group",
    "close_code": "Close code",
    "close_notes": "Close notes",
    "hold_reason": "On hold reason",
    "comments": "Comment",
    "work_notes": "Work note",
    "attachment": "Attachment",
}
"""What people call a column where ServiceNow does not say it itself, as changes are kept."""
FOLLOWED: Final = frozenset({"State", "Priority", "Due date", "Assigned to"})
"""What is compared between two readings of a ticket, so that it is told from before to after."""


def journal_of(draft: ActDraft) -> str:
    """Name the journal that an act writes into; empty where it says nothing."""
    if not draft.text:
        return ""
    return "work_notes" if draft.kind in {ActKind.NOTE, ActKind.UPDATE} else "comments"


def entry_of(draft: ActDraft) -> str:
    """Return what an act writes into a journal: the column, a line end, and the text."""
    column = journal_of(draft)
    return f"{column}\n{signed(draft.by_name, draft.text)}" if column else ""


def values_of(settings: Iterable[Setting], entry: str) -> dict[str, str]:
    """Return what is sent, by columns."""
    column, _, text = entry.partition("\n")
    return {each.column: each.value for each in settings} | ({column: text} if column else {})


def file_entry(draft: ActDraft, content: bytes) -> str:
    """Return what identifies an attachment: the word, a line end, its name and its hash."""
    name = draft.file.name if draft.file else ""
    return f"attachment\n{name}\n{hashlib.sha256(content).hexdigest()}"


def times_in(seen: Seen, entry: str) -> int | None:
    """Count how often a record's journal holds an entry; None where it may not be read."""
    column, _, text = entry.partition("\n")
    journal = seen.journals.get(column)
    return None if journal is None else times_written(journal, text)


def lost(settings: Iterable[Setting], entry: str, seen: Seen) -> tuple[str, ...]:
    """Name the columns that were sent and are not in the record as it was read back.

    Of what may not be read nothing is known, and nothing is said.
    """
    columns = [each.column for each in settings if not _is_kept(each, seen)]
    return (*columns, *([entry.partition("\n")[0]] if times_in(seen, entry) == 0 else []))


def is_set(settings: Iterable[Setting], seen: Seen) -> bool:
    """Tell whether a record holds all that was to be set, as far as it may be read."""
    return all(_is_kept(each, seen) for each in settings)


def said(draft: ActDraft, settings: Iterable[Setting], missing: Iterable[str]) -> list[FieldChange]:
    """Say what was set or written and is not compared between two readings."""
    told = [
        FieldChange(field=LABELS[each.column], before="", after=each.shown)
        for each in settings
        if each.column not in missing and LABELS[each.column] not in FOLLOWED
    ]
    if draft.file is not None:
        told.append(FieldChange(field=LABELS["attachment"], before="", after=draft.file.name))
    journal = journal_of(draft)
    if journal and journal not in missing:
        told.append(FieldChange(field=LABELS[journal], before="", after=draft.text))
    return told


def why_refused(exc: ProviderRefusedError) -> str:
    """Say to whoever acted why ServiceNow refused, and what to do."""
    if isinstance(exc, MissingError):
        return tr("ServiceNow does not have this ticket any more, or does not show it to Snowline.")
    if wanted := wanted_in(exc.reason):
        fields = ", ".join(wanted)
        return tr("ServiceNow wants these fields filled in: {fields}.", fields=fields)
    if rule := rule_in(exc.reason):
        return tr("ServiceNow's rule “{rule}” does not allow this now.", rule=rule)
    return exc.user_message


def _is_kept(setting: Setting, seen: Seen) -> bool:
    kept = seen.values.get(setting.column)
    if kept is None:
        return True
    if setting.column == "due_date":
        return kept[:10] == setting.value[:10]
    return kept.split() == setting.value.split()
