"""What is forgotten, when, and whether it is gone from the file."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connector.errors import Provider
from connector.services.connecting.sign_outs import SIGN_OUT_KEY
from connector.services.upkeep import PURGE_KEY, Upkeep
from connector.store import connections, deliveries, posts, sign_ins, tickets
from connector.store.database import Database
from connector.work import Again, Job, Work
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, GLOBEX, Clock
from tests.unit.connector.stage import Stage

SECOND = timedelta(seconds=1)
WEEK = timedelta(days=7)
REMOTES = (Provider.SERVICENOW, Provider.MICROSOFT)


@pytest.fixture
def upkeep(database: Database, work: Work, clock: Clock) -> Upkeep:
    return Upkeep(database=database, work=work, clock=clock)


async def test_a_delivery_is_known_for_a_week(
    upkeep: Upkeep, database: Database, clock: Clock
) -> None:
    now = clock()
    async with database.transaction(ACME) as tx:
        await deliveries.claim(tx, "younger", "first", now - WEEK + 60 * SECOND)
        await deliveries.claim(tx, "older", "first", now - WEEK - SECOND)
    again = await upkeep.purge(ACME, PURGE_KEY)
    async with database.transaction(ACME) as tx:
        assert await deliveries.claim(tx, "younger", "second", now) == "first"
        assert await deliveries.claim(tx, "older", "second", now) == "second"
    assert isinstance(again, Again)
    assert timedelta(minutes=59) < again.at - now < timedelta(minutes=61)


async def test_a_sign_in_is_forgotten_when_its_time_is_over(
    upkeep: Upkeep, database: Database, clock: Clock
) -> None:
    now = clock()
    async with database.transaction(ACME) as tx:
        await sign_ins.add(tx, rows.sign_in(ACME, "younger"), now + 60 * SECOND)
        await sign_ins.add(tx, rows.sign_in(ACME, "older"), now)
    await upkeep.purge(ACME, PURGE_KEY)
    view = database.view_everywhere()
    assert await sign_ins.by_ticket(view, "younger", now) is not None
    assert await sign_ins.by_ticket(view, "older", now - 60 * SECOND) is None


async def test_a_post_that_was_made_twice_is_forgotten_after_a_month(
    upkeep: Upkeep, database: Database, clock: Clock
) -> None:
    async with database.transaction(ACME) as tx:
        for key in ("card twice", "card twice", "card open", "card open"):
            await posts.begin(tx, key, clock())
        await posts.settle(tx, "card twice", clock())
    view = database.view(ACME)
    clock.jump(29 * 86_400)
    await upkeep.purge(ACME, PURGE_KEY)
    twice = await posts.get(view, "card twice")
    assert twice is not None
    assert twice.repeated
    clock.jump(2 * 86_400)
    await upkeep.purge(ACME, PURGE_KEY)
    assert await posts.get(view, "card twice") is None
    # Of this one nobody knows yet what became of it.
    assert await posts.get(view, "card open") is not None


async def test_whatever_is_due_has_its_work_planned_again(
    upkeep: Upkeep, database: Database
) -> None:
    async with database.transaction(ACME) as tx:
        await rows.fill(tx)
    await upkeep.sweep()
    found = await database.view(ACME).run("SELECT * FROM work WHERE workspace = :workspace")
    planned = {(each["job"], each["key"], each["lane"]) for each in found}
    assert planned >= {
        (Job.ADVANCE_SHARE, rows.ASKED, rows.HOST),
        (Job.SHOW_SHARE, rows.ASKED, f"card {CHANNEL}"),
        (Job.REDRAW_CARD, rows.DONE, f"card {CHANNEL}"),
        (Job.ANNOUNCE_TICKET, rows.MADE, "changes"),
        (Job.ANNOUNCE_TICKET, rows.DONE, "changes"),
        (Job.POST_DIGEST, "wanted", CHANNEL),
        (Job.TELL_NOTICE, "notice", "notices"),
        (Job.SYNC_TICKETS, "incident", f"following {rows.HOST}"),
        (Job.SYNC_TICKETS, "change_request", f"following {rows.HOST}"),
        (Job.REFRESH_SCORE, "score", rows.TENANT),
        (Job.WARN_OF_SIGN_OUT, SIGN_OUT_KEY, "notices"),
        (Job.PURGE, PURGE_KEY, "upkeep"),
    }
    assert (Job.POST_DIGEST, "posted", CHANNEL) not in planned
    assert (Job.ADVANCE_SHARE, rows.MADE, rows.HOST) not in planned


async def test_a_change_is_planned_while_it_is_to_be_told_under_a_card(
    upkeep: Upkeep, database: Database
) -> None:
    async with database.transaction(GLOBEX) as tx:
        await rows.fill(tx)
        (told,) = await tickets.unannounced(tx, rows.MADE)
        await tickets.mark_announced(tx, told.id)
    await upkeep.sweep()
    found = await database.view(GLOBEX).run(
        "SELECT key FROM work WHERE workspace = :workspace AND job = 'announce ticket'"
    )
    assert [each["key"] for each in found] == [rows.DONE]


async def test_what_is_planned_already_stays_where_it_is(
    upkeep: Upkeep, database: Database, work: Work, noon: datetime
) -> None:
    later = noon + timedelta(days=365)
    async with database.transaction(ACME) as tx:
        await rows.fill(tx)
        await work.plan(tx, Job.REFRESH_SCORE, "score", lane="its own", at=later)
    await upkeep.sweep()
    row = await database.view(ACME).first(
        "SELECT lane FROM work WHERE workspace = :workspace AND job = 'refresh score'"
    )
    assert row == {"lane": "its own"}


async def test_nothing_is_read_by_a_connection_that_has_ended(
    upkeep: Upkeep, database: Database
) -> None:
    async with database.transaction(ACME) as tx:
        await rows.fill(tx)
        for provider in REMOTES:
            await connections.expire(tx, rows.connection(ACME, provider), "It has ended.")
    async with database.transaction(GLOBEX) as tx:
        await deliveries.claim(tx, "delivery", "share", rows.NOON)
    await upkeep.sweep()
    found = await database.view_everywhere().run("SELECT workspace, job FROM work")
    jobs = {(each["workspace"], each["job"]) for each in found}
    ended = {Job.SYNC_TICKETS, Job.REFRESH_SCORE, Job.WARN_OF_SIGN_OUT}
    assert not jobs & {(ACME, job) for job in ended}
    assert {job for workspace, job in jobs if workspace == GLOBEX} == {Job.PURGE}


async def test_an_erased_secret_is_gone_from_the_file(connected: Stage, tmp_path: Path) -> None:
    services, database = connected.connector.services, connected.connector.database
    await connected.connect_microsoft()
    kept = [await connections.get(database.view(ACME), provider) for provider in REMOTES]
    sealed = [each.sealed for each in kept if each]
    secrets = {text for each in sealed for text in (each.secret, each.access, each.refresh) if text}
    assert len(secrets) >= 4
    assert all(secret in written(tmp_path) for secret in secrets)
    for each in await services.connections.all(ACME):
        await services.connections.disconnect(ACME, ADA, each.provider, each.connected_at)
    await connected.connector.stop()
    assert not any(secret in written(tmp_path) for secret in secrets)


def written(folder: Path) -> str:
    """Read the database with the log that it has not taken in yet."""
    files = sorted(folder.glob("snowline.db*"))
    return "".join(path.read_bytes().decode("latin-1") for path in files)
