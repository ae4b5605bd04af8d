"""Improvement actions and the Secure Score they make up."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from connector.clock import Clock
from connector.errors import (
    ConnectorError,
    NotConnectedError,
    NotFoundError,
    Provider,
    ProviderError,
    ProviderUnavailableError,
    SignInExpiredError,
)
from connector.models import Connection, ImprovementAction, SecureScore, WorkspaceId
from connector.services.desks import Desks
from connector.services.languages import Languages
from connector.settings import ConnectorSettings
from connector.store import connections, scores
from connector.store.database import Database
from connector.words import ENGLISH, later, speaking, tr
from connector.work import Again, Done, Next

_FOUND: Final = 100
_PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionService:
    """Knows a tenant's improvement actions from what was read last."""

    database: Database
    desks: Desks
    languages: Languages
    settings: ConnectorSettings
    clock: Clock
    _reading: dict[WorkspaceId, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    async def score(self, workspace: WorkspaceId) -> SecureScore:
        """Return a score not older than ``score_every``; an older one if Microsoft fails.

        Raises:
            NotConnectedError: no tenant is connected.
            ProviderError: there is no kept score and it cannot be read.
        """
        async with self._reading[workspace]:
            kept = await self.known(workspace)
            if kept is not None and self.clock() - kept.read_at < self._lifetime:
                return kept
            try:
                return await self._read(workspace)
            except ProviderError:
                if kept is None:
                    raise
                return kept

    async def known(self, workspace: WorkspaceId) -> SecureScore | None:
        """Return the kept score of the connected tenant, never asking Microsoft."""
        view = self.database.view(workspace)
        row = await connections.get(view, Provider.MICROSOFT)
        return await scores.newest(view, row.connection.remote) if row else None

    async def search(self, workspace: WorkspaceId, words: str) -> tuple[ImprovementAction, ...]:
        """Find the open actions that hold every word, in the order of their worth, at most 100.

        Asks Microsoft only if nothing is kept, and then for two seconds at most.

        Raises:
            NotConnectedError: no tenant is connected.
            ProviderError: there is no kept score and it cannot be read in time.
        """
        kept = await self.known(workspace) or await self._read_soon(workspace)
        wanted = words.casefold().split()
        found = (each for each in kept.open_actions if _holds(each, wanted))
        return tuple(found)[:_FOUND]

    async def find(self, workspace: WorkspaceId, action_id: str) -> ImprovementAction:
        """Return an open action from what is kept, by its id or its key.

        Raises:
            NotFoundError: it is not there, or no longer open.
        """
        kept = await self.known(workspace)
        for action in kept.open_actions if kept else ():
            if action_id in (action.id, action.key):
                return action
        raise NotFoundError(later("That improvement action"))

    async def open_ones(
        self, workspace: WorkspaceId, keys: Iterable[str]
    ) -> dict[str, ImprovementAction]:
        """Return the open actions of these keys or ids from what is kept, in their order.

        Those that are not there, or no longer open, are left out.
        """
        kept = await self.known(workspace)
        known: dict[str, ImprovementAction] = {}
        for action in kept.open_actions if kept else ():
            known |= {action.id: action, action.key: action}
        return {key: known[key] for key in keys if key in known}

    async def refresh(self, workspace: WorkspaceId, _key: str) -> Next:
        """Read the score and keep it, again and again.

        Raises:
            ProviderUnavailableError: Microsoft could not be reached; try again sooner.
        """
        again = Again(self.clock() + self._lifetime)
        try:
            async with self._reading[workspace]:
                with speaking(await self._language(workspace)):
                    await self._read(workspace)
        except (NotConnectedError, SignInExpiredError):
            return Done()
        except ProviderUnavailableError:
            raise
        except ProviderError:
            return again
        return again

    @property
    def _lifetime(self) -> timedelta:
        return timedelta(seconds=self.settings.score_every)

    async def _read_soon(self, workspace: WorkspaceId) -> SecureScore:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self.score(workspace)
        except TimeoutError as exc:
            raise ProviderUnavailableError(
                Provider.MICROSOFT, f"no score within {_PATIENCE:g} s"
            ) from exc

    async def _read(self, workspace: WorkspaceId) -> SecureScore:
        desk = await self.desks.microsoft(workspace)
        connection = desk.row.connection
        try:
            score = await desk.ask(
                lambda client: client.read(
                    portal_url=self.settings.portal_url, read_at=self.clock()
                )
            )
        except ConnectorError as exc:
            await self._note_problem(connection, exc)
            raise
        # Kept under the name it was connected by: an admin may have typed the tenant's domain.
        score = replace(score, tenant=desk.remote)
        async with self.database.transaction(workspace) as tx:
            await scores.put(tx, score)
            await connections.note_success(tx, connection, self.clock())
        return score

    async def _language(self, workspace: WorkspaceId) -> str:
        """Tell the language of whoever connected: nobody else waits for what is said."""
        row = await connections.get(self.database.view(workspace), Provider.MICROSOFT)
        if row is None:
            return ENGLISH
        return await self.languages.of(workspace, row.connection.connected_by)

    async def _note_problem(self, connection: Connection, why: ConnectorError) -> None:
        """Keep, as it is said to whoever connected, what goes wrong."""
        workspace = connection.workspace
        async with self.languages.speaking_to(workspace, connection.connected_by):
            problem = why.user_message
        async with self.database.transaction(workspace) as tx:
            await connections.note_problem(tx, connection, problem)


def _holds(action: ImprovementAction, words: list[str]) -> bool:
    category = action.category.value if action.category else ""
    spoken = tr(category) if category else ""
    text = f"{action.title} {category} {spoken} {action.service} {action.id}".casefold()
    return all(word in text for word in words)
