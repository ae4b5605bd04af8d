"""Signing in at an instance with the admin's browser, from the link to the stored tokens."""

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic import SecretStr

from connector.announcer import NoticeKind
from connector.clock import Clock
from connector.errors import ConnectorError, InvalidInputError, Provider, ProviderError
from connector.http import Http
from connector.models import Connection, ConnectionState, TicketKind, UserId, WorkspaceId
from connector.oauth import servicenow
from connector.oauth.tokens import OAuthClient, Tokens
from connector.servicenow.client import ServiceNowClient, probe
from connector.services import refusals
from connector.services.access import Access
from connector.services.forms import BrowserStart, Callback, ServiceNowForm, SignIn, SignInEnd
from connector.services.notices import NoticeService
from connector.services.refusals import Refusal
from connector.settings import ConnectorSettings
from connector.store import connections, shares, sign_ins
from connector.store.connections import ConnectionRow, FormRow
from connector.store.database import Database
from connector.store.sign_ins import SignInRow
from connector.text import instance_host
from connector.vault import Vault
from connector.work import Job, Work

_log = logging.getLogger(__name__)

PROBE_SECONDS: Final = 2.0
_SHORT_LIVED: Final = (
    "Without a client secret ServiceNow gives no refresh token: the connection ends with its"
    " access token, usually after 30 minutes."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFlow:
    """Connects an instance through the browser of the admin who asked for it."""

    database: Database
    http: Http
    vault: Vault
    access: Access
    work: Work
    notices: NoticeService
    settings: ConnectorSettings
    clock: Clock

    async def begin(self, workspace: WorkspaceId, user: UserId, form: ServiceNowForm) -> SignIn:
        """Check the form and the instance, and make a link for the admin's browser."""
        host = instance_host(form.instance, self.settings.instance_suffixes)
        integration_user = _filled("integration_user", form.integration_user)
        client_id = _filled("client_id", form.client_id)
        await probe(self.http, host, deadline=PROBE_SECONDS)
        ticket = secrets.token_urlsafe(32)
        row = SignInRow(
            workspace=workspace,
            ticket_hash=_hash(ticket),
            user_id=user,
            instance=host,
            integration_user=integration_user,
            client_id=client_id,
            sealed_secret=self._seal(workspace, "secret", _hash(ticket), form.client_secret),
        )
        await self._keep(row)
        has_secret = bool(form.client_secret.get_secret_value())
        return SignIn(
            url=f"{self.settings.public_url}/connect/servicenow/{ticket}",
            host=host,
            expires_in_minutes=round(self.settings.oauth_state_seconds / 60),
            warns=() if has_secret else (_SHORT_LIVED,),
        )

    async def start(self, ticket: str) -> BrowserStart | None:
        """Bind the sign-in to the browser that opened the link; the last one counts."""
        state, browser, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        everywhere = self.database.view_everywhere()
        row = await sign_ins.by_ticket(everywhere, _hash(ticket), self.clock())
        if row is None:
            return None
        sealed = self._seal(row.workspace, "verifier", row.ticket_hash, SecretStr(verifier))
        async with self.database.transaction(row.workspace) as tx:
            await sign_ins.start(
                tx,
                row.ticket_hash,
                state_hash=_hash(state),
                browser_hash=_hash(browser),
                sealed_verifier=sealed or "",
            )
        url = servicenow.authorize_url(
            row.instance, row.client_id, self.redirect_uri, state, verifier
        )
        return BrowserStart(redirect_url=self.http.browser_url(url), browser=browser)

    async def finish(self, callback: Callback) -> SignInEnd:
        """Connect the instance, or say why not; whichever, the sign-in is used up."""
        async with self.database.transaction_everywhere() as tx:
            row = await sign_ins.consume(tx, _hash(callback.state), self.clock())
        if row is None:
            return refusals.logged(refusals.no_longer_valid("nothing waits for it"), "an instance")
        refusal = await self._refusal(row, callback)
        if refusal is None:
            return _connected(row)
        end = refusals.logged(refusal, row.instance)
        async with self.database.transaction(row.workspace) as tx:
            text = " ".join((f"{end.title}.", *end.sentences, f"(reference {end.reference})"))
            await self.notices.plan(tx, row.user_id, NoticeKind.CONNECT_REFUSED, text, None)
        return end

    async def _refusal(self, row: SignInRow, callback: Callback) -> Refusal | None:
        if not hmac.compare_digest(row.browser_hash or "", _hash(callback.browser)):
            return refusals.no_longer_valid("another browser came back with it")
        if callback.error or not callback.code:
            return refusals.not_allowed(callback.error)
        try:
            tokens = await self._exchange(row, callback.code)
        except ConnectorError as exc:
            return refusals.failed("the code was not exchanged for tokens", exc)
        return await self._refusal_of_account(row, tokens)

    async def _refusal_of_account(self, row: SignInRow, tokens: Tokens) -> Refusal | None:
        try:
            who = await self._client(row, tokens).whoami()
        except ConnectorError as exc:
            await self._revoke(row, tokens)
            return refusals.failed("whose sign-in it is cannot be read", exc)
        if who.casefold() != row.integration_user.casefold():
            await self._revoke(row, tokens)
            return refusals.wrong_account(who, row)
        await self._connect(row, tokens)
        return None

    async def _connect(self, row: SignInRow, tokens: Tokens) -> None:
        connection = self._connection(row, tokens)
        secret = self._secret(row)
        sealed = self.access.sealed(connection, secret, tokens)
        async with self.database.transaction(row.workspace) as tx:
            await connections.put(
                tx, ConnectionRow(connection=connection, client_id=row.client_id, sealed=sealed)
            )
            for share in await shares.unfinished(tx):
                await self.work.plan(tx, Job.ADVANCE_SHARE, share.id, lane=share.instance)
            for kind in TicketKind:
                # A clone or an upgrade may stand where another instance stood: prove it anew.
                await shares.learn(tx, row.instance, kind, honoured=False)
                await self.work.plan(tx, Job.SYNC_TICKETS, kind.value, lane=row.instance)
            await self.notices.plan(tx, row.user_id, NoticeKind.CONNECTED, "", Provider.SERVICENOW)

    def _connection(self, row: SignInRow, tokens: Tokens) -> Connection:
        now = self.clock()
        return Connection(
            workspace=row.workspace,
            provider=Provider.SERVICENOW,
            remote=row.instance,
            identity=row.integration_user,
            state=ConnectionState.CONNECTED,
            connected_by=row.user_id,
            connected_at=now,
            last_success_at=now,
            signs_out_at=None if tokens.refresh else tokens.expires_at,
        )

    async def _exchange(self, row: SignInRow, code: str) -> Tokens:
        verifier = self._open(row, "verifier", row.sealed_verifier or "")
        client = self._oauth_client(row)
        return await servicenow.exchange(
            self.http, row.instance, client, code, self.redirect_uri, verifier.get_secret_value()
        )

    async def _revoke(self, row: SignInRow, tokens: Tokens) -> None:
        await revoke(self.http, row.instance, tokens.refresh, tokens.access)

    async def _keep(self, row: SignInRow) -> None:
        expires_at = self.clock() + timedelta(seconds=self.settings.oauth_state_seconds)
        form = FormRow(
            instance=row.instance,
            integration_user=row.integration_user,
            client_id=row.client_id,
        )
        async with self.database.transaction(row.workspace) as tx:
            await sign_ins.purge(tx, self.clock())
            await sign_ins.add(tx, row, expires_at)
            await connections.keep_form(tx, form)

    @property
    def redirect_uri(self) -> str:
        """The address the instance sends the admin's browser back to."""
        return f"{self.settings.public_url}/oauth/servicenow/callback"

    def _client(self, row: SignInRow, tokens: Tokens) -> ServiceNowClient:
        return ServiceNowClient(http=self.http, host=row.instance, token=tokens.access)

    def _oauth_client(self, row: SignInRow) -> OAuthClient:
        return OAuthClient(client_id=row.client_id, secret=self._secret(row))

    def _secret(self, row: SignInRow) -> SecretStr | None:
        return self._open(row, "secret", row.sealed_secret) if row.sealed_secret else None

    def _seal(
        self, workspace: WorkspaceId, column: str, ticket_hash: str, plain: SecretStr
    ) -> str | None:
        if not plain.get_secret_value():
            return None
        return self.vault.seal(
            plain.get_secret_value(),
            workspace=workspace,
            column=f"sign_ins.{column}",
            row=ticket_hash,
        )

    def _open(self, row: SignInRow, column: str, sealed: str) -> SecretStr:
        return SecretStr(
            self.vault.open(
                sealed, workspace=row.workspace, column=f"sign_ins.{column}", row=row.ticket_hash
            )
        )


async def revoke(http: Http, host: str, *tokens: SecretStr | None) -> None:
    """Have an instance forget tokens, where it can be reached."""
    for token in tokens:
        if token is None:
            continue
        try:
            await servicenow.revoke(http, host, token)
        except ProviderError as exc:
            _log.warning("a token of %s could not be revoked: %s", host, exc)


def _connected(row: SignInRow) -> SignInEnd:
    return SignInEnd(
        ok=True,
        title="ServiceNow is connected",
        sentences=(
            f"Snowline acts at {row.instance} as {row.integration_user}.",
            "You can close this page and go back to Slack.",
        ),
    )


def _filled(field: str, value: str) -> str:
    if not value.strip():
        raise InvalidInputError(field, "Fill this in.")
    return value.strip()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
