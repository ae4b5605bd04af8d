"""OAuth tokens and codes the instance has given out."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from bot.sandbox.servicenow.settings import ServiceNowSettings

CODE_SECONDS: Final = 300


@dataclass(slots=True)
class Token:
    """An access or refresh token; ``expires_at`` is in seconds since 1970."""

    value: str
    client_id: str
    user: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a user allowed: the record behind an authorization code."""

    client_id: str
    redirect_uri: str
    challenge: str
    user: str
    expires_at: float

    def verifies(self, verifier: str) -> bool:
        """Check the PKCE verifier against the S256 challenge, when one was sent."""
        if not self.challenge:
            return True
        digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
        return secrets.compare_digest(digest.decode(), self.challenge)


@dataclass(slots=True)
class Tokens:
    """Everything issued, by value."""

    settings: ServiceNowSettings
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)

    def issue(self, client_id: str, user: str) -> Token:
        """Issue an access token."""
        token = self._new(client_id, user, self.settings.token_seconds)
        self.access[token.value] = token
        return token

    def issue_refresh(self, client_id: str, user: str) -> Token:
        """Issue a refresh token; using it will not extend its life."""
        token = self._new(client_id, user, self.settings.refresh_seconds)
        self.refresh[token.value] = token
        return token

    def _new(self, client_id: str, user: str, seconds: float) -> Token:
        return Token(secrets.token_urlsafe(64), client_id, user, self.settings.clock() + seconds)

    def current(self, client_id: str, user: str) -> tuple[Token, Token] | None:
        """Find the live tokens of a user, which a repeated password grant answers with."""
        pairs = [
            next((t for t in of.values() if self._fits(t, client_id, user)), None)
            for of in (self.access, self.refresh)
        ]
        access, refresh = pairs
        return (access, refresh) if access and refresh else None

    def _fits(self, token: Token, client_id: str, user: str) -> bool:
        return (token.client_id, token.user) == (client_id, user) and self._lives(token)

    def _lives(self, token: Token) -> bool:
        return token.expires_at > self.settings.clock()

    def extend(self, token: Token) -> None:
        """Give an access token its whole life again."""
        token.expires_at = self.settings.clock() + self.settings.token_seconds

    def user_of(self, value: str) -> str | None:
        """Tell whose live access token this is."""
        token = self.access.get(value)
        return token.user if token and self._lives(token) else None

    def refreshed(self, value: str, client_id: str) -> Token | None:
        """Find the live refresh token of this client."""
        token = self.refresh.get(value)
        fits = token is not None and token.client_id == client_id and self._lives(token)
        return token if fits else None

    def grant(self, grant: Grant) -> str:
        """Give out a one-time code for what a user allowed."""
        code = secrets.token_urlsafe(32)
        self.grants[code] = grant
        return code

    def redeem(self, code: str) -> Grant | None:
        """Use up a code."""
        grant = self.grants.pop(code, None)
        return grant if grant and grant.expires_at > self.settings.clock() else None

    def revoke(self, value: str) -> None:
        """Mark a token of either kind as expired."""
        for token in (self.access.get(value), self.refresh.get(value)):
            if token:
                token.expires_at = 0

    def expire_all(self, *, refresh: bool = False) -> int:
        """Expire every access token, and every refresh token if asked; say how many."""
        tokens = [*self.access.values(), *(self.refresh.values() if refresh else ())]
        for token in tokens:
            token.expires_at = 0
        return len(tokens)
