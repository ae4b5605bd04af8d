"""Access tokens of connections: opened, renewed one at a time, saved before they are used."""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from pydantic import SecretStr

from connector.announcer import NoticeKind
from connector.clock import Clock
from connector.errors import (
    NotConnectedError,
    Provider,
    ProviderError,
    ProviderUnavailableError,
    SignInExpiredError,
)
from connector.models import Connection, ConnectionState, Grant, WorkspaceId
from connector.oauth.servicenow import CLIENT_CAUSES
from connector.oauth.tokens import SignInRefusedError, Tokens
from connector.services.connecting.leases import Leases
from connector.services.languages import Languages
from connector.services.notices import NoticeService
from connector.store import connections, health
from connector.store.connections import ConnectionRow, Sealed
from connector.store.database import Database, Session, Transaction
from connector.vault import Vault
from connector.words import tr

_log = logging.getLogger(__name__)

_EARLY: Final = timedelta(seconds=30)
_LAST_SECONDS: Final = 8.0
_SEALED_ANEW: Final = "%s secrets were sealed anew with the key %s; the older keys can go"
_TOKENS: Final = "tokens of {}"
_ENDED: Final = "The sign-in at %s %s has ended: %s. reference=%s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What opens a remote, in the clear: never stored, logged or shown."""

    secret: SecretStr | None
    access: SecretStr | None
    refresh: SecretStr | None


