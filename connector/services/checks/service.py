"""Checks a connection from the outside in.

No ticket is changed: whether one may be is tried by writing a value that it has already. What was
found is kept here and, best effort, shown in ServiceNow.
"""

from dataclasses import dataclass
from typing import Final

from connector.announcer import Directory
from connector.clock import Clock
from connector.errors import (
    COMMAND,
    CONNECT,
    NotConnectedError,
    Provider,
    ProviderError,
    ProviderRefusedError,
    ThrottledError,
)
from connector.http import BrowserSignInError, Http, SecondFactorError
from connector.models import Check, CheckOutcome, CheckRun, Connection, WorkspaceId
from connector.servicenow.probes import Glimpse, Knock, knock, own_user
from connector.servicenow.record import is_sys_id
from connector.services.checks import account, arrival, finished, instance, tables, writing
from connector.services.checks.asking import Asker, Evidence
from connector.services.checks.words import failed, not_answered, seen, unknown
from connector.services.connecting.visible import show_connected
from connector.services.desks import Desks
from connector.settings import ConnectorSettings
from connector.store import check_runs, connections
from connector.store.connections import ConnectionRow
from connector.store.database import Database
from connector.words import tr

_CONNECT: Final = CONNECT[Provider.SERVICENOW]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksService:
    """Says of a connection what is well, what is not, and what nobody can tell."""

    database: Database
    http: Http
    desks: Desks
    directory: Directory
    settings: ConnectorSettings
    redirect_uri: str
    clock: Clock

    async def servicenow(
        self, workspace: WorkspaceId, *, yields: bool = False
    ) -> tuple[Check, ...]:
        """Check the workspace's instance, in the order in which to mend what fails.

        What the instance does wrong, or does not answer, is an outcome and never an error. Where
        something fails without which nothing more can be asked, one check stands for the rest.
        ``yields`` for checks that nobody waits for.
        """
        row = await connections.get(self.database.view(workspace), Provider.SERVICENOW)
        if row is None:
            return (_not_connected(),)
        found = await self._run(row, yields=yields)
        await self._keep(row.connection, found)
        return found

    async def _keep(self, checked: Connection, found: tuple[Check, ...]) -> None:
        """Keep what was found, unless it was connected anew meanwhile."""
        run = CheckRun(remote=checked.remote, at=self.clock(), checks=found)
        async with self.database.transaction(checked.workspace) as tx:
            row = await connections.get(tx, Provider.SERVICENOW)
            if row is not None and row.connection.connected_at == checked.connected_at:
                await check_runs.keep(tx, run)

    async def _run(self, row: ConnectionRow, *, yields: bool) -> tuple[Check, ...]:
        host = row.connection.remote
        gate = await self.desks.budgets.gate(row.connection, yields=yields)
        try:
            gate.check()
        except ThrottledError as exc:
            return (not_answered("Requests", exc),)
        knocked = await seen(knock(self.http, host))
        awake = arrival.awake(knocked, host, self.http.browser_url(f"https://{host}"))
        if isinstance(knocked, ProviderError) or _has_failed(awake):
            return awake, _rest()
        let_in = arrival.let_in(knocked, self.settings.outgoing_address)
        if _has_failed(let_in):
            return awake, let_in, _rest()
        if knocked.is_sign_in:
            return awake, let_in, account.way_in(Glimpse(), knocked), _rest()
        return await self._signed_in(row, knocked, (awake, let_in), yields=yields)

    async def _signed_in(
        self,
        row: ConnectionRow,
        knocked: Knock,
        before: tuple[Check, ...],
        *,
        yields: bool,
    ) -> tuple[Check, ...]:
        connection = row.connection
        try:
            found = await seen(self._evidence(connection.workspace, yields=yields))
        except NotConnectedError:
            # It has been ended since.
            return (_not_connected(),)
        if isinstance(found, BrowserSignInError | SecondFactorError):
            return *before, account.way_in(found, knocked), _rest()
        if isinstance(found, ProviderError):
            return *before, account.sign_in(found, connection), _rest()
        checks = (*before, account.way_in(found.who, knocked), *self._judged(found, knocked))
        return *checks, writing.shown(await self._show(found, checks))

    async def _show(self, found: Evidence, checks: tuple[Check, ...]) -> ProviderError | None:
        """Write at the instance what was found, for its own people; say why where it fails."""
        (user, *_) = (*filter(is_sys_id, found.who.values("sys_id")), "")
        if not user:
            return ProviderRefusedError(Provider.SERVICENOW, "our own sys_id is not shown")
        try:
            return await seen(show_connected(found.desk, user, checks, self.clock()))
        except NotConnectedError:
            return ProviderRefusedError(Provider.SERVICENOW, "it has been ended since")

    async def _evidence(self, workspace: WorkspaceId, *, yields: bool) -> Evidence:
        """Gather what shows to a user of the instance.

        Raises:
            ProviderError: nobody is let in with this sign-in.
            NotConnectedError: there is no connection any more.
        """
        desk = await self.desks.servicenow(workspace, yields=yields)
        asker = Asker(desk=desk, database=self.database, directory=self.directory)
        return await asker.gather(await desk.ask(own_user))

    def _judged(self, found: Evidence, knocked: Knock) -> tuple[Check, ...]:
        connection, made = found.connection, found.shares
        return (
            account.sign_in(found.who, connection),
            account.account(found.who, connection, found.admin),
            account.roles(found.roles, connection),
            *map(tables.reading, found.sights),
            *(tables.making(s.kind, made, connection.connected_at) for s in found.sights),
            *(writing.changing(kind, tried) for kind, tried in found.trials.items()),
            *map(tables.fields, found.sights),
            *(tables.sys_id(kind, kept=kept) for kind, kept in found.keeps_sys_id.items()),
            instance.oauth_client(found.oauth_client, self.redirect_uri),
            instance.release(found.properties),
            arrival.clock(knocked),
            instance.basic_authentication(),
            finished.first_ticket(made, has_tickets=found.has_tickets, now=self.clock()),
        )


def _not_connected() -> Check:
    text = tr("ServiceNow is not connected.")
    return failed(
        "Connection", text, tr("An admin can connect it with {connect}.", connect=_CONNECT)
    )


def _rest() -> Check:
    return unknown(
        "The rest",
        tr("Everything else can only be told when that is mended."),
        tr("Then type `{command} doctor`.", command=COMMAND),
    )


def _has_failed(check: Check) -> bool:
    return check.outcome is CheckOutcome.FAILED
