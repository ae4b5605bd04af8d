"""The installation checklist: each step derived from what is durably known of it."""

from dataclasses import dataclass
from datetime import timedelta

from connector.clock import Clock
from connector.errors import Provider
from connector.models import (
    CheckRun,
    Connection,
    FailedSignIn,
    Installation,
    PendingSignIn,
    WorkspaceId,
)
from connector.services.connecting.checklist import Known, prerequisites, steps
from connector.settings import ConnectorSettings
from connector.store import check_runs, connections, sign_in_ends, sign_ins
from connector.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationService:
    """Says how far setting ServiceNow up has come, whoever asks and however often.

    ``redirect_uri`` is what must be registered at the instance.
    """

    database: Database
    settings: ConnectorSettings
    redirect_uri: str
    clock: Clock

    async def checklist(self, workspace: WorkspaceId) -> Installation:
        """Read where every step stands."""
        known = await self._known(workspace)
        return Installation(
            prerequisites=prerequisites(known),
            steps=steps(known),
            connected=known.connection is not None,
        )

    async def _known(self, workspace: WorkspaceId) -> Known:
        view = self.database.view(workspace)
        row = await connections.get(view, Provider.SERVICENOW)
        connection = row.connection if row else None
        failed = await sign_in_ends.last(view)
        pending = await sign_ins.pending(view, self.clock())
        goes_on = pending is not None and self._is_later(pending, failed)
        return Known(
            form=await connections.last_form(view),
            pending=pending if goes_on else None,
            failed=None if goes_on else failed,
            connection=connection,
            run=_of(connection, await check_runs.last(view)),
            redirect_uri=self.redirect_uri,
        )

    def _is_later(self, pending: PendingSignIn, failed: FailedSignIn | None) -> bool:
        begun_at = pending.expires_at - timedelta(seconds=self.settings.oauth_state_seconds)
        return failed is None or begun_at >= failed.at


def _of(connection: Connection | None, run: CheckRun | None) -> CheckRun | None:
    """Return a run if it is of this connection.

    What was found before somebody signed in anew may have been mended by that.
    """
    if run is None or connection is None or run.remote != connection.remote:
        return None
    return run if run.at >= connection.connected_at else None
