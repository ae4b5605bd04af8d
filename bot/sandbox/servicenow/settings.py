"""How one sandbox instance behaves where real instances differ."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.servicenow.fields import Field
from bot.sandbox.servicenow.priority import SHIPPED, Matrix
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
    that everybody may read; records of ``frozen`` ones nobody but an admin may change, though make.
    ``release`` is what the instance's properties call it.
    ``priorities`` is the matrix its priority look-up starts with: by impact and urgency.
    ``client_credentials`` off leaves out the property that lets clients in by that grant, and
    ``application_user`` is whom the registered clients act as then; empty for nobody.
    ``custom_columns`` are those that its admins have added to incidents and change requests.
    ``rate_rules`` limit the requests to the Table API; real instances have none by default.
    ``demo_records`` seeds a few old tickets; ``bare`` leaves out what a bot needs: the integration
    user, the OAuth clients and the property for client credentials. ``basic_restricted`` lets only
    *Web service access only* users, and those with the role for it, in by password at the API;
    ``basic_second_factor`` nobody by password alone. ``clock`` tells seconds since 1970, and is
    what answers are dated by.
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
    frozen: frozenset[str] = frozenset()
    release: str = "Australia"
    priorities: Matrix = field(default_factory=lambda: SHIPPED)
    client_credentials: bool = True
    application_user: str = "snowline.integration"
    custom_columns: tuple[Field, ...] = ()
    rate_rules: tuple[RateRule, ...] = ()
    demo_records: bool = True
    bare: bool = False
    basic_restricted: bool = False
    basic_second_factor: bool = False
    time_zone: str = "America/Los_Angeles"
    clock: Callable[[], float] = time.time
