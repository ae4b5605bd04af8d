"""Connections: made, listed and ended."""

import asyncio
import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from pydantic import SecretStr

from connector.clock import Clock
from connector.errors import (
    COMMAND,
    InvalidInputError,
    OvertakenError,
    Provider,
    ProviderUnavailableError,
)
from connector.http import Http
from connector.models import (
    Connection,
    ConnectionState,
    Grant,
    SecureScore,
    UserId,
    WorkspaceId,
)
from connector.oauth import microsoft
from connector.oauth.tokens import SignInRefusedError, Tokens
from connector.securescore.client import SecureScoreClient
from connector.services.connecting.access import Access
from connector.services.connecting.callbacks import Callbacks
from connector.services.connecting.client_grants import ClientGrants
from connector.services.connecting.once import made_before
from connector.services.connecting.secret_pages import SecretPages
from connector.services.connecting.sign_ins import SignIns
from connector.services.connecting.visible import show_ended
from connector.services.desks import Desks
from connector.services.forms import (
    BrowserStart,
    Callback,
    GivenSecret,
    MicrosoftForm,
    SecretPage,
    ServiceNowForm,
    SignIn,
    SignInEnd,
)
from connector.services.recurring import SCORE_KEY
from connector.settings import ConnectorSettings
from connector.store import connections, scores, shares
from connector.store.connections import ConnectionRow
from connector.store.database import Database
from connector.words import later, tr
from connector.work import Job, Work

_log = logging.getLogger(__name__)

