"""By what a ticket of ours is known among an instance's. Pure."""

import re
import uuid
from typing import Final

from connector.servicenow.record import Record

MARK: Final = "Snowline"
"""The ``correlation_display`` of every ticket made here."""
MARK_FIELD: Final = f"Correlation display ({MARK})"
"""How ``not_kept`` names the mark. Shares are kept with it: to change it takes a migration."""
_REFERENCE: Final = re.compile(r"snowline-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_REFERENCES: Final = re.compile(rf"^Reference: ({_REFERENCE.pattern})\s*$", re.ASCII | re.MULTILINE)


def reference_of(record: Record) -> str:
    """Return the reference of the share that a record was made for, "" where it names none.

    A person may have written another share's reference into the text: ours stands last.
    """
    if _REFERENCE.fullmatch(record.correlation_id):
        return record.correlation_id
    named = _REFERENCES.findall(record.description)
    return named[-1] if named else ""


def new_reference() -> str:
    """Make the ``correlation_id`` of a new share."""
    return f"snowline-{uuid.uuid4()}"
