"""What is kept after each step of an act, and when the next step comes."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from connector.clock import Clock
from connector.errors import (
    ConnectorError,
    NotConnectedError,
    OutcomeUnknownError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    SignInExpiredError,
    ThrottledError,
)
from connector.models import (
    Act,
    ActState,
    FieldChange,
    Setting,
    Ticket,
    TicketChange,
    Turn,
    WorkspaceId,
)
from connector.servicenow.acts import Seen
from connector.servicenow.refusals import wanted_in
from connector.services.acts.words import FOLLOWED, LABELS, lost, said, why_refused
from connector.services.configuring.state_names import as_named
from connector.services.journals.service import Journals
from connector.services.sharing.doubts import Doubts
from connector.services.tickets.records import changes, reread, turn
from connector.settings import ConnectorSettings
from connector.store import acts, news_settings, tickets
from connector.store.acts import ActRecord
from connector.store.database import Database, Transaction
from connector.words import later, tr
from connector.work import Again, Done, Job, Next, Work
from connector.work.items import backoff

_log = logging.getLogger(__name__)

GIVE_UP_AFTER: Final = timedelta(hours=24)
_UNSURE: Final = later("ServiceNow did not confirm. Snowline looks there first.")
_NEVER_CONFIRMED: Final = later(
    "ServiceNow has not confirmed this for 24 hours, so Snowline has stopped trying. Look at the"
    " ticket there before you do it again."
)
_BLIND: Final = later(
    "ServiceNow did not confirm this, and does not show Snowline what was added to the ticket, so"
    " it is not sent a second time. Look at the ticket there before you do it again."
)
_NOTHING_DONE: Final = later("Nothing was done within 24 hours. {why}")
_MAY_BE_DONE: Final = later("An earlier request was never confirmed: look at the ticket there.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A ticket that requests were sent for, to count for how long one may still be carried out."""

    workspace: WorkspaceId
    id: str

    @classmethod
    def of(cls, act: Act) -> "Sent":
        """Name the ticket of an act."""
        return cls(act.workspace, act.draft.ticket)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActEnds:
    """Stores what came of a step; each method is one outcome.

    Each returns ``Again`` with when the next step may be taken, ``Done`` where it is decided.
    """

    database: Database
    work: Work
    settings: ConnectorSettings
    clock: Clock
    doubts: Doubts
    journals: Journals

    async def leaving(self, record: ActRecord) -> ActRecord:
        """A request leaves now."""
        act = replace(record.act, state=ActState.SENDING, reason="", parked=False)
        return await self._keep(replace(record, act=act, attempts=record.attempts + 1))

    async def done(self, record: ActRecord, settings: tuple[Setting, ...], seen: Seen) -> Done:
        """It was carried out, and ``seen`` is the ticket after that."""
        missing = lost(settings, record.entry, seen)
        act = replace(
            record.act,
            state=ActState.DONE,
            reason="",
            parked=False,
            # Impact and urgency make the priority together.
            not_kept=tuple(dict.fromkeys(LABELS[each] for each in missing)),
        )
        written = "" if record.entry.partition("\n")[0] in missing else record.entry
        record = replace(record, act=act, entry=written)
        own = said(act.draft, settings, missing)
        async with self.database.transaction(act.workspace) as tx:
            await self._end(tx, record)
            await self._put(tx, act, settings, seen, own)
        _note(act, "It is done")
        return Done()

    async def unsure(self, record: ActRecord, why: ProviderError | str) -> ActRecord:
        """A request has left, and nobody knows what became of it."""
        _note(record.act, "Nobody knows yet whether ServiceNow did it", why)
        self.doubts.begin(Sent.of(record.act))
        act = replace(record.act, state=ActState.UNKNOWN, reason=tr(_UNSURE), parked=False)
        failures = record.failures + 1
        return await self._keep(replace(record, act=act, doubted=True, failures=failures))

    def look(self, record: ActRecord) -> Again:
        """Look what became of a request: at once, and then ever more rarely."""
        earlier = record.failures - 1
        wait = backoff(self.settings.retry_base, earlier) if earlier else timedelta()
        return Again(self.clock() + wait)

    def still_unsure(self, record: ActRecord) -> Again:
        """It is not there, and a request may still be carried out."""
        sent = Sent.of(record.act)
        lasts, left = self.doubts.lasts(sent), self.doubts.left(sent)
        wait = min(left, max(lasts, self.settings.retry_base))
        return Again(self.clock() + timedelta(seconds=wait))

    async def blind(self, record: ActRecord) -> Done:
        """Nobody can find out whether it was carried out."""
        _note(record.act, "Nobody can tell whether ServiceNow did it")
        return await self._given_up(record, tr(_BLIND))

    async def refused(
        self, record: ActRecord, why: ProviderRefusedError, seen: Seen | None
    ) -> Done:
        """ServiceNow said no; ``seen`` is the ticket after that, if it could be read."""
        _note(record.act, "ServiceNow refused", why)
        reason = why_refused(why)
        if record.doubted:
            reason = f"{reason} {tr(_MAY_BE_DONE)}"
        return await self.rejected(record, reason, wanted_in(why.reason), seen)

    async def rejected(
        self, record: ActRecord, reason: str, wanted: tuple[str, ...] = (), seen: Seen | None = None
    ) -> Done:
        """It will not be done, for a reason that a person reads."""
        act = replace(
            record.act, state=ActState.REJECTED, reason=reason, wanted=wanted, parked=False
        )
        async with self.database.transaction(act.workspace) as tx:
            await self._end(tx, replace(record, act=act))
            if seen is None:
                await tickets.ask_next(tx, act.draft.ticket)
            else:
                await self._put(tx, act, (), seen, [])
        return Done()

    async def put_off(self, record: ActRecord, why: ProviderError) -> Next:
        """Nothing was found out or done just now, and the next try comes after a wait."""
        _note(record.act, "It is tried again", why)
        # A wait that is known is no failure, and must not make the next one longer.
        failures = record.failures + (0 if isinstance(why, ThrottledError) else 1)
        record = self._resting(replace(record, failures=failures), why.why)
        if self.is_over(record):
            return await self.give_up(record)
        await self._keep(record)
        wait = backoff(self.settings.retry_base, max(failures - 1, 0))
        if isinstance(why, ProviderUnavailableError):
            wait += timedelta(seconds=why.retry_after or 0)
        return Again(self.clock() + wait)

    async def park(self, record: ActRecord, why: NotConnectedError | SignInExpiredError) -> Next:
        """Wait for somebody to connect: connecting plans every waiting act anew."""
        _note(record.act, "It waits for an admin to connect ServiceNow", why)
        record = self._resting(record, why.why, parked=True)
        if self.is_over(record):
            return await self.give_up(record)
        await self._keep(record)
        return Again(record.act.requested_at + GIVE_UP_AFTER)

    def is_over(self, record: ActRecord) -> bool:
        """Tell whether nothing more is tried for an act."""
        return self.clock() >= record.act.requested_at + GIVE_UP_AFTER

    async def give_up(self, record: ActRecord) -> Done:
        """The day is over; what is unsure stays unknown, because nobody knows."""
        _note(record.act, "Nothing more is tried after 24 hours", record.act.reason)
        if record.doubted:
            return await self._given_up(record, tr(_NEVER_CONFIRMED))
        reason = tr(_NOTHING_DONE, why=record.act.reason).strip()
        return await self.rejected(record, reason)

    def _resting(self, record: ActRecord, why: str, *, parked: bool = False) -> ActRecord:
        state = ActState.UNKNOWN if record.doubted else ActState.RECEIVED
        return replace(record, act=replace(record.act, state=state, reason=why, parked=parked))

    async def _given_up(self, record: ActRecord, reason: str) -> Done:
        act = replace(record.act, state=ActState.UNKNOWN, reason=reason, parked=False, gave_up=True)
        async with self.database.transaction(act.workspace) as tx:
            await self._end(tx, replace(record, act=act))
            # What others did to it meanwhile was left to this act.
            await tickets.ask_next(tx, act.draft.ticket)
        return Done()

    async def _keep(self, record: ActRecord) -> ActRecord:
        async with self.database.transaction(record.act.workspace) as tx:
            await acts.save(tx, record)
        return record

    async def _end(self, tx: Transaction, record: ActRecord) -> None:
        act = record.act
        await acts.save(tx, replace(record, ended_at=self.clock()))
        wanted = await news_settings.personal(tx, act.draft.by)
        if wanted.every_outcome or act.state is not ActState.DONE or act.not_kept:
            await self.work.plan(tx, Job.TELL_ACT, act.id, lane="acts told")

    async def _put(
        self,
        tx: Transaction,
        act: Act,
        settings: tuple[Setting, ...],
        seen: Seen,
        own: list[FieldChange],
    ) -> None:
        """Keep the ticket as it was read, and plan telling what was changed and by whom.

        The record may hold what others changed there meanwhile.
        """
        ticket = await tickets.get(tx, act.draft.ticket)
        if ticket is None:
            return
        now = self.clock()
        record = await as_named(tx, ticket.instance, seen.record)
        after = reread(ticket, record, read_at=now)
        if after.updated_at < ticket.updated_at:
            after = ticket
        await tickets.put(tx, after)
        await self.journals.want(tx, ticket, record)
        fields = changes(ticket, after)
        set_here = {LABELS[each.column] for each in settings} & FOLLOWED
        ours = (*(each for each in fields if each.field in set_here), *own)
        theirs = tuple(each for each in fields if each.field not in set_here)
        for change in _told(act, after, ours, theirs, turn(ticket, after)):
            await tickets.add_change(tx, change, now)
        if ours or theirs:
            lane = ticket.place.conversation if ticket.place else ticket.instance
            await self.work.plan(tx, Job.ANNOUNCE_TICKET, ticket.share, lane=lane)


def _told(
    act: Act,
    ticket: Ticket,
    ours: tuple[FieldChange, ...],
    theirs: tuple[FieldChange, ...],
    turned: Turn,
) -> list[TicketChange]:
    change = TicketChange(
        id=0, ticket=ticket.share, number=ticket.number, at=ticket.updated_at, by="", fields=theirs
    )
    own = replace(change, by=act.draft.by_name, by_user=act.draft.by, fields=ours, from_chat=True)
    # The state was changed by one of the two.
    told = (
        replace(each, turn=turned) if any(field.field == "State" for field in each.fields) else each
        for each in (change, own)
    )
    return [each for each in told if each.fields]


def _note(act: Act, outcome: str, why: ConnectorError | str = "") -> None:
    sentence = f"{outcome}: {why}" if why else f"{outcome}."
    unforeseen = isinstance(why, OutcomeUnknownError)
    level = logging.WARNING if unforeseen else logging.INFO
    _log.log(level, "%s act=%s share=%s", sentence, act.id, act.draft.ticket)
