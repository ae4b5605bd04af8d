"""A running Slack, and Slack's own clients as processes that are pointed at it."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.slack import EVENTS, EVERY_SCOPE, SlackSettings
from tests.contract.servicenow_clients.environments import NoIndexError, python_of
from tests.contract.slack_clients.node import NoNodeError, modules
from tests.unit.sandbox.slack_stage import bare

HERE = Path(__file__).parent
# The clients go straight to the sandbox, whatever proxy the machine has.
ENVIRONMENT = ("NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "PYTHONUNBUFFERED=1")
SECONDS = 30


@dataclass(slots=True)
class Client:
    """A client's scripts: each runs in a process and says in JSON lines what it saw."""

    command: tuple[str | Path, ...]
    environment: tuple[str, ...] = ()
    complaints: list[str] = field(default_factory=list)

    async def __call__(self, *words: str) -> dict[str, Any]:
        """Run a script to its end and give all that it saw."""
        async with self.running(*words) as process:
            seen: dict[str, Any] = {}
            while (line := await process.line()) is not None:
                seen |= line
        return seen

    @asynccontextmanager
    async def running(self, *words: str):
        """Run a script for as long as the test likes; it ends when its input does."""
        process = await asyncio.create_subprocess_exec(
            *("env", *ENVIRONMENT, *self.environment, *self.command, *words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        complained = asyncio.create_task(process.stderr.read())
        try:
            yield Process(process, complained)
        finally:
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), 5)
            except TimeoutError:
                process.kill()
                await process.wait()
            await complained


@dataclass(frozen=True, slots=True)
class Process:
    """A script that runs."""

    process: asyncio.subprocess.Process
    complained: asyncio.Task[bytes]

    async def line(self) -> dict[str, Any] | None:
        """Wait for the next thing it saw; nothing when it has ended well."""
        line = await asyncio.wait_for(self.process.stdout.readline(), SECONDS)
        if line:
            return json.loads(line)
        self.process.stdin.close()
        code = await asyncio.wait_for(self.process.wait(), SECONDS)
        assert code == 0, (await self.complained).decode()
        return None


@pytest.fixture
async def slack():
    """A workspace that grants every scope it knows."""
    settings = SlackSettings(scopes=EVERY_SCOPE, events=EVENTS, read_only=False)
    async with bare(settings) as stage:
        yield stage


@pytest.fixture
def port():
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def python():
    """The interpreter of an environment with slack_sdk, slack_bolt and all they can use."""
    try:
        return python_of("slack_sdk", pins=HERE)
    except NoIndexError:
        pytest.skip("pip reaches no package index, from which slack_sdk would be installed")


@pytest.fixture(scope="session")
def node():
    """Node.js, and the folder in which it finds Slack's clients."""
    try:
        return modules()
    except NoNodeError as error:
        pytest.skip(str(error))


@pytest.fixture
def python_script(python):
    """Run one of the Python scripts."""
    return lambda name: Client((python, HERE / name))


@pytest.fixture
def node_script(node):
    """Run one of the scripts for Node.js."""
    executable, found = node
    return lambda name: Client((executable, HERE / name), (f"NODE_PATH={found}",))
