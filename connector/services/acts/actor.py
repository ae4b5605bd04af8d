"""Carries out what people do with a ticket, once each, whatever happens on the way.

Before a request leaves, the store says so. Setting fields may be repeated: after an unknown
outcome the record is read, and what is not set is sent again at once. A comment or a work note
may not: it is looked for in the record's journal, and sent again only when it is not there
after the longest time in which the instance may still carry the first request out. Where the
journal may not be read, it is never sent twice. The acts of a ticket go one after another, so
that the same words said twice can be counted; and none sets a field while a lost request of an
earlier one may still set it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from connector.announcer import Directory, Files
from connector.clock import Clock
from connector.errors import (
    ConnectorError,
    NotConnectedError,
    OtherInstanceError,
    OutcomeUnknownError,
    Provider,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    SignInExpiredError,
    UnexpectedAnswerError,
)
from connector.models import Act, ActState, Priority, Setting, Ticket, TicketKind
from connector.servicenow import acts as remote
from connector.servicenow import attachments
from connector.servicenow.acts import JOURNALS, Seen
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.priorities import pair_for
from connector.services.acts.ends import ActEnds, Sent
from connector.services.acts.words import file_entry, is_set, times_in, values_of
from connector.services.desks import Desk, Desks
from connector.services.sharing.priorities import kept_matrix
from connector.store import acts, tickets
from connector.store.acts import ActRecord
from connector.words import later, tr
from connector.work import Again, Next

_NOBODY = later(
    "ServiceNow has no active user with the e-mail address that Slack has confirmed for you."
    " Choose yourself by name instead."
)
_NO_TICKET = later("This ticket is not there any more.")


@dataclass(slots=True)
class _Attempt:
    """One request. It is stored as leaving each time it leaves, also when a token was refused."""

    ends: ActEnds
    record: ActRecord
    ticket: Ticket
    settings: tuple[Setting, ...]
    content: bytes | None = None

    async def __call__(self, client: ServiceNowClient) -> Seen:
        self.record = await self.ends.leaving(self.record)
        if self.content is not None:
            return await self._attach(client, self.content)
        values = values_of(self.settings, self.record.entry)
        ticket = self.ticket
        return await remote.change(client, kind=ticket.kind, sys_id=ticket.sys_id, values=values)

    async def _attach(self, client: ServiceNowClient, content: bytes) -> Seen:
        ticket, file = self.ticket, self.record.act.draft.file
        assert file is not None  # noqa: S101  -- it is what the content was fetched for
        kind, sys_id = ticket.kind, ticket.sys_id
        await attachments.attach(client, kind=kind, sys_id=sys_id, file=file, content=content)
        try:
            seen = await remote.read(client, kind=kind, sys_id=sys_id, columns=())
        except ProviderError as exc:
            raise OutcomeUnknownError(Provider.SERVICENOW, "attached, then not read") from exc
        if seen is None:
            raise OutcomeUnknownError(Provider.SERVICENOW, "attached, then not there")
        return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Takes an act that is not decided one step further."""

    desks: Desks
    directory: Directory
    files: Files
    ends: ActEnds
    clock: Clock

    async def step(self, record: ActRecord) -> Next:
        """Send or look, as the act's state asks for; say when to go on, or that it is decided."""
        if record.act.state is ActState.SENDING:
            # Nobody will ever read the answer.
            record = await self.ends.unsure(record, "whoever sent it is gone")
        view = self.ends.database.view(record.act.workspace)
        ticket = await tickets.get(view, record.act.draft.ticket)
        if ticket is None:
            return await self.ends.rejected(record, tr(_NO_TICKET))
        try:
            desk = await self._desk(record, ticket)
            return await self._step(record, ticket, desk)
        except (NotConnectedError, SignInExpiredError) as exc:
            return await self.ends.park(record, exc)
        except ProviderUnavailableError as exc:
            return await self.ends.put_off(record, exc)

    async def _step(self, record: ActRecord, ticket: Ticket, desk: Desk[ServiceNowClient]) -> Next:
        settings = await self._settings(record.act, desk)
        if settings is None:
            return await self.ends.rejected(record, tr(_NOBODY))
        if record.act.state is ActState.UNKNOWN:
            return await self._look(_Attempt(self.ends, record, ticket, settings), desk)
        pending = 0.0 if record.doubted else self.ends.doubts.pending(Sent.of(record.act))
        if pending and settings:
            return Again(self.clock() + timedelta(seconds=pending))
        return await self._send(_Attempt(self.ends, record, ticket, settings), desk)

    async def _desk(self, record: ActRecord, ticket: Ticket) -> Desk[ServiceNowClient]:
        desk = await self.desks.servicenow(record.act.workspace)
        if desk.remote != ticket.instance:
            raise OtherInstanceError(
                tr(
                    "This ticket is at {instance}, but Snowline is now connected to {remote}.",
                    instance=ticket.instance,
                    remote=desk.remote,
                )
            )
        return desk

    async def _settings(self, act: Act, desk: Desk[ServiceNowClient]) -> tuple[Setting, ...] | None:
        """Return what is to be set; None where whoever asks is to be set and is not known."""
        draft = act.draft
        if not draft.to_me:
            return await self._by_matrix(act, desk.remote)
        try:
            person = await self.directory.person(act.workspace, draft.by)
        except ConnectorError as exc:
            raise ProviderUnavailableError(Provider.CHAT, str(exc)) from exc
        found = None
        if person.email:
            found = await desk.ask(partial(ServiceNowClient.user_by_email, email=person.email))
        return (Setting(column="assigned_to", value=found, shown=person.name),) if found else None

    async def _by_matrix(self, act: Act, instance: str) -> tuple[Setting, ...]:
        """Return what is to be set; an incident's priority is made of impact and urgency."""
        wanted = act.draft.value("priority")
        if not wanted:
            return act.draft.settings
        view = self.ends.database.view(act.workspace)
        ticket = await tickets.get(view, act.draft.ticket)
        if ticket is None or ticket.kind is not TicketKind.INCIDENT:
            return act.draft.settings
        pair = pair_for(Priority(int(wanted)), await kept_matrix(view, instance))
        shown = Priority(int(wanted)).label
        made = zip(("impact", "urgency"), pair, strict=True)
        return (
            *(each for each in act.draft.settings if each.column != "priority"),
            *(Setting(column=column, value=value, shown=shown) for column, value in made),
        )

    async def _send(self, attempt: _Attempt, desk: Desk[ServiceNowClient]) -> Next:
        if self.ends.is_over(attempt.record):
            return await self.ends.give_up(attempt.record)
        try:
            await self._fetch(attempt)
        except ProviderUnavailableError:
            raise
        except ConnectorError as exc:
            return await self.ends.rejected(attempt.record, exc.user_message)
        try:
            seen = await desk.ask(attempt)
        except SignInExpiredError:
            raise
        except ProviderUnavailableError as exc:
            return await self.ends.put_off(attempt.record, exc)
        except (OutcomeUnknownError, UnexpectedAnswerError) as exc:
            return self.ends.look(await self.ends.unsure(attempt.record, exc))
        except ProviderRefusedError as exc:
            return await self._refused(attempt, desk, exc)
        return await self.ends.done(attempt.record, attempt.settings, seen)

    async def _fetch(self, attempt: _Attempt) -> None:
        act = attempt.record.act
        if act.draft.file is not None:
            attempt.content = await self.files.content(act.workspace, act.draft.file)
            entry = file_entry(act.draft, attempt.content)
            attempt.record = replace(attempt.record, entry=entry)

    async def _refused(
        self, attempt: _Attempt, desk: Desk[ServiceNowClient], why: ProviderRefusedError
    ) -> Next:
        try:
            seen = await desk.ask(partial(_seen, attempt=attempt))
        except ProviderError:
            seen = None
        if (
            seen is not None
            and attempt.record.doubted
            and await self._is_there(attempt, desk, seen)
        ):
            return await self.ends.done(attempt.record, attempt.settings, seen)
        return await self.ends.refused(attempt.record, why, seen)

    async def _look(self, attempt: _Attempt, desk: Desk[ServiceNowClient]) -> Next:
        record = attempt.record
        if self.ends.is_over(record):
            return await self.ends.give_up(record)
        try:
            seen = await desk.ask(partial(_seen, attempt=attempt))
        except SignInExpiredError:
            raise
        except ProviderError as exc:
            return await self.ends.put_off(record, exc)
        if seen is None:
            return await self.ends.rejected(record, tr(_NO_TICKET))
        there = await self._is_there(attempt, desk, seen)
        if there:
            if record.attempts == 1:
                # The one request that left was carried out.
                self.ends.doubts.end(Sent.of(record.act))
            return await self.ends.done(record, attempt.settings, seen)
        return await self._absent(attempt, desk, blind=there is None)

    async def _absent(
        self, attempt: _Attempt, desk: Desk[ServiceNowClient], *, blind: bool
    ) -> Next:
        sent = Sent.of(attempt.record.act)
        if attempt.record.entry:
            if self.ends.doubts.left(sent) > 0:
                return self.ends.still_unsure(attempt.record)
            if blind:
                return await self.ends.blind(attempt.record)
            self.ends.doubts.end(sent)
        return await self._send(attempt, desk)

    async def _is_there(
        self, attempt: _Attempt, desk: Desk[ServiceNowClient], seen: Seen
    ) -> bool | None:
        """Tell whether an act was carried out; None where the journal may not be read."""
        entry, act = attempt.record.entry, attempt.record.act
        if not entry:
            return is_set(attempt.settings, seen)
        if act.draft.file is not None:
            found = await desk.ask(partial(_times_attached, attempt=attempt))
        else:
            found = times_in(seen, entry)
        if found is None:
            return None
        view = self.ends.database.view(act.workspace)
        return found > await acts.count_written(view, act.draft.ticket, entry)


async def _seen(client: ServiceNowClient, *, attempt: _Attempt) -> Seen | None:
    ticket = attempt.ticket
    columns = (*(each.column for each in attempt.settings), *JOURNALS)
    return await remote.read(client, kind=ticket.kind, sys_id=ticket.sys_id, columns=columns)


async def _times_attached(client: ServiceNowClient, *, attempt: _Attempt) -> int | None:
    _, name, digest = attempt.record.entry.split("\n")
    sys_id = attempt.ticket.sys_id
    try:
        return await attachments.times_attached(client, sys_id=sys_id, name=name, digest=digest)
    except SignInExpiredError:
        raise
    except (ProviderRefusedError, UnexpectedAnswerError):
        return None