Result = TypeVar("Result")
Renew = Callable[[Connection, str, Keys], Awaitable[Tokens]]
"""Ask a provider for new tokens, for a connection, its client id and its keys."""
Revoke = Callable[[Connection, SecretStr], Coroutine[Any, Any, None]]
"""Have a connection's remote forget a token, where it can be reached and knows how to."""
Last = Callable[[SecretStr | None], Coroutine[Any, Any, None]]
"""What is still to be done with a connection's access token; it never raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Knows a valid access token for every connection.

    However many ask at once, be it from several processes, a connection's token is renewed
    once; a renewal that has begun ends with the new tokens stored, whoever is cancelled meanwhile.
    """

    database: Database
    vault: Vault
    notices: NoticeService
    languages: Languages
    clock: Clock
    renewals: Mapping[Provider, Renew]
    revoke: Revoke
    leases: Leases
    _locks: dict[tuple[WorkspaceId, Provider], asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )
    _running: set[asyncio.Task[Any]] = field(default_factory=set)

    async def row(self, workspace: WorkspaceId, provider: Provider) -> ConnectionRow:
        """Read a usable connection.

        Raises:
            NotConnectedError: there is none.
            SignInExpiredError: it must be made anew.
        """
        row = await connections.get(self.database.view(workspace), provider)
        if row is None:
            raise NotConnectedError(provider)
        if row.connection.state is ConnectionState.EXPIRED:
            raise SignInExpiredError(provider, "the connection has expired")
        return row

    async def token(self, row: ConnectionRow) -> SecretStr:
        """Return the connection's token, renewed first where its time is up.

        Raises:
            SignInExpiredError: the provider no longer renews it.
            ProviderUnavailableError: the provider could not be asked.
        """
        access = self.opened(row).access
        if access is not None and self._is_fresh(row):
            return access
        return await self.renewed(row, spent=access)

    async def renewed(self, row: ConnectionRow, spent: SecretStr | None) -> SecretStr:
        """Return a token other than ``spent``, asking for it unless somebody just did.

        Raises:
            SignInExpiredError: the provider no longer renews it.
            ProviderUnavailableError: the provider could not be asked.
        """
        return await asyncio.shield(self._begin(self._renew(row.connection, spent)))

    async def expire(self, connection: Connection, reason: str) -> SignInExpiredError:
        """Mark a connection as expired, tell who made it, and return the error to raise."""
        error = SignInExpiredError(connection.provider, reason)
        reference = secrets.token_hex(4)
        async with self.languages.speaking_to(connection.workspace, connection.connected_by):
            referred = tr("(reference {reference})", reference=reference)
            problem = f"{error.user_message}{_hint(connection)} {referred}"
        async with self.database.transaction(connection.workspace) as tx:
            row = await connections.get(tx, connection.provider)
            is_news = await connections.expire(tx, connection, problem)
            if is_news:
                kind, about = NoticeKind.SIGN_IN_EXPIRED, connection.provider
                await self.notices.plan(tx, connection.connected_by, kind, problem, about)
        if is_news and row is not None:
            self.retire(row)
            _log.warning(_ENDED, connection.provider, connection.remote, reason, reference)
        return error

    def retire(
        self,
        row: ConnectionRow,
        *,
        but: Collection[SecretStr | None] = (),
        last: Last | None = None,
    ) -> None:
        """Have a remote forget, in its own time, the tokens of a connection that has ended.

        ``last`` is done before, while they still open it.
        """
        _ = self._begin(self._retire(row, but, last))

    async def forget(
        self, connection: Connection, keys: Keys, *, but: Collection[SecretStr | None] = ()
    ) -> None:
        """Have a remote forget the tokens of a connection that has ended, where it can."""
        for token in (keys.refresh, keys.access):
            if token is not None and token not in but:
                await self.revoke(connection, token)

    def opened(self, row: ConnectionRow) -> Keys:
        """Open a connection's sealed secrets."""
        sealed = row.sealed
        return Keys(
            secret=self._open(row.connection, "secret", sealed.secret),
            access=self._open(row.connection, "access", sealed.access),
            refresh=self._open(row.connection, "refresh", sealed.refresh),
        )

    def sealed(self, connection: Connection, secret: SecretStr | None, tokens: Tokens) -> Sealed:
        """Seal what opens a connection."""
        return Sealed(
            secret=self._seal(connection, "secret", secret),
            access=self._seal(connection, "access", tokens.access),
            refresh=self._seal(connection, "refresh", tokens.refresh),
            renew_at=_renew_at(tokens, self.clock()),
        )

    async def check(self) -> None:
        """Open every stored secret once.

        Raises:
            VaultError: a key that sealed one of them is missing; names it.
        """
        for session in await self._sessions():
            for connection in await connections.all_of(session):
                row = await connections.get(session, connection.provider)
                if row is not None:
                    self.opened(row)

    async def seal_anew(self) -> None:
        """Seal with the newest key what older ones sealed, so that those can be taken away.

        Raises:
            VaultError: a key that sealed one of them is missing; names it.
        """
        count = 0
        for session in await self._sessions():
            for connection in await connections.all_of(session):
                async with self.database.transaction(session.workspace) as tx:
                    count += await self._seal_anew(tx, connection.provider)
        if count:
            _log.info(_SEALED_ANEW, count, self.vault.newest)

    async def close(self) -> None:
        """Wait a few seconds for renewals under way to be stored, and revocations to arrive."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SECONDS):
                # A renewal that is refused begins a revocation.
                while self._running:
                    await asyncio.wait(self._running)

    def _begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            # Whoever asked may have been cancelled; then nobody else looks at the error.
            task.exception()

    def _is_fresh(self, row: ConnectionRow) -> bool:
        # Without a refresh token there is nothing to renew with: the token is used to its end.
        sealed = row.sealed
        can_renew = row.connection.grant is Grant.CLIENT or sealed.refresh is not None
        return not can_renew or sealed.renew_at is None or self.clock() < sealed.renew_at

    async def _retire(
        self, row: ConnectionRow, but: Collection[SecretStr | None], last: Last | None
    ) -> None:
        keys = self.opened(row)
        if last is not None:
            await last(keys.access)
        await self.forget(row.connection, keys, but=but)

    async def _renew(self, connection: Connection, spent: SecretStr | None) -> SecretStr:
        async with self._locks[connection.workspace, connection.provider]:
            known = await self._other_than(spent, connection)
            if known is not None:
                return known
            name = _TOKENS.format(connection.provider)
            async with self.leases.held(connection.workspace, name):
                return await self._other_than(spent, connection) or await self._new(connection)

    async def _other_than(
        self, spent: SecretStr | None, connection: Connection
    ) -> SecretStr | None:
        """Read what somebody has renewed meanwhile."""
        row = await self._same(connection)
        access = self.opened(row).access
        return access if access != spent and self._is_fresh(row) else None

    async def _new(self, connection: Connection) -> SecretStr:
        row = await self._same(connection)
        keys = self.opened(row)
        tokens = await self._ask(row, keys)
        if not await self._kept(row.connection, keys, tokens):
            # It ended meanwhile, and what ended it knows nothing of these tokens.
            await self.revoke(connection, tokens.access)
            await self._same(connection)
        return tokens.access

    async def _same(self, connection: Connection) -> ConnectionRow:
        """Read a connection as it is now.

        Raises:
            NotConnectedError: it has ended.
            SignInExpiredError: it must be made anew.
            ProviderUnavailableError: it was made anew, so that its tokens are for another
                remote, or for another user there.
        """
        row = await self.row(connection.workspace, connection.provider)
        if row.connection.connected_at != connection.connected_at:
            raise ProviderUnavailableError(connection.provider, "it was connected anew meanwhile")
        return row

    async def _kept(self, connection: Connection, keys: Keys, tokens: Tokens) -> bool:
        if tokens.refresh is None:
            tokens = replace(tokens, refresh=keys.refresh)
        sealed = self.sealed(connection, keys.secret, tokens)
        async with self.database.transaction(connection.workspace) as tx:
            return await connections.keep_tokens(tx, connection, sealed)

    async def _sessions(self) -> list[Session]:
        return [self.database.view(each) for each in await health.workspaces(self.database)]

    async def _seal_anew(self, tx: Transaction, provider: Provider) -> int:
        """Return how many of a connection's seals were replaced."""
        row = await connections.get(tx, provider)
        if row is None:
            return 0
        old, new = row.sealed, self._sealed_anew(row)
        if new != old:
            await connections.keep_seals(tx, provider, new)
        pairs = ((old.secret, new.secret), (old.access, new.access), (old.refresh, new.refresh))
        return sum(before != after for before, after in pairs)

    def _sealed_anew(self, row: ConnectionRow) -> Sealed:
        def anew(column: str, text: str | None) -> str | None:
            if text is None or self.vault.is_sealed_with_newest(text):
                return text
            return self._seal(row.connection, column, self._open(row.connection, column, text))

        sealed = row.sealed
        return replace(
            sealed,
            secret=anew("secret", sealed.secret),
            access=anew("access", sealed.access),
            refresh=anew("refresh", sealed.refresh),
        )

    async def _ask(self, row: ConnectionRow, keys: Keys) -> Tokens:
        provider = row.connection.provider
        try:
            return await self.renewals[provider](row.connection, row.client_id, keys)
        except (SignInRefusedError, SignInExpiredError) as exc:
            raise await self.expire(row.connection, exc.reason) from exc
        except ProviderUnavailableError:
            raise
        except ProviderError as exc:
            # Whatever became of the request for a token, nothing was asked with one.
            raise ProviderUnavailableError(provider, exc.reason, remedy=exc.remedy) from exc

    def _open(self, connection: Connection, column: str, text: str | None) -> SecretStr | None:
        if text is None:
            return None
        return SecretStr(
            self.vault.open(
                text,
                workspace=connection.workspace,
                column=f"connections.{column}",
                row=connection.provider.value,
            )
        )

    def _seal(self, connection: Connection, column: str, plain: SecretStr | None) -> str | None:
        if plain is None:
            return None
        return self.vault.seal(
            plain.get_secret_value(),
            workspace=connection.workspace,
            column=f"connections.{column}",
            row=connection.provider.value,
        )


def _hint(connection: Connection) -> str:
    is_client = connection.grant is Grant.CLIENT
    return (
        f" {tr(CLIENT_CAUSES)}" if is_client and connection.provider is Provider.SERVICENOW else ""
    )


def _renew_at(tokens: Tokens, now: datetime) -> datetime:
    # A token that lives shorter than a fixed margin would never be fresh.
    lifetime = max(tokens.expires_at - now, timedelta(0))
    return tokens.expires_at - min(_EARLY, lifetime / 4)
