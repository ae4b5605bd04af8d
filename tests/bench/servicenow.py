"""How fast is Snowline's way to ServiceNow, beside PySNC 1.2.1, ServiceNow's own client?

    python -m tests.bench.servicenow [--rows 10000] [--creates 500] [--write docs/benchmarks.md]

Both ask the same sandbox, a process of its own, for the same rows and fields, turn by turn, so
that a slow moment strikes both; medians are shown. PySNC runs in an environment of its own and
takes its own time. Everything is measured with no latency, where the sandbox's own time is most
of it, and with 40 ms per request, as a real instance is never next door. Bytes are counted on
the wire, both ways, in runs that are not timed.
"""

import argparse
import asyncio
import itertools
import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.sandbox import accounts
from connector.http import Http
from connector.models import TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.record import Record, followed_fields
from connector.services.tickets.following import OVERLAP, PAGE
from connector.services.tickets.reading import marked
from connector.settings import ConnectorSettings
from connector.vault import new_key
from tests.bench import report
from tests.bench.product import Product, product
from tests.contract.servicenow_clients.environments import NoIndexError, python_of

LATENCY = 0.04
DEADLINE = 120.0
"""PySNC has none: on a busy machine the sandbox takes its time."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
STATES = itertools.cycle(("2", "3", "1"))
AT_ONCE = ConnectorSettings.model_fields["work_lane_size"].default
FIELDS = followed_fields(TicketKind.INCIDENT).split(",")
SCRIPT = Path(__file__).with_name("with_pysnc.py")
TITLE = "ServiceNow, beside PySNC 1.2.1"


@dataclass
class Instance:
    """Where the sandbox's ServiceNow listens: directly, and through what counts bytes."""

    origin: str
    counting: str
    http: aiohttp.ClientSession

    async def delay(self, seconds: float) -> None:
        await self._post("/_sandbox/latency", {"seconds": seconds})

    async def bytes(self) -> int:
        async with self.http.get(f"{self.origin}/_bench/bytes") as answer:
            return sum((await answer.json()).values())

    async def change(self, sys_ids: list[str], state: str) -> None:
        """Change tickets as somebody in ServiceNow does."""
        who = aiohttp.encode_basic_auth("admin", "admin")
        for sys_id in sys_ids:
            address = f"{self.origin}/api/now/table/incident/{sys_id}"
            async with self.http.patch(
                address, json={"state": state}, headers={"Authorization": who}
            ) as answer:
                assert answer.status == 200

    async def token(self) -> SecretStr:
        form = {
            "grant_type": "password",
            "client_id": accounts.SERVICENOW_CLIENT_ID,
            "client_secret": accounts.SERVICENOW_CLIENT_SECRET,
            "username": accounts.INTEGRATION_USER.user_name,
            "password": accounts.INTEGRATION_USER.password,
        }
        async with self.http.post(f"{self.origin}/oauth_token.do", data=form) as answer:
            return SecretStr((await answer.json())["access_token"])

    async def _post(self, path: str, body: Any) -> None:
        async with self.http.post(f"{self.origin}{path}", json=body) as answer:
            assert answer.status == 200


