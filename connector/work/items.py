"""The words of durable work."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from connector.models import WorkspaceId

LONGEST_WAIT: Final = 300.0


class Job(StrEnum):
    """What kind of step a work item is."""

    ADVANCE_SHARE = "advance share"
    SHOW_SHARE = "show share"
    REDRAW_CARD = "redraw card"
    ANNOUNCE_TICKET = "announce ticket"
    POST_DIGEST = "post digest"
    TELL_NOTICE = "tell notice"
    SYNC_TICKETS = "sync tickets"
    REFRESH_SCORE = "refresh score"
    WARN_OF_SIGN_OUT = "warn of sign-out"
    PURGE = "purge"
    ADVANCE_ACT = "advance act"
    TELL_ACT = "tell act"
    READ_JOURNALS = "read journals"
    TELL_JOURNAL = "tell journal"
    TELL_NEWS = "tell news"
    ERASE_WORKSPACE = "erase workspace"
    SHOW_HOME = "show home"
    FIND_COUNTERPART = "find counterpart"
    SHOW_BULK = "show bulk"
    TELL_RIGHT_REQUEST = "tell right request"


@dataclass(frozen=True, slots=True)
class Done:
    """There is nothing left to do for that key, until somebody plans it anew."""


@dataclass(frozen=True, slots=True)
class Again:
    """The same is to be done again, not before ``at`` (aware UTC)."""

    at: datetime


Next = Done | Again


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A claimed work item; ``attempts`` counts how often in a row it was begun in vain."""

    workspace: WorkspaceId
    job: Job
    key: str
    lane: str
    attempts: int


def backoff(base: float, attempts: int) -> timedelta:
    """Choose the wait before the next try: doubling from ``base`` seconds, with full jitter."""
    longest = min(LONGEST_WAIT, base * 2.0 ** min(attempts, 20))
    return timedelta(seconds=random.uniform(0, longest))  # noqa: S311  -- no secret
