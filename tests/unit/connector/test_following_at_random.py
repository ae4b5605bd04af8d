"""Very many updates of one second, read in pages of any size, while others are made."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.sandbox import accounts
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.schema import TABLES
from connector.models import ShareId, ShareState, TicketKind
from connector.servicenow.marks import MARK, new_reference
from connector.services.tickets.following import Following
from connector.store import shares, tickets
from connector.store.shares import ShareRecord
from connector.store.tickets import changes_since
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, until
from tests.unit.connector.stage import Stage, far_end

INCIDENT = TicketKind.INCIDENT
SECOND = timedelta(seconds=1)
TIMES = 32 if settings.default.max_examples > 1000 else 1
"""In the long form ten thousand are followed, on pages of up to as many."""


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Connect a stage on which nothing works by itself."""
    with tempfile.TemporaryDirectory() as folder:
        async with far_end() as end:
            stage = Stage.of(end, Path(folder) / "snowline.db", call_deadline=60)
            await stage.connector.start()
            try:
                assert (await stage.connect()).ok
                await until(lambda: bool(stage.chat.notices))
                await stage.connector.worker.stop()
                yield stage
            finally:
                await stage.connector.stop()


async def fill(stage: Stage, count: int) -> list[Row]:
    """Give the instance that many tickets of ours, and the store what was read of them."""
    instance = stage.end.servicenow.instance
    actor = instance.people.named("admin")
    assert actor is not None
    made = []
    async with stage.connector.database.transaction(ACME) as tx:
        for number in range(count):
            share_id = ShareId(f"share {number}")
            asked = rows.share(ACME, share_id, ShareState.ANNOUNCED)
            values = {"correlation_display": MARK, "short_description": asked.draft.name}
            row = instance.writer.insert(TABLES["incident"], values, actor)
            asked = replace(
                asked,
                sys_id=row["sys_id"],
                correlation_id=new_reference(),
                instance=accounts.INSTANCE_HOST,
            )
            await shares.add(tx, asked)
            await shares.save(tx, ShareRecord(share=asked, ended_at=rows.NOON))
            at = datetime.fromisoformat(f"{row['sys_updated_on']}+00:00")
            ticket = replace(
                rows.ticket(ACME, share_id),
                instance=asked.instance,
                sys_id=row["sys_id"],
                number=row["number"],
                state_label="New",
                priority=row["priority"],
                priority_label="5 - Planning",
                due=None,
                created_at=at,
                updated_at=at,
            )
            await tickets.put(tx, ticket)
            made.append(row)
    return made


def write(row: Row, at: datetime, state: str) -> None:
    """Have a record stand as it was written at that time."""
    row.update(state=state, sys_updated_on=f"{at:%Y-%m-%d %H:%M:%S}")


async def told(stage: Stage) -> dict[str, list[tuple[str, str]]]:
    """Read, for each ticket by its number, from which state to which it is told to have gone."""
    found: dict[str, list[tuple[str, str]]] = {}
    for change in await changes_since(
        stage.connector.database.view(ACME), rows.NOON - timedelta(days=1)
    ):
        assert {each.field for each in change.fields} == {"State"}
        steps = found.setdefault(change.number, [])
        steps += [(each.before, each.after) for each in change.fields]
    return found


async def follow(count: int, sizes: list[int], chance: random.Random) -> None:
    async with staged() as stage:
        made = await fill(stage, count)
        at = datetime.fromisoformat(f"{made[-1]['sys_updated_on']}+00:00") + 5 * SECOND
        for row in made:
            write(row, at, "2")
        touched: set[str] = set()

        async def change_some(when: str) -> None:
            if when == "after GET" and len(touched) < count // 5:
                for row in chance.sample(made, min(3, count)):
                    # Within the same second, too: then only the overlap shows it.
                    write(row, at + chance.choice((0, 1, 2)) * SECOND, "3")
                    touched.add(row["number"])

        stage.end.boundary = change_some
        for size in sizes:
            await paged(stage, size).sync(ACME, INCIDENT.value)
        stage.end.boundary = None
        await paged(stage, chance.choice(sizes)).sync(ACME, INCIDENT.value)
        steps = await told(stage)
        assert {row["number"]: steps[row["number"]] for row in made} == {
            row["number"]: went(steps[row["number"]], touched=row["number"] in touched)
            for row in made
        }


def paged(stage: Stage, size: int) -> Following:
    return replace(stage.connector.services.following, page_size=size)


def went(steps: list[tuple[str, str]], *, touched: bool) -> list[tuple[str, str]]:
    """Say which steps a record has gone: one that was touched may have been read in between."""
    if not touched:
        return [("New", "In Progress")]
    both = [("New", "In Progress"), ("In Progress", "On Hold")]
    return both if len(steps) == len(both) else [("New", "On Hold")]


# An example takes seconds: it is printed as it is found and not made smaller.
@settings(
    max_examples=1,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(st.integers(20, 400), min_size=1, max_size=2), st.integers(0, 2**32))
@example([50], 1)
def test_updates_of_one_second_are_told_once_each_whatever_the_pages(
    sizes: list[int], seed: int
) -> None:
    pages = [size * TIMES for size in sizes]
    asyncio.run(follow(320 * TIMES, pages, random.Random(seed)))
