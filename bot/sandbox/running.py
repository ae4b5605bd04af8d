"""Put a sandbox application on a port of 127.0.0.1, and take it off again."""

import errno
import ssl
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web


class PortTakenError(OSError):
    """Something else listens on the port."""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that is up; ``origin`` is where clients reach it."""

    origin: str
    port: int
    runner: web.AppRunner

    async def stop(self) -> None:
        """Close the port and every connection on it."""
        await self.runner.cleanup()


async def start(
    app: web.Application, port: int = 0, tls: tuple[Path, Path] | None = None
) -> Running:
    """Serve ``app``; port 0 takes a free one; ``tls`` is a certificate and its key.

    Raises:
        PortTakenError: the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    context = _context(tls) if tls else None
    site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=context)
    try:
        await site.start()
    except OSError as exc:
        await runner.cleanup()
        if exc.errno == errno.EADDRINUSE:
            raise PortTakenError(f"Port {port} is already in use") from exc
        raise
    bound: int = runner.addresses[0][1]
    return Running(f"{'https' if tls else 'http'}://127.0.0.1:{bound}", bound, runner)


def _context(tls: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*tls)
    return context
