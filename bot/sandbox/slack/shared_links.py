"""Which links of the app's domains were posted, and whether the app has heard of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from bot.sandbox.slack.errors import Json

COMPOSER: Final = "COMPOSER"
_URL: Final = re.compile(r"https?://[^\s<>|]+")
_TRAILING: Final = ".,;:!?'\")]}*_~"


@dataclass(slots=True, kw_only=True)
class Shared:
    """The links of one message, or of one that is still being written; ``channel`` tells which.

    A preview for it is refused until the app has ``acknowledged`` the event.
    """

    user: str
    channel: str
    ts: str
    unfurl_id: str
    links: list[Json]
    thread_ts: str | None = None
    acknowledged: bool = False
    previews: dict[str, Json] = field(default_factory=dict)

    @property
    def is_composer(self) -> bool:
        """Tell whether nothing is posted yet."""
        return self.channel == COMPOSER

    @property
    def urls(self) -> set[str]:
        """Name the links exactly as they were typed."""
        return {each["url"] for each in self.links}

    def acknowledge(self) -> None:
        """Note that the app has taken the event."""
        self.acknowledged = True


@dataclass(slots=True)
class SharedLinks:
    """Finds what was posted by its place, or by its unfurl id."""

    _kept: dict[tuple[str, str], Shared] = field(default_factory=dict)
    _by_id: dict[str, Shared] = field(default_factory=dict)

    def keep(self, shared: Shared) -> None:
        """Remember it; what is told anew must be acknowledged anew."""
        self._kept[shared.channel, shared.ts] = shared
        self._by_id[shared.unfurl_id] = shared

    def at(self, channel: str, ts: str) -> Shared | None:
        """Find the links of a message."""
        return self._kept.get((channel, ts))

    def named(self, unfurl_id: str) -> Shared | None:
        """Find the links of an unfurl id."""
        return self._by_id.get(unfurl_id)


def links_in(text: str, domains: Iterable[str]) -> list[Json]:
    """List the links of a text that belong to one of the domains, each once."""
    found = [each.rstrip(_TRAILING) for each in _URL.findall(text)]
    told = [{"url": url, "domain": _domain(url, domains)} for url in dict.fromkeys(found)]
    return [each for each in told if each["domain"]]


def _domain(url: str, domains: Iterable[str]) -> str:
    try:
        parts = urlsplit(url)
        host, netloc = parts.hostname or "", parts.netloc.lower()
    except ValueError:
        return ""
    # A name with a port is one of this machine's own servers, which have no domain.
    fits = (each for each in domains if netloc == each or f".{host}".endswith(f".{each}"))
    return next(fits, "")