@asynccontextmanager
async def instance(rows: int) -> AsyncIterator[Instance]:
    """Start an instance full of incidents in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.instance", str(rows)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told = json.loads(await process.stdout.readline())
    try:
        async with aiohttp.ClientSession() as http:
            yield Instance(**told, http=http)
    finally:
        process.stdin.close()
        await process.wait()


@dataclass(frozen=True)
class Straight:
    """A desk that asks with one client and has nothing to renew."""

    client: ServiceNowClient

    async def ask(self, question: Callable[[ServiceNowClient], Awaitable[Any]]) -> Any:
        return await question(self.client)


@dataclass
class Snowline:
    """Snowline's own client, asked as its work asks."""

    token: SecretStr

    @asynccontextmanager
    async def client(self, origin: str) -> AsyncIterator[ServiceNowClient]:
        settings = ConnectorSettings(
            keys=SecretStr(new_key()),
            allow_hosts={accounts.INSTANCE_HOST: origin},
            call_deadline=DEADLINE,
        )
        http = Http(settings)
        yield ServiceNowClient(http=http, host=accounts.INSTANCE_HOST, token=self.token)
        await http.close()

    async def fetch(self, origin: str) -> tuple[float, int]:
        """Read all tickets as following does after a long absence."""
        async with self.client(origin) as client:
            began = time.perf_counter()
            records = await self.read(client)
            return time.perf_counter() - began, len(records)

    async def read(self, client: ServiceNowClient) -> list[Record]:
        pages = marked(Straight(client), TicketKind.INCIDENT, LONG_AGO, PAGE)
        return [record async for page in pages for record in page]

    async def create(self, origin: str, given: dict[str, Any]) -> tuple[float, int]:
        """Insert as many at once as the work's lane does."""
        async with self.client(origin) as client:
            began, rows = time.perf_counter(), iter(given["rows"])

            async def some() -> None:
                for values in rows:
                    chosen = {**values, "sys_id": secrets.token_hex(16)}
                    await client.insert(TicketKind.INCIDENT, chosen)

            await asyncio.gather(*(some() for _ in range(AT_ONCE)))
            return time.perf_counter() - began, len(given["rows"])


