"""The bot's web door with a count behind it, and requests as Slack and others send them."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from slack_bolt.response import BoltResponse

from bot.sandbox import accounts, running
from bot.web import build_web

SECRET = accounts.SIGNING_SECRET
FORM = "application/x-www-form-urlencoded"
COMMAND = urlencode(
    {
        "command": "/snow",
        "text": "share payload",
        "team_id": accounts.TEAM_ID,
        "user_id": accounts.MIA.id,
        "channel_id": accounts.SECURITY.id,
        "trigger_id": "1.2.abc",
        "is_enterprise_install": "false",
    }
).encode()
CLICK = {
    "type": "block_actions",
    "team": {"id": accounts.TEAM_ID, "domain": "northwind"},
    "user": {"id": accounts.MIA.id, "team_id": accounts.TEAM_ID},
    "actions": [{"action_id": "nobody_listens", "type": "button", "block_id": "b"}],
    "trigger_id": "1.2.abc",
    "response_urls": [],
}
EVENT = {
    "type": "event_callback",
    "team_id": accounts.TEAM_ID,
    "event": {"type": "app_home_opened", "user": accounts.MIA.id, "tab": "home"},
    "authorizations": [{"team_id": accounts.TEAM_ID, "enterprise_id": None, "is_bot": True}],
}


def interaction(payload):
    return ("payload=" + quote(json.dumps(payload))).encode()


def sign(body, *, secret=SECRET, at=None):
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return stamp, f"v0={digest.hexdigest()}"


def headers_for(body, content_type=FORM, **signing):
    stamp, signature = sign(body, **signing)
    return [
        ("Content-Type", content_type),
        ("X-Slack-Request-Timestamp", stamp),
        ("X-Slack-Signature", signature),
    ]


@dataclass(repr=False)
class BehindTheGate:
    """Stands where Bolt stands and counts what gets through."""

    got: list = field(default_factory=list)

    async def async_dispatch(self, request):
        self.got.append(request)
        return BoltResponse(status=200)


async def post(origin, headers, body, *, pause=0.0):
    """Send the bytes as they are, which no ordinary client would; return the status."""
    parts = urlsplit(origin)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        lines = [b"POST /slack/events HTTP/1.1", b"Host: bot", b"Connection: close"]
        lines += [name.encode() + b": " + value.encode("latin-1") for name, value in headers]
        if not any(name in {"Content-Length", "Transfer-Encoding"} for name, _ in headers):
            lines.append(b"Content-Length: %d" % len(body))
        writer.write(b"\r\n".join([*lines, b"", b""]))
        await asyncio.sleep(pause)
        writer.write(body)
        status = await reader.readline()
        return int(status.split()[1])
    finally:
        writer.close()


class Door:
    """The bot's web door with nothing but a count behind it."""

    def __init__(self):
        self.behind = BehindTheGate()

    async def __aenter__(self):
        app = build_web(
            app=self.behind,
            services=None,
            signing_secret=SECRET,
            public_url="http://127.0.0.1",
            ready=None,
        )
        self.running = await running.start(app)
        self.origin = self.running.origin
        return self

    async def __aexit__(self, *_):
        await self.running.stop()
