"""Response URLs: what they allow, how often and how long."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.stamps import Clock

PREFIX: Final = "/_response/"
_USES: Final = 5
_SECONDS: Final = 30 * 60


@dataclass(slots=True)
class ResponseUrl:
    """The right to answer a person where they acted; ``original`` is the clicked message's ts."""

    user: str
    channel: str
    original: str | None
    issued_at: float
    uses: int = 0


@dataclass(slots=True)
class ResponseUrls:
    """Issues response URLs and counts their uses."""

    clock: Clock
    _issued: dict[str, ResponseUrl] = field(default_factory=dict)

    def issue(self, origin: str, user: str, channel: str, original: str | None = None) -> str:
        """Make a response URL below the sandbox's own origin."""
        token = secrets.token_urlsafe(18)
        self._issued[token] = ResponseUrl(user, channel, original, self.clock())
        return f"{origin}{PREFIX}{token}"

    def knows(self, token: str) -> bool:
        """Tell whether a URL of that token was issued here."""
        return token in self._issued

    def take(self, token: str) -> ResponseUrl:
        """Count one use.

        Raises:
            SlackError: the URL is unknown, older than 30 minutes or was used five times.
        """
        url = self._issued.get(token)
        if url is None:
            raise SlackError("invalid_token")
        if self.clock() - url.issued_at > _SECONDS:
            raise SlackError("expired_url")
        if url.uses >= _USES:
            raise SlackError("used_url")
        url.uses += 1
        return url
