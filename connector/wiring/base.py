"""What the services share."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from connector.announcer import Announcer, Chat, Directory
from connector.clock import Clock, Ticks
from connector.http import Http
from connector.services.budgets import Budgets
from connector.services.connecting.access import Access
from connector.services.connecting.leases import Leases
from connector.services.connecting.moving import Moving
from connector.services.connecting.sign_outs import SignOuts
from connector.services.desks import Desks, renewals, revocation
from connector.services.hearing import Hearing
from connector.services.installs.tokens import InstallTokens
from connector.services.interpreting import Interpreter
from connector.services.journals.service import Journals
from connector.services.languages import Languages
from connector.services.notices import NoticeService
from connector.services.notifying.names import Names
from connector.services.notifying.spreading import Spreader
from connector.services.posting import Posts
from connector.services.rights.leavers import Leavers
from connector.services.rights.service import RightsService
from connector.services.sharing.mapped import Mapped
from connector.services.tickets.cards import Cards
from connector.services.upkeep import Upkeep
from connector.settings import ConnectorSettings
from connector.store.database import Database
from connector.vault import Vault
from connector.work import Work

_STORING: Final = timedelta(seconds=10)
"""The store gives up after five seconds; it is asked before and after a token is."""
_GATHERS: Final = 10.0
"""Seconds: the tickets that one look finds changed are told in one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What the services share."""

    settings: ConnectorSettings
    announcer: Announcer
    directory: Directory
    languages: Languages
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
    chat: Chat
    tokens: InstallTokens
    rights: RightsService

    @classmethod
    def of(
        cls,
        settings: ConnectorSettings,
        *,
        announcer: Announcer,
        directory: Directory,
        chat: Chat,
        clock: Clock,
        ticks: Ticks,
    ) -> Self:
        """Open nothing yet."""
        http, vault = Http(settings, clock=clock), Vault(settings.keys)
        database = Database(settings.database)
        work = Work(database=database, clock=clock, lane_size=settings.work_lane_size)
        budgets = Budgets(database=database, clock=clock, base=settings.retry_base)
        languages = Languages(database=database, directory=directory, clock=clock)
        told = Interpreter(announcer, languages)
        leases = Leases(
            database=database,
            clock=clock,
            lasting=timedelta(seconds=settings.call_deadline) + _STORING,
        )
        heard = Hearing(directory, languages)
        rights = RightsService.of(database, heard, clock)
        notices = NoticeService(
            database=database,
            work=work,
            leavers=Leavers(rights=rights),
            announcer=told,
            clock=clock,
        )
        access = Access(
            database=database,
            vault=vault,
            notices=notices,
            languages=languages,
            clock=clock,
            renewals=renewals(http, settings),
            revoke=revocation(http),
            leases=leases,
        )
        return cls(
            settings=settings,
            announcer=told,
            directory=heard,
            languages=languages,
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
            chat=chat,
            tokens=InstallTokens(
                database=database, vault=vault, leases=leases, chat=chat, clock=clock
            ),
            rights=rights,
        )

    @property
    def desks(self) -> Desks:
        """Where a connection is asked."""
        return Desks(
            http=self.http, access=self.access, budgets=self.budgets, settings=self.settings
        )

    @property
    def mapped(self) -> Mapped:
        """What the rules for further fields make of a share."""
        return Mapped(database=self.database, desks=self.desks)

    @property
    def sign_outs(self) -> SignOuts:
        """What warns of the end of a sign-in."""
        return SignOuts(
            database=self.database,
            notices=self.notices,
            languages=self.languages,
            clock=self.clock,
        )

    @property
    def moving(self) -> Moving:
        """What becomes of the tickets of a former instance."""
        return Moving(database=self.database, work=self.work)

    @property
    def posts(self) -> Posts:
        """What posts into conversations."""
        return Posts(
            database=self.database,
            notices=self.notices,
            leavers=self.leavers,
            clock=self.clock,
            unsure=timedelta(seconds=self.settings.chat_settle),
        )

    @property
    def cards(self) -> Cards:
        """What shows how far a share has come."""
        return Cards(
            database=self.database,
            work=self.work,
            names=self.names,
            announcer=self.announcer,
            posts=self.posts,
            leavers=self.leavers,
            clock=self.clock,
        )

    @property
    def leavers(self) -> Leavers:
        """What knows with whom nothing more is said of tickets in private."""
        return Leavers(rights=self.rights)

    @property
    def names(self) -> Names:
        """What knows what people are really called."""
        return Names(database=self.database, directory=self.directory, clock=self.clock)

    @property
    def spreader(self) -> Spreader:
        """What keeps for people what they are still to be told in private."""
        gathers = timedelta(seconds=min(_GATHERS, self.settings.sync_every))
        return Spreader(
            database=self.database,
            work=self.work,
            leavers=self.leavers,
            gathers=gathers,
            clock=self.clock,
        )
