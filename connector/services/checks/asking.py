"""Gathers what an instance shows to its user, and what is known here of the tickets made there."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from connector.announcer import Directory
from connector.errors import InvalidInputError, ProviderError
from connector.models import Connection, Person, Share, TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.probes import Glimpse, glimpse
from connector.servicenow.record import is_sys_id
from connector.servicenow.trials import Trial, rewrite
from connector.services.checks.tables import NEEDED, SEARCHED, Sights
from connector.services.checks.words import seen
from connector.services.desks import Desk
from connector.services.people import person_soon
from connector.store import habits, shares, tickets
from connector.store.database import Database, Session
from connector.text import query_value

_AT_ONCE: Final = 4
_KNOWN: Final = 20
_LATEST: Final = 50
_PERSON_SECONDS: Final = 2.0
_NOTHING: Final = "snowline-check-for-nothing"
_PROPERTIES: Final = "nameINglide.war,glide.buildname"

Question = Callable[[ServiceNowClient], Awaitable[Glimpse]]
Seen = Glimpse | ProviderError
Tried = Trial | ProviderError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the checks of a signed-in user are judged by; ``shares`` are newest first."""

    connection: Connection
    who: Glimpse
    admin: Person | None
    roles: Seen | None
    oauth_client: Seen
    properties: Seen
    sights: tuple[Sights, ...]
    shares: tuple[Share, ...]
    keeps_sys_id: Mapping[TicketKind, bool | None]
    trials: Mapping[TicketKind, Tried]
    desk: Desk[ServiceNowClient]

    @property
    def has_tickets(self) -> bool:
        """Whether a ticket was ever made in this instance."""
        return any(sights.known for sights in self.sights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Puts every question to one instance, a few at once: it has other users too."""

    desk: Desk[ServiceNowClient]
    database: Database
    directory: Directory
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def gather(self, who: Glimpse) -> Evidence:
        """Ask about all that ``who`` needs; a question that is not answered is evidence too."""
        roles, client, properties, sights, trials, admin = await asyncio.gather(
            self._roles(who),
            self._client(),
            self._look("sys_properties", _PROPERTIES, "name,value"),
            asyncio.gather(*map(self._sights, TicketKind)),
            asyncio.gather(*map(self._trial, TicketKind)),
            self._admin(),
        )
        latest = await shares.latest(self._view, self.desk.remote, _LATEST)
        return Evidence(
            connection=self.desk.row.connection,
            who=who,
            admin=admin,
            roles=roles,
            oauth_client=client,
            properties=properties,
            sights=tuple(sights),
            shares=tuple(record.share for record in latest),
            keeps_sys_id={kind: await self._keeps_sys_id(kind) for kind in TicketKind},
            trials=dict(zip(TicketKind, trials, strict=True)),
            desk=self.desk,
        )

    @property
    def _view(self) -> Session:
        return self.database.view(self.desk.row.connection.workspace)

    async def _roles(self, who: Glimpse) -> Seen | None:
        mine = who.values("sys_id")
        if len(mine) != 1 or not is_sys_id(mine[0]):
            return None
        return await self._look("sys_user_has_role", f"user={mine[0]}", "role.name", limit=500)

    async def _client(self) -> Seen:
        try:
            query = f"client_id={query_value(self.desk.row.client_id)}"
        except InvalidInputError:
            return Glimpse()
        return await self._look("oauth_entity", query, "active,redirect_url")

    async def _sights(self, kind: TicketKind) -> Sights:
        known = await tickets.newest(self._view, self.desk.remote, kind, _KNOWN)
        fields = ",".join(NEEDED)
        nothing = (self._look(kind, f"{name}={_NOTHING}", "sys_id") for name in SEARCHED)
        listed, ours, searched = await asyncio.gather(
            self._look(kind, "", fields),
            self._ours(kind, known),
            asyncio.gather(*nothing),
        )
        return Sights(
            kind=kind,
            known=len(known),
            listed=listed,
            ours=ours,
            searched=dict(zip(SEARCHED, searched, strict=True)),
        )

    async def _ours(self, kind: TicketKind, known: tuple[str, ...]) -> Seen | None:
        if not known:
            return None
        return await self._look(kind, f"sys_idIN{','.join(known)}", ",".join(NEEDED), limit=_KNOWN)

    async def _trial(self, kind: TicketKind) -> Tried:
        sys_id = await tickets.newest_open(self._view, self.desk.remote, kind)
        if sys_id is None:
            return None
        async with self._turns:
            return await seen(self.desk.ask(partial(rewrite, kind=kind, sys_id=sys_id)))

    async def _keeps_sys_id(self, kind: TicketKind) -> bool | None:
        return await habits.keeps_sys_id(self._view, self.desk.remote, kind)

    async def _admin(self) -> Person | None:
        connection = self.desk.row.connection
        who = connection.connected_by
        return await person_soon(self.directory, connection.workspace, who, seconds=_PERSON_SECONDS)

    async def _look(self, table: str, query: str, fields: str, limit: int = 10) -> Seen:
        def question(client: ServiceNowClient) -> Awaitable[Glimpse]:
            return glimpse(client, table, query, fields, limit)

        async with self._turns:
            return await seen(self.desk.ask(question))
