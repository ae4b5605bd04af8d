"""The Batch API: several requests in one, carried out in their order."""

import base64
import binascii
import time
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from aiohttp import web
from yarl import URL

from bot.sandbox.servicenow.answers import json_answer
from bot.sandbox.servicenow.bodies import read_body
from bot.sandbox.servicenow.errors import bad_request
from bot.sandbox.servicenow.instance import Instance

INSIDE: Final = "X-Sandbox-Inside"
"""The header of a request that comes from the instance itself: no edge limits its address."""


@dataclass(frozen=True, slots=True)
class Batches:
    """Answers for ``/api/now/batch``; ``key`` lets its parts in past the edge."""

    instance: Instance
    key: str

    async def run(self, request: web.Request) -> web.Response:
        """Send every request of the batch through the front door, as its sender."""
        self.instance.authenticate(request)
        body = await read_body(request)
        wanted = _requests_of(body)
        batch = _Batch(request, _own_address(request), self.key)
        served, unserved = [], []
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            for asked in wanted:
                try:
                    served.append(await _serve(http, batch, asked))
                except aiohttp.ClientError:
                    unserved.append(str(asked.get("id", "")))
        return json_answer(
            {
                "batch_request_id": str(body.get("batch_request_id", "")),
                "serviced_requests": served,
                "unserviced_requests": unserved,
            }
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    request: web.Request
    own: str
    key: str


def _requests_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = body.get("rest_requests", [])
    if not isinstance(wanted, list) or not all(map(_is_request, wanted)):
        raise bad_request("Invalid batch request", "rest_requests must be a list of requests")
    return wanted


def _is_request(asked: Any) -> bool:
    if not isinstance(asked, dict):
        return False
    headers = asked.get("headers", [])
    return isinstance(headers, list) and all(
        isinstance(each, dict) and {"name", "value"} <= each.keys() for each in headers
    )


def _own_address(request: web.Request) -> str:
    name = request.transport.get_extra_info("sockname") if request.transport else None
    if not name:
        raise bad_request("The client has gone")
    return f"{request.scheme}://{name[0]}:{name[1]}"


async def _serve(
    http: aiohttp.ClientSession, batch: _Batch, asked: dict[str, Any]
) -> dict[str, Any]:
    started = time.monotonic()
    headers = {each["name"]: each["value"] for each in asked.get("headers", [])}
    # The sender's own credentials and the address it called hold for every part.
    headers |= {
        "Authorization": batch.request.headers["Authorization"],
        "Host": batch.request.host,
        INSIDE: batch.key,
    }
    async with http.request(
        asked.get("method", "GET"),
        URL(f"{batch.own}/{str(asked.get('url', '')).lstrip('/')}", encoded=True),
        headers=headers,
        data=_decoded(asked.get("body")),
        ssl=False,
        allow_redirects=False,
    ) as answer:
        excluded = str(asked.get("exclude_response_headers", "")).lower() == "true"
        return {
            "id": str(asked.get("id", "")),
            "status_code": answer.status,
            "status_text": answer.reason or "",
            "body": base64.b64encode(await answer.read()).decode(),
            "headers": [] if excluded else [_pair(*item) for item in answer.headers.items()],
            "execution_time": int((time.monotonic() - started) * 1000),
        }


def _pair(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _decoded(body: Any) -> bytes | None:
    if not body:
        return None
    try:
        return base64.b64decode("".join(str(body).split()), validate=True)
    except binascii.Error as exc:
        raise bad_request("A request's body is not Base64") from exc
