"""The one place where everything is put together."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from connector.announcer import Announcer, Directory, Files
from connector.clock import Clock, Ticks, utc_now
from connector.errors import Provider, ProviderRefusedError
from connector.http import Http
from connector.models import FileRef, WorkspaceId
from connector.services.actions import ActionService
from connector.services.acts.actor import Actor
from connector.services.acts.ends import ActEnds
from connector.services.acts.paths import PathService
from connector.services.acts.service import ActService
from connector.services.budgets import Budgets
from connector.services.checks import ChecksService
from connector.services.checks.telling import Telling
from connector.services.configuring.mapping import MappingService
from connector.services.configuring.states import StateService
from connector.services.configuring.trials import Trials
from connector.services.connecting.access import Access
from connector.services.connecting.callbacks import Callbacks
from connector.services.connecting.client_grants import ClientGrants
from connector.services.connecting.connections import ConnectionService
from connector.services.connecting.establishing import Establisher
from connector.services.connecting.installation import InstallationService
from connector.services.connecting.leases import Leases
from connector.services.connecting.moving import Moving
from connector.services.connecting.secret_pages import SecretPages
from connector.services.connecting.sign_in_seals import SignInSeals
from connector.services.connecting.sign_ins import SignIns
from connector.services.connecting.sign_outs import SignOuts
from connector.services.desks import Desks, renewals, revocation
from connector.services.digests import DigestService
from connector.services.installing import Installer
from connector.services.journals.service import Journals
from connector.services.journals.telling import JournalTelling
from connector.services.notices import NoticeService
from connector.services.sharing.change_templates import ChangeTemplateService
from connector.services.sharing.doubts import Doubts
from connector.services.sharing.finding import Finder
from connector.services.sharing.mapped import Mapped
from connector.services.sharing.outcomes import Outcomes
from connector.services.sharing.payloads import Payloads
from connector.services.sharing.priorities import Priorities
from connector.services.sharing.resending import Resending
from connector.services.sharing.sending import Sender
from connector.services.sharing.shares import ShareService
from connector.services.tickets.cards import Cards
from connector.services.tickets.following import Following
from connector.services.tickets.hints import Hints
from connector.services.tickets.tickets import TicketService
from connector.services.upkeep import Upkeep
from connector.settings import ConnectorSettings
from connector.store import health
from connector.store.database import Database
from connector.vault import Vault, VaultError
from connector.work import Handler, Job, Work, Worker

STOP_SECONDS: Final = 8.0
# For work that is cancelled, for renewals that end only now, and for connections to close.
_GOODBYE: Final = 3.0
_HANG_UP: Final = 0.5
# The store gives up after five seconds; it is asked before and after a token is.
_STORING: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the front end may ask for."""

    connections: ConnectionService
    actions: ActionService
    shares: ShareService
    tickets: TicketService
    following: Following
    digests: DigestService
    checks: ChecksService
    change_templates: ChangeTemplateService
    installation: InstallationService
    moving: Moving
    hints: Hints
    mapping: MappingService
    states: StateService
    trials: Trials
    acts: ActService
    paths: PathService
    resending: Resending


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """The whole of this package, ready to start."""

    services: Services
    database: Database
    vault: Vault
    http: Http
    access: Access
    worker: Worker
    clock: Clock

    async def open(self) -> None:
        """Open the store and check the keys against it; nothing is worked on yet.

        Raises:
            ConnectorError: the database or the keys cannot be used; says which.
        """
        await self.database.open()
        try:
            await self.access.check()
        except BaseException:
            await self.database.close()
            raise

    async def start(self) -> None:
        """Open everything and begin to work.

        Raises:
            ConnectorError: as for ``open``.
        """
        await self.open()
        try:
            await self.access.seal_anew()
            await self.worker.start()
        except BaseException:
            await self.database.close()
            raise

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """End what runs and close everything, within ``seconds``; may be repeated.

        What is not done by then is left as a kill would leave it: the next start goes on with it.
        """
        until = time.monotonic() + seconds
        await self.worker.stop(grace=max(seconds - _GOODBYE, 0.0))
        await _within(until - time.monotonic() - _HANG_UP, self.access.close())
        await _within(_HANG_UP, self.http.close())
        await self.database.close()

    async def ready(self) -> None:
        """Prove that the database takes writes and that the keys work.

        Raises:
            ConnectorError: they do not.
        """
        await health.beat(self.database, self.clock())
        names = {"workspace": WorkspaceId("-"), "column": "health", "row": "-"}
        if self.vault.open(self.vault.seal("ready", **names), **names) != "ready":
            raise VaultError("the keys do not open what they sealed")


