"""The one-time page on which an admin gives the client secret, instead of typing it into Slack."""

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Final

from connector.clock import Clock
from connector.errors import CONNECT, ConnectorError, Provider
from connector.models import Grant
from connector.services.connecting import refusals
from connector.services.connecting.candidates import Candidate
from connector.services.connecting.client_grants import ClientGrants, not_granted
from connector.services.connecting.establishing import Establisher
from connector.services.connecting.refusals import Refusal, Say
from connector.services.connecting.sign_in_seals import SignInSeals, fingerprint
from connector.services.forms import GivenSecret, SecretPage, SignInEnd
from connector.store import sign_ins
from connector.store.database import Database, Transaction
from connector.store.sign_ins import SignInRow
from connector.words import tr

LONGEST_SECRET: Final = 255
_CONNECT: Final = CONNECT[Provider.SERVICENOW]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPages:
    """Opens and closes those pages; each belongs to one form that one admin sent."""

    database: Database
    seals: SignInSeals
    establisher: Establisher
    client_grants: ClientGrants
    clock: Clock

    async def open(self, ticket: str) -> SecretPage | None:
        """Bind the page to the browser that opened its link; the last one counts."""
        row = await self._row(ticket)
        if row is None:
            return None
        state, browser = (secrets.token_urlsafe(48) for _ in range(2))
        async with self.database.transaction(row.workspace) as tx:
            await sign_ins.open_page(
                tx,
                row.ticket_hash,
                state_hash=fingerprint(state),
                browser_hash=fingerprint(browser),
            )
        return SecretPage(
            host=row.instance,
            integration_user=row.integration_user,
            client_id=row.client_id,
            grant=row.grant,
            state=state,
            browser=browser,
        )

    async def take(self, given: GivenSecret) -> SignInEnd | None:
        """Go on with the secret; None where the browser is to sign in at the instance now.

        Whatever comes of it, the page is used up, unless there was no secret in it.
        """
        row = await self._row(given.ticket)
        if row is None:
            return refusals.logged(_used(), "an instance")
        if not _is_usable(given, row):
            return _no_secret()
        if not await self._closed(row, given):
            return refusals.logged(_used(), row.instance)
        if row.grant is Grant.CODE:
            return None
        candidate = Candidate.of(row, given.secret)
        return await self.establisher.end(candidate, await self._refusal(candidate))

    async def _row(self, ticket: str) -> SignInRow | None:
        everywhere = self.database.view_everywhere()
        row = await sign_ins.by_ticket(everywhere, fingerprint(ticket), self.clock())
        return row if row is not None and row.awaits_secret else None

    async def _closed(self, row: SignInRow, given: GivenSecret) -> bool:
        async with self.database.transaction(row.workspace) as tx:
            is_closed = await self._close(tx, row, given)
            if is_closed and row.grant is Grant.CLIENT:
                await sign_ins.remove(tx, row.ticket_hash)
        return is_closed

    async def _close(self, tx: Transaction, row: SignInRow, given: GivenSecret) -> bool:
        sealed = None
        if not given.has_none:
            sealed = self.seals.seal(row.workspace, "secret", row.ticket_hash, given.secret)
        return await sign_ins.close_page(
            tx,
            row.ticket_hash,
            state_hash=fingerprint(given.state),
            browser_hash=fingerprint(given.browser),
            sealed_secret=sealed,
            now=self.clock(),
        )

    async def _refusal(self, candidate: Candidate) -> Say | None:
        try:
            tokens = await self.client_grants.tokens(candidate)
        except ConnectorError as exc:
            return partial(not_granted, exc)
        return await self.establisher.settle(candidate, tokens)


def _is_usable(given: GivenSecret, row: SignInRow) -> bool:
    if given.has_none:
        return row.grant is Grant.CODE
    return 0 < len(given.secret.get_secret_value()) <= LONGEST_SECRET


def _used() -> Refusal:
    return Refusal(
        cause="the page for the secret is over, used or another browser's",
        title=tr("This page no longer works"),
        sentences=(
            tr("It works once, for ten minutes, and in the browser that opened it last."),
            tr("Nothing was kept. Type {connect} in Slack for a new one.", connect=_CONNECT),
        ),
    )


def _no_secret() -> SignInEnd:
    longest = LONGEST_SECRET
    return SignInEnd(
        ok=False,
        title=tr("There is no secret to keep"),
        sentences=(
            tr(
                "Go back and paste the client secret, of at most {longest} characters.",
                longest=longest,
            ),
            tr("Nothing was kept, and the page still works."),
        ),
    )
