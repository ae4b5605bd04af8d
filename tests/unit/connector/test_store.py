import ast
import asyncio
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

import connector.store
import connector.store.migrations
import connector.work
from connector.store import deliveries, health
from connector.store.columns import micros, moment
from connector.store.database import Database
from connector.store.engine import StoreError
from tests.unit.connector.fakes import ACME, GLOBEX

ADD = "INSERT INTO deliveries (workspace, key, made, at) VALUES (:workspace, :key, 'x', 1)"
COUNT = "SELECT count(*) AS n FROM deliveries WHERE workspace = :workspace"


async def count(database: Database, workspace: str = ACME) -> int:
    row = await database.view(ACME if workspace == ACME else GLOBEX).first(COUNT)
    assert row is not None
    return int(row["n"])


async def write(database: Database, *keys: str, called: list[int] | None = None) -> None:
    async with database.transaction(ACME) as tx:
        tx.after_commit(lambda: (called if called is not None else []).append(2))
        for key in keys:
            await tx.run(ADD, key=key)


async def test_what_a_transaction_wrote_is_there_afterwards(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        await tx.run(ADD, key="one")
    assert await count(database) == 1


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(StoreError):
        await write(database, "one", "one")
    assert await count(database) == 0


async def test_a_workspaces_rollback_never_takes_anothers_rows_along(database: Database) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        async with database.transaction(ACME) as tx:
            await tx.run(ADD, key="lost")
            inside.set()
            await go_on.wait()
            raise ValueError("undo")

    async def succeeds() -> None:
        await inside.wait()
        async with database.transaction(GLOBEX) as tx:
            await tx.run(ADD, key="kept")

    failing, succeeding = asyncio.create_task(fails()), asyncio.create_task(succeeds())
    await inside.wait()
    await asyncio.sleep(0.05)
    assert not succeeding.done()
    go_on.set()
    with pytest.raises(ValueError, match="undo"):
        await failing
    await succeeding
    assert (await count(database, ACME), await count(database, GLOBEX)) == (0, 1)


async def test_readers_see_only_what_is_committed(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        await tx.run(ADD, key="one")
        assert await count(database) == 0


async def test_a_cancelled_transaction_leaves_nothing_and_lets_the_next_one_in(
    database: Database,
) -> None:
    async def hangs() -> None:
        async with database.transaction(ACME) as tx:
            await tx.run(ADD, key="one")
            await asyncio.sleep(60)

    task = asyncio.create_task(hangs())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait({task})
    async with database.transaction(ACME) as tx:
        await tx.run(ADD, key="two")
    assert await count(database) == 1


async def test_cancelling_at_any_moment_keeps_all_or_nothing(database: Database) -> None:
    async def writes_two(number: int) -> None:
        async with database.transaction(ACME) as tx:
            await tx.run(ADD, key=f"{number}a")
            await tx.run(ADD, key=f"{number}b")

    for number in range(60):
        task = asyncio.create_task(writes_two(number))
        for _ in range(number % 20):
            await asyncio.sleep(0)
        await asyncio.sleep(number * 0.00003)
        task.cancel()
        await asyncio.wait({task})
    rows = await database.view(ACME).run("SELECT key FROM deliveries WHERE workspace = :workspace")
    keys = {row["key"] for row in rows}
    assert {key[:-1] + "b" for key in keys} | {key[:-1] + "a" for key in keys} == keys


async def test_a_transaction_inside_another_is_refused_instead_of_waiting_for_ever(
    database: Database,
) -> None:
    with pytest.raises(StoreError, match="inside another"):
        async with database.transaction(ACME), database.transaction(ACME):
            pass


async def test_calls_are_made_after_the_commit_and_not_without_one(database: Database) -> None:
    called: list[int] = []
    async with database.transaction(ACME) as tx:
        tx.after_commit(lambda: called.append(1))
        assert called == []
    with pytest.raises(StoreError):
        await write(database, "one", "one", called=called)
    assert called == [1]


async def test_a_statement_that_names_no_workspace_is_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="no workspace"):
        await database.view(ACME).run("SELECT * FROM deliveries")


async def test_a_view_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError):
        await database.view(ACME).run(ADD, key="one")


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_the_files_are_private(database: Database, tmp_path: Path) -> None:
    async with database.transaction(ACME) as tx:
        await tx.run(ADD, key="one")
    modes = await asyncio.to_thread(modes_in, tmp_path)
    assert set(modes.values()) == {0o600}
    assert "snowline.db-wal" in modes


