"""A digest is posted once, and while it is news."""

from datetime import timedelta

import pytest

from connector.errors import Provider, ProviderUnavailableError
from connector.store import digests
from connector.work import Done
from tests.unit.connector.fakes import ACME, CHANNEL, MIA
from tests.unit.connector.stage import Stage

WANTED = "SELECT id FROM digests WHERE workspace = :workspace"


@pytest.fixture
async def idle(stage: Stage) -> Stage:
    """Nothing is done but what a test does itself."""
    await stage.connector.worker.stop()
    return stage


async def request(stage: Stage) -> str:
    await stage.connector.services.digests.request(ACME, MIA, CHANNEL, "delivery")
    (row,) = await stage.connector.database.view(ACME).run(WANTED)
    return str(row["id"])


async def is_over(stage: Stage, digest_id: str) -> bool:
    row = await digests.get(stage.connector.database.view(ACME), digest_id)
    return row is not None and row.ended_at is not None


@pytest.mark.parametrize(
    ("age", "posted"),
    [
        pytest.param(timedelta(hours=23, minutes=59), 1, id="news"),
        pytest.param(timedelta(hours=24), 0, id="a day old"),
    ],
)
async def test_a_digest_is_posted_within_a_day_or_not_at_all(
    idle: Stage, age: timedelta, posted: int
) -> None:
    digest_id = await request(idle)
    idle.clock.jump(age.total_seconds())
    for _ in range(2):
        assert await idle.connector.services.digests.post(ACME, digest_id) == Done()
    assert len(idle.chat.digests) == posted
    assert await is_over(idle, digest_id)


async def test_a_digest_is_wanted_until_it_could_be_posted(idle: Stage) -> None:
    digest_id = await request(idle)
    idle.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")]
    with pytest.raises(ProviderUnavailableError):
        await idle.connector.services.digests.post(ACME, digest_id)
    assert not await is_over(idle, digest_id)
    await idle.connector.services.digests.post(ACME, digest_id)
    assert len(idle.chat.digests) == 1