async def pysnc(origin: str, name: str, given: dict[str, Any]) -> tuple[float, int]:
    """Run one of PySNC's scenarios in its own environment."""
    process = await asyncio.create_subprocess_exec(
        *("env", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", python_of("pysnc"), SCRIPT),
        *(origin, name),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate(json.dumps(given).encode())
    assert process.returncode == 0
    told = json.loads(said)
    return told["seconds"], told["count"]


Run = Callable[[str], Awaitable[tuple[float, int]]]


@dataclass
class Row:
    """One way to do something, with what was measured of it."""

    task: str
    who: str
    run: Run
    times: dict[float, list[float]] = field(default_factory=dict)
    bytes: int = 0

    async def measure(self, at: Instance, latency: float, count: int) -> None:
        seconds, done = await self.run(at.origin)
        assert done >= count, (self.who, done)
        self.times.setdefault(latency, []).append(seconds)

    def median(self, latency: float) -> float:
        return statistics.median(self.times[latency])


def reads(snowline: Snowline) -> list[Row]:
    """The ways to read all tickets."""

    def by_pysnc(name: str = "fetch", **more: Any) -> Run:
        return lambda origin: pysnc(origin, name, {"fields": FIELDS, **more})

    task = f"read {{rows:,}} incidents, {len(FIELDS)} fields"
    return [
        Row(task, "PySNC as it is (500 a page)", by_pysnc()),
        Row(task, "PySNC, 2,000 a page", by_pysnc(batch_size=2000)),
        Row(task, "PySNC asyncio as it is", by_pysnc("fetch_async")),
        Row(
            task,
            f"Snowline, as following reads ({PAGE:,} a page)",
            snowline.fetch,
        ),
    ]


def creations(snowline: Snowline, whole: Product, count: int) -> list[Row]:
    """The ways to create tickets."""
    rows = [
        {
            "correlation_id": f"bench-{number}",
            "correlation_display": "Benchmark",
            "short_description": f"Require multifactor authentication {number}",
            "description": "Turn on the policy.\nThen watch the sign-ins for a week. " * 4,
            "impact": "2",
            "urgency": "2",
            "due_date": "2026-12-24 12:00:00",
        }
        for number in range(count)
    ]
    task, given = f"create {count:,} incidents", {"rows": rows, "at_once": AT_ONCE}
    return [
        Row(task, "PySNC, one after another", lambda at: pysnc(at, "create", given)),
        Row(task, f"PySNC asyncio, {AT_ONCE} at once", lambda at: pysnc(at, "create_async", given)),
        Row(task, f"Snowline's client, {AT_ONCE} at once", lambda at: snowline.create(at, given)),
        Row(
            task,
            "Snowline as a whole: shares kept, tickets made, cards shown",
            lambda _: whole.share(count),
        ),
    ]


def refreshes(whole: Product, since: str, changed: int) -> list[Row]:
    """The ways to bring tracked tickets up to date."""

    def by_pysnc(**more: Any) -> Run:
        return lambda origin: pysnc(origin, "fetch", {"fields": FIELDS, **more})

    task = f"refresh {{rows:,}} tracked, {changed} changed"
    return [
        Row(task, "PySNC, reading all of them", by_pysnc()),
        Row(task, "PySNC, asking for what changed", by_pysnc(since=since)),
        Row(task, "Snowline as a whole: read, compared, kept", whole.follow),
    ]


async def compare(rows: int, creates: int, changed: int, rounds: int) -> list[Row]:
    """Measure everything, turn by turn."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            instance(rows) as at,
            product(at.origin, at.counting, Path(folder) / "snowline.db") as whole,
        ):
            snowline = Snowline(await at.token())
            async with snowline.client(at.origin) as client:
                tracked = await snowline.read(client)
            await whole.track(tracked)
            some = [record.sys_id for record in tracked[:: max(len(tracked) // changed, 1)]]
            since = max(record.updated_at for record in tracked) - OVERLAP

            reading = reads(snowline)
            await measure(at, reading, rows, {0.0: rounds, LATENCY: rounds})
            refreshing = refreshes(whole, f"{since:%Y-%m-%d %H:%M:%S}", changed)
            for latency, _ in itertools.product((0.0, LATENCY), range(rounds)):
                await at.delay(0)
                await at.change(some[:changed], next(STATES))
                await measure(at, refreshing, changed, {latency: 1})
            await at.delay(0)
            await at.change(some[:changed], next(STATES))
            for row in (*reading, *refreshing):
                await at.bytes()
                await row.run(at.counting)
                row.bytes = await at.bytes()
            creating = creations(snowline, whole, creates)
            await measure(at, creating, creates, {0.0: rounds, LATENCY: 1})
    return [*reading, *creating, *refreshing]


async def measure(at: Instance, rows: list[Row], count: int, turns: dict[float, int]) -> None:
    """Measure rows in turn, so many times at each latency; each is to do so many at least."""
    for latency, times in turns.items():
        await at.delay(latency)
        for _ in range(times):
            for row in rows:
                await row.measure(at, latency, count)


def table(rows: list[Row], count: int) -> str:
    """Lay the rows out, each with how many times as fast it is as PySNC as it is."""
    lines = [
        "| what | by | s at 0 ms | times as fast | s at 40 ms | times as fast | bytes |",
        "|---|---|---|---|---|---|---|",
    ]
    first: dict[str, Row] = {}
    for row in rows:
        base = first.setdefault(row.task, row)
        cells = [row.task.format(rows=count), row.who]
        for latency in (0.0, LATENCY):
            median = row.median(latency)
            cells += [f"{median:.2f}", f"{base.median(latency) / median:.1f}"]
        fewer = base.bytes / row.bytes if row.bytes else 0.0
        less = f" ({fewer:.0f} times fewer)" if fewer >= 2 else ""
        cells.append(f"{row.bytes:,}{less}" if row.bytes else "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


ABOUT = """The same rows and fields from the same sandbox, which runs in a process of its own; \
medians of runs taken in turn. PySNC is used as its documentation says, in an environment of its \
own. With no latency most of the time is the sandbox's own; with 40 ms a request it is nearer to \
an instance across a network. The sandbox never compresses: a real instance would for PySNC, \
which asks for it, and not for Snowline, which does not. PySNC reads pages by counting rows \
(`sysparm_offset`), Snowline by the last row's time and `sys_id`."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--creates", type=int, default=500)
    parser.add_argument("--changed", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    try:
        python_of("pysnc")
    except NoIndexError:
        sys.exit("pip reaches no package index, from which PySNC would be installed")
    rows = asyncio.run(compare(given.rows, given.creates, given.changed, given.rounds))
    text = table(rows, given.rows)
    print(text)
    if given.write:
        report.put(given.write, TITLE, f"{ABOUT}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
