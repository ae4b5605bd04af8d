"""How soon is App Home there, and a page of a list, with ten thousand tickets?

    python -m tests.bench.home [--times 30] [--write docs/benchmarks.md]

Milliseconds from Slack's side, from the event or the click to the view that is published or
updated, with few and with many tickets.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.sandbox import accounts
from tests.bench import report
from tests.unit.bot.kept_connections import sign_out
from tests.unit.bot.kept_tickets import keep, ticket
from tests.unit.bot.slack_end import Slack, with_bot

LIMIT_MS = 1000.0
LONG = "A name as long as ServiceNow takes it, " * 6
TITLE = "How soon App Home is there"
ABOUT = (
    "Milliseconds from Slack's side, from the event or the click to the view, the sandbox's own"
    " time included. Tickets have names of 234 characters and are read from the database alone."
)


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one thing: milliseconds, sorted."""

    name: str
    tickets: int
    times: tuple[float, ...]

    @property
    def line(self) -> str:
        median, longest = statistics.median(self.times), self.times[-1]
        return f"| {self.name} | {self.tickets:,} | {median:.1f} | {longest:.1f} |"


async def until_drawn(end: Slack, press: Callable[[], Awaitable[object]]) -> float:
    """Do something, and tell how many milliseconds later a view is another one."""
    views, user = end.server.workspace.views, accounts.MIA.id

    def drawn() -> tuple[object, object]:
        top, home = views.top(user), views.homes.get(user)
        return top and top.hash, home and home.hash

    before, started = drawn(), time.perf_counter()
    pressing = asyncio.ensure_future(press())
    while drawn() == before:
        await asyncio.sleep(0.0005)
    took = (time.perf_counter() - started) * 1000
    await pressing
    return took


async def measure(count: int, times: int) -> list[Row]:
    """Measure both with so many tickets."""
    with tempfile.TemporaryDirectory() as folder:
        async with with_bot(Path(folder)) as end:
            await sign_out(end)
            made = [ticket(number, name=f"{LONG}{number}") for number in range(count)]
            await keep(end.services.connections.database, *made)
            mia = end.mia
            homes = [await until_drawn(end, lambda: open_home(end)) for _ in range(times)]
            await until_drawn(end, lambda: mia.click_at_home("View my tickets"))
            await until_drawn(end, lambda: mia.click_in_modal("Which", option="All tickets"))
            labels = [("Next", "Previous")[number % 2] for number in range(times)]
            turns = [await until_drawn(end, partial(mia.click_in_modal, each)) for each in labels]
    return [
        Row("App Home is opened", count, tuple(sorted(homes))),
        Row("a page of all tickets is turned", count, tuple(sorted(turns))),
    ]


async def open_home(end: Slack) -> None:
    """Open App Home, as its tab does."""
    async with end.http.post(f"{end.origin}/_client/home", json={"user": end.mia.user}) as answer:
        await answer.read()


def table(rows: list[Row]) -> str:
    head = ["| what | tickets | median ms | max ms |", "|---|---|---|---|"]
    return "\n".join([*head, *(row.line for row in rows)])


async def compare(times: int) -> list[Row]:
    few, many = await measure(50, times), await measure(10_000, times)
    return [row for pair in zip(few, many, strict=True) for row in pair]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    rows = asyncio.run(compare(given.times))
    text = table(rows)
    print(text)
    if given.write:
        report.put(given.write, TITLE, f"{ABOUT}\n\n{text}")
    return int(any(row.times[-1] > LIMIT_MS for row in rows))


if __name__ == "__main__":
    sys.exit(main())
