"""A client of the sandbox's Microsoft, over real HTTP."""

from contextlib import asynccontextmanager

import aiohttp

from bot.sandbox import accounts, running
from bot.sandbox.microsoft import MicrosoftServer, MicrosoftSettings

TOKEN = f"/{accounts.TENANT_ID}/oauth2/v2.0/token"
SCORES = "/v1.0/security/secureScores"
PROFILES = "/v1.0/security/secureScoreControlProfiles"
FORM = {
    "grant_type": "client_credentials",
    "client_id": accounts.MICROSOFT_CLIENT_ID,
    "client_secret": accounts.MICROSOFT_CLIENT_SECRET,
    "scope": "https://graph.microsoft.com/.default",
}


class TenantClient:
    """Asks one sandbox server, signed in as an app once ``sign_in`` was called."""

    def __init__(self, http, server, up):
        self.http = http
        self.server = server
        self.origin = up.origin
        self.headers = {}

    async def token(self, path=TOKEN, *, headers=None, **changes):
        form = {k: v for k, v in (FORM | changes).items() if v is not None}
        async with self.http.post(path, data=form, headers=headers) as answer:
            return answer.status, await answer.json()

    async def sign_in(self, **changes):
        _, body = await self.token(**changes)
        self.headers = {"Authorization": f"Bearer {body['access_token']}"}
        return self

    async def get(self, path, **headers):
        async with self.http.get(path, headers=self.headers | headers) as answer:
            return answer.status, await answer.json()

    async def patch(self, action, body, **headers):
        url = f"{PROFILES}/{action}"
        async with self.http.patch(url, json=body, headers=self.headers | headers) as answer:
            text = await answer.read()
            return answer.status, await answer.json() if text else None

    async def walk(self, path):
        pages = []
        while path:
            status, page = await self.get(path)
            assert status == 200
            pages.append(page["value"])
            path = page.get("@odata.nextLink", "").removeprefix(self.origin)
        return pages

    async def control(self, name, action):
        async with self.http.post(f"/_sandbox/{name}", json={"id": action}) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def tenant_client(**settings):
    """Serve a tenant and hand out its client."""
    server = MicrosoftServer(settings=MicrosoftSettings(**settings))
    up = await running.start(server.app)
    try:
        async with aiohttp.ClientSession(up.origin) as http:
            yield TenantClient(http, server, up)
    finally:
        await up.stop()


def open_gains(score, profiles):
    """Work out by the documented rule what is open, and its gain."""
    by_id = {profile["id"]: profile for profile in profiles}
    gains = {}
    for control in score["controlScores"]:
        profile = by_id[control["controlName"]]
        gain = profile["maxScore"] - control["score"]
        if gain > 0 and profile["controlStateUpdates"][-1]["state"] == "Default":
            gains[profile["id"]] = gain
    return gains
