"""Who may do what: the one place where it is decided."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final, Self

from connector.announcer import Directory
from connector.clock import Clock
from connector.errors import (
    ConnectorError,
    NotAllowedError,
    NotFoundError,
    Provider,
    ProviderUnavailableError,
)
from connector.models import (
    GIVEN_OUT,
    Membership,
    Right,
    RightRule,
    Rights,
    SettingChange,
    SettingTopic,
    UserGroup,
    UserId,
    WorkspaceId,
)
from connector.services.configuring.history import note_change
from connector.services.rights.remembered import Remembered
from connector.store import chat_settings, connections
from connector.store.database import Database, Session
from connector.words import later

PATIENCE: Final = 2.0
"""Seconds within which it is decided whether somebody may."""
MEMBERS_KNOWN_FOR: Final = timedelta(minutes=10)
GROUPS_KNOWN_FOR: Final = timedelta(minutes=3)
MOST_GROUPS: Final = 10
MOST_USERS: Final = 100
_ASKED_ANEW: Final = (Right.CONNECT, Right.ADMINISTER)
"""Rights for which what was said of a person a minute ago is not enough."""
_CANNOT_TELL: Final = later("did not say in time whether you may do that. Try again in a minute.")
_NOT_A_MEMBER: Final = later(
    "Snowline is for full members of this workspace, not for guests and people of other"
    " organisations. Ask a member to do it for you."
)
_LACKING: Final = {
    Right.CONNECT: later(
        "Only admins and owners of this workspace, and whom they have chosen, may do that."
        " Ask one of them."
    ),
    Right.ADMINISTER: later(
        "Only admins and owners of this workspace may do that. Ask one of them."
    ),
    Right.SHARE: later(
        "Only people whom the admins of this workspace have chosen may make tickets."
        " Ask an admin to be one of them."
    ),
    Right.CHANGE: later(
        "Only people whom the admins of this workspace have chosen may change tickets."
        " Ask an admin to be one of them."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsService:
    """Decides by what the settings say and what the chat system says of the person.

    Who is a full member is remembered for ten minutes, who is in a group for three; for what
    admins do the person is asked about anew each time.
    """

    database: Database
    directory: Directory
    clock: Clock
    members: Remembered[Membership]
    groups: Remembered[frozenset[UserId]]
    listed: Remembered[tuple[UserGroup, ...]] = field(repr=False)

    @classmethod
    def of(cls, database: Database, directory: Directory, clock: Clock) -> Self:
        """Know nobody yet."""
        return cls(
            database=database,
            directory=directory,
            clock=clock,
            members=Remembered(clock, MEMBERS_KNOWN_FOR),
            groups=Remembered(clock, GROUPS_KNOWN_FOR),
            listed=Remembered(clock, GROUPS_KNOWN_FOR),
        )

    async def require(self, workspace: WorkspaceId, user: UserId, right: Right) -> None:
        """Let somebody through who may; decides within two seconds.

        Raises:
            NotAllowedError: they may not; says whether they can ask to.
            ProviderUnavailableError: the chat system did not say in time; take it for a no.
        """
        if right is not Right.ANYONE:
            # Who somebody is and who is in a group are two questions to one that may be slow.
            async with _soon():
                await self._required(workspace, user, right)

    async def _required(self, workspace: WorkspaceId, user: UserId, right: Right) -> None:
        membership = await self.membership(workspace, user, anew=right in _ASKED_ANEW)
        if not membership.is_full:
            raise NotAllowedError(_NOT_A_MEMBER, right=right)
        if membership is Membership.ADMIN or right is Right.SEE:
            return
        if right in GIVEN_OUT and await self._is_given(workspace, user, right):
            return
        raise NotAllowedError(
            _LACKING[right], right=right, may_ask=await self._can_be_asked(workspace, user, right)
        )

    async def may(self, workspace: WorkspaceId, user: UserId, right: Right) -> bool:
        """Tell whether somebody may, as for ``require``; what cannot be told is a no."""
        try:
            await self.require(workspace, user, right)
        except ConnectorError:
            return False
        return True

    async def membership(
        self, workspace: WorkspaceId, user: UserId, *, anew: bool = False
    ) -> Membership:
        """Tell what a user is to the workspace, within two seconds.

        Raises:
            ProviderUnavailableError: the chat system did not say in time.
        """
        asking = partial(self._looked_up, workspace, user)
        async with _soon():
            return await self.members.get((workspace, user), asking, anew=anew)

    async def user_groups(self, workspace: WorkspaceId, words: str = "") -> tuple[UserGroup, ...]:
        """List the groups of users whose name holds what was typed.

        Raises:
            ProviderError: the chat system did not say in time.
        """
        asking = partial(self.directory.user_groups, workspace)
        async with _soon():
            every = await self.listed.get((workspace, ""), asking)
        typed = words.casefold().lstrip("@").strip()
        return tuple(each for each in every if typed in each.name.casefold())

    async def rights(self, workspace: WorkspaceId) -> Rights:
        """Read who has which right."""
        return await chat_settings.rights(self.database.view(workspace))

    async def keep(self, workspace: WorkspaceId, by: UserId, rights: Rights) -> None:
        """Keep who has which right from now on."""
        async with self.database.transaction(workspace) as tx:
            if rights == await chat_settings.rights(tx):
                return
            await chat_settings.keep_rights(tx, rights)
            what = "who may do what"
            change = SettingChange(topic=SettingTopic.RIGHTS, by=by, at=self.clock(), what=what)
            await note_change(tx, change)

    async def approvers(self, session: Session) -> tuple[UserId, ...]:
        """Name those who answer requests; ``may_answer`` says which of them do so now.

        Without any set, they are whoever connected ServiceNow and whoever last changed the
        rights: where others than admins may connect, an admin has let them.
        """
        if chosen := (await chat_settings.rights(session)).approvers:
            return chosen
        row = await connections.get(session, Provider.SERVICENOW)
        changes = await chat_settings.last_changes(session)
        by = [each.by for each in changes if each.topic is SettingTopic.RIGHTS]
        return tuple(dict.fromkeys([*([row.connection.connected_by] if row else []), *by]))

    async def may_answer(self, workspace: WorkspaceId, user: UserId) -> bool:
        """Tell whether somebody answers requests now: an admin, or a member who is named for it.

        Whoever is named only for what they did must be an admin: to be let connect is not to
        be let give rights.

        Raises:
            ProviderUnavailableError: the chat system did not say in time.
        """
        membership = await self.membership(workspace, user, anew=True)
        if membership is not Membership.MEMBER:
            return membership is Membership.ADMIN
        return user in (await self.rights(workspace)).approvers

    async def _looked_up(self, workspace: WorkspaceId, user: UserId) -> Membership:
        try:
            return (await self.directory.member(workspace, user)).membership
        except NotFoundError:
            return Membership.GONE

    async def _is_given(self, workspace: WorkspaceId, user: UserId, right: Right) -> bool:
        rule = (await self.rights(workspace)).of(right)
        if rule.everybody or user in rule.users:
            return True
        return bool(rule.groups) and await self._is_in_one(workspace, user, rule)

    async def _is_in_one(self, workspace: WorkspaceId, user: UserId, rule: RightRule) -> bool:
        async with _soon():
            asked = [self._members_of(workspace, group) for group in rule.groups]
            answers = await asyncio.gather(*asked, return_exceptions=True)
        if any(isinstance(each, frozenset) and user in each for each in answers):
            return True
        for each in answers:
            if isinstance(each, BaseException):
                raise ProviderUnavailableError(
                    Provider.CHAT, "the members of a group", remedy=_CANNOT_TELL
                ) from each
        return False

    async def _members_of(self, workspace: WorkspaceId, group: UserGroup) -> frozenset[UserId]:
        asking = partial(self.directory.group_members, workspace, group.id)
        return await self.groups.get((workspace, group.id), asking)

    async def _can_be_asked(self, workspace: WorkspaceId, user: UserId, right: Right) -> bool:
        others = set(await self.approvers(self.database.view(workspace))) - {user}
        return right in GIVEN_OUT and bool(others)


@asynccontextmanager
async def _soon() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError as exc:
        raise ProviderUnavailableError(
            Provider.CHAT, "no answer in time", remedy=_CANNOT_TELL
        ) from exc
