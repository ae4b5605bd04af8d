"""Microsoft Graph's Secure Score, one method per question.

Source: Microsoft Graph v1.0, "List secureScores" and "List secureScoreControlProfiles".
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, ValidationError

from connector.errors import (
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
    UnexpectedAnswerError,
)
from connector.http import Call, Http
from connector.models import SecureScore
from connector.securescore.wire import Profile, Score, to_secure_score
from connector.words import later

_MOST_PAGES: Final = 200
_PARTIAL: Final = 206
_FORBIDDEN: Final = 403
_NO_CONSENT: Final = later(
    "does not let Snowline read the Secure Score. In Entra, give the application the permission"
    " SecurityEvents.Read.All and grant admin consent, then try again."
)
_NO_SCORE: Final = later("has no Secure Score for this tenant yet. It appears within a day or two.")

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureScoreClient:
    """Asks Graph about the tenant that ``token`` belongs to; ``graph_url`` is an origin."""

    http: Http
    graph_url: str
    token: SecretStr

    async def read(self, *, portal_url: str, read_at: datetime) -> SecureScore:
        """Read the newest score and every profile, and join them.

        Raises:
            ProviderRefusedError: consent is missing, or there is no score yet.
            ProviderUnavailableError: Graph did not answer, or answered in part.
            UnexpectedAnswerError: an answer lacks a field we rely on.
        """
        score, profiles = await asyncio.gather(self.newest(), self.profiles())
        return to_secure_score(score, profiles, portal_url=portal_url, read_at=read_at)

    async def newest(self) -> Score:
        """Read the newest day's score; the pages behind it are the history.

        Raises:
            ProviderError: as ``read`` describes.
        """
        page = await self._page(f"{self.graph_url}/v1.0/security/secureScores", {"$top": "1"})
        if not page["value"]:
            raise ProviderRefusedError(Provider.MICROSOFT, "no secureScores", remedy=_NO_SCORE)
        return next(iter(_models(Score, page["value"][:1])))

    async def profiles(self) -> tuple[Profile, ...]:
        """Read the profiles of all actions, page by page.

        Raises:
            ProviderError: as ``read`` describes.
        """
        url: str | None = f"{self.graph_url}/v1.0/security/secureScoreControlProfiles"
        found: list[Profile] = []
        seen: set[str] = set()
        while url is not None:
            if url in seen or len(seen) >= _MOST_PAGES:
                raise _unexpected(f"the list of profiles has no end after {len(seen)} pages")
            seen.add(url)
            page = await self._page(url)
            found += _models(Profile, page["value"])
            url = self._next(page.get("@odata.nextLink"))
        return tuple(found)

    async def _page(self, url: str, params: dict[str, str] | None = None) -> dict[str, Any]:
        call = Call(
            provider=Provider.MICROSOFT,
            method="GET",
            url=url,
            params=params or {},
            headers={"authorization": f"Bearer {self.token.get_secret_value()}"},
            accepts=frozenset({_FORBIDDEN}),
        )
        answer = await self.http.send(call)
        if answer.status == _FORBIDDEN:
            raise ProviderRefusedError(Provider.MICROSOFT, "403", remedy=_NO_CONSENT)
        if answer.status == _PARTIAL:
            # Half a list would close the other half's actions.
            raise ProviderUnavailableError(Provider.MICROSOFT, "206 partial")
        page = answer.body
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            raise _unexpected(f"{answer.status} without a list of values")
        return page

    def _next(self, link: Any) -> str | None:
        """Return the next page's address, under the one origin that the token is for."""
        if link is None:
            return None
        try:
            parts = urlsplit(link if isinstance(link, str) else "")
        except ValueError as exc:
            raise _unexpected("the next page is no address") from exc
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in {self.graph_url, self.http.browser_url(self.graph_url)}:
            raise _unexpected("the next page is on another host")
        return f"{self.graph_url}{parts.path}?{parts.query}"


def _models(kind: type[_Model], rows: Iterable[Any]) -> list[_Model]:
    try:
        return [kind.model_validate(row) for row in rows]
    except ValidationError as exc:
        wrong = ", ".join(".".join(map(str, error["loc"])) or "row" for error in exc.errors())
        raise _unexpected(f"{kind.__name__} without usable {wrong:.200}") from exc


def _unexpected(reason: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(Provider.MICROSOFT, reason)
