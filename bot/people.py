"""The workspace's users, as Slack knows them."""

from dataclasses import dataclass
from typing import Any, Final

from bot.clients import Clients, client_of
from bot.groups import groups_of, members_of
from bot.slack import ask
from connector.errors import (
    NotFoundError,
    PlaceGoneError,
    Provider,
    ProviderUnavailableError,
)
from connector.models import Member, Membership, Person, UserGroup, UserId, WorkspaceId

_GUESTS: Final = ("is_restricted", "is_ultra_restricted")
_ADMINS: Final = ("is_admin", "is_owner", "is_primary_owner")


@dataclass(frozen=True, slots=True)
class SlackPeople:
    """Looks people up with ``users.info``, and the groups that they are in."""

    clients: Clients

    async def person(self, workspace: WorkspaceId, user: UserId) -> Person:
        """Look a user up; the e-mail only where Slack has confirmed it.

        Raises:
            ProviderUnavailableError: Slack did not answer.
            NotFoundError: there is no such user.
        """
        return _person(user, await self._info(workspace, user))

    async def full_member(self, workspace: WorkspaceId, user: UserId) -> Person | None:
        """Look up somebody who belongs here; None for a guest, a bot or somebody from outside.

        Raises:
            ProviderUnavailableError: Slack did not answer.
            NotFoundError: there is no such user.
        """
        known = await self._info(workspace, user)
        return _person(user, known) if is_full_member(known, workspace) else None

    async def member(self, workspace: WorkspaceId, user: UserId) -> Member:
        """Tell what a user is to this workspace; whom Slack does not know is gone.

        Raises:
            ProviderUnavailableError: Slack did not say.
        """
        try:
            known = await self._info(workspace, user)
        except NotFoundError:
            return Member(membership=Membership.GONE)
        if known.get("id") != user:
            raise ProviderUnavailableError(Provider.CHAT, "the answer is about nobody")
        return Member(membership=_membership(known, workspace), locale=_locale(known))

    async def user_groups(self, workspace: WorkspaceId) -> tuple[UserGroup, ...]:
        """List the user groups that are in use, by name; an organisation's with their workspace.

        Raises:
            ConnectorError: as for ``bot.slack.ask``.
        """
        return await groups_of(await client_of(self.clients, workspace), workspace)

    async def group_members(self, workspace: WorkspaceId, group: str) -> frozenset[UserId]:
        """Tell who is in a user group; nobody is in one that there is no more.

        Raises:
            ConnectorError: as for ``bot.slack.ask``.
        """
        return await members_of(await client_of(self.clients, workspace), group)

    async def may_post(self, workspace: WorkspaceId, conversation: str) -> bool:
        """Tell whether the bot can post: into public channels, and where it is a member.

        Raises:
            ConnectorError: as for ``bot.slack.ask``.
        """
        client = await client_of(self.clients, workspace)
        try:
            answer = await ask(client.conversations_info(channel=conversation))
        except PlaceGoneError:
            return False
        known: dict[str, Any] = answer.get("channel") or {}
        closed = known.get("is_archived") or known.get("is_read_only") or known.get("is_im")
        private = known.get("is_private") or known.get("is_mpim") or known.get("is_group")
        return not closed and (known.get("is_member") is True or not private)

    async def _info(self, workspace: WorkspaceId, user: UserId) -> dict[str, Any]:
        client = await client_of(self.clients, workspace)
        answer = await ask(client.users_info(user=user, include_locale=True))
        known: dict[str, Any] = answer.get("user") or {}
        return known


def is_full_member(known: dict[str, Any], workspace: WorkspaceId) -> bool:
    """Tell of a user object whether it is an active person of this workspace, and no guest."""
    return _membership(known, workspace).is_full


def _person(user: UserId, known: dict[str, Any]) -> Person:
    profile: dict[str, Any] = known.get("profile") or {}
    confirmed = known.get("is_email_confirmed") is True
    return Person(
        user=user,
        name=str(known.get("real_name") or profile.get("real_name") or known.get("name") or ""),
        email=str(profile.get("email") or "") if confirmed else "",
        locale=_locale(known),
    )


def _locale(known: dict[str, Any]) -> str:
    return str(known.get("locale") or "")


def _membership(known: dict[str, Any], workspace: WorkspaceId) -> Membership:
    if known.get("deleted"):
        return Membership.GONE
    if known.get("is_bot") or known.get("is_workflow_bot"):
        return Membership.MACHINE
    if known.get("is_stranger") or not _belongs(known, workspace):
        return Membership.OUTSIDER
    if any(known.get(flag) for flag in _GUESTS):
        return Membership.GUEST
    who = _in_organisation(known, workspace) or known
    is_admin = any(who.get(flag) is True for flag in _ADMINS)
    return Membership.ADMIN if is_admin else Membership.MEMBER


def _in_organisation(known: dict[str, Any], workspace: WorkspaceId) -> dict[str, Any]:
    """Read what a user is to the organisation, if it is that which has installed Snowline.

    The flags beside it are of one workspace, whose admins are not the organisation's.
    """
    grid: dict[str, Any] = known.get("enterprise_user") or {}
    return grid if grid.get("enterprise_id") == workspace else {}


def _belongs(known: dict[str, Any], workspace: WorkspaceId) -> bool:
    # Somebody from a shared channel may be an admin, but of another workspace.
    grid = known.get("enterprise_user") or {}
    homes = {known.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or [])}
    return workspace in homes or homes == {None}
