"""The installation checklist with client credentials, and when it is connected anew."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web

from bot.sandbox.servicenow.seed import CLIENT_CREDENTIALS
from connector.errors import InvalidInputError
from connector.models import Grant, StepName
from connector.store import check_runs
from tests.unit.connector.checking import FAILED
from tests.unit.connector.fakes import ACME, ADA, until
from tests.unit.connector.stage import FORM, FarEnd, Stage
from tests.unit.connector.test_client_grants import act_as, forbid
from tests.unit.connector.test_installation import steps

CLIENT = replace(FORM, grant=Grant.CLIENT)


@pytest.fixture
def call_deadline() -> float:
    """Longer than a busy machine keeps an answer waiting."""
    return 10.0


async def connect(stage: Stage, delivery: str) -> None:
    await stage.connector.services.connections.connect_servicenow(ACME, ADA, CLIENT, delivery)


def no_property(end: FarEnd) -> None:
    forbid(end, "property")


def another_user(end: FarEnd) -> None:
    act_as(end, "beth.anglin")


@pytest.mark.parametrize(
    ("amiss", "step", "said", "remedy"),
    [
        pytest.param(
            no_property,
            StepName.REGISTRATION,
            "gave no token",
            CLIENT_CREDENTIALS,
            id="no property",
        ),
        pytest.param(
            another_user,
            StepName.USER,
            "acts as beth.anglin",
            "OAuth Application User",
            id="another user",
        ),
    ],
)
async def test_why_a_form_connected_nothing_survives_until_one_does(
    stage: Stage, amiss: object, step: StepName, said: str, remedy: str
) -> None:
    assert callable(amiss)
    before = [dict(row) for row in stage.end.servicenow.records("oauth_entity")]
    amiss(stage.end)
    with pytest.raises(InvalidInputError):
        await connect(stage, "sent-1")
    await stage.restart()
    found = (await steps(stage))[step]
    assert found.outcome is FAILED, found
    assert said in found.sentence
    assert remedy in f"{found.sentence} {found.remedy}"
    records = stage.end.servicenow.instance.records
    for row, was in zip(records.all("oauth_entity"), before, strict=True):
        row.update(was)
    if records.first("sys_properties", "name", CLIENT_CREDENTIALS) is None:
        value = {"sys_id": "a" * 32, "name": CLIENT_CREDENTIALS, "value": "true"}
        records.add("sys_properties", value)
    await connect(stage, "sent-2")
    assert (await steps(stage))[step].outcome is not FAILED


async def test_what_a_client_needs_is_said_in_place_of_a_redirect_url(stage: Stage) -> None:
    connections = stage.connector.services.connections
    empty = replace(CLIENT, client_secret=type(CLIENT.client_secret)(""))
    await connections.begin_servicenow(ACME, ADA, empty, "sent-1")
    found = (await steps(stage))[StepName.REGISTRATION]
    assert CLIENT_CREDENTIALS in found.remedy
    assert "OAuth Application User" in found.remedy
    assert "redirect" not in found.remedy


async def test_what_was_found_of_a_former_connection_is_not_kept_of_the_new_one(
    connected: Stage,
) -> None:
    asked, answers = asyncio.Event(), asyncio.Event()

    async def hold(request: web.Request) -> None:
        if request.path.endswith("/sys_user_has_role") and not asked.is_set():
            asked.set()
            await answers.wait()

    connected.end.listeners.append(hold)
    service = connected.connector.services.checks
    former = asyncio.create_task(service.servicenow(ACME))
    await asked.wait()
    assert (await connected.connect()).ok
    await until(lambda: len(connected.chat.notices) == 2)
    view = connected.connector.database.view(ACME)
    before = await check_runs.last(view)
    answers.set()
    await former
    assert await check_runs.last(view) == before
