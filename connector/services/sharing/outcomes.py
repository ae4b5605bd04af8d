"""What is kept after each step of a share, and when the next step comes."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connector.clock import Clock
from connector.errors import (
    ConnectorError,
    NotConnectedError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    SignInExpiredError,
    ThrottledError,
)
from connector.http import Http
from connector.models import Share
from connector.servicenow.payload import not_kept
from connector.servicenow.record import Record
from connector.services.configuring.state_names import as_named
from connector.services.sharing import priorities, progress
from connector.services.sharing.doubts import Doubts
from connector.services.sharing.mapped import Mapped
from connector.services.sharing.payloads import sent_for
from connector.services.sharing.priorities import known_matrix
from connector.services.sharing.progress import give_up_at, named
from connector.services.tickets.records import to_ticket
from connector.settings import ConnectorSettings
from connector.store import habits, shares, tickets
from connector.store.database import Database
from connector.store.shares import ShareRecord
from connector.work.items import backoff

_log = logging.getLogger(__name__)

_LET_IT_KEEP: Final = (
    "it holds a ticket that may be this one, or does not show all that Snowline made there. Let the"
    " integration user read every ticket it makes, with the fields correlation_id, description and"
    " sys_created_by"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A share after a step; ``wait`` is when the next may be taken, None where it is decided."""

    record: ShareRecord
    wait: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Stores what came of a step; each method is one outcome."""

    database: Database
    http: Http
    settings: ConnectorSettings
    clock: Clock
    doubts: Doubts
    mapped: Mapped

    async def keep(self, record: ShareRecord) -> ShareRecord:
        """Store how far a share has come."""
        async with self.database.transaction(record.share.workspace) as tx:
            await shares.save(tx, record)
        return record

    async def keeps_sys_id(self, share: Share) -> bool:
        """Tell whether an instance keeps a share's sys_id, as it kept the newest ticket's."""
        # What is made from a template gets its sys_id from the instance.
        if share.draft.is_standard:
            return False
        view = self.database.view(share.workspace)
        return bool(await habits.keeps_sys_id(view, share.instance, share.draft.kind))

    def may_still_be_made(self, record: ShareRecord) -> bool:
        """Tell whether a request of the past may still be carried out."""
        return self.doubts.left(record.share) > 0

    async def leaving(self, record: ShareRecord, sent_as: str) -> ShareRecord:
        """A request of an integration user leaves now."""
        return await self.keep(progress.leaving(record, sent_as, self.clock()))

    async def created(self, record: ShareRecord, answer: Record, payload: dict[str, str]) -> Step:
        """The record exists, and ``payload`` is what it was made from."""
        keeps_sys_id, now = record.share.sys_id == answer.sys_id, self.clock()
        self.doubts.end(record.share)
        matrix = await known_matrix(self.database.view(record.share.workspace), record.share)
        lost = not_kept(payload, answer, record.share.draft, matrix)
        lost += await self.mapped.not_kept(record.share, answer)
        record = progress.created(record, answer.sys_id, lost, now)
        share = record.share
        async with self.database.transaction(share.workspace) as tx:
            await shares.save(tx, record)
            seen = await as_named(tx, share.instance, answer)
            await tickets.put(tx, to_ticket(self.http, share, seen, read_at=now))
            await priorities.doubt(tx, share, answer)
            if not share.draft.is_standard:
                await habits.learn(tx, share.instance, share.draft.kind, keeps_sys_id=keeps_sys_id)
        _note(record, f"It is {answer.number} in ServiceNow")
        return Step(record)

    async def adopted(self, record: ShareRecord, found: Record) -> Step:
        """The record was found."""
        _note(record, "ServiceNow had made the ticket although nobody said so")
        return await self.created(record, found, sent_for(record.share, found))

    async def made_unseen(self, record: ShareRecord, why: ProviderError) -> Step:
        """The record was made and was not shown: it is looked for next."""
        _note(record, "ServiceNow made the ticket and did not show it", why)
        self.doubts.begin(record.share)
        # The look is a step of its own: what it raises must not meet the record of before.
        return Step(await self.keep(progress.made(record, self.clock())), self.clock())

    async def unsure(self, record: ShareRecord, why: ProviderError | str) -> Step:
        """A request has left, and nobody knows what became of it."""
        _note(record, "Nobody knows yet whether ServiceNow made the ticket", why)
        self.doubts.begin(record.share)
        record = await self.keep(progress.unsure(record, self.clock()))
        # After the first failure a look comes at once, after others following a growing wait.
        earlier = record.failures - 1
        wait = backoff(self.settings.retry_base, earlier) if earlier else timedelta()
        return Step(record, self.clock() + wait)

    async def still_unsure(self, record: ShareRecord) -> Step:
        """The record is not found, and may still be made."""
        lasts, left = self.doubts.lasts(record.share), self.doubts.left(record.share)
        wait = timedelta(seconds=min(left, max(lasts, self.settings.retry_base)))
        return Step(await self.keep(progress.reached(record)), self.clock() + wait)

    async def sure(self, record: ShareRecord, *, again: bool) -> ShareRecord:
        """No request of the past has made the record or ever will."""
        self.doubts.end(record.share)
        return await self.keep(progress.sure(record, again=again))

    async def unclear(self, record: ShareRecord) -> Step:
        """Nobody can find out whether the record was made."""
        _note(record, "Nobody can tell whether ServiceNow made the ticket", _LET_IT_KEEP)
        self.doubts.end(record.share)
        return Step(await self.keep(progress.unclear(record, self.clock())))

    async def out_of_sight(self, record: ShareRecord, why: ProviderError | str) -> Step:
        """The record was made and cannot be read."""
        _note(record, "The ticket that ServiceNow made cannot be seen", why)
        self.doubts.end(record.share)
        return Step(await self.keep(progress.unseen(record, self.clock())))

    async def refused(self, record: ShareRecord, why: ProviderRefusedError) -> Step:
        """ServiceNow said no, and no earlier request is in doubt."""
        _note(record, "ServiceNow refused the ticket", why)
        return Step(await self.keep(progress.rejected(record, why, self.clock())))

    async def refused_in_doubt(self, record: ShareRecord, why: ProviderRefusedError) -> Step:
        """ServiceNow said no, but an earlier request may have made the record."""
        note = "ServiceNow refused, but an earlier request may have made the ticket"
        return await self.put_off(record, note, why, least=self.doubts.left(record.share))

    async def put_off(
        self, record: ShareRecord, note: str, why: ProviderError, *, least: float = 0.0
    ) -> Step:
        """Nothing was found out or done just now; it is tried again ``least`` seconds later."""
        _note(record, note, why)
        if isinstance(why, ThrottledError):
            return await self._wait_for(record, why, least)
        record = progress.put_off(record, why)
        if self.clock() >= give_up_at(record):
            return await self.give_up(record)
        wait = backoff(self.settings.retry_base, record.failures - 1)
        if isinstance(why, ProviderUnavailableError):
            wait += timedelta(seconds=why.retry_after or 0)
        at = self.clock() + max(wait, timedelta(seconds=least))
        return Step(await self.keep(record), at)

    async def _wait_for(self, record: ShareRecord, why: ThrottledError, least: float) -> Step:
        if self.clock() >= give_up_at(record):
            return await self.give_up(progress.put_off(record, why))
        record = progress.waiting(record, why)
        # Not all at the same moment; and who is let in first is for the budget to say.
        at = max(why.until, self.clock() + timedelta(seconds=least))
        return Step(await self.keep(record), at + backoff(self.settings.retry_base, 0))

    async def park(self, record: ShareRecord, why: NotConnectedError | SignInExpiredError) -> Step:
        """Wait for somebody to connect: connecting plans every waiting share anew."""
        _note(record, "It waits for an admin to connect ServiceNow", why)
        record = progress.parked(record, why)
        if self.clock() >= give_up_at(record):
            return await self.give_up(record)
        return Step(await self.keep(record), give_up_at(record))

    async def give_up(self, record: ShareRecord) -> Step:
        """The day is over."""
        # Its reason is in the requester's language, and the log is in English.
        _note(record, "Nothing more is tried after 24 hours", f"it is {record.share.state}")
        self.doubts.end(record.share)
        return Step(await self.keep(progress.given_up(record, self.clock())))


def _note(record: ShareRecord, outcome: str, why: ConnectorError | str = "") -> None:
    sentence = f"{outcome}: {why}" if why else f"{outcome}."
    level = logging.WARNING if why else logging.INFO
    _log.log(level, "%s %s", sentence, named(record.share))
