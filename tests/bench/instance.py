"""The sandbox's ServiceNow full of incidents, in a process of its own, for benchmarks.

    python -m tests.bench.instance 10000

It says where it listens: directly, and through a relay that counts what passes on the wire.
``GET /_bench/bytes`` returns the count and begins anew.
"""

import asyncio
import contextlib
import json
import sys
import time
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox import accounts, running
from bot.sandbox.servicenow import ServiceNowServer, ServiceNowSettings
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.servicenow.times import stored

DAY = 86_400


@dataclass
class Relay:
    """Passes bytes on, both ways, and counts them."""

    port: int
    passed: dict[str, int] = field(default_factory=lambda: {"sent": 0, "received": 0})

    async def serve(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        ways = self._pump(reader, back, "sent"), self._pump(there, writer, "received")
        # Cancelled at the end, where a client has left its connection open.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*ways)

    async def _pump(self, source, sink, way):
        with contextlib.suppress(ConnectionError):
            while data := await source.read(1 << 16):
                self.passed[way] += len(data)
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(ConnectionError):
            sink.close()

    async def told(self, _request):
        passed = dict(self.passed)
        self.passed = dict.fromkeys(passed, 0)
        return web.json_response(passed)


def fill(server: ServiceNowServer, count: int) -> None:
    """Make incidents as Snowline makes them."""
    actor = server.instance.people.named(accounts.INTEGRATION_USER.user_name)
    beth = server.instance.people.named("beth.anglin")
    for number in range(count):
        values = {
            "short_description": f"Require multifactor authentication for group {number}",
            "description": "Turn on the policy.\nThen watch the sign-ins for a week. " * 4,
            "impact": str(number % 3 + 1),
            "urgency": str(number % 2 + 1),
            "due_date": "2026-12-24",
            "assigned_to": beth.sys_id if number % 2 else "",
            "correlation_id": f"snowline-{number}",
            "correlation_display": "Snowline",
        }
        row = server.instance.writer.insert(TABLES["incident"], values, actor)
        # Two days ago, one a second: what changes now is all that changed lately.
        at = stored(time.time() - 2 * DAY + number)
        row |= {"sys_created_on": at, "sys_updated_on": at}


async def main(count: int) -> None:
    server = ServiceNowServer(settings=ServiceNowSettings(demo_records=False))
    fill(server, count)
    relay = Relay(0)
    server.app.router.add_get("/_bench/bytes", relay.told)
    up = await running.start(server.app)
    relay.port = up.port
    counting = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    port = counting.sockets[0].getsockname()[1]
    told = {"origin": up.origin, "counting": f"http://127.0.0.1:{port}"}
    print(json.dumps(told), flush=True)
    # Whoever started it holds its input open.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    counting.close()
    await up.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
