"""How fast is ``/snow share`` acknowledged while ServiceNow and Microsoft both hang?

    python -m tests.bench.acknowledge [--requests 200] [--write docs/benchmarks.md]

A bare Bolt app, which only says ``ack()``, is measured beside it in the same run, through the
same sandbox; the table gives milliseconds as Slack sees them, and the ratio.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.sandbox import accounts, running
from bot.sandbox.driver import SlackUser
from bot.sandbox.faults import Fault
from bot.sandbox.slack import SlackServer, SlackSettings
from bot.serving import slack_client
from bot.tour import connecting
from bot.tour.stage import raised
from bot.tryout import TryoutSettings, staged
from tests.bench import report

LIMIT_MS = 3000.0
TITLE = "How soon a command is acknowledged"
ABOUT = (
    "Milliseconds from Slack's side, the sandbox's own time included. Slack's limit is 3,000 ms."
)


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one bot: milliseconds, sorted."""

    name: str
    at_once: int
    times: tuple[float, ...]

    def quantile(self, share: float) -> float:
        return self.times[min(int(len(self.times) * share), len(self.times) - 1)]


@asynccontextmanager
async def bare_bolt() -> AsyncIterator[str]:
    """A Bolt app that does nothing but acknowledge, behind a sandbox Slack of its own."""
    slack = SlackServer(settings=SlackSettings(request_url=None))
    front = await running.start(slack.app)

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=accounts.TEAM_ID, bot_token=accounts.BOT_TOKEN
        )

    app = AsyncApp(
        client=slack_client(f"{front.origin}/api/", accounts.BOT_TOKEN),
        signing_secret=accounts.SIGNING_SECRET,
        authorize=authorize,
    )

    async def only_ack(ack) -> None:
        await ack()

    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    app.command("/snow")(only_ack)
    door = web.Application()
    door.router.add_post("/slack/events", receive)
    back = await running.start(door)
    slack.deliver_to(f"{back.origin}/slack/events")
    try:
        yield front.origin
    finally:
        await back.stop()
        await front.stop()


@asynccontextmanager
async def snowline() -> AsyncIterator[str]:
    """The whole bot, connected, after which ServiceNow and Microsoft stop answering."""
    settings = TryoutSettings(slack_pace=0, sync_every=1)
    async with staged(settings) as tryout, raised(tryout) as stage:
        await stage.ada.command("/snow connect", accounts.SECURITY.id)
        await stage.ada.modal(title="Connect ServiceNow")
        await connecting.connect_as_integration_user(stage)
        await connecting.connect_microsoft(stage)
        for server in (tryout.sandbox.servicenow_server, tryout.sandbox.microsoft_server):
            server.faults.armed.append(Fault("hang", 10**9))
        yield tryout.page


async def measure(origin: str, name: str, at_once: int, requests: int) -> Row:
    """Type ``/snow share`` again and again, ``at_once`` people at a time."""
    times: list[float] = []
    todo = iter(range(requests))

    async def person(account: accounts.SlackAccount) -> None:
        user = SlackUser(http, origin, account.id)
        for _ in todo:
            started = time.perf_counter()
            await user.command("/snow share", accounts.SECURITY.id)
            times.append((time.perf_counter() - started) * 1000)
            await user.clear_modals()

    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as group:
        for account in accounts.SLACK_ACCOUNTS[:at_once]:
            group.create_task(person(account))
    return Row(name, at_once, tuple(sorted(times)))


async def compare(requests: int) -> list[Row]:
    """Measure both, turn by turn, so that a slow moment strikes both."""
    rows: list[Row] = []
    async with bare_bolt() as bare, snowline() as whole:
        for at_once in (1, 4):
            for origin, name in ((bare, "bare Bolt"), (whole, "Snowline")):
                await measure(origin, name, at_once, 10)
                rows.append(await measure(origin, name, at_once, requests))
    return rows


def table(rows: list[Row]) -> str:
    """Lay the rows out, each of Snowline's with its ratio to the bare app's median."""
    lines = [
        "| `/snow share` while both hang | at once | median ms | p99 ms | max ms | median ratio |",
        "|---|---|---|---|---|---|",
    ]
    bare: dict[int, float] = {}
    for row in rows:
        median = statistics.median(row.times)
        bare.setdefault(row.at_once, median)
        lines.append(
            f"| {row.name} | {row.at_once} | {median:.1f} | {row.quantile(0.99):.1f} "
            f"| {row.times[-1]:.1f} | {median / bare[row.at_once]:.2f} |"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    rows = asyncio.run(compare(given.requests))
    text = table(rows)
    print(text)
    if given.write:
        report.put(given.write, TITLE, f"{ABOUT}\n\n{text}")
    return int(any(row.times[-1] > LIMIT_MS for row in rows))


if __name__ == "__main__":
    sys.exit(main())
