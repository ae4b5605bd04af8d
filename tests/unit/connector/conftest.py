from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connector.models import (
    Priority,
    RecommendationCategory,
    RecommendationSource,
    TicketDraft,
    TicketKind,
)
from connector.services.rights.leavers import Leavers
from connector.services.rights.service import RightsService
from connector.store.database import Database
from connector.work import Work
from tests.unit.connector.checking import SEEN_BY_ADMINS, behave, make
from tests.unit.connector.fakes import MIA, Clock, People, until
from tests.unit.connector.stage import FarEnd, Stage, far_end


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "snowline.db")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def work(database: Database, clock: Clock) -> Work:
    return Work(database=database, clock=clock, lane_size=4)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def leavers(database: Database, people: People, clock: Clock) -> Leavers:
    return Leavers(rights=RightsService.of(database, people, clock))


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(params=[True], ids=[""])
def honour_sys_id(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
async def end(honour_sys_id: bool) -> AsyncIterator[FarEnd]:
    async with far_end(honour_sys_id=honour_sys_id) as end:
        yield end


@pytest.fixture
def call_deadline() -> float:
    return 0.5


@pytest.fixture
async def stage(end: FarEnd, tmp_path: Path, call_deadline: float) -> AsyncIterator[Stage]:
    stage = Stage.of(end, tmp_path / "snowline.db", call_deadline)
    await stage.connector.start()
    yield stage
    await stage.connector.worker.stop(grace=0)
    await stage.connector.stop()


@pytest.fixture
async def connected(stage: Stage) -> Stage:
    end = await stage.connect()
    assert end.ok, end
    # Whoever connects is told when the checks are done: what a test arms is for the test alone.
    await until(lambda: bool(stage.chat.notices))
    return stage


@pytest.fixture
async def healthy(connected: Stage, draft: TicketDraft) -> Stage:
    """An instance that shows everything, with a ticket of each kind in it."""
    behave(connected, opened=SEEN_BY_ADMINS)
    for kind in TicketKind:
        await make(connected, draft, kind, f"healthy {kind}")
    return connected


@pytest.fixture
def draft() -> TicketDraft:
    return TicketDraft(
        kind=TicketKind.INCIDENT,
        name="Require MFA for admins",
        description="Turn on the policy.",
        priority=Priority.HIGH,
        due=date(2026, 12, 24),
        source=RecommendationSource.MICROSOFT,
        category=RecommendationCategory.IDENTITY,
        requester=MIA,
        requester_name="Mia Member",
        action_id="AdminMFAV2",
        action_link="https://security.microsoft.com/securescore",
        gain=10.0,
    )
