"""How one sandbox instance behaves where real instances differ."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.servicenow.rate_limits import RateRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNowSettings:
    """How this instance behaves.

    ``honour_sys_id`` off replaces a ``sys_id`` that a client chose by one made here.
    ``longest_transaction`` bounds ``late-commit``, in seconds. ``redirect_uris`` empty lets any
    callback on this machine in. ``group_needed_beyond_new`` refuses to move a change request on
    before it has an assignment group. ``dropped`` are the columns whose values are not kept, and
    ``unreadable`` those that may not be read, by whoever is no admin: a field's access rules.
    ``out_of_sight`` are the sys_ids of records that only admins see: a row's access rules.
    ``closed`` are tables that nobody but an admin may ask for, and ``opened`` those of an admin
    that everybody may read. ``release`` is what the instance's properties call it.
    ``rate_rules`` limit the requests to the Table API; real instances have none by default.
    ``demo_records`` seeds a few old tickets. ``clock`` tells
    seconds since 1970, and is what answers are dated by.
    """

    honour_sys_id: bool = True
    longest_transaction: float = 60.0
    token_seconds: int = 1800
    refresh_seconds: int = 8_640_000
    redirect_uris: tuple[str, ...] = ()
    group_needed_beyond_new: bool = False
    dropped: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    out_of_sight: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    release: str = "Australia"
    rate_rules: tuple[RateRule, ...] = ()
    demo_records: bool = True
    time_zone: str = "America/Los_Angeles"
    clock: Callable[[], float] = time.time
