"""Failures on demand: the next N requests of a sandbox server fail in a named way."""

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_STATUS: Final = {
    "429": 429,
    "429-bare": 429,
    "500": 500,
    "503": 503,
    "ratelimited": 200,
    "expired-token": 401,
    "blocked": 403,
    "sso": 302,
    "mfa": 401,
}
_HEADERS: Final = {"mfa": {"X-MFA_TOKEN": "invalid"}}
_TIMED: Final = ("429", "ratelimited")
_REFUSALS: Final = ("data-policy", "business-rule")
ON_ANY: Final = (*_STATUS, "sleeping", "slow-drip", "hang")
ON_WRITES: Final = (
    "500-after-commit",
    "reset-before-commit",
    "reset-after-commit",
    "hang-after-commit",
    "late-commit",
    *_REFUSALS,
)
NAMES: Final = (*ON_ANY, *ON_WRITES)
"""What each does: ``429`` refuses with ``Retry-After``, ``429-bare`` without it; ``ratelimited``
does as Slack may, too: with status 200; ``blocked`` answers 403 as address rules do; ``sso``
sends on to a sign-in page and ``mfa`` answers 401 for want of a second factor; ``sleeping``
answers HTML with status 200 as a hibernating instance does; ``slow-drip`` sends a byte a second;
``hang`` never answers, nor does ``hang-after-commit``, which carries the write out before;
``late-commit`` resets the connection and carries the write out only ``late_by`` seconds after
that; ``data-policy`` and ``business-rule`` refuse the write with 403 as an instance's own rules
do."""

CONTROL: Final = "/_sandbox/faults"
_SLEEPING_PAGE: Final = (
    "<html><head><title>Instance Hibernating page</title></head>"
    "<body>Your instance is hibernating. Sign in to wake it.</body></html>"
)


@dataclass(slots=True)
class Fault:
    """One named failure, ``times`` requests long, striking each with ``chance`` (0 to 1).

    It strikes ``only`` paths that end so; where it names a time to wait, that is ``seconds``.
    """

    name: str
    times: int = 1
    chance: float = 1.0
    only: str = ""
    seconds: int = 1


@dataclass(slots=True)
class Faults:
    """The faults armed on one server, and the middleware that lets them strike.

    ``answers`` are the vendor's own bodies for ``429``, ``500``, ``503``, ``expired-token``,
    ``blocked``, ``sso``, ``mfa`` and the refusals;
    ``late_by`` is the server's longest transaction in seconds; ``spare`` are path prefixes
    that never fail. ``latency`` is how many seconds every other request is on its way.
    """

    answers: Mapping[str, Callable[[], web.Response]] = field(default_factory=dict)
    late_by: float = 1.0
    spare: tuple[str, ...] = ("/_",)
    latency: float = 0.0
    armed: list[Fault] = field(default_factory=list)
    struck: dict[str, int] = field(default_factory=dict)
    _late: set[asyncio.Task[web.StreamResponse]] = field(default_factory=set)
    _random: random.Random = field(default_factory=random.Random)

    def arm(self, spec: str) -> None:
        """Arm ``NAME[@PATH][:N]``: PATH is how a path ends, N defaults to 1.

        Raises:
            ValueError: no fault has that name, or N is no whole number.
        """
        named, _, times = spec.partition(":")
        name, _, only = named.partition("@")
        if name not in NAMES:
            raise ValueError(f"no fault is called {name!r}; there are: {', '.join(NAMES)}")
        self.armed.append(Fault(name, int(times or 1), only=only))

    def take(self, request: web.Request) -> Fault | None:
        """Use up one armed fault that fits this request."""
        if request.path.startswith(self.spare):
            return None
        writes = request.method in {"POST", "PUT", "PATCH"} and "oauth" not in request.path
        for fault in self.armed:
            fits = (writes or fault.name in ON_ANY) and request.path.endswith(fault.only)
            if fits and fault.times > 0 and self._random.random() < fault.chance:
                fault.times -= 1
                self.armed = [each for each in self.armed if each.times > 0]
                self.struck[fault.name] = self.struck.get(fault.name, 0) + 1
                return fault
        return None

    @property
    def middleware(self) -> Middleware:
        """Let armed faults strike the requests of an aiohttp application."""

        @web.middleware
        async def strike(request: web.Request, handler: Handler) -> web.StreamResponse:
            if self.latency and not request.path.startswith(self.spare):
                await asyncio.sleep(self.latency)
            fault = self.take(request)
            if fault is None:
                return await handler(request)
            return await self._strike(fault, request, handler)

        return strike

    async def _strike(
        self, fault: Fault, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        name = fault.name
        if name in ON_WRITES:
            return await self._strike_write(name, request, handler)
        if name == "sleeping":
            return web.Response(text=_SLEEPING_PAGE, content_type="text/html")
        if name == "slow-drip":
            return await _drip(request)
        if name == "hang":
            return await _hang(request)
        answer = self._answer(name)
        if name in _TIMED:
            answer.headers["Retry-After"] = str(fault.seconds)
        return answer

    async def _strike_write(
        self, name: str, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        if name in _REFUSALS:
            return self._answer(name)
        if name == "late-commit":
            await request.read()
            self._carry_out_late(request, handler)
        elif name.endswith("after-commit"):
            await handler(request)
        if name == "hang-after-commit":
            return await _hang(request)
        return self._answer("500") if name == "500-after-commit" else _reset(request)

    def _answer(self, name: str) -> web.Response:
        make = self.answers.get(name.removesuffix("-bare"))
        response = make() if make else web.Response(status=_STATUS.get(name, 403))
        response.headers.update(_HEADERS.get(name, {}))
        return response

    def _carry_out_late(self, request: web.Request, handler: Handler) -> None:
        async def late() -> web.StreamResponse:
            await asyncio.sleep(self.late_by * self._random.uniform(0.5, 1.0))
            return await handler(request)

        task = asyncio.create_task(late())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def routes(self) -> list[web.RouteDef]:
        """The control call: GET lists, POST arms what ``Fault`` describes, DELETE clears."""
        return [
            web.get(CONTROL, self._list),
            web.post(CONTROL, self._arm),
            web.delete(CONTROL, self._clear),
            web.post("/_sandbox/latency", self._delay),
        ]

    async def _list(self, _request: web.Request) -> web.Response:
        armed = [{"name": f.name, "times": f.times, "chance": f.chance} for f in self.armed]
        return web.json_response({"armed": armed, "struck": self.struck, "names": NAMES})

    async def _arm(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body.get("name") not in NAMES:
            return web.json_response({"error": f"names: {', '.join(NAMES)}"}, status=400)
        self.armed.append(
            Fault(
                body["name"],
                int(body.get("times", 1)),
                float(body.get("chance", 1.0)),
                only=str(body.get("only", "")),
                seconds=int(body.get("seconds", 1)),
            )
        )
        return await self._list(request)

    async def _delay(self, request: web.Request) -> web.Response:
        self.latency = float((await request.json())["seconds"])
        return web.json_response({"latency": self.latency})

    async def _clear(self, request: web.Request) -> web.Response:
        self.armed.clear()
        return await self._list(request)


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _hang(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(3600)
    return _reset(request)


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    with suppress(ConnectionError):  # whoever asked has given up
        for _ in range(3600):
            await response.write(b" ")
            await asyncio.sleep(1)
    return response
