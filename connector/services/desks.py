"""Where a workspace speaks to its instance and its tenant, with a token that is valid."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic, TypeVar

from pydantic import SecretStr

from connector.errors import Provider, ProviderUnavailableError
from connector.http import BudgetGate, Http, UnauthorizedError
from connector.models import Connection, Grant, WorkspaceId
from connector.oauth import microsoft, servicenow
from connector.oauth.tokens import OAuthClient, SignInRefusedError, Tokens
from connector.securescore.client import SecureScoreClient
from connector.servicenow.client import ServiceNowClient
from connector.services.budgets import Budgets
from connector.services.connecting.access import Access, Keys, Renew, Revoke
from connector.settings import ConnectorSettings
from connector.store.connections import ConnectionRow
from connector.words import later

_NOT_LET_IN: Final = later(
    "does not accept the token it has just given. If this lasts, an admin there checks whether the"
    " account is locked out and what it may use."
)
Client = TypeVar("Client")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Generic[Client]):
    """One connection, ready to be asked."""

    row: ConnectionRow
    access: Access
    gate: BudgetGate
    client: Callable[[Connection, SecretStr], Client]

    @property
    def remote(self) -> str:
        """The instance's host or the tenant's id."""
        return self.row.connection.remote

    @property
    def identity(self) -> str:
        """The integration user's name or the client id."""
        return self.row.connection.identity

    async def ask(self, question: Callable[[Client], Awaitable[Answer]]) -> Answer:
        """Put a question; where the token is not accepted, renew it once and ask once more.

        A refused token means that nothing was carried out, so a write may be asked again.

        Raises:
            ThrottledError: nothing may be asked now; nothing was.
            SignInExpiredError: the provider no longer renews the token.
            ProviderUnavailableError: it refused a token that it had just renewed, as it does
                while not all of it knows the token yet, or while it locks the user out.
            ProviderError: as ``question`` raises.
        """
        self.gate.check()
        token = await self.access.token(self.row)
        try:
            return await question(self.client(self.row.connection, token))
        except UnauthorizedError:
            token = await self.access.renewed(self.row, spent=token)
        try:
            return await question(self.client(self.row.connection, token))
        except UnauthorizedError as exc:
            provider = self.row.connection.provider
            raise ProviderUnavailableError(provider, exc.reason, remedy=_NOT_LET_IN) from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Finds the desk of a workspace's connection."""

    http: Http
    access: Access
    budgets: Budgets
    settings: ConnectorSettings

    async def servicenow(
        self, workspace: WorkspaceId, *, yields: bool = False
    ) -> Desk[ServiceNowClient]:
        """Find the desk of the workspace's instance; ``yields`` for work that nobody waits for.

        Raises:
            NotConnectedError: no instance is connected.
            SignInExpiredError: it must be connected anew.
        """
        row = await self.access.row(workspace, Provider.SERVICENOW)
        gate = await self.budgets.gate(row.connection, yields=yields)
        client = partial(self._servicenow_client, self.http.behind(gate))
        return Desk(row=row, access=self.access, gate=gate, client=client)

    async def microsoft(self, workspace: WorkspaceId) -> Desk[SecureScoreClient]:
        """Find the desk of the workspace's tenant.

        Raises:
            NotConnectedError: no tenant is connected.
            SignInExpiredError: it must be connected anew.
        """
        row = await self.access.row(workspace, Provider.MICROSOFT)
        gate = await self.budgets.gate(row.connection, yields=False)
        client = partial(self._microsoft_client, self.http.behind(gate))
        return Desk(row=row, access=self.access, gate=gate, client=client)

    def _servicenow_client(
        self, http: Http, connection: Connection, token: SecretStr
    ) -> ServiceNowClient:
        return ServiceNowClient(http=http, host=connection.remote, token=token)

    def _microsoft_client(
        self, http: Http, _connection: Connection, token: SecretStr
    ) -> SecureScoreClient:
        return SecureScoreClient(http=http, graph_url=self.settings.graph_url, token=token)


def revocation(http: Http) -> Revoke:
    """Say how a token is made worthless; Microsoft's only die of age."""

    async def revoke(connection: Connection, token: SecretStr) -> None:
        if connection.provider is Provider.SERVICENOW:
            await servicenow.revoke_all(http, connection.remote, token)

    return revoke


def renewals(http: Http, settings: ConnectorSettings) -> dict[Provider, Renew]:
    """Say how each provider renews a token."""

    async def at_servicenow(connection: Connection, client_id: str, keys: Keys) -> Tokens:
        client = OAuthClient(client_id=client_id, secret=keys.secret)
        if connection.grant is Grant.CLIENT:
            return await servicenow.client_credentials(http, connection.remote, client)
        if keys.refresh is None:
            raise SignInRefusedError(Provider.SERVICENOW, "there is no refresh token")
        return await servicenow.refresh(http, connection.remote, client, keys.refresh)

    async def at_microsoft(connection: Connection, client_id: str, keys: Keys) -> Tokens:
        if keys.secret is None:
            raise SignInRefusedError(Provider.MICROSOFT, "there is no client secret")
        return await microsoft.client_credentials(
            http,
            settings.microsoft_login_url,
            settings.graph_url,
            connection.remote,
            client_id,
            keys.secret,
        )

    return {Provider.SERVICENOW: at_servicenow, Provider.MICROSOFT: at_microsoft}
