"""Which service carries out which kind of work."""

from connector.services.checks import ChecksService
from connector.services.checks.telling import Telling
from connector.services.homes.counterparts import Counterparts
from connector.services.journals.telling import JournalTelling
from connector.services.notifying.telling import NewsTelling
from connector.services.rights.service import RightsService
from connector.services.tickets.redrawing import Redrawing
from connector.wiring.base import Base
from connector.wiring.services import Services
from connector.work import Handler, Job


def handlers_of(services: Services, base: Base) -> dict[Job, Handler]:
    """Say which service carries out which kind of work."""
    homes = services.homes
    return {
        Job.ADVANCE_SHARE: homes.after(services.shares.advance),
        Job.SHOW_SHARE: homes.after(base.cards.show),
        Job.REDRAW_CARD: homes.after(Redrawing(database=base.database, cards=base.cards).redraw),
        Job.ANNOUNCE_TICKET: homes.after(services.tickets.announce),
        Job.POST_DIGEST: services.digests.post,
        Job.TELL_NOTICE: homes.after(_telling(base, services.checks).tell),
        Job.SYNC_TICKETS: services.hints.look,
        Job.REFRESH_SCORE: homes.after(services.actions.refresh),
        Job.WARN_OF_SIGN_OUT: base.sign_outs.warn,
        Job.PURGE: base.upkeep.purge,
        Job.ADVANCE_ACT: services.acts.advance,
        Job.TELL_ACT: services.acts.tell,
        Job.SHOW_BULK: services.bulks.show,
        Job.READ_JOURNALS: services.following.journals.read,
        Job.TELL_JOURNAL: JournalTelling(
            database=base.database,
            cards=base.cards,
            spreader=base.spreader,
            discretion=services.discretion,
            announcer=base.announcer,
        ).tell,
        Job.TELL_NEWS: _news(base, services.rights, homes.counterparts).tell,
        Job.ERASE_WORKSPACE: services.erasing.erase,
        Job.SHOW_HOME: homes.show,
        Job.FIND_COUNTERPART: homes.counterparts.find,
        Job.TELL_RIGHT_REQUEST: services.right_requests.tell,
    }


def _news(base: Base, rights: RightsService, counterparts: Counterparts) -> NewsTelling:
    return NewsTelling(
        database=base.database,
        rights=rights,
        counterparts=counterparts,
        announcer=base.announcer,
        gathers=base.spreader.gathers,
        clock=base.clock,
    )


def _telling(base: Base, checks: ChecksService) -> Telling:
    return Telling(notices=base.notices, checks=checks, languages=base.languages)
