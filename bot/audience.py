"""Who reads along in a channel: only full members of the workspace, or somebody else, too."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.clients import client_of
from bot.people import SlackPeople, is_full_member
from bot.slack import ask
from connector.models import WorkspaceId

_KNOWN_FOR: Final = 600.0
"""Seconds; Slack lists users twenty pages a minute and no more."""
_NEWCOMERS: Final = 30.0
"""Seconds after which somebody who is not in the list is worth another look."""
_PAGE: Final = 1000
_MOST_PAGES: Final = 15
_MOST_ASKED_FOR: Final = 50
"""Of how many people each is asked for where a workspace is too large for its list."""
_DIRECT: Final = ("D", "U", "W")
"""How the ids of direct messages begin, and those of users, which stand for theirs."""
_SHARED: Final = ("is_ext_shared", "is_pending_ext_shared")
_Where = tuple[WorkspaceId, str]
"""A workspace, or an organisation and a workspace of it."""


@dataclass(slots=True)
class _Insiders:
    """Full members and apps, as Slack listed them; ``at`` is monotonic.

    Where there are too many to be listed these are some, and not ``is_whole``.
    """

    users: frozenset[str]
    is_whole: bool
    at: float


@dataclass(frozen=True, slots=True)
class Audience:
    """Knows the full members of each workspace for ten minutes."""

    _kept: dict[_Where, _Insiders] = field(default_factory=dict)
    _listing: dict[_Where, asyncio.Task[_Insiders]] = field(default_factory=dict)
    _locks: dict[_Where, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def is_closed(
        self, client: AsyncWebClient, workspace: WorkspaceId, channel: str, team: str = ""
    ) -> bool:
        """Tell whether full members and apps alone read a channel; of too many it is a no.

        An organisation's token lists users of one workspace of it alone, which ``team`` names.

        Raises:
            PlaceGoneError: nobody can tell: it is private, and Snowline is not in it.
            ConnectorError: as for ``bot.slack.ask``.
        """
        members, is_whole = await _all(client.conversations_members, "members", channel=channel)
        if not is_whole or not members:
            return False
        where = workspace, team
        async with self._locks[where]:
            insiders = await self._insiders(client, where, _KNOWN_FOR)
            if insiders.is_whole and not insiders.users.issuperset(members):
                insiders = await self._insiders(client, where, _NEWCOMERS)
            missing = set(members) - insiders.users
            if missing and not insiders.is_whole and len(missing) <= _MOST_ASKED_FOR:
                missing -= await _insiders_of(client, WorkspaceId(team or workspace), missing)
                insiders.users |= set(members) - missing
        return not missing

    async def _insiders(self, client: AsyncWebClient, where: _Where, lasting: float) -> _Insiders:
        kept = self._kept.get(where)
        if kept is not None and time.monotonic() - kept.at <= lasting:
            return kept
        # A form waits for less than a second; what is listed after that is for whoever asks next.
        return await asyncio.shield(self._begun(client, where))

    def _begun(self, client: AsyncWebClient, where: _Where) -> asyncio.Task[_Insiders]:
        running = self._listing.get(where)
        if running is None:
            running = self._listing[where] = asyncio.create_task(self._listed(client, where))
            running.add_done_callback(lambda task: self._ended(where, task))
        return running

    def _ended(self, where: _Where, task: asyncio.Task[_Insiders]) -> None:
        del self._listing[where]
        if not task.cancelled():
            # Whoever asked may have given up; then nobody else looks at the error.
            task.exception()

    async def _listed(self, client: AsyncWebClient, where: _Where) -> _Insiders:
        (workspace, team), now = where, time.monotonic()
        of_team = {"team_id": team} if team else {}
        listed, is_whole = await _all(client.users_list, "members", **of_team)
        users = frozenset(_insiders_among(listed, WorkspaceId(team or workspace)))
        kept = self._kept[where] = _Insiders(users, is_whole, now)
        return kept


@dataclass(frozen=True, slots=True)
class SlackDirectory(SlackPeople):
    """Knows the workspace's people and who reads where: ``connector.announcer.Directory``."""

    audience: Audience = field(default_factory=Audience)

    def is_direct(self, conversation: str) -> bool:
        """Tell of a conversation, or a user, whether it is a user's own with Snowline."""
        return conversation.startswith(_DIRECT)

    async def is_closed(self, workspace: WorkspaceId, conversation: str) -> bool:
        """Tell whether full members alone read a conversation; of a very large one it is a no.

        Raises:
            PlaceGoneError, ConnectorError: as for ``Audience.is_closed``.
        """
        if self.is_direct(conversation):
            return True
        client = await client_of(self.clients, workspace)
        answer = await ask(client.conversations_info(channel=conversation))
        known: dict[str, Any] = answer.get("channel") or {}
        if any(known.get(flag) for flag in _SHARED):
            return False
        team = str(known.get("context_team_id") or "")
        of_team = "" if team == workspace else team
        return await self.audience.is_closed(client, workspace, conversation, of_team)


def _insiders_among(listed: list[Any], workspace: WorkspaceId) -> list[str]:
    return [
        str(each.get("id"))
        for each in listed
        if is_full_member(each | {"is_bot": False}, workspace)
    ]


async def _insiders_of(client: AsyncWebClient, workspace: WorkspaceId, users: set[str]) -> set[str]:
    """Ask for each of some users; return those who are full members, and apps."""
    known = [(await ask(client.users_info(user=each))).get("user") or {} for each in sorted(users)]
    return set(_insiders_among(known, workspace))


async def _all(method: Any, name: str, **more: str) -> tuple[list[Any], bool]:
    """Read every page of a list; tell whether it is whole, or too long to be read."""
    found: list[Any] = []
    cursor = ""
    for _ in range(_MOST_PAGES):
        answer = await ask(method(limit=_PAGE, cursor=cursor or None, **more))
        found += answer.get(name) or []
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return found, True
    return found, False