_PROOF_SECONDS: Final = 2.3
_TENANT: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionService:
    """Makes, lists and ends a workspace's connections."""

    database: Database
    http: Http
    access: Access
    desks: Desks
    work: Work
    sign_ins: SignIns
    callbacks: Callbacks
    client_grants: ClientGrants
    secret_pages: SecretPages
    settings: ConnectorSettings
    clock: Clock

    @property
    def redirect_uri(self) -> str:
        """What must be registered with the OAuth client in ServiceNow."""
        return self.sign_ins.redirect_uri

    async def begin_servicenow(
        self, workspace: WorkspaceId, user: UserId, form: ServiceNowForm, delivery: str
    ) -> SignIn:
        """Check the form and that the instance is there; make a link for the admin's browser.

        The same ``delivery`` gives the same link, be it used up or not.

        Raises:
            InvalidInputError: a field cannot work; ``field`` is the form's.
            ProviderUnavailableError: the instance did not answer in two seconds.
            ProviderRefusedError: the instance does not let this machine in.
            OvertakenError: the link of ``delivery`` was sealed with a key that is gone.
        """
        return await self.sign_ins.begin(workspace, user, form, delivery)

    async def start_sign_in(self, ticket: str) -> BrowserStart | None:
        """Bind a sign-in to the browser that opened its link; None if it is not valid."""
        return await self.sign_ins.start(ticket)

    async def finish_sign_in(self, callback: Callback) -> SignInEnd:
        """Connect with what the browser brought back, or say why not."""
        return await self.callbacks.finish(callback)

    async def connect_servicenow(
        self, workspace: WorkspaceId, user: UserId, form: ServiceNowForm, delivery: str
    ) -> str:
        """Connect by client credentials, with the form's secret; return the instance's host.

        Raises:
            ConnectorError: as ``ClientGrants.connect`` describes.
        """
        return await self.client_grants.connect(workspace, user, form, delivery)

    async def open_secret_page(self, ticket: str) -> SecretPage | None:
        """Open the one-time page that asks for the secret; None if its link is not valid."""
        return await self.secret_pages.open(ticket)

    async def take_secret(self, given: GivenSecret) -> SignInEnd | None:
        """Go on with what that page brought; None where the sign-in in the browser is next."""
        return await self.secret_pages.take(given)

    async def connect_microsoft(
        self, workspace: WorkspaceId, user: UserId, form: MicrosoftForm, delivery: str
    ) -> Connection:
        """Connect a tenant, proven by reading its score, which is kept.

        The same ``delivery`` connects once, however often it comes within a week.

        Raises:
            InvalidInputError: a field cannot work; ``field`` is the form's.
            ProviderUnavailableError: Microsoft did not answer within 2.3 seconds.
            ProviderRefusedError: Microsoft does not let the app read the score.
            UnexpectedAnswerError: what came is no score.
            OvertakenError: the connection that ``delivery`` made is gone.
        """
        form = _checked(form)
        tokens, score = await self._proof(form)
        connection = self._microsoft(workspace, user, form)
        row = ConnectionRow(
            connection=connection,
            client_id=form.client_id,
            sealed=self.access.sealed(connection, form.client_secret, tokens),
        )
        async with self.database.transaction(workspace) as tx:
            if (known := await made_before(tx, connection, delivery)) is not None:
                return known
            await connections.put(tx, row)
            await scores.put(tx, replace(score, tenant=form.tenant))
            again_at = self.clock() + timedelta(seconds=self.settings.score_every)
            await self.work.plan(tx, Job.REFRESH_SCORE, SCORE_KEY, lane=form.tenant, at=again_at)
        return connection

    async def all(self, workspace: WorkspaceId) -> tuple[Connection, ...]:
        """Read the workspace's connections, ServiceNow first."""
        return await connections.all_of(self.database.view(workspace))

    async def prove(self, workspace: WorkspaceId, provider: Provider) -> None:
        """Have the provider answer one harmless question.

        Raises:
            ConnectorError: it did not; says why.
        """
        if provider is Provider.SERVICENOW:
            instance = await self.desks.servicenow(workspace)
            await instance.ask(lambda client: client.whoami())
        else:
            tenant = await self.desks.microsoft(workspace)
            await tenant.ask(lambda client: client.newest())

    async def last_servicenow_form(self, workspace: WorkspaceId) -> ServiceNowForm | None:
        """Read what was typed last to connect an instance, without the secret."""
        row = await connections.last_form(self.database.view(workspace))
        if row is None:
            return None
        return ServiceNowForm(
            instance=row.instance,
            integration_user=row.integration_user,
            client_id=row.client_id,
            grant=row.grant,
        )

    async def disconnect(
        self,
        workspace: WorkspaceId,
        user: UserId,
        provider: Provider,
        connected_at: datetime,
    ) -> None:
        """Erase a connection's secrets, then have the provider forget them if it can.

        Tickets and scores stay; shares wait a day at most for the next connection. Where the
        connection of ``connected_at`` has ended already, nothing is left to do.

        Raises:
            OvertakenError: another connection stands in its place, and stays.
        """
        async with self.database.transaction(workspace) as tx:
            row = await connections.get(tx, provider)
            if row is None:
                return
            if row.connection.connected_at != connected_at:
                raise _connected_anew(provider)
            keys = self.access.opened(row)
            await connections.remove(tx, provider)
        _log.info("%s ended the connection of %s to %s", user, workspace, provider)
        await show_ended(self.http, row.connection, keys.access, self.clock())
        await self.access.forget(row.connection, keys)

    async def waiting_shares(self, workspace: WorkspaceId) -> int:
        """Count the shares that may still become tickets."""
        return await shares.count_unfinished(self.database.view(workspace))

    async def _proof(self, form: MicrosoftForm) -> tuple[Tokens, SecureScore]:
        try:
            async with asyncio.timeout(_PROOF_SECONDS):
                tokens = await microsoft.client_credentials(
                    self.http,
                    self.settings.microsoft_login_url,
                    self.settings.graph_url,
                    form.tenant,
                    form.client_id,
                    form.client_secret,
                )
                return tokens, await self._score(tokens.access)
        except SignInRefusedError as exc:
            if exc.field:
                raise InvalidInputError(exc.field, exc.user_message) from exc
            raise
        except TimeoutError as exc:
            raise ProviderUnavailableError(
                Provider.MICROSOFT,
                f"no score within {_PROOF_SECONDS:g} s",
                remedy=later("did not answer in time. Nothing was changed; try again in a minute."),
            ) from exc

    async def _score(self, token: SecretStr) -> SecureScore:
        client = SecureScoreClient(http=self.http, graph_url=self.settings.graph_url, token=token)
        return await client.read(portal_url=self.settings.portal_url, read_at=self.clock())

    def _microsoft(self, workspace: WorkspaceId, user: UserId, form: MicrosoftForm) -> Connection:
        now = self.clock()
        return Connection(
            workspace=workspace,
            provider=Provider.MICROSOFT,
            remote=form.tenant,
            identity=form.client_id,
            state=ConnectionState.CONNECTED,
            connected_by=user,
            connected_at=now,
            last_success_at=now,
            grant=Grant.CLIENT,
        )


def _connected_anew(provider: Provider) -> OvertakenError:
    return OvertakenError(
        f"{provider} is connected anew",
        tr(
            "{provider} has been connected anew since you were asked. The new connection stays;"
            " type `{command} disconnect` again to end it.",
            provider=provider,
            command=COMMAND,
        ),
    )


def _checked(form: MicrosoftForm) -> MicrosoftForm:
    form = MicrosoftForm(
        tenant=form.tenant.strip(),
        client_id=form.client_id.strip(),
        client_secret=SecretStr(form.client_secret.get_secret_value().strip()),
    )
    if not _TENANT.fullmatch(form.tenant):
        raise InvalidInputError("tenant", tr("Give the tenant's id or one of its domains."))
    if not _TENANT.fullmatch(form.client_id):
        raise InvalidInputError("client_id", tr("Give the application (client) id of the app."))
    if not form.client_secret.get_secret_value():
        raise InvalidInputError("client_secret", tr("Fill this in."))
    return form
