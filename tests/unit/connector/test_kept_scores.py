"""Scores and digests as they are kept: the newest of each, by tenant and by conversation."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from connector.models import Place
from connector.store import digests, scores
from connector.store.database import Database
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, CHANNEL
from tests.unit.connector.rows import NOON, TENANT

HOUR = timedelta(hours=1)


async def test_the_newest_score_is_the_one_read_last(database: Database) -> None:
    first = rows.score(ACME, day=24)
    corrected = replace(first, day=date(2026, 11, 23), read_at=first.read_at + HOUR, current=7)
    elsewhere = replace(first, tenant="other.example", read_at=first.read_at + 2 * HOUR)
    async with database.transaction(ACME) as tx:
        for score in (first, corrected, elsewhere):
            await scores.put(tx, score)
    view = database.view(ACME)
    assert await scores.newest(view, TENANT) == corrected
    assert await scores.newest(view, "other.example") == elsewhere
    assert await scores.newest(view, "unknown.example") is None


async def test_a_day_read_twice_is_kept_as_read_last(database: Database) -> None:
    first = rows.score(ACME, day=24)
    (action,) = first.actions
    second = replace(
        first,
        read_at=first.read_at + HOUR,
        current=8,
        maximum=90,
        profiles=2,
        actions=(replace(action, score=3),),
    )
    async with database.transaction(ACME) as tx:
        await scores.put(tx, first)
        await scores.put(tx, second)
    assert await scores.newest(database.view(ACME), TENANT) == second
    assert await scores.history(database.view(ACME), TENANT) == ((first.day, 8, 90),)


async def test_every_day_of_a_tenant_is_kept_in_its_order(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        for day in (23, 21, 22):
            await scores.put(tx, replace(rows.score(ACME, day=day), current=day))
        await scores.put(tx, replace(rows.score(ACME, day=20), tenant="other.example"))
    found = await scores.history(database.view(ACME), TENANT)
    assert [points for _, points, _ in found] == [21, 22, 23]


async def test_a_conversation_got_its_last_digest_when_the_newest_was_posted(
    database: Database,
) -> None:
    async def end(digest_id: str, at: datetime, conversation: str, *, posted: bool) -> None:
        row = replace(rows.digest(ACME, digest_id), conversation=conversation)
        place = Place(conversation=conversation, message="1") if posted else None
        async with database.transaction(ACME) as tx:
            await digests.add(tx, row)
            await digests.end(tx, digest_id, at, place)

    await end("newer", NOON + HOUR, CHANNEL, posted=True)
    await end("older", NOON, CHANNEL, posted=True)
    await end("dropped", NOON + 2 * HOUR, CHANNEL, posted=False)
    await end("elsewhere", NOON + 3 * HOUR, "C0OTHER", posted=True)
    view = database.view(ACME)
    assert await digests.last_posted(view, CHANNEL) == NOON + HOUR
    assert await digests.last_posted(view, "C0NEVER") is None
    assert await digests.without_work(view) == ()
