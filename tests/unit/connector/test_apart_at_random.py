"""Two workspaces with the same ids never see each other, whatever both do in whatever order.

Each does the same twice: in a store that both share, and in one that it has for itself. If any
answer, or any row, is another in the shared one, then something of the other was seen or touched.
"""

import asyncio
import random
import secrets
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from connector import wiring
from connector.errors import ConnectorError
from connector.models import (
    ActId,
    ActState,
    ChatInstall,
    ChatToken,
    ShareId,
    ShareState,
    TicketFilter,
    WorkspaceId,
)
from connector.settings import ConnectorSettings
from connector.store import (
    acts,
    deliveries,
    digests,
    installs,
    journal,
    notices,
    shares,
    sign_ins,
    tickets,
)
from connector.store.database import Session, Transaction
from connector.store.shares import ShareRecord
from connector.wiring import Connector
from connector.work import Job
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, GLOBEX, MIA, Chat, People
from tests.unit.connector.store_calls import READS, WRITES
from tests.unit.connector.test_workspaces import kept, unnumbered

BOTH = (ACME, GLOBEX)
OPERATIONS = 50_000 if settings.default.max_examples > 1000 else 500
NAMES = tuple(f"id {number}" for number in range(12))
NOT_ALIKE = (
    # Numbers are given across workspaces.
    tickets.mark_announced,
    journal.mark_told,
    # What is sealed is sealed by chance.
    installs.get,
    # Named by the hash of a secret, which no two share; here they would.
    sign_ins.add,
    sign_ins.start,
    sign_ins.open_page,
)
CALLS = tuple(call for call in (*READS, *WRITES) if call.function not in NOT_ALIKE)

Operation = Callable[[Connector, WorkspaceId], Awaitable[Any]]


@dataclass
class Time:
    now: datetime = rows.NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Stores:
    """One store for both, and one for each alone."""

    shared: Connector
    alone: dict[WorkspaceId, Connector]

    async def do(self, workspace: WorkspaceId, operation: Operation) -> None:
        told = [
            await answer(operation, connector, workspace)
            for connector in (self.shared, self.alone[workspace])
        ]
        assert told[0] == told[1]

    async def compare(self) -> None:
        for workspace, connector in self.alone.items():
            assert await owned(self.shared, workspace) == await owned(connector, workspace)


async def answer(operation: Operation, connector: Connector, workspace: WorkspaceId) -> Any:
    try:
        return unnumbered(await operation(connector, workspace))
    except ConnectorError as exc:
        return type(exc)


async def owned(connector: Connector, workspace: WorkspaceId) -> dict[str, list[str]]:
    """Read all that a workspace owns; what is sealed is sealed by chance."""
    return {
        table: sorted(
            repr([value for name, value in row.items() if not name.startswith("sealed_")])
            for row in found
        )
        for table, found in (await kept(connector.database, workspace)).items()
    }


@asynccontextmanager
async def staged(clock: Time) -> AsyncIterator[Stores]:
    key = f"k:{b64encode(secrets.token_bytes(32)).decode()}"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))

        async def opened(name: str) -> Connector:
            connector = wiring.build(
                ConnectorSettings(database=folder / f"{name}.db", keys=SecretStr(key)),
                announcer=Chat(),
                directory=People(),
                clock=clock,
            )
            await connector.open()
            stack.push_async_callback(connector.stop)
            async with connector.database.transaction_everywhere() as tx:
                line = tx.line
            # Nobody pulls the plug here, and waiting for the disk is most of the time.
            await line.run("PRAGMA synchronous = OFF", {})
            return connector

        yield Stores(await opened("both"), {each: await opened(each) for each in BOTH})


def stored(chance: random.Random) -> Operation:
    """Take a function of the store, with what its table gives it."""
    call = chance.choice(CALLS)

    async def do(connector: Connector, workspace: WorkspaceId) -> Any:
        if call in READS:
            return await call(connector.database.view(workspace))
        async with connector.database.transaction(workspace) as tx:
            return await call(tx)

    return do


def written(chance: random.Random) -> Operation:
    """Write something under an id by chance, which the other uses too."""
    name, more = chance.choice(NAMES), chance.choice(NAMES)
    write = chance.choice((_share, _ticket, _change, _act, _digest, _notice, _delivery, _refill))

    async def do(connector: Connector, workspace: WorkspaceId) -> Any:
        async with connector.database.transaction(workspace) as tx:
            return await write(tx, name, more)

    return do


