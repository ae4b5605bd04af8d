"""From tokens to a connection, or to a refusal that says why: the way of every grant."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from connector.announcer import NoticeKind
from connector.clock import Clock
from connector.errors import ConnectorError, NotAllowedError, OvertakenError, Provider
from connector.http import Http
from connector.models import Connection, ConnectionState, Grant, Right, StepName
from connector.oauth import servicenow
from connector.oauth.tokens import Tokens
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.registry import refresh_lifetime
from connector.services.connecting import refusals
from connector.services.connecting.access import Access
from connector.services.connecting.candidates import Candidate
from connector.services.connecting.moving import Moving
from connector.services.connecting.once import made_before
from connector.services.connecting.refusals import Refusal, Say
from connector.services.connecting.sign_outs import SignOut, assumed_sign_out
from connector.services.connecting.visible import show_ended
from connector.services.forms import SignInEnd
from connector.services.languages import Languages
from connector.services.notices import NoticeService
from connector.services.recurring import recurring
from connector.services.rights.service import RightsService
from connector.store import acts, connections, habits, matrices, notices, shares, sign_in_ends
from connector.store.connections import ConnectionRow
from connector.store.database import Database, Transaction
from connector.words import tr
from connector.work import Job, Work

_NO_END: Final = SignOut(at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Establisher:
    """Proves by its tokens that a candidate is what it should be, and keeps it as connection."""

    database: Database
    http: Http
    access: Access
    work: Work
    notices: NoticeService
    languages: Languages
    rights: RightsService
    moving: Moving
    clock: Clock

    async def settle(self, candidate: Candidate, tokens: Tokens) -> Say | None:
        """Connect with what a browser brought, or say why not and have the tokens forgotten."""
        refusal = await self.refusal_of_account(candidate, tokens) or await self._refusal_of_admin(
            candidate
        )
        if refusal is None:
            await self.keep(candidate, tokens)
        else:
            await self.forget(candidate, tokens)
        return refusal

    async def end(self, candidate: Candidate, refusal: Say | None) -> SignInEnd:
        """Say for the browser how it ended; a refusal is told in private, too.

        The browser may ask for another language than its admin has chosen in the chat.
        """
        if refusal is None:
            return _connected(candidate)
        end = refusals.logged(refusal(), candidate.instance)
        async with self.languages.speaking_to(candidate.workspace, candidate.user_id):
            await self._tell(candidate, refusal(), end.reference)
        return end

    async def _tell(self, candidate: Candidate, refusal: Refusal, reference: str) -> None:
        end = refusals.ended(refusal, reference)
        referred = tr("(reference {reference})", reference=reference)
        text = " ".join((f"{end.title}.", *end.sentences, referred))
        async with self.database.transaction(candidate.workspace) as tx:
            await self.notices.plan(tx, candidate.user_id, NoticeKind.CONNECT_REFUSED, text, None)
            await sign_in_ends.keep(tx, refusals.kept(refusal, candidate, self.clock()))

    async def note(self, candidate: Candidate, refusal: Refusal) -> None:
        """Keep for the installation checklist why a candidate became no connection."""
        async with self.database.transaction(candidate.workspace) as tx:
            await sign_in_ends.keep(tx, refusals.kept(refusal, candidate, self.clock()))

    async def refusal_of_account(self, candidate: Candidate, tokens: Tokens) -> Say | None:
        """Ask the instance whose tokens these are: only the integration user's will do."""
        client = ServiceNowClient(http=self.http, host=candidate.instance, token=tokens.access)
        try:
            who = await client.whoami()
        except ConnectorError as exc:
            what = "whose sign-in it is cannot be read"
            return partial(refusals.failed, what, exc, StepName.USER)
        if who.casefold() != candidate.integration_user.casefold():
            return partial(refusals.wrong_account, who, candidate)
        return None

    async def keep(self, candidate: Candidate, tokens: Tokens, delivery: str = "") -> None:
        """Keep the connection, with all that begins anew by it, in one transaction.

        The same ``delivery`` connects once.

        Raises:
            OvertakenError: the connection that ``delivery`` made is gone.
        """
        connection = _connection(candidate, await self._sign_out(candidate, tokens), self.clock())
        sealed = self.access.sealed(connection, candidate.secret, tokens)
        row = ConnectionRow(connection=connection, client_id=candidate.client_id, sealed=sealed)
        try:
            is_kept, former = await self._kept(row, delivery)
        except OvertakenError:
            await self.forget(candidate, tokens)
            raise
        if not is_kept:
            await self.forget(candidate, tokens)
        elif former is not None:
            self._leave(former, candidate, tokens)

    def _leave(self, former: ConnectionRow, candidate: Candidate, tokens: Tokens) -> None:
        # Nobody waits for it: the new connection stands, however slow the former instance is.
        was, user = former.connection, candidate.integration_user
        last = partial(show_ended, self.http, was, now=self.clock())
        is_left = was.remote != candidate.instance or was.identity.casefold() != user.casefold()
        but = (tokens.access, tokens.refresh)
        self.access.retire(former, but=but, last=last if is_left else None)

    async def forget(self, candidate: Candidate, tokens: Tokens) -> None:
        """Have the instance forget tokens that open no connection."""
        await servicenow.revoke_all(self.http, candidate.instance, tokens.refresh, tokens.access)

    async def _refusal_of_admin(self, candidate: Candidate) -> Say | None:
        """Ask last of all: whoever asked may have lost the right while the browser was away."""
        try:
            await self.rights.require(candidate.workspace, candidate.user_id, Right.CONNECT)
        except NotAllowedError:
            return refusals.no_admin
        except ConnectorError as exc:
            return partial(refusals.failed, "whether an admin asked for it cannot be read", exc)
        return None

    async def _sign_out(self, candidate: Candidate, tokens: Tokens) -> SignOut:
        if candidate.grant is Grant.CLIENT:
            return _NO_END
        if tokens.refresh is None:
            return SignOut(at=tokens.expires_at)
        now, access = self.clock(), tokens.access
        lifetime = await refresh_lifetime(
            self.http, candidate.instance, access, candidate.client_id
        )
        return assumed_sign_out(now) if lifetime is None else SignOut(at=now + lifetime)

    async def _kept(self, row: ConnectionRow, delivery: str) -> tuple[bool, ConnectionRow | None]:
        """Return whether it was kept, and what stood in its place."""
        connection = row.connection
        async with self.database.transaction(connection.workspace) as tx:
            if delivery and await made_before(tx, connection, delivery):
                return False, None
            former = await connections.get(tx, Provider.SERVICENOW)
            await connections.put(tx, row)
            await self._begin_anew(tx, connection)
        return True, former

    async def _begin_anew(self, tx: Transaction, connection: Connection) -> None:
        for share in await shares.unfinished(tx):
            await self.work.plan(tx, Job.ADVANCE_SHARE, share.id, lane=share.instance)
        for share_id in await acts.unfinished(tx):
            await self.work.plan(tx, Job.ADVANCE_ACT, share_id, lane=connection.remote)
        await sign_in_ends.forget(tx)
        await self.moving.move(tx, connection.remote)
        # A clone or an upgrade may stand where another instance stood: prove it anew.
        await habits.forget(tx, connection.remote)
        await matrices.forget(tx, connection.remote)
        for job, key, lane in recurring(connection):
            await self.work.plan(tx, job, key, lane=lane)
        await notices.withdraw(tx, NoticeKind.SIGN_IN_ENDS, Provider.SERVICENOW)
        user, about = connection.connected_by, Provider.SERVICENOW
        await self.notices.plan(tx, user, NoticeKind.CONNECTED, "", about)


def _connection(candidate: Candidate, sign_out: SignOut, now: datetime) -> Connection:
    return Connection(
        workspace=candidate.workspace,
        provider=Provider.SERVICENOW,
        remote=candidate.instance,
        identity=candidate.integration_user,
        state=ConnectionState.CONNECTED,
        connected_by=candidate.user_id,
        connected_at=now,
        last_success_at=now,
        signs_out_at=sign_out.at,
        sign_out_assumed=sign_out.is_assumed,
        grant=candidate.grant,
    )


def _connected(candidate: Candidate) -> SignInEnd:
    return SignInEnd(
        ok=True,
        title=tr("ServiceNow is connected"),
        sentences=(
            tr(
                "Snowline acts at {instance} as {integration_user}.",
                instance=candidate.instance,
                integration_user=candidate.integration_user,
            ),
            tr("You can close this page and go back to Slack."),
        ),
    )
