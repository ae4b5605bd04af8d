"""One SQLite connection on a thread of its own."""

import asyncio
import contextlib
import sqlite3  # noqa: TID251  -- this is the store
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from sqlite_utils import Database as Sqlite

from connector.errors import ConnectorError
from connector.store.columns import Row, Value
from connector.store.migrations import MIGRATIONS
from connector.words import later

Result = TypeVar("Result")

BUSY_SECONDS: Final = 5.0
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)


class StoreError(ConnectorError):
    """The database did not do what was asked; nothing of it was kept."""

    advice = later("Snowline could not save that. Try again in a minute.")


class Line:
    """Runs statements one after the other, never on the event loop.

    A statement that has begun is always waited for, so that a cancelled caller knows where
    the connection stands: what it asked for has happened or has failed.
    """

    def __init__(self, path: Path, *, writes: bool) -> None:
        self._path = path
        self._writes = writes
        self._thread = ThreadPoolExecutor(1, "store-writer" if writes else "store-reader")
        self._sqlite: Sqlite | None = None

    async def open(self) -> None:
        """Connect; the writing line also brings the tables up to date.

        Raises:
            StoreError: the file is no database of ours or cannot be used.
        """
        await self._do(self._connect)

    async def run(self, sql: str, values: Mapping[str, Value]) -> list[Row]:
        """Carry one statement out and return its rows.

        Raises:
            StoreError: SQLite refused it.
        """
        return await self._do(lambda: self._rows(sql, values))

    async def rollback(self) -> None:
        """Undo whatever is not committed; does nothing where there is nothing."""
        await self._do(self._roll_back)

    async def close(self) -> None:
        """Disconnect and end the thread; may be repeated."""
        if self._sqlite is not None:
            await self._do(self._disconnect)
        self._thread.shutdown(wait=False)

    def _connect(self) -> None:
        self._sqlite = sqlite = Sqlite(self._path, execute_plugins=False)
        for pragma in _PRAGMAS:
            sqlite.execute(pragma)
        if self._writes:
            # All or nothing, and with one wait for the disk.
            with sqlite.atomic():
                MIGRATIONS.apply(sqlite)
        else:
            sqlite.execute("PRAGMA query_only = ON")

    def _disconnect(self) -> None:
        if self._sqlite is not None:
            self._sqlite.close()
            self._sqlite = None

    def _roll_back(self) -> None:
        if self._sqlite is not None:
            self._sqlite.conn.rollback()

    def _rows(self, sql: str, values: Mapping[str, Value]) -> list[Row]:
        if self._sqlite is None:
            raise StoreError("the database is closed")
        cursor = self._sqlite.conn.execute(sql, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    async def _do(self, work: Callable[[], Result]) -> Result:
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await _ended(future)
            raise
        except sqlite3.Error as exc:
            raise StoreError(f"{self._path.name}: {type(exc).__name__}: {exc}") from exc


async def _ended(future: asyncio.Future[Result]) -> None:
    while not future.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({future})
    if not future.cancelled():
        future.exception()
