"""Private words to one user, kept until they are told."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from connector.announcer import Announcer, Notice, NoticeKind
from connector.clock import Clock
from connector.errors import OutcomeUnknownError, PlaceGoneError, Provider
from connector.models import Check, UserId, WorkspaceId
from connector.services.rights.leavers import Leavers
from connector.store import connections, notices
from connector.store.database import Database, Transaction
from connector.store.notices import NoticeRow
from connector.work import Done, Job, Next, Work

LANE: Final = "notices"
_STALE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeService:
    """Tells users what they should know; each notice once, but for a crash while telling.

    One of which nobody knows whether it was told is not told again. Whoever is no full member
    any more is told nothing.
    """

    database: Database
    work: Work
    leavers: Leavers
    announcer: Announcer
    clock: Clock

    async def plan(
        self, tx: Transaction, user: UserId, kind: NoticeKind, text: str, about: Provider | None
    ) -> None:
        """Keep a notice and plan its telling, with whatever else ``tx`` keeps."""
        await self._keep(tx, self._row(user, kind, text, about))

    async def plan_of_place(
        self, tx: Transaction, user: UserId, conversation: str, reason: str
    ) -> None:
        """Keep that a conversation cannot be written to any more, and plan its telling."""
        row = self._row(user, NoticeKind.PLACE_LOST, reason, None)
        await self._keep(tx, replace(row, conversation=conversation))

    def _row(self, user: UserId, kind: NoticeKind, text: str, about: Provider | None) -> NoticeRow:
        return NoticeRow(
            id=secrets.token_hex(8),
            user=user,
            kind=kind,
            text=text,
            provider=about,
            planned_at=self.clock(),
        )

    async def _keep(self, tx: Transaction, row: NoticeRow) -> None:
        await notices.add(tx, row)
        await self.work.plan(tx, Job.TELL_NOTICE, row.id, lane=LANE)

    async def tell(
        self, workspace: WorkspaceId, notice_id: str, checks: tuple[Check, ...] = ()
    ) -> Next:
        """Tell a notice, with ``checks``; one nobody could be told of for a day is dropped.

        Raises:
            ProviderUnavailableError: the chat system could not be reached, or did not say whether
                this is still a full member.
        """
        row = await notices.get(self.database.view(workspace), notice_id)
        if row is not None:
            if self.clock() - row.planned_at < _STALE:
                await self._tell(workspace, row, checks)
            async with self.database.transaction(workspace) as tx:
                await notices.remove(tx, notice_id)
        return Done()

    async def _tell(
        self, workspace: WorkspaceId, row: NoticeRow, checks: tuple[Check, ...]
    ) -> None:
        if await self.leavers.had(workspace, row.user, row.user):
            return
        about = None
        if row.provider is not None:
            about = await connections.get(self.database.view(workspace), row.provider)
        connection = about.connection if about else None
        notice = Notice(
            kind=row.kind,
            text=row.text,
            connection=connection,
            checks=checks,
            conversation=row.conversation,
        )
        with suppress(PlaceGoneError, OutcomeUnknownError):
            await self.announcer.notice(workspace, row.user, notice)
