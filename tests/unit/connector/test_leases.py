"""One renewal however many ask, from however many processes, also after one of them died."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import accounts
from connector.models import Grant
from connector.store import leases
from connector.store.database import Database
from connector.wiring import Connector, build
from tests.unit.connector.fakes import ACME, ADA, until
from tests.unit.connector.stage import FORM, Stage

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RENEWAL = "POST /oauth_token.do"
USER = accounts.INTEGRATION_USER.user_name
TOKENS = "tokens of ServiceNow"


@pytest.fixture
def call_deadline() -> float:
    """Longer than a busy machine keeps an answer waiting."""
    return 10.0


@pytest.fixture(params=list(Grant))
async def by_grant(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    """Connected by one grant or the other, with a token that is over."""
    if request.param is Grant.CODE:
        assert (await stage.connect()).ok
    else:
        form = replace(FORM, grant=Grant.CLIENT)
        await stage.connector.services.connections.connect_servicenow(ACME, ADA, form, "sent-1")
    await until(lambda: bool(stage.chat.notices))
    stage.end.servicenow.instance.tokens.expire_all(refresh=False)
    stage.end.requests.clear()
    return stage


async def ask(connector: Connector, callers: int) -> set[str]:
    """Have so many callers ask at once who they are."""
    desk = await connector.services.following.desks.servicenow(ACME)
    asked = [desk.ask(lambda client: client.whoami()) for _ in range(callers)]
    return set(await asyncio.gather(*asked))


def another_process(stage: Stage) -> Connector:
    """Build a second connector on the same file, whose lock somebody has deleted."""
    Path(f"{stage.settings.database}.lock").unlink()
    return build(stage.settings, announcer=stage.chat, directory=stage.people, clock=stage.clock)


async def test_fifty_callers_at_expiry_renew_a_token_once(by_grant: Stage) -> None:
    assert await ask(by_grant.connector, 50) == {USER}
    assert by_grant.end.requests.count(RENEWAL) == 1


async def test_two_processes_with_twenty_five_callers_each_renew_a_token_once(
    by_grant: Stage,
) -> None:
    second = another_process(by_grant)
    await second.open()
    said = await asyncio.gather(ask(by_grant.connector, 25), ask(second, 25))
    await second.access.close()
    await second.http.close()
    await second.database.close()
    assert said == [{USER}, {USER}]
    assert by_grant.end.requests.count(RENEWAL) == 1


async def test_a_token_waits_for_no_holder_that_died(by_grant: Stage) -> None:
    clock, database = by_grant.clock, by_grant.connector.database
    async with database.transaction(ACME) as tx:
        assert await leases.take(tx, TOKENS, "dead", clock(), clock() + 15 * SECOND)
    asked = asyncio.create_task(ask(by_grant.connector, 5))
    done, _ = await asyncio.wait({asked}, timeout=1)
    assert not done
    assert RENEWAL not in by_grant.end.requests
    clock.jump(16)
    assert await asked == {USER}
    assert by_grant.end.requests.count(RENEWAL) == 1


async def test_a_lease_is_one_holders_until_it_is_over_or_given_back(database: Database) -> None:
    async def take(holder: str, at: datetime, lasting: timedelta = 10 * SECOND) -> bool:
        async with database.transaction(ACME) as tx:
            return await leases.take(tx, "it", holder, at, at + lasting)

    async def give_back(holder: str) -> None:
        async with database.transaction(ACME) as tx:
            await leases.give_back(tx, "it", holder)

    assert await take("first", NOW)
    assert not await take("second", NOW + 9 * SECOND)
    assert await take("second", NOW + 10 * SECOND)
    await give_back("first")
    assert not await take("first", NOW + 11 * SECOND)
    await give_back("second")
    assert await take("first", NOW + 11 * SECOND)


async def test_a_lease_taken_a_moment_later_is_not_taken_away(database: Database) -> None:
    """Whoever waited for the store asks by the time at which they began to wait."""
    async with database.transaction(ACME) as tx:
        assert await leases.take(tx, "it", "one", NOW + SECOND, NOW + 11 * SECOND)
    async with database.transaction(ACME) as tx:
        assert not await leases.take(tx, "it", "two", NOW, NOW + 10 * SECOND)


async def test_a_lease_of_a_clock_that_was_far_ahead_binds_nobody(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        ahead = NOW + timedelta(days=400)
        assert await leases.take(tx, "it", "ahead", ahead, ahead + 10 * SECOND)
        assert await leases.take(tx, "it", "now", NOW, NOW + 10 * SECOND)
