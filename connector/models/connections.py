"""Connections and the checks of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.errors import Provider
from connector.models.people import UserId, WorkspaceId


class CheckOutcome(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: ``sentence`` says what was seen, ``remedy`` what to do.

    ``remedy`` is empty where nothing need be done.
    """

    name: str
    outcome: CheckOutcome
    sentence: str
    remedy: str = ""


class Grant(StrEnum):
    """How a remote is made to give tokens, by OAuth's own name for it."""

    CODE = "authorization_code"
    """Somebody signs in as the integration user, in a browser."""
    CLIENT = "client_credentials"
    """Nobody signs in: the remote knows as whom the client acts."""


class ConnectionState(StrEnum):
    """How a connection stands."""

    CONNECTED = "connected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A workspace's authorised link to one instance or one tenant.

    ``remote`` is the instance's host or the tenant's id; ``identity`` the integration user's
    name or the client id. ``signs_out_at`` is when the sign-in ends for good, where that is
    known; ``sign_out_assumed`` tells that the instance did not say so and is taken to keep
    ServiceNow's default. All times are aware UTC.
    """

    workspace: WorkspaceId
    provider: Provider
    remote: str
    identity: str
    state: ConnectionState
    connected_by: UserId
    connected_at: datetime
    last_success_at: datetime | None
    signs_out_at: datetime | None = None
    sign_out_assumed: bool = False
    problem: str = ""
    grant: Grant = Grant.CODE
