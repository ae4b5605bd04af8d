"""How the making of tickets, and what is done with them, are put together."""

from connector.announcer import Files
from connector.services.acts.actor import Actor
from connector.services.acts.ends import ActEnds
from connector.services.acts.service import ActService
from connector.services.sharing.doubts import Doubts
from connector.services.sharing.finding import Finder
from connector.services.sharing.outcomes import Outcomes
from connector.services.sharing.payloads import Payloads
from connector.services.sharing.priorities import Priorities
from connector.services.sharing.sending import Sender
from connector.services.sharing.shares import ShareService
from connector.wiring.base import Base


def shares_of(base: Base) -> ShareService:
    """Make what turns shares into tickets."""
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
            directory=base.directory,
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
        languages=base.languages,
        clock=base.clock,
    )


def acts_of(base: Base, files: Files) -> ActService:
    """Make what carries out what people do with tickets."""
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
            desks=base.desks, directory=base.directory, files=files, ends=ends, clock=base.clock
        ),
        names=base.names,
        languages=base.languages,
        leavers=base.leavers,
        announcer=base.announcer,
        clock=base.clock,
    )
