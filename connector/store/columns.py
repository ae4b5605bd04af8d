"""How values look in columns: times as integer UTC microseconds, structures as JSON text."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from connector.models import Place

Value = str | int | float | None
Row = Mapping[str, Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Turn an aware time into a column's value."""
    return (moment - _EPOCH) // _MICROSECOND


def micros_or_none(moment: datetime | None) -> int | None:
    """Turn a time that may be missing into a column's value."""
    return None if moment is None else micros(moment)


def moment(value: int) -> datetime:
    """Turn a column's value into an aware time in UTC."""
    return _EPOCH + value * _MICROSECOND


def moment_or_none(value: int | None) -> datetime | None:
    """Turn a column's value that may be missing into a time."""
    return None if value is None else moment(value)


def day(value: str | None) -> date | None:
    """Read a calendar day."""
    return date.fromisoformat(value) if value else None


def day_text(value: date | None) -> str | None:
    """Write a calendar day."""
    return value.isoformat() if value else None


def place(row: Row) -> Place | None:
    """Read a place from its two columns."""
    conversation = row["place_conversation"]
    return Place(conversation=conversation, message=row["place_message"]) if conversation else None


def place_values(value: Place | None) -> dict[str, Value]:
    """Write a place into its two columns."""
    return {
        "place_conversation": value.conversation if value else None,
        "place_message": value.message if value else None,
    }


def thread(row: Row) -> Place | None:
    """Read the message in whose thread something is to stand."""
    message = row["thread_message"]
    return Place(conversation=row["thread_conversation"], message=message) if message else None


def thread_values(value: Place | None) -> dict[str, Value]:
    """Write the message in whose thread something is to stand."""
    return {
        "thread_conversation": value.conversation if value else None,
        "thread_message": value.message if value else None,
    }


def packed(value: Any) -> str:
    """Write a structure as JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Any:
    """Read a structure from JSON text."""
    return json.loads(text)
