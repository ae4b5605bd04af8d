"""A running instance and a client that speaks to it as a user."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy

from bot.sandbox import accounts
from bot.sandbox.running import start
from bot.sandbox.servicenow import ServiceNowServer, ServiceNowSettings

BOT = accounts.INTEGRATION_USER.user_name
PASSWORDS = {account.user_name: account.password for account in accounts.SERVICENOW_ACCOUNTS}


def basic(user_name: str, password: str) -> dict[str, str]:
    encoded = base64.b64encode(f"{user_name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def result(self) -> Any:
        return self.body["result"]

    @property
    def error(self) -> tuple[int, str, str | None]:
        assert self.body["status"] == "failure"
        return self.status, self.body["error"]["message"], self.body["error"]["detail"]


@dataclass(frozen=True, slots=True)
class Desk:
    server: ServiceNowServer
    origin: str
    http: aiohttp.ClientSession

    async def call(
        self, method: str, path: str, *, user: str | None = BOT, **options: Any
    ) -> Answer:
        headers = basic(user, PASSWORDS[user]) if user else {}
        headers |= options.pop("headers", {})
        async with self.http.request(
            method, f"{self.origin}{path}", headers=headers, allow_redirects=False, **options
        ) as response:
            return Answer(response.status, response.headers, await response.text())

    async def table(self, table: str, *, user: str = BOT, **params: str) -> Answer:
        return await self.call("GET", f"/api/now/table/{table}", user=user, params=params)

    async def create(self, table: str = "incident", *, user: str = BOT, **values: Any) -> Any:
        answer = await self.call("POST", f"/api/now/table/{table}", user=user, json=values)
        assert answer.status == 201, answer.text
        return answer.result

    async def change(
        self, row: dict[str, Any], table: str = "incident", *, user: str = BOT, **values: Any
    ) -> Answer:
        path = f"/api/now/table/{table}/{row['sys_id']}"
        return await self.call("PATCH", path, user=user, json=values)

    async def read(self, row: dict[str, Any], table: str = "incident", **params: str) -> Any:
        path = f"/api/now/table/{table}/{row['sys_id']}"
        return (await self.call("GET", path, params=params)).result

    def user(self, user_name: str) -> str:
        rows = self.server.records("sys_user")
        return next(row["sys_id"] for row in rows if row["user_name"] == user_name)


@asynccontextmanager
async def desk_at(**settings: Any) -> AsyncIterator[Desk]:
    server = ServiceNowServer(settings=ServiceNowSettings(**settings))
    running = await start(server.app)
    try:
        async with aiohttp.ClientSession() as http:
            yield Desk(server, running.origin, http)
    finally:
        await running.stop()