async def test_a_database_others_could_read_is_made_private(tmp_path: Path) -> None:
    path = tmp_path / "open.db"
    path.touch(mode=0o644)
    database = Database(path)
    await database.open()
    assert path.stat().st_mode & 0o777 == 0o600
    await database.close()


async def test_a_second_database_on_the_same_file_is_refused(
    database: Database, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="in use by another Snowline process"):
        await Database(tmp_path / "snowline.db").open()


async def test_a_second_name_for_the_same_file_is_refused_too(
    database: Database, tmp_path: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "snowline.db")
    with pytest.raises(StoreError, match="in use by another Snowline process"):
        await Database(link).open()


async def test_a_second_process_is_refused_and_may_come_later(tmp_path: Path) -> None:
    path = tmp_path / "snowline.db"
    code = (
        "import asyncio, sys; from pathlib import Path\n"
        "from connector.store.database import Database\n"
        "async def main():\n"
        "    await Database(Path(sys.argv[1])).open(); print('open', flush=True); input()\n"
        "asyncio.run(main())\n"
    )
    other = subprocess.Popen(  # noqa: ASYNC220  -- it has to be another process
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with other:
        assert other.stdout is not None
        assert await asyncio.to_thread(other.stdout.readline) == b"open\n"
        database = Database(path)
        with pytest.raises(StoreError, match=rf"\({other.pid}\)"):
            await database.open()
        other.kill()
    database = Database(path)
    await database.open()
    await database.close()


async def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not there"):
        await Database(tmp_path / "unmounted" / "snowline.db").open()
    assert not (tmp_path / "unmounted").exists()


async def test_a_file_that_is_no_database_is_refused_and_let_go(tmp_path: Path) -> None:
    path = tmp_path / "snowline.db"
    path.write_text("these are not the bytes of a database" * 100)
    for _ in range(2):
        with pytest.raises(StoreError, match="not a database"):
            await Database(path).open()


async def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    database = Database(tmp_path / "snowline.db")
    await database.open()
    async with database.transaction(ACME) as tx:
        await tx.run(ADD, key="one")
    await database.close()
    again = Database(tmp_path / "snowline.db")
    await again.open()
    assert await count(again) == 1
    await again.close()


async def test_the_same_delivery_makes_the_same_thing(database: Database, noon: datetime) -> None:
    async with database.transaction(ACME) as tx:
        first = await deliveries.claim(tx, "view-1", "share-1", noon)
        second = await deliveries.claim(tx, "view-1", "share-2", noon)
    async with database.transaction(GLOBEX) as tx:
        elsewhere = await deliveries.claim(tx, "view-1", "share-3", noon)
    assert (first, second, elsewhere) == ("share-1", "share-1", "share-3")


async def test_old_deliveries_are_forgotten(database: Database, noon: datetime) -> None:
    async with database.transaction(ACME) as tx:
        await deliveries.claim(tx, "old", "a", noon - timedelta(days=8))
        await deliveries.claim(tx, "young", "b", noon - timedelta(days=6))
        await deliveries.purge(tx, noon)
    assert await count(database) == 1


async def test_the_database_proves_that_it_takes_writes(database: Database, noon: datetime) -> None:
    await health.beat(database, noon)
    await health.beat(database, noon)
    row = await database.view_everywhere().first("SELECT at FROM health")
    assert row is not None
    assert moment(row["at"]) == noon


def test_times_survive_columns_to_the_microsecond() -> None:
    now = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC)
    assert moment(micros(now)) == now


def statements() -> Iterator[tuple[str, str]]:
    for package in (connector.store, connector.work):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            if module is connector.store.migrations:
                # What a migration changes, it changes for every workspace.
                continue
            tree = ast.parse(Path(str(module.__file__)).read_text())
            for node in ast.walk(tree):
                text = written(node, module)
                if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s", text):
                    yield found.name, " ".join(text.split())


def written(node: ast.AST, module: ModuleType) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(written(part, module) for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)):
            return str(getattr(module, name, ""))
        case _:
            return ""


@pytest.mark.parametrize(("where", "sql"), sorted(set(statements())))
def test_every_statement_on_a_workspaces_table_names_the_workspace(where: str, sql: str) -> None:
    if re.search(r"(FROM|INTO|UPDATE) (health|pauses|install_states)\b", sql):
        return
    everywhere = {
        "connector.work.plan",
        "connector.store.health",
        "connector.store.instances",
        "connector.store.sign_ins",
    }
    named = "workspace" if where in everywhere else ":workspace"
    assert named in sql or sql in EVERYWHERE, sql


EVERYWHERE = {
    # Whoever runs Snowline sees where it is installed.
    "SELECT * FROM installs ORDER BY installed_at, workspace",
}
