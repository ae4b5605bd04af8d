"""The door itself: every request to a remote leaves here, and nowhere else.

https on port 443 to public addresses, no redirects, no cookies, no proxies from the
environment, no compression, at most 5 MiB, one deadline for the whole call.
"""

import asyncio
import copy
import socket
import ssl
from functools import cache, lru_cache
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpcore2
import httpx2

from connector.clock import Clock, utc_now
from connector.errors import ProviderError, ProviderRefusedError
from connector.http.blotting import Blotter
from connector.http.calls import Answer, Call, RawAnswer
from connector.http.failures import UnknownHostError, garbled, judge, lost, not_reached
from connector.http.gates import Gate
from connector.http.hosts import AddressRefusedError, Routes
from connector.http.pinned import PinnedBackend, Resolve, system_resolve
from connector.settings import ConnectorSettings
from connector.words import later

_LARGEST_ANSWER: Final = 5 * 1024 * 1024
_IDLE_SECONDS: Final = 5.0
_CONNECTIONS: Final = 100
_IDLE_CONNECTIONS: Final = 20
_ADDRESSES: Final = 128
_HEADERS: Final = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "user-agent": "Snowline",
}
_TROUBLE: Final = (
    httpcore2.NetworkError,
    httpcore2.TimeoutException,
    httpcore2.ProtocolError,
    OSError,
)


class _TooLargeError(Exception):
    """More than we are willing to read."""


class _Trip:
    """Notices whether a request has begun to leave: only then can it have been carried out."""

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent = False

    async def trace(self, event: str, _details: dict[str, Any]) -> None:
        self.sent = self.sent or event.endswith(".send_request_headers.started")


class Http:
    """Sends calls; safe for many at once."""

    def __init__(
        self,
        settings: ConnectorSettings,
        *,
        clock: Clock = utc_now,
        resolve: Resolve = system_resolve,
    ) -> None:
        """Open nothing yet.

        Raises:
            ValueError: ``allow_hosts`` holds something that is no origin.
        """
        self.now = clock
        self.gate: Gate | None = None
        self._routes = Routes(settings.allow_hosts)
        self._deadline = settings.call_deadline
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=_trust(),
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_IDLE_CONNECTIONS,
            # Shorter than any server's own limit: a connection closed under a write is a doubt.
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=PinnedBackend(self._routes.doors, resolve),
        )

    def behind(self, gate: Gate) -> Self:
        """Return the same door for whoever has to wait at a gate before each call."""
        gated = copy.copy(self)
        gated.gate = gate
        return gated

    async def send(self, call: Call) -> Answer:
        """Send one call once, and return the answer if it is 2xx or accepted.

        Raises:
            ProviderUnavailableError: surely nothing happened, or it was a read.
            ThrottledError: the gate is shut, or it was refused because too much was asked.
            OutcomeUnknownError: a write left and its answer did not come or cannot be read.
            UnauthorizedError: 401; the token is not accepted (any more).
            MissingError: 404.
            ProviderRefusedError: any other refusal, a redirect, an address we do not call, a
                text that cannot be written.
            UnexpectedAnswerError: a read brought something that is not the JSON we asked for.
        """
        raw = await self._gated(self.gate, call) if self.gate else await self._exchange(call)
        parts = urlsplit(call.url)
        home = self.browser_url(f"{parts.scheme}://{parts.netloc}")
        return judge(call, raw, now=self.now(), home=home)

    def browser_url(self, url: str) -> str:
        """Return the URL under which a person's browser reaches the same page."""
        return self._routes.browser(url)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def _gated(self, gate: Gate, call: Call) -> RawAnswer:
        async with gate.turn():
            raw = await self._exchange(call)
            await gate.hear(raw.status, raw.headers)
        return raw

    async def _exchange(self, call: Call) -> RawAnswer:
        trip = _Trip()
        try:
            request = _request(call, self._routes.route(call.url), trip)
            async with asyncio.timeout(call.deadline or self._deadline):
                return await self._talk(request)
        except AddressRefusedError as exc:
            raise _refused_address(call, exc) from exc
        except UnicodeEncodeError as exc:
            raise _unwritable(call, exc) from exc
        except _TooLargeError as exc:
            raise garbled(call, f"more than {_LARGEST_ANSWER} bytes") from exc
        except _TROUBLE as exc:
            raise _failure(call, exc, sent=trip.sent) from exc

    async def _talk(self, request: httpcore2.Request) -> RawAnswer:
        response = await self._pool.handle_async_request(request)
        try:
            content = await _content(response)
        finally:
            await response.aclose()
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        return RawAnswer(status=response.status, headers=headers, content=content)


@cache
def _trust() -> ssl.SSLContext:
    # To read the authorities' certificates takes longer than a call.
    return httpx2.create_ssl_context(trust_env=False)


def _request(call: Call, url: str, trip: _Trip) -> httpcore2.Request:
    built = httpx2.Request(
        call.method,
        _address(url, tuple(call.params.items())),
        headers={**_HEADERS, **call.headers},
        data=dict(call.form) if call.form is not None else None,
        json=call.json,
        content=call.content,
    )
    return httpcore2.Request(
        method=built.method,
        url=httpcore2.URL(
            scheme=built.url.raw_scheme,
            host=built.url.raw_host,
            port=built.url.port,
            target=built.url.raw_path,
        ),
        headers=built.headers.raw,
        content=built.read(),
        extensions={"trace": trip.trace},
    )


@lru_cache(maxsize=_ADDRESSES)
def _address(url: str, params: tuple[tuple[str, str], ...]) -> httpx2.URL:
    # To take an address apart costs a fifth of a call, and the same few are called all the time.
    return httpx2.URL(url, params=dict(params)) if params else httpx2.URL(url)


async def _content(response: httpcore2.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise _TooLargeError
    return bytes(body)


def _failure(call: Call, exc: Exception, *, sent: bool) -> ProviderError:
    if sent:
        # A protocol error quotes what came, and that may be what was sent.
        return lost(call, Blotter.of(call).text(f"{type(exc).__name__} {exc}").strip())
    if isinstance(exc, socket.gaierror):
        return UnknownHostError(call.provider, f"no address: {exc}")
    return not_reached(call, exc)


def _refused_address(call: Call, exc: AddressRefusedError) -> ProviderRefusedError:
    return ProviderRefusedError(
        call.provider,
        f"address refused: {exc}",
        remedy=later(
            "is at an address that Snowline does not call: only public https addresses are."
        ),
    )


def _unwritable(call: Call, exc: UnicodeEncodeError) -> ProviderRefusedError:
    return ProviderRefusedError(
        call.provider,
        f"not sent: {exc.reason}",
        remedy=later(
            "was not asked: something in the request holds half a character. Type it again."
        ),
    )
