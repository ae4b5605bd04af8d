"""A running instance, and other people's clients as processes that are pointed at it."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.contract.servicenow_clients.environments import HERE, NoIndexError, python_of
from tests.unit.sandbox.servicenow_desk import desk_at

# The clients go straight to the sandbox, whatever proxy the machine has, and by plain http.
ENVIRONMENT = ("NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "OAUTHLIB_INSECURE_TRANSPORT=1")


@dataclass(frozen=True, slots=True)
class Client:
    """A client's scenarios: each runs in a process and says in JSON lines what it saw."""

    python: Path
    script: str
    origin: str

    async def __call__(self, scenario: str, *words: str) -> dict[str, Any]:
        process = await asyncio.create_subprocess_exec(
            *("env", *ENVIRONMENT, self.python, HERE / self.script),
            *(self.origin, scenario, *words),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 0, complained.decode()
        seen: dict[str, Any] = {}
        for line in said.decode().splitlines():
            seen |= json.loads(line)
        return seen


@pytest.fixture
async def desk():
    """An instance without any ticket yet."""
    async with desk_at(demo_records=False) as desk:
        yield desk


def environment(client):
    try:
        return python_of(client)
    except NoIndexError:
        pytest.skip(f"pip reaches no package index, from which {client} would be installed")


@pytest.fixture(scope="session")
def pysnc_python():
    return environment("pysnc")


@pytest.fixture(scope="session")
def pysnow_python():
    return environment("pysnow")


@pytest.fixture(scope="session")
def requests_oauthlib_python():
    return environment("requests_oauthlib")


@pytest.fixture(params=["with_pysnc.py", "with_pysnc_async.py"], ids=["sync", "async"])
def pysnc(request, pysnc_python, desk):
    """PySNC, ServiceNow's own client, in both its forms."""
    return Client(pysnc_python, request.param, desk.origin)


@pytest.fixture
def pysnow(pysnow_python, desk):
    """The client pysnow."""
    return Client(pysnow_python, "with_pysnow.py", desk.origin)


@pytest.fixture
def oauthlib(requests_oauthlib_python, desk):
    """The OAuth client requests-oauthlib."""
    return Client(requests_oauthlib_python, "with_requests_oauthlib.py", desk.origin)
