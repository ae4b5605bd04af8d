"""The workspace's users, as Slack knows them: the connector's Directory."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from bot.clients import Clients, client_of
from bot.slack import ask
from connector.errors import Provider, ProviderUnavailableError
from connector.models import Person, UserId, WorkspaceId

_RIGHTS_SECONDS: Final = 2.0
_OUTSIDERS: Final = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
_ADMINS: Final = ("is_admin", "is_owner", "is_primary_owner")


@dataclass(frozen=True, slots=True)
class SlackPeople:
    """Looks users up with ``users.info``; implements ``connector.announcer.Directory``."""

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

    async def may_administer(self, workspace: WorkspaceId, user: UserId) -> bool:
        """Tell whether a user is an admin or owner of this workspace, within two seconds.

        Raises:
            ProviderUnavailableError: Slack did not say in time; take it for a no.
            NotFoundError: there is no such user.
        """
        try:
            async with asyncio.timeout(_RIGHTS_SECONDS):
                known = await self._info(workspace, user)
        except TimeoutError as exc:
            remedy = "did not say in time whether you are an admin. Try again in a minute."
            raise ProviderUnavailableError(Provider.CHAT, "users.info", remedy=remedy) from exc
        inside = is_full_member(known, workspace)
        return inside and any(known.get(flag) is True for flag in _ADMINS)

    async def _info(self, workspace: WorkspaceId, user: UserId) -> dict[str, Any]:
        client = await client_of(self.clients, workspace)
        answer = await ask(client.users_info(user=user))
        known: dict[str, Any] = answer.get("user") or {}
        return known


def is_full_member(known: dict[str, Any], workspace: WorkspaceId) -> bool:
    """Tell of a user object whether it is an active person of this workspace, and no guest."""
    return not any(known.get(flag) for flag in _OUTSIDERS) and _belongs(known, workspace)


def _person(user: UserId, known: dict[str, Any]) -> Person:
    profile: dict[str, Any] = known.get("profile") or {}
    confirmed = known.get("is_email_confirmed") is True
    return Person(
        user=user,
        name=str(known.get("real_name") or profile.get("real_name") or known.get("name") or ""),
        email=str(profile.get("email") or "") if confirmed else "",
    )


def _belongs(known: dict[str, Any], workspace: WorkspaceId) -> bool:
    # Somebody from a shared channel may be an admin, but of another workspace.
    grid = known.get("enterprise_user") or {}
    homes = {known.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or [])}
    return workspace in homes or homes == {None}
