"""Each fault does something of its own, and the manual says what."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import faults
from bot.sandbox.faults import Faults
from bot.sandbox.running import start

MANUAL = Path(__file__).parents[3] / "docs" / "sandbox.md"
LATER = ", carried out later"
SEEN = {
    "429": "429, again after 1",
    "429-bare": "429",
    "ratelimited": "200, again after 1",
    "500": "500",
    "503": "503",
    "expired-token": "401",
    "blocked": "403",
    "sso": "302",
    "mfa": "401 for a second factor",
    "sleeping": "200 text/html",
    "slow-drip": "200 without an end",
    "hang": "no answer",
    "500-after-commit": "500, carried out",
    "reset-before-commit": "broken",
    "reset-after-commit": "broken, carried out",
    "hang-after-commit": "no answer, carried out",
    "late-commit": f"broken{LATER}",
    "data-policy": "403",
    "business-rule": "403",
}


@dataclass
class Shop:
    """A server that carries out every write, and has no words of its own for a fault."""

    faults: Faults = field(default_factory=lambda: Faults(late_by=1))
    done: list[str] = field(default_factory=list)
    origin: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.done.append(request.path)
        return web.json_response({}, status=201)

    async def seen_by_a_client(self) -> str:
        """Tell what a write comes to that a fault strikes."""
        answer = await self._answer()
        if self.done:
            return f"{answer}, carried out"
        return answer

    async def until_done(self) -> None:
        async with asyncio.timeout(10):
            while not self.done:
                await asyncio.sleep(0.01)

    async def _answer(self) -> str:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.5)) as http:
            try:
                async with http.post(f"{self.origin}/order", json={}) as response:
                    return await _whole(response)
            except TimeoutError:
                return "no answer"
            except aiohttp.ClientError:
                return "broken"


async def _whole(response: aiohttp.ClientResponse) -> str:
    try:
        text = await response.text()
    except TimeoutError:
        return f"{response.status} without an end"
    assert "Server got itself in trouble" not in text
    words = str(response.status)
    if "Retry-After" in response.headers:
        words += f", again after {response.headers['Retry-After']}"
    if "X-MFA_TOKEN" in response.headers:
        words += " for a second factor"
    return f"{words} {response.content_type}" if text else words


@pytest.fixture
async def shop():
    shop = Shop()
    app = web.Application(middlewares=[shop.faults.middleware])
    app.router.add_post("/order", shop.take)
    running = await start(app)
    shop.origin = running.origin
    yield shop
    await running.stop()


def in_the_manual():
    _, _, section = MANUAL.read_text(encoding="utf-8").partition("\n## Faults\n")
    rows = re.findall(r"^\| (`.+`) \| .+ \|$", section.partition("\n## ")[0], re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("name", faults.NAMES)
async def test_a_fault_does_what_its_name_says(shop, name):
    shop.faults.arm(name)
    assert await shop.seen_by_a_client() == SEEN[name].removesuffix(LATER)
    if SEEN[name].endswith(LATER):
        await shop.until_done()


async def test_a_fault_strikes_only_the_paths_it_is_meant_for(shop):
    shop.faults.arm("503@/elsewhere")
    assert await shop.seen_by_a_client() == "201 application/json, carried out"
    shop.faults.arm("503@/order")
    assert await shop.seen_by_a_client() == "503, carried out"
    assert shop.done == ["/order"]


def test_every_fault_does_something_of_its_own_or_says_it_in_the_vendors_words():
    assert set(SEEN) == set(faults.NAMES)
    alike = {"blocked", "data-policy", "business-rule"}
    assert {SEEN[name] for name in alike} == {"403"}
    assert len(set(SEEN.values())) == len(faults.NAMES) - len(alike) + 1


def test_the_manual_knows_every_fault_and_no_other():
    assert sorted(in_the_manual()) == sorted(faults.NAMES)
