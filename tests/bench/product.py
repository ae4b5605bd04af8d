"""Snowline as a whole for benchmarks: its store, its work and a chat that only keeps cards."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from bot.sandbox import accounts
from connector.clock import utc_now
from connector.http import Http
from connector.models import Place, Share, ShareId, ShareState, TicketDraft, TicketKind
from connector.servicenow.record import Record
from connector.services.tickets.records import to_ticket
from connector.settings import ConnectorSettings
from connector.store import shares, tickets
from connector.store.columns import micros
from connector.store.shares import ShareRecord, Shown
from connector.vault import new_key
from connector.wiring import Connector, build
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, CHANNEL, Chat, People, until
from tests.unit.connector.stage import sign_in

INCIDENT = TicketKind.INCIDENT
PATIENCE = 300.0


@dataclass
class Product:
    """A connector that is signed in; ``counting`` is where the wire's bytes are counted."""

    connector: Connector
    settings: ConnectorSettings
    counting: str
    asked: int = 0

    async def share(self, count: int) -> tuple[float, int]:
        """Ask for tickets, and wait until each is made and shown."""
        service, began = self.connector.services.shares, time.perf_counter()
        for _ in range(count):
            self.asked += 1
            draft = replace(_draft(), name=f"Require MFA for group {self.asked}")
            await service.request(ACME, draft, CHANNEL, f"view-{self.asked}")
        await self._all_shown()
        return time.perf_counter() - began, count

    async def _all_shown(self) -> None:
        view = self.connector.database.view(ACME)
        async with asyncio.timeout(PATIENCE):
            while await shares.count_unfinished(view) or await shares.without_card(view):
                await asyncio.sleep(0.02)

    async def track(self, records: Sequence[Record]) -> None:
        """Keep tickets as if Snowline had made them, up to their newest change."""
        newest = max(record.updated_at for record in records)
        async with self.connector.database.transaction(ACME) as tx:
            for record in records:
                share = _made(record)
                await shares.add(tx, share)
                await shares.save(tx, ShareRecord(share=share))
                await shares.keep_shown(
                    tx, share.id, Shown.TICKET, "", Place(conversation=CHANNEL, message="1")
                )
                ticket = to_ticket(self.connector.http, share, record, read_at=utc_now())
                await tickets.put(tx, ticket)
            await tickets.advance_watermark(tx, accounts.INSTANCE_HOST, INCIDENT, newest)

    async def follow(self, origin: str) -> tuple[float, int]:
        """Bring all tracked tickets up to date once; count those that changed."""
        view, before = self.connector.database.view(ACME), utc_now()
        following = self.connector.services.following
        if origin == self.counting:
            http = Http(replace_host(self.settings, origin))
            following = replace(following, desks=replace(following.desks, http=http))
        began = time.perf_counter()
        await following.sync(ACME, INCIDENT)
        seconds = time.perf_counter() - began
        row = await view.first(
            "SELECT count(*) AS n FROM tickets WHERE workspace = :workspace AND read_at >= :at",
            at=micros(before),
        )
        assert row is not None
        return seconds, row["n"]


def replace_host(settings: ConnectorSettings, origin: str) -> ConnectorSettings:
    """Point settings at another address of the instance."""
    return settings.model_copy(update={"allow_hosts": {accounts.INSTANCE_HOST: origin}})


@asynccontextmanager
async def product(origin: str, counting: str, database: Path) -> AsyncIterator[Product]:
    """Start a connector and connect it to the instance."""
    settings = ConnectorSettings(
        database=database,
        keys=SecretStr(new_key()),
        public_url="http://127.0.0.1:9",
        allow_hosts={accounts.INSTANCE_HOST: origin},
        sync_every=86_400,
        call_deadline=120,
    )
    chat = Chat()
    connector = build(settings, announcer=chat, directory=People())
    await connector.start()
    end = await sign_in(connector)
    assert end.ok, end
    await until(lambda: bool(chat.notices), 60)
    yield Product(connector, settings, counting)
    await connector.stop()


def _draft() -> TicketDraft:
    return rows.share(ACME, ShareId("draft"), ShareState.RECEIVED).draft


def _made(record: Record) -> Share:
    share = rows.share(ACME, ShareId(record.sys_id), ShareState.ANNOUNCED)
    return replace(
        share,
        instance=accounts.INSTANCE_HOST,
        sys_id=record.sys_id,
        correlation_id=record.correlation_id,
    )