class _NoFiles:
    """A chat that hands out no files."""

    async def content(self, workspace: WorkspaceId, file: FileRef) -> bytes:  # noqa: ARG002  -- the port's signature
        raise ProviderRefusedError(Provider.CHAT, "no files", remedy="hands out no files here.")


async def _within(seconds: float, closing: Awaitable[None]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0.0)):
            await closing


def build(
    settings: ConnectorSettings,
    *,
    announcer: Announcer,
    directory: Directory,
    files: Files | None = None,
    clock: Clock = utc_now,
    ticks: Ticks = time.monotonic,
) -> Connector:
    """Put everything together; nothing is opened before ``start``."""
    base = _Base.of(settings, announcer=announcer, clock=clock, ticks=ticks)
    services = _services(base, directory, files or _NoFiles())
    worker = Worker(
        work=base.work,
        handlers=_handlers(services, base),
        sweep=base.upkeep.sweep,
        retry_base=settings.retry_base,
        ticks=ticks,
    )
    return Connector(
        services=services,
        database=base.database,
        vault=base.vault,
        http=base.http,
        access=base.access,
        worker=worker,
        clock=clock,
    )


def installer(settings: ConnectorSettings) -> Installer:
    """Put together what prepares an instance; it needs no store. Close it afterwards."""
    return Installer(http=Http(settings), settings=settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """What the services share."""

    settings: ConnectorSettings
    announcer: Announcer
    clock: Clock
    ticks: Ticks
    http: Http
    vault: Vault
    database: Database
    work: Work
    notices: NoticeService
    access: Access
    budgets: Budgets
    upkeep: Upkeep
    journals: Journals

    @classmethod
    def of(
        cls, settings: ConnectorSettings, *, announcer: Announcer, clock: Clock, ticks: Ticks
    ) -> Self:
        http, vault = Http(settings, clock=clock), Vault(settings.keys)
        database = Database(settings.database)
        work = Work(database=database, clock=clock, lane_size=settings.work_lane_size)
        budgets = Budgets(database=database, clock=clock, base=settings.retry_base)
        notices = NoticeService(database=database, work=work, announcer=announcer, clock=clock)
        access = Access(
            database=database,
            vault=vault,
            notices=notices,
            clock=clock,
            renewals=renewals(http, settings),
            revoke=revocation(http),
            leases=Leases(
                database=database,
                clock=clock,
                lasting=timedelta(seconds=settings.call_deadline) + _STORING,
            ),
        )
        return cls(
            settings=settings,
            announcer=announcer,
            clock=clock,
            ticks=ticks,
            http=http,
            vault=vault,
            database=database,
            work=work,
            notices=notices,
            access=access,
            budgets=budgets,
            upkeep=Upkeep(database=database, work=work, clock=clock),
            journals=Journals(
                database=database,
                work=work,
                desks=Desks(http=http, access=access, budgets=budgets, settings=settings),
                clock=clock,
            ),
        )

    @property
    def desks(self) -> Desks:
        return Desks(
            http=self.http, access=self.access, budgets=self.budgets, settings=self.settings
        )

    @property
    def mapped(self) -> Mapped:
        return Mapped(database=self.database, desks=self.desks)

    @property
    def sign_outs(self) -> SignOuts:
        return SignOuts(database=self.database, notices=self.notices, clock=self.clock)

    @property
    def moving(self) -> Moving:
        return Moving(database=self.database, work=self.work, cards=self.cards)

    @property
    def cards(self) -> Cards:
        return Cards(
            database=self.database, work=self.work, announcer=self.announcer, clock=self.clock
        )


def _services(base: _Base, directory: Directory, files: Files) -> Services:
    actions = ActionService(
        database=base.database, desks=base.desks, settings=base.settings, clock=base.clock
    )
    connections, following = _connections(base, directory), _following(base)
    shares = _shares(base, directory)
    states = StateService(database=base.database, desks=base.desks)
    return Services(
        connections=connections,
        actions=actions,
        shares=shares,
        tickets=_tickets(base),
        following=following,
        digests=DigestService(
            database=base.database,
            work=base.work,
            actions=actions,
            announcer=base.announcer,
            clock=base.clock,
        ),
        checks=_checks(base, directory, connections.redirect_uri),
        change_templates=ChangeTemplateService(desks=base.desks),
        installation=InstallationService(
            database=base.database,
            settings=base.settings,
            redirect_uri=connections.redirect_uri,
            clock=base.clock,
        ),
        moving=base.moving,
        hints=Hints(
            database=base.database,
            work=base.work,
            following=following,
            clock=base.clock,
            ticks=base.ticks,
        ),
        mapping=MappingService(database=base.database, desks=base.desks, clock=base.clock),
        states=states,
        trials=_trials(base, shares, states),
        acts=_acts(base, directory, files),
        paths=PathService(states=states, desks=base.desks),
        resending=Resending(
            database=base.database, work=base.work, cards=base.cards, clock=base.clock
        ),
    )


def _trials(base: _Base, shares: ShareService, states: StateService) -> Trials:
    return Trials(
        database=base.database,
        desks=base.desks,
        shares=shares,
        mapped=base.mapped,
        states=states,
        settings=base.settings,
        clock=base.clock,
    )


def _checks(base: _Base, directory: Directory, redirect_uri: str) -> ChecksService:
    return ChecksService(
        database=base.database,
        http=base.http,
        desks=base.desks,
        directory=directory,
        settings=base.settings,
        redirect_uri=redirect_uri,
        clock=base.clock,
    )


def _connections(base: _Base, directory: Directory) -> ConnectionService:
    seals = SignInSeals(base.vault)
    sign_ins = SignIns(
        database=base.database,
        http=base.http,
        seals=seals,
        settings=base.settings,
        clock=base.clock,
    )
    establisher = Establisher(
        database=base.database,
        http=base.http,
        access=base.access,
        work=base.work,
        notices=base.notices,
        directory=directory,
        moving=base.moving,
        clock=base.clock,
    )
    callbacks = Callbacks(
        database=base.database,
        http=base.http,
        seals=seals,
        establisher=establisher,
        redirect_uri=sign_ins.redirect_uri,
        clock=base.clock,
    )
    client_grants = ClientGrants(http=base.http, establisher=establisher, settings=base.settings)
    return ConnectionService(
        database=base.database,
        http=base.http,
        access=base.access,
        desks=base.desks,
        work=base.work,
        sign_ins=sign_ins,
        callbacks=callbacks,
        client_grants=client_grants,
        secret_pages=SecretPages(
            database=base.database,
            seals=seals,
            establisher=establisher,
            client_grants=client_grants,
            clock=base.clock,
        ),
        settings=base.settings,
        clock=base.clock,
    )


def _shares(base: _Base, directory: Directory) -> ShareService:
    settings = base.settings
    outcomes = Outcomes(
        database=base.database,
        http=base.http,
        settings=settings,
        clock=base.clock,
        doubts=Doubts(ticks=base.ticks, longest=settings.call_deadline + settings.settle),
        mapped=base.mapped,
    )
    sender = Sender(
        desks=base.desks,
        payloads=Payloads(
            directory=directory,
            priorities=Priorities(database=base.database, clock=base.clock),
            mapped=base.mapped,
        ),
        finder=Finder(database=base.database),
        outcomes=outcomes,
        clock=base.clock,
    )
    return ShareService(
        database=base.database,
        work=base.work,
        cards=base.cards,
        sender=sender,
        clock=base.clock,
    )


def _acts(base: _Base, directory: Directory, files: Files) -> ActService:
    settings = base.settings
    ends = ActEnds(
        database=base.database,
        work=base.work,
        settings=settings,
        clock=base.clock,
        doubts=Doubts(ticks=base.ticks, longest=settings.call_deadline + settings.settle),
        journals=base.journals,
    )
    return ActService(
        database=base.database,
        work=base.work,
        desks=base.desks,
        actor=Actor(
            desks=base.desks, directory=directory, files=files, ends=ends, clock=base.clock
        ),
        announcer=base.announcer,
        clock=base.clock,
    )


def _tickets(base: _Base) -> TicketService:
    return TicketService(
        database=base.database, cards=base.cards, announcer=base.announcer, clock=base.clock
    )


def _following(base: _Base) -> Following:
    return Following(
        database=base.database,
        work=base.work,
        desks=base.desks,
        journals=base.journals,
        settings=base.settings,
        clock=base.clock,
    )


def _handlers(services: Services, base: _Base) -> dict[Job, Handler]:
    return {
        Job.ADVANCE_SHARE: services.shares.advance,
        Job.SHOW_SHARE: base.cards.show,
        Job.REDRAW_CARD: services.moving.redraw,
        Job.ANNOUNCE_TICKET: services.tickets.announce,
        Job.POST_DIGEST: services.digests.post,
        Job.TELL_NOTICE: Telling(notices=base.notices, checks=services.checks).tell,
        Job.SYNC_TICKETS: services.hints.look,
        Job.REFRESH_SCORE: services.actions.refresh,
        Job.WARN_OF_SIGN_OUT: base.sign_outs.warn,
        Job.PURGE: base.upkeep.purge,
        Job.ADVANCE_ACT: services.acts.advance,
        Job.TELL_ACT: services.acts.tell,
        Job.READ_JOURNALS: services.following.journals.read,
        Job.TELL_JOURNAL: JournalTelling(database=base.database, announcer=base.announcer).tell,
    }
