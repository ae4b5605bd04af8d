"""The one place where everything is put together."""

import time

from pydantic import SecretStr

from connector.announcer import Announcer, Chat, Directory, Files
from connector.clock import Clock, Ticks, utc_now
from connector.errors import Provider, ProviderRefusedError
from connector.http import Http
from connector.models import ChatToken, FileRef, WorkspaceId
from connector.services.installing import Installer
from connector.settings import ConnectorSettings
from connector.wiring.base import Base
from connector.wiring.connector import STOP_SECONDS, Connector
from connector.wiring.jobs import handlers_of
from connector.wiring.services import Services, services_of
from connector.work import Worker

__all__ = ["STOP_SECONDS", "Connector", "Services", "build", "installer"]


class _NoFiles:
    """A chat that hands out no files."""

    async def content(self, workspace: WorkspaceId, file: FileRef) -> bytes:  # noqa: ARG002  -- the port's signature
        raise ProviderRefusedError(Provider.CHAT, "no files", remedy="hands out no files here.")


class _NoTokens:
    """A chat whose tokens are nobody's business here."""

    async def renew(self, workspace: WorkspaceId, refresh: SecretStr) -> ChatToken:  # noqa: ARG002  -- the port's signature
        raise ProviderRefusedError(Provider.CHAT, "no tokens")

    async def takes(self, workspace: WorkspaceId, token: SecretStr | None) -> bool:  # noqa: ARG002  -- the port's signature
        return False


def build(  # noqa: PLR0913  -- one for each port
    settings: ConnectorSettings,
    *,
    announcer: Announcer,
    directory: Directory,
    files: Files | None = None,
    chat: Chat | None = None,
    clock: Clock = utc_now,
    ticks: Ticks = time.monotonic,
) -> Connector:
    """Put everything together; nothing is opened before ``start``."""
    base = Base.of(
        settings,
        announcer=announcer,
        directory=directory,
        chat=chat or _NoTokens(),
        clock=clock,
        ticks=ticks,
    )
    services = services_of(base, files or _NoFiles())
    worker = Worker(
        work=base.work,
        handlers=handlers_of(services, base),
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
