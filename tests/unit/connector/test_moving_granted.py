"""Moving to another instance by client credentials, within the time that a form has."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web

from bot.listener import ANSWER_SECONDS
from bot.sandbox.running import start
from bot.sandbox.servicenow.server import ServiceNowServer
from bot.sandbox.servicenow.settings import ServiceNowSettings
from connector.models import Grant
from tests.unit.connector.fakes import ACME, ADA, until
from tests.unit.connector.stage import FORM, FarEnd, Stage

OTHER = "fabrikam.service-now.com"
MOVED = replace(FORM, instance="fabrikam", grant=Grant.CLIENT)


@pytest.fixture
def call_deadline() -> float:
    """Longer than a busy machine keeps an answer waiting."""
    return 10.0


@pytest.fixture
async def other(end: FarEnd) -> AsyncIterator[ServiceNowServer]:
    """A second instance, known before the stage is set."""
    server = ServiceNowServer(settings=ServiceNowSettings(demo_records=False))
    running = await start(server.app)
    end.origins[OTHER] = running.origin
    yield server
    await running.stop()


async def test_a_former_instance_that_hangs_holds_up_no_form_and_keeps_no_token(
    other: ServiceNowServer, connected: Stage
) -> None:
    answers = asyncio.Event()

    async def hang(request: web.Request) -> None:
        if "/sys_user" in request.path:
            await answers.wait()

    connected.end.listeners.append(hang)
    connections = connected.connector.services.connections
    async with asyncio.timeout(ANSWER_SECONDS):
        assert await connections.connect_servicenow(ACME, ADA, MOVED, "sent-1") == OTHER
    answers.set()
    await until(lambda: connected.end.live_tokens == 0)
