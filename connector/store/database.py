"""The database: who may write when, and on behalf of which workspace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from connector.models import WorkspaceId
from connector.store.columns import Row, Value
from connector.store.engine import Line, StoreError
from connector.store.guard import Guard

_NOBODY: Final = WorkspaceId("")


@dataclass(frozen=True, slots=True)
class Session:
    """Statements on behalf of one workspace; each must name ``:workspace``.

    Only work and maintenance speak for every workspace at once.
    """

    workspace: WorkspaceId
    line: Line
    everywhere: bool = False

    async def run(self, sql: str, **values: Value) -> list[Row]:
        """Carry a statement out and return its rows.

        Raises:
            StoreError: the statement failed, or does not say whose rows it means.
        """
        if self.everywhere:
            return await self.line.run(sql, values)
        if not self.workspace or ":workspace" not in sql:
            raise StoreError(f"no workspace is named: {sql}")
        return await self.line.run(sql, {**values, "workspace": self.workspace})

    async def first(self, sql: str, **values: Value) -> Row | None:
        """Carry a statement out and return its first row, if there is one."""
        rows = await self.run(sql, **values)
        return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class Transaction(Session):
    """A session that holds the only writer. Await nothing else while you have it."""

    afterwards: list[Callable[[], Any]] = field(default_factory=list)

    def after_commit(self, call: Callable[[], Any]) -> None:
        """Have ``call`` made once everything is safely stored."""
        self.afterwards.append(call)

    def tell(self) -> None:
        """Make the calls that were to come after the commit."""
        for call in self.afterwards:
            call()


class Database:
    """A SQLite file with one writer and one reader, for this process alone."""

    def __init__(self, path: Path) -> None:
        self._guard = Guard(path)
        self._writer = Line(path, writes=True)
        self._reader = Line(path, writes=False)
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    async def open(self) -> None:
        """Take the file for this process and bring its tables up to date.

        Raises:
            StoreError: the folder is missing, another process has the file, or it is broken.
        """
        self._guard.take()
        try:
            await self._writer.open()
            await self._reader.open()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let the file go; may be repeated."""
        await self._reader.close()
        await self._writer.close()
        self._guard.release()

    def view(self, workspace: WorkspaceId) -> Session:
        """Read on behalf of a workspace, beside whoever writes."""
        return Session(workspace, self._reader)

    def view_everywhere(self) -> Session:
        """Read across workspaces: for work and maintenance only."""
        return Session(_NOBODY, self._reader, everywhere=True)

    def transaction(self, workspace: WorkspaceId) -> AbstractAsyncContextManager[Transaction]:
        """Hold the only writer: everything inside is kept together or not at all.

        Cancelling inside undoes everything; cancelling while it commits keeps everything.

        Raises:
            StoreError: it could not be kept; nothing was.
        """
        return self._held(Transaction(workspace, self._writer))

    def transaction_everywhere(self) -> AbstractAsyncContextManager[Transaction]:
        """Write across workspaces: for work and maintenance only."""
        return self._held(Transaction(_NOBODY, self._writer, everywhere=True))

    @asynccontextmanager
    async def _held(self, tx: Transaction) -> AsyncIterator[Transaction]:
        if self._holder is asyncio.current_task():
            raise StoreError("a transaction was begun inside another")
        async with self._lock:
            self._holder = asyncio.current_task()
            try:
                async with self._begun(tx):
                    yield tx
            finally:
                self._holder = None

    @asynccontextmanager
    async def _begun(self, tx: Transaction) -> AsyncIterator[None]:
        try:
            await self._writer.run("BEGIN IMMEDIATE", {})
            yield
        except BaseException:
            await self._writer.rollback()
            raise
        await self._commit(tx)

    async def _commit(self, tx: Transaction) -> None:
        try:
            await self._writer.run("COMMIT", {})
        except StoreError:
            await self._writer.rollback()
            raise
        finally:
            tx.tell()
