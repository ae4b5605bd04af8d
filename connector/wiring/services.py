"""The services that the front end may ask, put together."""

from dataclasses import dataclass

from connector.announcer import Files
from connector.services.actions import ActionService
from connector.services.acts.paths import PathService
from connector.services.acts.service import ActService
from connector.services.checks import ChecksService
from connector.services.configuring.defaults import DefaultsService
from connector.services.configuring.mapping import MappingService
from connector.services.configuring.states import StateService
from connector.services.configuring.trials import Trials
from connector.services.connecting.connections import ConnectionService
from connector.services.connecting.installation import InstallationService
from connector.services.connecting.moving import Moving
from connector.services.digests import DigestService
from connector.services.handled import Handled
from connector.services.homes.service import HomeService
from connector.services.installs.erasing import Erasing
from connector.services.installs.service import InstallService
from connector.services.languages import Languages
from connector.services.links.reading import Readers
from connector.services.links.service import LinkService
from connector.services.notifying.discretion import Discretion
from connector.services.notifying.names import Names
from connector.services.notifying.service import NotificationService
from connector.services.rights.requests import RightRequests
from connector.services.rights.service import RightsService
from connector.services.sharing.bulks import BulkService
from connector.services.sharing.change_templates import ChangeTemplateService
from connector.services.sharing.coverings import Coverings
from connector.services.sharing.resending import Resending
from connector.services.sharing.shares import ShareService
from connector.services.tickets.following import Following
from connector.services.tickets.hints import Hints
from connector.services.tickets.lists import TicketLists
from connector.services.tickets.tickets import TicketService
from connector.wiring.base import Base
from connector.wiring.connecting import connections_of
from connector.wiring.homes import homes_of
from connector.wiring.installs import erasing_of, installs_of
from connector.wiring.sharing import acts_of, shares_of
from connector.wiring.tickets import following_of, tickets_of


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
    installs: InstallService
    erasing: Erasing
    resending: Resending
    notifying: NotificationService
    names: Names
    languages: Languages
    links: LinkService
    handled: Handled
    lists: TicketLists
    homes: HomeService
    bulks: BulkService
    coverings: Coverings
    rights: RightsService
    right_requests: RightRequests
    defaults: DefaultsService
    discretion: Discretion


def services_of(base: Base, files: Files) -> Services:
    """Make everything that the front end may ask."""
    actions = ActionService(
        database=base.database,
        desks=base.desks,
        languages=base.languages,
        settings=base.settings,
        clock=base.clock,
    )
    rights = base.rights
    connections, following = connections_of(base, rights), following_of(base)
    shares = shares_of(base)
    states = StateService(database=base.database, desks=base.desks)
    installs = installs_of(base)
    discretion = Discretion.of(base.directory, base.clock)
    installation = InstallationService(
        database=base.database,
        settings=base.settings,
        redirect_uri=connections.redirect_uri,
        clock=base.clock,
    )
    return Services(
        connections=connections,
        actions=actions,
        shares=shares,
        tickets=tickets_of(base, discretion),
        following=following,
        digests=DigestService(
            database=base.database,
            work=base.work,
            actions=actions,
            names=base.names,
            announcer=base.announcer,
            posts=base.posts,
            clock=base.clock,
        ),
        checks=_checks(base, connections.redirect_uri),
        change_templates=ChangeTemplateService(desks=base.desks),
        installation=installation,
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
        acts=acts_of(base, files),
        paths=PathService(states=states, desks=base.desks),
        installs=installs,
        erasing=erasing_of(base, installs),
        resending=Resending(
            database=base.database, work=base.work, cards=base.cards, clock=base.clock
        ),
        notifying=NotificationService(
            database=base.database, work=base.work, names=base.names, clock=base.clock
        ),
        names=base.names,
        languages=base.languages,
        rights=rights,
        right_requests=RightRequests(
            database=base.database,
            work=base.work,
            rights=rights,
            announcer=base.announcer,
            clock=base.clock,
        ),
        defaults=DefaultsService(
            database=base.database, directory=base.directory, clock=base.clock
        ),
        links=_links(base, actions),
        handled=Handled(database=base.database, clock=base.clock),
        lists=TicketLists(database=base.database, clock=base.clock),
        homes=homes_of(base, rights, installation, actions),
        bulks=BulkService(
            database=base.database,
            work=base.work,
            announcer=base.announcer,
            posts=base.posts,
            leavers=base.leavers,
            clock=base.clock,
        ),
        coverings=Coverings(database=base.database),
        discretion=discretion,
    )


def _links(base: Base, actions: ActionService) -> LinkService:
    return LinkService(
        database=base.database,
        http=base.http,
        actions=actions,
        readers=Readers(desks=base.desks),
        settings=base.settings,
        clock=base.clock,
    )


def _trials(base: Base, shares: ShareService, states: StateService) -> Trials:
    return Trials(
        database=base.database,
        desks=base.desks,
        shares=shares,
        mapped=base.mapped,
        states=states,
        settings=base.settings,
        clock=base.clock,
    )


def _checks(base: Base, redirect_uri: str) -> ChecksService:
    return ChecksService(
        database=base.database,
        http=base.http,
        desks=base.desks,
        directory=base.directory,
        settings=base.settings,
        redirect_uri=redirect_uri,
        clock=base.clock,
    )
