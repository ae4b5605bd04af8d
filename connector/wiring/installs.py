"""What knows the workspaces that let Snowline in, and erases what one leaves, put together."""

from connector.services.installs.erasing import Erasing
from connector.services.installs.service import InstallService
from connector.services.installs.states import InstallStates
from connector.wiring.base import Base


def installs_of(base: Base) -> InstallService:
    """Make what takes installations in and ends them."""
    return InstallService(
        database=base.database,
        work=base.work,
        tokens=base.tokens,
        states=InstallStates(database=base.database, vault=base.vault, clock=base.clock),
        chat=base.chat,
        clock=base.clock,
    )


def erasing_of(base: Base, installs: InstallService) -> Erasing:
    """Make what exports and erases all that a workspace owned."""
    return Erasing(
        database=base.database,
        installs=installs,
        access=base.access,
        chat=base.chat,
        folder=base.settings.exports or base.settings.database.parent / "exports",
        clock=base.clock,
    )
