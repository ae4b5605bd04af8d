"""App Home, put together."""

from connector.services.actions import ActionService
from connector.services.connecting.installation import InstallationService
from connector.services.homes.counterparts import Counterparts
from connector.services.homes.facts import HomeFacts
from connector.services.homes.service import HomeService
from connector.services.rights.service import RightsService
from connector.wiring.base import Base


def homes_of(
    base: Base,
    rights: RightsService,
    installation: InstallationService,
    actions: ActionService,
) -> HomeService:
    """Make what shows App Home."""
    return HomeService(
        database=base.database,
        work=base.work,
        announcer=base.announcer,
        facts=HomeFacts(
            database=base.database,
            rights=rights,
            installation=installation,
            actions=actions,
            clock=base.clock,
        ),
        counterparts=Counterparts(
            database=base.database,
            work=base.work,
            desks=base.desks,
            directory=rights.directory,
            clock=base.clock,
        ),
        languages=base.languages,
        clock=base.clock,
    )
