"""What people do from the chat with a ticket that exists."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from connector.models.people import ShareId, UserId, WorkspaceId

ActId = NewType("ActId", str)


class ActKind(StrEnum):
    """What is done with a ticket."""

    COMMENT = "comment"
    NOTE = "work note"
    STATE = "change of state"
    ASSIGN = "assignment"
    DUE = "due date"
    FILE = "attachment"
    UPDATE = "update"


class ActState(StrEnum):
    """How far an act has come."""

    RECEIVED = "received"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A column to set, as ServiceNow names it and its value; ``shown`` is how people read that."""

    column: str
    value: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file in the chat, by its id there; ``size`` is in bytes, ``type`` its media type."""

    id: str
    name: str
    size: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDraft:
    """What a user wants done with the ticket of a share.

    ``text`` is what they say with it: a work note for ``ActKind.NOTE`` and ``ActKind.UPDATE``,
    else a comment.
    ``to_me`` assigns the ticket to whoever asks, by their verified e-mail; ``file`` is to be
    attached to it.
    """

    kind: ActKind
    ticket: ShareId
    by: UserId
    by_name: str
    settings: tuple[Setting, ...] = ()
    text: str = ""
    to_me: bool = False
    file: FileRef | None = None

    def value(self, column: str) -> str:
        """Return what a column is to be set to; empty where it is left alone."""
        return next((each.value for each in self.settings if each.column == column), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing done with a ticket: the durable record from the click to the outcome.

    ``reason`` says, to a person, why it is rejected or late; ``parked`` tells that it is late
    for want of a connection. ``wanted`` names the fields that ServiceNow asked for when it
    refused, and ``not_kept`` those that it did not keep. ``gave_up`` tells that nobody knows
    whether it was carried out and nothing more is tried.
    """

    id: ActId
    workspace: WorkspaceId
    draft: ActDraft
    state: ActState
    requested_at: datetime
    reason: str = ""
    parked: bool = False
    wanted: tuple[str, ...] = ()
    not_kept: tuple[str, ...] = ()
    gave_up: bool = False

    @property
    def is_decided(self) -> bool:
        """Tell whether nothing more happens with it."""
        return self.state in {ActState.DONE, ActState.REJECTED} or self.gave_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to choose: a state, a resolution code, a person or a group."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where a ticket may go from its state.

    ``barred`` says, by the state's value, what stands in the way of it.
    """

    states: tuple[Choice, ...]
    close_codes: tuple[Choice, ...]
    hold_reasons: tuple[Choice, ...]
    barred: tuple[tuple[str, str], ...] = ()
