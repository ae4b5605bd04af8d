"""What the admin's browser brings back from an instance, and what comes of it."""

import hmac
from dataclasses import dataclass

from pydantic import SecretStr

from connector.announcer import Directory, NoticeKind
from connector.clock import Clock
from connector.errors import ConnectorError, NotFoundError, Provider
from connector.http import Http
from connector.models import Connection, ConnectionState
from connector.oauth import servicenow
from connector.oauth.tokens import OAuthClient, Tokens
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.registry import refresh_lifetime
from connector.services import refusals
from connector.services.access import Access
from connector.services.forms import Callback, SignInEnd
from connector.services.notices import NoticeService
from connector.services.recurring import recurring
from connector.services.refusals import Refusal
from connector.services.sign_in_seals import SignInSeals, fingerprint
from connector.services.sign_outs import SignOut, assumed_sign_out
from connector.store import acts, connections, habits, notices, shares, sign_ins
from connector.store.connections import ConnectionRow
from connector.store.database import Database
from connector.store.sign_ins import SignInRow
from connector.work import Job, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Ends sign-ins: with a connection, or with a refusal that says why.

    ``redirect_uri`` is where the instance sent the browser, as it was told when it left.
    """

    database: Database
    http: Http
    seals: SignInSeals
    access: Access
    work: Work
    notices: NoticeService
    directory: Directory
    redirect_uri: str
    clock: Clock

    async def finish(self, callback: Callback) -> SignInEnd:
        """Connect the instance, or say why not; whichever, the sign-in is used up."""
        async with self.database.transaction_everywhere() as tx:
            row = await sign_ins.consume(tx, fingerprint(callback.state), self.clock())
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
        if not hmac.compare_digest(row.browser_hash or "", fingerprint(callback.browser)):
            return refusals.no_longer_valid("another browser came back with it")
        if callback.error or not callback.code:
            return refusals.not_allowed(callback.error)
        try:
            tokens = await self._exchange(row, callback.code)
        except ConnectorError as exc:
            return refusals.failed("the code was not exchanged for tokens", exc)
        refusal = await self._refusal_of_account(row, tokens) or await self._refusal_of_admin(row)
        if refusal is None:
            await self._connect(row, tokens, await self._sign_out(row, tokens))
        else:
            await servicenow.revoke_all(self.http, row.instance, tokens.refresh, tokens.access)
        return refusal

    async def _refusal_of_account(self, row: SignInRow, tokens: Tokens) -> Refusal | None:
        try:
            who = await self._client(row, tokens).whoami()
        except ConnectorError as exc:
            return refusals.failed("whose sign-in it is cannot be read", exc)
        if who.casefold() != row.integration_user.casefold():
            return refusals.wrong_account(who, row)
        return None

    async def _refusal_of_admin(self, row: SignInRow) -> Refusal | None:
        """Ask last of all: whoever asked may have lost the right while the browser was away."""
        try:
            may = await self.directory.may_administer(row.workspace, row.user_id)
        except NotFoundError:
            may = False
        except ConnectorError as exc:
            return refusals.failed("whether an admin asked for it cannot be read", exc)
        return None if may else refusals.no_admin()

    async def _sign_out(self, row: SignInRow, tokens: Tokens) -> SignOut:
        now = self.clock()
        if tokens.refresh is None:
            return SignOut(at=tokens.expires_at)
        lifetime = await refresh_lifetime(self.http, row.instance, tokens.access, row.client_id)
        return assumed_sign_out(now) if lifetime is None else SignOut(at=now + lifetime)

    async def _connect(self, row: SignInRow, tokens: Tokens, sign_out: SignOut) -> None:
        connection = self._connection(row, sign_out)
        secret = self._secret(row)
        sealed = self.access.sealed(connection, secret, tokens)
        async with self.database.transaction(row.workspace) as tx:
            former = await connections.get(tx, Provider.SERVICENOW)
            await connections.put(
                tx, ConnectionRow(connection=connection, client_id=row.client_id, sealed=sealed)
            )
            for share in await shares.unfinished(tx):
                await self.work.plan(tx, Job.ADVANCE_SHARE, share.id, lane=share.instance)
            for share_id in await acts.unfinished(tx):
                await self.work.plan(tx, Job.ADVANCE_ACT, share_id, lane=row.instance)
            # A clone or an upgrade may stand where another instance stood: prove it anew.
            await habits.forget(tx, row.instance)
            for job, key, lane in recurring(connection):
                await self.work.plan(tx, job, key, lane=lane)
            await notices.withdraw(tx, NoticeKind.SIGN_IN_ENDS, Provider.SERVICENOW)
            await self.notices.plan(tx, row.user_id, NoticeKind.CONNECTED, "", Provider.SERVICENOW)
        if former is not None:
            self.access.retire(former, but=(tokens.access, tokens.refresh))

    def _connection(self, row: SignInRow, sign_out: SignOut) -> Connection:
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
            signs_out_at=sign_out.at,
            sign_out_assumed=sign_out.is_assumed,
        )

    async def _exchange(self, row: SignInRow, code: str) -> Tokens:
        sealed = row.sealed_verifier or ""
        verifier = self.seals.open(row.workspace, "verifier", row.ticket_hash, sealed)
        client = self._oauth_client(row)
        return await servicenow.exchange(
            self.http, row.instance, client, code, self.redirect_uri, verifier.get_secret_value()
        )

    def _client(self, row: SignInRow, tokens: Tokens) -> ServiceNowClient:
        return ServiceNowClient(http=self.http, host=row.instance, token=tokens.access)

    def _oauth_client(self, row: SignInRow) -> OAuthClient:
        return OAuthClient(client_id=row.client_id, secret=self._secret(row))

    def _secret(self, row: SignInRow) -> SecretStr | None:
        if not row.sealed_secret:
            return None
        return self.seals.open(row.workspace, "secret", row.ticket_hash, row.sealed_secret)


def _connected(row: SignInRow) -> SignInEnd:
    return SignInEnd(
        ok=True,
        title="ServiceNow is connected",
        sentences=(
            f"Snowline acts at {row.instance} as {row.integration_user}.",
            "You can close this page and go back to Slack.",
        ),
    )
