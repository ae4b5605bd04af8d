"""The way in for an instance's hints: signed, small, of these minutes, and believed in nothing.

A hint says that something changed and which instance and table to look at; the ticket is read
from ServiceNow itself.
"""

import base64
import hashlib
import hmac
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from bot.bodies import RefusedError, body_of, json_object, only_header, unproven

_log = logging.getLogger(__name__)

PATH: Final = "/servicenow/changed"
MAX_BODY: Final = 2048
MAX_AGE: Final = 300
_READ_SECONDS: Final = 5.0
_REMEMBERED: Final = 10_000
_TIMESTAMP: Final = re.compile(r"[0-9]{10}", re.ASCII)

Take = Callable[[str, str], Awaitable[None]]


@dataclass(slots=True)
class HintDoor:
    """Lets hints in and hands on the names of instance and table; ``clock`` as ``time.time``.

    Of a hint that comes twice the second does nothing. ``_seen`` remembers the latest
    signatures: should one be forgotten in a storm, a look more is all that it costs.
    """

    secret: str
    take: Take
    clock: Callable[[], float] = time.time
    _seen: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Answer 202, or say no without a reason; that is for the log."""
        try:
            raw = await body_of(request, limit=MAX_BODY, seconds=_READ_SECONDS)
            signature = self._signature(request, raw)
            hint = json_object(raw)
        except RefusedError as exc:
            _log.warning("a hint of a change was refused: %s", exc)
            return web.Response(status=exc.status, text=exc.status.phrase)
        if self._is_new(signature):
            await self.take(_name(hint, "instance"), _name(hint, "table"))
        return web.Response(status=HTTPStatus.ACCEPTED)

    def _signature(self, request: web.Request, raw: bytes) -> bytes:
        """Compare the signature with our own, in constant time, and return it."""
        timestamp = only_header(request, "X-Snowline-Timestamp")
        if not _TIMESTAMP.fullmatch(timestamp):
            raise unproven("the timestamp is none")
        if abs(self.clock() - int(timestamp)) > MAX_AGE:
            raise unproven("the timestamp is too old or too new")
        signed = timestamp.encode("ascii") + b":" + raw
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()
        given = only_header(request, "X-Snowline-Signature").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(base64.b64encode(digest), given):
            raise unproven("the signature is wrong")
        return digest

    def _is_new(self, signature: bytes) -> bool:
        if signature in self._seen:
            return False
        self._seen[signature] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True


def _name(hint: dict[str, Any], key: str) -> str:
    """Read a name; empty where it can be none's, as what the store cannot even be asked for."""
    name = hint.get(key)
    return name if isinstance(name, str) and name.isascii() else ""
