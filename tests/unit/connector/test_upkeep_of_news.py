"""What came last is swept and forgotten, too: bulks, news, App Home, requests, and erasing."""

from datetime import timedelta

import pytest

from connector.models import RequestState
from connector.services.recurring import ERASE_KEY
from connector.services.upkeep import PURGE_KEY, Upkeep
from connector.store import homes, installs, right_requests
from connector.store.columns import micros
from connector.store.database import Database
from connector.work import Job, Work
from tests.unit.connector import rights_rows, rows
from tests.unit.connector.fakes import ACME, ADA, MIA, Clock

QUARTER = timedelta(days=90)


@pytest.fixture
def upkeep(database: Database, work: Work, clock: Clock) -> Upkeep:
    return Upkeep(database=database, work=work, clock=clock)


async def planned(upkeep: Upkeep) -> set[tuple[str, str]]:
    await upkeep.sweep()
    found = await upkeep.database.view(ACME).run(
        "SELECT job, key FROM work WHERE workspace = :workspace"
    )
    return {(each["job"], each["key"]) for each in found}


async def test_work_that_was_lost_is_planned_again(
    upkeep: Upkeep, database: Database, clock: Clock
) -> None:
    async with database.transaction(ACME) as tx:
        await rows.fill(tx)
        await homes.note_opened(tx, MIA, clock())
        await right_requests.add(tx, rights_rows.right_request(ACME, "unseen"))
        await installs.end(tx, clock(), clock())
    found = await planned(upkeep)
    assert found >= {
        (Job.SHOW_BULK, rows.bulk(ACME).id),
        (Job.TELL_NEWS, MIA),
        (Job.SHOW_HOME, MIA),
        (Job.TELL_RIGHT_REQUEST, "unseen"),
        (Job.ERASE_WORKSPACE, ERASE_KEY),
    }


async def test_an_app_home_that_was_shown_or_left_is_not_shown_anew(
    upkeep: Upkeep, database: Database, clock: Clock
) -> None:
    async with database.transaction(ACME) as tx:
        await rows.fill(tx)
        await homes.note_opened(tx, MIA, clock())
        await homes.note_shown(tx, MIA, clock())
        await homes.note_opened(tx, ADA, clock() - timedelta(hours=2))
    shown = [key for job, key in await planned(upkeep) if job == Job.SHOW_HOME]
    assert shown == []


async def test_an_answered_request_is_forgotten_after_a_quarter_of_a_year(
    upkeep: Upkeep, database: Database, clock: Clock
) -> None:
    old = clock() - QUARTER + timedelta(minutes=1)
    async with database.transaction(ACME) as tx:
        await rights_rows.fill(tx)
        await tx.run(
            "UPDATE right_requests SET asked_at = :old WHERE workspace = :workspace",
            old=micros(old),
        )
    view = database.view(ACME)
    await upkeep.purge(ACME, PURGE_KEY)
    assert await right_requests.get(view, "answered") is not None
    clock.jump(120)
    await upkeep.purge(ACME, PURGE_KEY)
    assert await right_requests.get(view, "answered") is None
    assert await right_requests.copies(view, "answered") == ()
    asked = await right_requests.get(view, "asked")
    assert asked is not None
    assert asked.state is RequestState.PENDING
    assert len(await right_requests.copies(view, "asked")) == 1
