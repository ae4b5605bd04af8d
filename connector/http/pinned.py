"""Connections that lead where the name was checked to lead.

The name is resolved once, every address is judged, and one of exactly these is dialled: a
resolver that answers differently the second time is never asked a second time. The name in
the certificate is still the host's.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

import httpcore2

from connector.http.hosts import AddressRefusedError, is_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Look up the IP addresses of a host; ``socket.gaierror`` where there are none."""

_DIAL_SECONDS: Final = 3.0
_PORT: Final = 443


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class PinnedBackend(httpcore2.AsyncNetworkBackend):
    """Dials public addresses on port 443, and the few doors that settings have opened."""

    def __init__(
        self,
        doors: frozenset[tuple[str, int]],
        resolve: Resolve = system_resolve,
        dialler: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._doors = doors
        self._resolve = resolve
        self._dialler = dialler or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  -- httpcore2's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to a host.

        Raises:
            AddressRefusedError: the port is not 443 or an address is not public.
            socket.gaierror: the host has no address.
        """
        addresses = await self._addresses(host, port)
        for address in addresses[:-1]:
            try:
                return await self._dialler.connect_tcp(
                    address, port, _DIAL_SECONDS, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._dialler.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        if (host, port) in self._doors:
            return (host,)
        if port != _PORT:
            raise AddressRefusedError(f"port {port} of {host}")
        addresses = await self._resolve(host, port)
        if not addresses or not all(is_public(address) for address in addresses):
            raise AddressRefusedError(f"{host} is at {', '.join(addresses) or 'no address'}")
        return addresses
