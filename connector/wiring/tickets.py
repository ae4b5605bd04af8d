"""How tickets are shown and followed, put together."""

from connector.services.notifying.discretion import Discretion
from connector.services.tickets.following import Following
from connector.services.tickets.tickets import TicketService
from connector.wiring.base import Base


def tickets_of(base: Base, discretion: Discretion) -> TicketService:
    """Make what lists tickets and tells what changed on them."""
    return TicketService(
        database=base.database,
        cards=base.cards,
        spreader=base.spreader,
        discretion=discretion,
        announcer=base.announcer,
        clock=base.clock,
    )


def following_of(base: Base) -> Following:
    """Make what looks for changes in ServiceNow."""
    return Following(
        database=base.database,
        work=base.work,
        desks=base.desks,
        journals=base.journals,
        languages=base.languages,
        settings=base.settings,
        clock=base.clock,
    )
