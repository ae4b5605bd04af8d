"""What the admin's browser brings back from an instance, and what comes of it."""

import hmac
from dataclasses import dataclass
from functools import partial

from pydantic import SecretStr

from connector.clock import Clock
from connector.errors import ConnectorError
from connector.http import Http
from connector.models import StepName
from connector.oauth import servicenow
from connector.oauth.tokens import Tokens
from connector.services.connecting import refusals
from connector.services.connecting.candidates import Candidate
from connector.services.connecting.establishing import Establisher
from connector.services.connecting.refusals import Say
from connector.services.connecting.sign_in_seals import SignInSeals, fingerprint
from connector.services.forms import Callback, SignInEnd
from connector.store import sign_ins
from connector.store.database import Database
from connector.store.sign_ins import SignInRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Ends sign-ins: with a connection, or with a refusal that says why.

    ``redirect_uri`` is where the instance sent the browser, as it was told when it left.
    """

    database: Database
    http: Http
    seals: SignInSeals
    establisher: Establisher
    redirect_uri: str
    clock: Clock

    async def finish(self, callback: Callback) -> SignInEnd:
        """Connect the instance, or say why not; whichever, the sign-in is used up."""
        async with self.database.transaction_everywhere() as tx:
            row = await sign_ins.consume(tx, fingerprint(callback.state), self.clock())
        if row is None:
            return refusals.logged(refusals.no_longer_valid("nothing waits for it"), "an instance")
        return await self.establisher.end(Candidate.of(row), await self._refusal(row, callback))

    async def _refusal(self, row: SignInRow, callback: Callback) -> Say | None:
        if not hmac.compare_digest(row.browser_hash or "", fingerprint(callback.browser)):
            return partial(refusals.no_longer_valid, "another browser came back with it")
        if callback.error or not callback.code:
            return partial(refusals.not_allowed, callback.error)
        try:
            candidate = Candidate.of(row, self._secret(row))
            tokens = await self._exchange(row, candidate, callback.code)
        except ConnectorError as exc:
            what = "the code was not exchanged for tokens"
            return partial(refusals.failed, what, exc, StepName.REGISTRATION)
        return await self.establisher.settle(candidate, tokens)

    async def _exchange(self, row: SignInRow, candidate: Candidate, code: str) -> Tokens:
        sealed = row.sealed_verifier or ""
        verifier = self.seals.open(row.workspace, "verifier", row.ticket_hash, sealed)
        return await servicenow.exchange(
            self.http,
            row.instance,
            candidate.client,
            code,
            self.redirect_uri,
            verifier.get_secret_value(),
        )

    def _secret(self, row: SignInRow) -> SecretStr | None:
        if not row.sealed_secret:
            return None
        return self.seals.open(row.workspace, "secret", row.ticket_hash, row.sealed_secret)
