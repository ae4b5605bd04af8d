"""What the far systems themselves hold: the tour's independent word against the bot's."""

from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from bot.sandbox import accounts

_ADMIN: Final = {"Authorization": aiohttp.encode_basic_auth("admin", "admin")}


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """What Microsoft's data say, worked out from the raw answers. Points as floats."""

    profiles: int
    scored: int
    open: int
    gain: float
    current: float
    maximum: float

    def __str__(self) -> str:
        """Say it in the words of the score."""
        return (
            f"{self.profiles} profiles, {self.scored} scored, {self.open} open, "
            f"gain {self.gain:g}, {self.current:g} of {self.maximum:g} points"
        )


@dataclass(frozen=True, slots=True)
class FarSide:
    """An administrator's own view of the sandbox's ServiceNow and Microsoft Graph."""

    http: aiohttp.ClientSession
    servicenow: str
    microsoft: str

    async def tickets(self, table: str) -> list[dict[str, Any]]:
        """Read a ticket table as ServiceNow holds it, with display values."""
        url = f"{self.servicenow}/api/now/table/{table}"
        query = {"sysparm_display_value": "all", "sysparm_query": "correlation_display=Snowline"}
        async with self.http.get(url, params=query, headers=_ADMIN) as response:
            rows: list[dict[str, Any]] = (await response.json())["result"]
            return rows

    async def change(self, table: str, sys_id: str, **values: str) -> None:
        """Change a record as a person working in ServiceNow would."""
        url = f"{self.servicenow}/api/now/table/{table}/{sys_id}"
        async with self.http.patch(url, json=values, headers=_ADMIN) as response:
            response.raise_for_status()

    async def score(self) -> ScoreFacts:
        """Count the score from Graph's raw answers, page by page."""
        headers = {"Authorization": f"Bearer {await self._token()}"}
        newest = (await self._get("/v1.0/security/secureScores?$top=1", headers))["value"][0]
        profiles: list[dict[str, Any]] = []
        link: str | None = f"{self.microsoft}/v1.0/security/secureScoreControlProfiles"
        while link:
            page = await self._get(link.removeprefix(self.microsoft), headers)
            profiles += page["value"]
            link = page.get("@odata.nextLink")
        return _facts(newest, profiles)

    async def _get(self, path: str, headers: dict[str, str]) -> dict[str, Any]:
        async with self.http.get(f"{self.microsoft}{path}", headers=headers) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def _token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": accounts.MICROSOFT_CLIENT_ID,
            "client_secret": accounts.MICROSOFT_CLIENT_SECRET,
            "scope": "https://graph.microsoft.com/.default",
        }
        url = f"{self.microsoft}/{accounts.TENANT_ID}/oauth2/v2.0/token"
        async with self.http.post(url, data=form) as response:
            return str((await response.json())["access_token"])


def _facts(newest: dict[str, Any], profiles: list[dict[str, Any]]) -> ScoreFacts:
    by_id = {profile["id"]: profile for profile in profiles}
    gains = [
        by_id[control["controlName"]]["maxScore"] - control["score"]
        for control in newest["controlScores"]
        if control["controlName"] in by_id and _untouched(by_id[control["controlName"]])
    ]
    still_open = [gain for gain in gains if gain > 0]
    return ScoreFacts(
        len(profiles),
        len(newest["controlScores"]),
        len(still_open),
        sum(still_open),
        newest["currentScore"],
        newest["maxScore"],
    )


def _untouched(profile: dict[str, Any]) -> bool:
    updates = profile["controlStateUpdates"]
    return not profile["deprecated"] and (not updates or updates[-1]["state"] == "Default")
