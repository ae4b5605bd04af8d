"""No function of the store sees, changes or removes a row of another workspace."""

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import connector.store
from connector.models import JournalEntry, TicketChange, WorkspaceId
from connector.store.columns import Row
from connector.store.database import Database, Session, Transaction
from connector.store.news import NewsRow
from connector.work import Job, Work
from tests.unit.connector import rights_rows, rows
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, MIA, Clock
from tests.unit.connector.store_calls import (
    ASTRAY,
    EVERYWHERE,
    READS,
    WRITES,
    Call,
    Function,
    other,
)

OwnedBy = Callable[..., AbstractAsyncContextManager[Database]]
BOTH = (ACME, GLOBEX)
COLUMNS = (
    "SELECT t.name AS owner, c.name FROM sqlite_master t, pragma_table_info(t.name) c"
    " WHERE t.type = 'table' ORDER BY t.name, c.cid"
)
NUMBERED = {
    ("acts", "number"),
    ("changes", "id"),
    ("journal_entries", "id"),
    ("news", "id"),
    ("setting_changes", "id"),
}
"""What is counted across workspaces."""


def named(call: Call) -> str:
    return f"{call.function.__module__.rsplit('.', 1)[1]}.{call.function.__name__}"


def each(calls: tuple[Call, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", [pytest.param(call, id=named(call)) for call in calls])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of databases to copy: filling one takes longer than what is tried on it."""
    return tmp_path_factory.mktemp("filled")


@pytest.fixture
def owned_by(filled: Path, tmp_path: Path) -> OwnedBy:
    """Open a database in which these workspaces, filled in this order, have the same ids."""

    @asynccontextmanager
    async def open_copy(*owners: WorkspaceId) -> AsyncIterator[Database]:
        name = f"{'-'.join(owners) or 'nobody'}.db"
        if not (filled / name).exists():
            await fill(filled / name, owners)
        shutil.copy(filled / name, tmp_path / name)
        async with opened(tmp_path / name) as database:
            yield database

    return open_copy


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Database]:
    database = Database(path)
    await database.open()
    yield database
    await database.close()


async def fill(path: Path, owners: tuple[WorkspaceId, ...]) -> None:
    async with opened(path) as database:
        for owner in owners:
            async with database.transaction(owner) as tx:
                await rows.fill(tx)
                await rights_rows.fill(tx)


async def plan_everything(database: Database, workspace: WorkspaceId) -> None:
    """Plan work for every row, so that none of this workspace lacks it."""
    work = Work(database=database, clock=Clock(), lane_size=1)
    async with database.transaction(workspace) as tx:
        for job in Job:
            for key in (*rows.SHARES, *rows.ACTS, "wanted", "posted", "notice", ADA, MIA):
                await work.plan(tx, job, key, lane="lane")


async def kept(database: Database, workspace: WorkspaceId) -> dict[str, list[Row]]:
    """Read all that a workspace owns; the numbers of some rows are given across workspaces."""
    view = database.view_everywhere()
    columns: dict[str, list[str]] = {}
    for found in await view.run(COLUMNS):
        if (found["owner"], found["name"]) not in NUMBERED:
            columns.setdefault(found["owner"], []).append(found["name"])
    return {
        table: await view.run(
            # The names are those of our own tables.
            f"SELECT {', '.join(names)} FROM {table} WHERE workspace = :owner",  # noqa: S608
            owner=workspace,
        )
        for table, names in columns.items()
        if "workspace" in names
    }


@pytest.mark.parametrize("reader", BOTH)
@each(READS)
async def test_a_read_finds_ones_own_rows_and_no_others(
    call: Call, reader: WorkspaceId, owned_by: OwnedBy
) -> None:
    async with (
        owned_by() as nobodys,
        owned_by(reader) as alone,
        owned_by(other(reader), reader) as shared,
        owned_by(other(reader)) as others,
    ):
        await plan_everything(shared, other(reader))
        nothing = unnumbered(await call(nobodys.view(reader)))
        something = unnumbered(await call(alone.view(reader)))
        assert something != nothing
        assert unnumbered(await call(shared.view(reader))) == something
        assert unnumbered(await call(others.view(reader))) == nothing


@pytest.mark.parametrize("writer", BOTH)
@each(WRITES)
async def test_a_write_changes_ones_own_rows_and_no_others(
    call: Call, writer: WorkspaceId, owned_by: OwnedBy
) -> None:
    async with (
        owned_by(writer) as alone,
        owned_by(writer, other(writer)) as shared,
    ):
        before = await kept(alone, writer)
        others = await kept(shared, other(writer))
        said = [await carry_out(call, database, writer) for database in (alone, shared)]
        assert said[0] == said[1]
        assert await kept(alone, writer) != before
        assert await kept(shared, writer) == await kept(alone, writer)
        assert await kept(shared, other(writer)) == others


@pytest.mark.parametrize("writer", BOTH)
@each(ASTRAY)
async def test_a_write_that_names_anothers_row_changes_nothing(
    call: Call, writer: WorkspaceId, owned_by: OwnedBy
) -> None:
    async with owned_by(writer, other(writer)) as shared:
        before = [await kept(shared, workspace) for workspace in BOTH]
        await carry_out(call, shared, writer)
        assert [await kept(shared, workspace) for workspace in BOTH] == before


def unnumbered(answer: Any) -> Any:
    """Leave out the numbers that are given across workspaces."""
    if not isinstance(answer, tuple):
        return answer
    numbered = (TicketChange, JournalEntry, NewsRow)
    return tuple(replace(each, id=0) if isinstance(each, numbered) else each for each in answer)


async def carry_out(call: Call, database: Database, writer: WorkspaceId) -> Any:
    async with database.transaction(writer) as tx:
        return await call(tx)


def asking_the_store() -> Iterator[Function]:
    for found in pkgutil.iter_modules(connector.store.__path__, "connector.store."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == found.name and not name.startswith("_"):
                hints = set(get_type_hints(function).values())
                if hints & {Session, Transaction, Database}:
                    yield function


def test_every_function_of_the_store_is_held_to_its_workspace() -> None:
    """A newcomer gets a line in ``store_calls``."""
    held = {call.function for call in (*READS, *WRITES)} | EVERYWHERE
    assert set(asking_the_store()) == held
