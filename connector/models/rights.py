"""Who may do what with the bot, and who asked to be let in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from connector.models.people import Place, UserId, WorkspaceId


class Right(StrEnum):
    """What somebody may do; ``GIVEN_OUT`` are those that the settings give to people.

    ``ADMINISTER`` is for the workspace's admins and owners alone, ``SEE`` for its full members,
    ``ANYONE`` for guests and people from outside, too.
    """

    CONNECT = "connect"
    SHARE = "share"
    CHANGE = "change"
    ADMINISTER = "administer"
    SEE = "see"
    ANYONE = "anyone"


GIVEN_OUT: Final = (Right.CONNECT, Right.SHARE, Right.CHANGE)


class Membership(StrEnum):
    """What a user is to the workspace."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    OUTSIDER = "outsider"
    MACHINE = "machine"
    GONE = "gone"

    @property
    def is_full(self) -> bool:
        """Tell whether this is a full member, admins among them."""
        return self in (Membership.ADMIN, Membership.MEMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user as the workspace sees them; ``locale`` as for ``Person``."""

    membership: Membership
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """A group of users of the chat system; ``id`` means something only there."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightRule:
    """Who has a right beside the workspace's admins, who have every one."""

    everybody: bool = False
    users: tuple[UserId, ...] = ()
    groups: tuple[UserGroup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Who has which right; ``approvers`` answer those who ask for one.

    Without approvers, the admins answer who connected ServiceNow and last changed the rights.
    """

    connect: RightRule = RightRule()
    share: RightRule = RightRule(everybody=True)
    change: RightRule = RightRule(everybody=True)
    approvers: tuple[UserId, ...] = ()

    def of(self, right: Right) -> RightRule:
        """Return the rule of a right that is given out."""
        rules = {Right.CONNECT: self.connect, Right.SHARE: self.share, Right.CHANGE: self.change}
        return rules[right]


_NOBODY: Final = UserId("")


class RequestState(StrEnum):
    """How far a request for a right has come; unheard if nobody could be told of it."""

    PENDING = "pending"
    ALLOWED = "allowed"
    DECLINED = "declined"
    OVERTAKEN = "overtaken"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True, kw_only=True)
class RightRequest:
    """Somebody's wish to have a right; ``decided_by`` is empty until it is answered."""

    id: str
    workspace: WorkspaceId
    user: UserId
    right: Right
    asked_at: datetime
    state: RequestState = RequestState.PENDING
    decided_by: UserId = _NOBODY
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCopy:
    """What one approver was shown of a request; ``place`` is None where they cannot be reached."""

    approver: UserId
    place: Place | None
    shown: RequestState