async def _share(tx: Transaction, name: str, more: str) -> None:
    state = ShareState.ANNOUNCED if more < name else ShareState.RECEIVED
    asked = rows.share(tx.workspace, ShareId(name), state)
    if await shares.get(tx, name) is None:
        await shares.add(tx, asked)
    await shares.save(tx, ShareRecord(share=asked, failures=len(more)))


async def _ticket(tx: Transaction, name: str, more: str) -> None:
    await tickets.put(tx, rows.ticket(tx.workspace, ShareId(name), is_open=more < name))


async def _change(tx: Transaction, name: str, _more: str) -> None:
    await tickets.add_change(tx, rows.change(tx.workspace, ShareId(name)), rows.NOON)


async def _act(tx: Transaction, name: str, more: str) -> None:
    if await acts.get(tx, ActId(name)) is None:
        await acts.add(tx, rows.act(tx.workspace, ActId(name)))
    state = ActState.UNKNOWN if more < name else ActState.SENDING
    await acts.save(tx, rows.act(tx.workspace, ActId(name), state))


async def _digest(tx: Transaction, name: str, _more: str) -> None:
    await digests.add(tx, rows.digest(tx.workspace, name))


async def _notice(tx: Transaction, name: str, _more: str) -> None:
    await notices.add(tx, rows.notice(tx.workspace, name))


async def _delivery(tx: Transaction, name: str, more: str) -> str:
    return await deliveries.claim(tx, name, more, rows.NOON)


async def _refill(tx: Transaction, _name: str, _more: str) -> None:
    if await shares.get(tx, rows.ASKED) is None:
        await rows.fill(tx)


def read(chance: random.Random) -> Operation:
    """Look for an id by chance."""
    name = chance.choice(NAMES)
    look = chance.choice(
        (shares.get, tickets.get, acts.get, digests.get, notices.get, journal.known)
    )

    async def do(connector: Connector, workspace: WorkspaceId) -> Any:
        view: Session = connector.database.view(workspace)
        return await look(view, name)  # type: ignore[operator]

    return do


def served(chance: random.Random) -> Operation:
    """Ask a service, as a person's click does."""
    which = chance.choice(tuple(TicketFilter))
    asked: tuple[Callable[[Any, WorkspaceId], Awaitable[Any]], ...] = (
        lambda services, to: services.tickets.list(to, which, MIA),
        lambda services, to: services.tickets.waiting(to, which, MIA),
        lambda services, to: services.connections.all(to),
        lambda services, to: services.connections.last_servicenow_form(to),
        lambda services, to: services.connections.waiting_shares(to),
        lambda services, to: services.actions.known(to),
        lambda services, to: services.installation.checklist(to),
        lambda services, to: services.installs.token(to),
        lambda services, to: services.installs.keep(_install(to), _token(to)),
        lambda services, to: services.installs.end(to, rows.NOON),
        lambda services, to: services.installs.go_on(to),
    )
    ask = chance.choice(asked)

    async def do(connector: Connector, workspace: WorkspaceId) -> Any:
        return await ask(connector.services, workspace)

    return do


def _install(workspace: WorkspaceId) -> ChatInstall:
    return rows.install(workspace).install


def _token(workspace: WorkspaceId) -> ChatToken:
    return ChatToken(access=SecretStr(f"token of {workspace}"))


def planned(chance: random.Random) -> Operation:
    """Plan work, or look whether it is planned."""
    job, key, looks = chance.choice(tuple(Job)), chance.choice(NAMES), chance.random() < 0.5

    async def do(connector: Connector, workspace: WorkspaceId) -> Any:
        work = connector.worker.work
        async with connector.database.transaction(workspace) as tx:
            if looks:
                return await work.is_planned(tx, job, key)
            return await work.plan(tx, job, key, lane="lane")

    return do


KINDS = (stored, stored, stored, written, written, read, served, planned)


async def live_apart(seed: int, operations: int) -> None:
    chance, clock = random.Random(seed), Time()
    async with staged(clock) as stores:
        for number in range(operations):
            clock.now += timedelta(seconds=1)
            await stores.do(chance.choice(BOTH), chance.choice(KINDS)(chance))
            if number % 500 == 0:
                await sweep(stores)
                await stores.compare()
        await stores.compare()


async def sweep(stores: Stores) -> None:
    """Have all that was lost planned again, everywhere at once."""
    for connector in (stores.shared, *stores.alone.values()):
        await connector.worker.sweep()


# An example takes seconds, or minutes: it is printed as it is found and not made smaller.
@settings(
    max_examples=1,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.integers(0, 2**32))
@example(1)
def test_two_workspaces_with_the_same_ids_never_see_each_other(seed: int) -> None:
    asyncio.run(live_apart(seed, OPERATIONS))
