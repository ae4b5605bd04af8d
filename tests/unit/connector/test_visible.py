"""ServiceNow's own people see how the connection stands, and nothing depends on it."""

import asyncio
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.servicenow.records import Row
from connector.errors import Provider
from connector.models import CheckOutcome
from connector.settings import VERSION
from tests.unit.connector.checking import behave, checks, row
from tests.unit.connector.fakes import ACME, until
from tests.unit.connector.stage import FORM, Stage, sign_in

TABLE = "sys_user_preference"


@pytest.fixture
def call_deadline() -> float:
    """On a busy machine a late answer would be taken for none."""
    return 3.0


def preferences(stage: Stage) -> list[Row]:
    return stage.end.servicenow.records(TABLE)


async def test_connecting_shows_in_one_preference_of_the_integration_user(
    connected: Stage,
) -> None:
    (shown,) = preferences(connected)
    user = row(connected, "sys_user", "user_name", accounts.INTEGRATION_USER.user_name)
    assert (shown["name"], shown["user"]) == (f"snowline.connection.{ACME}", user["sys_id"])
    assert shown["value"].startswith(f"Connected to Slack workspace {ACME} since 20")
    assert "passed" in shown["value"]
    assert "; last checked 20" in shown["value"]


async def test_checks_and_the_end_are_written_over_it(connected: Stage) -> None:
    before = preferences(connected)[0]["value"]
    connected.clock.jump(3600)
    assert (await checks(connected))["Shown in ServiceNow"].outcome is CheckOutcome.PASSED
    (shown,) = preferences(connected)
    assert shown["value"].startswith("Connected")
    assert shown["value"] != before
    await connected.disconnect(Provider.SERVICENOW)
    (shown,) = preferences(connected)
    assert shown["value"].startswith(f"Disconnected from Slack workspace {ACME} 20")


async def test_a_lost_answer_makes_no_second_preference(connected: Stage) -> None:
    connected.end.servicenow.instance.records.rows[TABLE].clear()
    connected.end.servicenow.faults.arm("reset-after-commit")
    assert (await checks(connected))["Shown in ServiceNow"].outcome is CheckOutcome.UNKNOWN
    assert (await checks(connected))["Shown in ServiceNow"].outcome is CheckOutcome.PASSED
    assert len(preferences(connected)) == 1


async def test_two_that_check_at_once_write_one_preference_and_both_see_it(
    connected: Stage,
) -> None:
    connected.end.servicenow.instance.records.rows[TABLE].clear()
    both = asyncio.Barrier(2)

    async def together(request: web.Request) -> None:
        if (request.method, request.path) == ("POST", f"/api/now/table/{TABLE}"):
            await both.wait()

    connected.end.listeners.append(together)
    found = await asyncio.gather(checks(connected), checks(connected))
    outcomes = [each["Shown in ServiceNow"].outcome for each in found]
    assert outcomes == [CheckOutcome.PASSED, CheckOutcome.PASSED]
    assert len(preferences(connected)) == 1


async def test_where_another_user_takes_over_the_former_one_shows_the_end(
    connected: Stage,
) -> None:
    (before,) = preferences(connected)
    beth = next(each for each in accounts.SERVICENOW_ACCOUNTS if each.user_name == "beth.anglin")
    form = replace(FORM, integration_user=beth.user_name)
    assert (await sign_in(connected.connector, form=form, account=beth)).ok
    await until(lambda: before["value"].startswith("Disconnected"))
    await until(lambda: len(preferences(connected)) == 2)
    (now,) = (each for each in preferences(connected) if each["user"] != before["user"])
    assert now["value"].startswith("Connected")


def test_the_version_that_is_named_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION


async def test_somebody_elses_preference_is_left_alone(connected: Stage) -> None:
    (shown,) = preferences(connected)
    others = shown | {"sys_id": "f" * 32, "user": "e" * 32, "value": "theirs"}
    connected.end.servicenow.instance.records.add(TABLE, others)
    connected.clock.jump(3600)
    await checks(connected)
    assert [each["value"] for each in preferences(connected) if each["user"] == "e" * 32] == [
        "theirs"
    ]


@pytest.mark.parametrize("fault", ["503:50", "hang:50", ""])
async def test_what_cannot_be_shown_holds_no_disconnecting_up(connected: Stage, fault: str) -> None:
    if fault:
        connected.end.servicenow.faults.arm(fault)
    else:
        behave(connected, closed=frozenset({TABLE}))
    await connected.disconnect(Provider.SERVICENOW)
    assert await connected.connector.services.connections.all(ACME) == ()
