"""The gate in front of Bolt: only what Slack has signed, and what has Slack's shape, gets through.

Bolt parses before it verifies, and logs what it refuses; here nothing is parsed before the
signature is right, and no byte of a refused request is written anywhere.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Self
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError, model_validator
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.bodies import RefusedError, body_of, json_object, only_header, unproven

MAX_BODY: Final = 1 << 20
READ_SECONDS: Final = 5.0
MAX_AGE: Final = 300
MAX_DEPTH: Final = 64
_TIMESTAMP: Final = re.compile(r"[0-9]{10}", re.ASCII)
_FIELDS: Final = 200
_HEARD: Final = (
    "block_actions",
    "block_suggestion",
    "event_callback",
    "message_action",
    "shortcut",
    "url_verification",
    "view_closed",
    "view_submission",
)


class _Named(BaseModel):
    id: str | None = None


_Reference = str | _Named | None


class _View(BaseModel):
    id: str | None = None
    callback_id: str | None = None
    type: str | None = None
    private_metadata: str | None = None
    team_id: str | None = None
    app_installed_team_id: str | None = None
    state: dict[str, Any] | None = None


class _Control(BaseModel):
    action_id: str | None = None
    type: str | None = None
    selected_option: dict[str, Any] | None = None


class _Shape(BaseModel):
    """What Bolt and the handlers rely on without looking; Bolt looks into the inner ones too."""

    type: str | None = None
    team: _Reference = None
    team_id: str | None = None
    enterprise: _Reference = None
    enterprise_id: str | None = None
    user: _Reference = None
    user_id: str | None = None
    channel: _Reference = None
    channel_id: str | None = None
    bot_id: str | None = None
    view: _View | None = None
    actions: list[_Control] = Field(default=[_Control()], min_length=1)
    action_id: str | None = None
    callback_id: str | None = None
    command: str | None = None
    text: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    response_urls: list[dict[str, Any]] = []
    event: Self = None  # type: ignore[assignment]  # it may be absent, never null
    authorizations: list[Self] | None = None
    message: Self | None = None
    previous_message: Self | None = None
    item: Self | None = None
    assistant_thread: Self | None = None

    @model_validator(mode="after")
    def _has_its_view(self) -> Self:
        if self.view is None and (self.type or "").startswith("view_"):
            raise ValueError("there is no view")
        return self


@dataclass(frozen=True, slots=True)
class Signed:
    """What came through: Slack's object."""

    body: dict[str, Any]

    @property
    def is_ssl_check(self) -> bool:
        """Whether Slack only wants to know that somebody is there."""
        return self.body.get("ssl_check") == "1"

    def for_bolt(self) -> AsyncBoltRequest:
        """Make Bolt's request of it, without any of the sender's headers.

        Bolt takes a body that is parsed already in this mode only, and its own parser loses every
        command in which the word "payload" occurs.
        """
        return AsyncBoltRequest(mode="socket_mode", body=self.body)


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets signed requests through.

    ``clock`` gives seconds since the epoch; a body may take ``read_seconds`` to arrive.
    """

    signing_secret: str
    clock: Callable[[], float] = time.time
    read_seconds: float = READ_SECONDS

    async def admit(self, request: web.Request) -> Signed:
        """Read, verify, then parse.

        Raises:
            RefusedError: with 413, 408, 404 or 401.
        """
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise unproven("the body is compressed")
        raw = await body_of(request, limit=MAX_BODY, seconds=self.read_seconds)
        timestamp = only_header(request, "X-Slack-Request-Timestamp")
        self.verify(raw, only_header(request, "X-Slack-Signature"), timestamp)
        body = _object(_text(raw), request.content_type)
        _check_shape(body)
        return Signed(body)

    def verify(self, raw: bytes, signature: str, timestamp: str) -> None:
        """Compare Slack's signature with our own, byte by byte and in constant time.

        Raises:
            RefusedError: the signature is wrong, or not from these five minutes.
        """
        if not _TIMESTAMP.fullmatch(timestamp):
            raise unproven("the timestamp is none")
        if abs(self.clock() - int(timestamp)) > MAX_AGE:
            raise unproven("the timestamp is too old or too new")
        signed = b"v0:" + timestamp.encode("ascii") + b":" + raw
        digest = hmac.new(self.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
        given = signature.encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(b"v0=" + digest.encode("ascii"), given):
            raise unproven("the signature is wrong")


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise unproven("the body is not UTF-8") from exc


def _object(text: str, content_type: str) -> dict[str, Any]:
    match content_type:
        case "application/json":
            return json_object(text)
        case "application/x-www-form-urlencoded":
            return _form(text)
        case _:
            raise unproven("the content type is not Slack's")


def _form(text: str) -> dict[str, Any]:
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError as exc:
        raise unproven("the form has too many fields") from exc
    return json_object(fields["payload"]) if "payload" in fields else fields


def _check_shape(body: dict[str, Any]) -> None:
    level: list[Any] = [body]
    for _ in range(MAX_DEPTH):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            break
    else:
        raise unproven("the JSON is nested too deeply")
    try:
        shape = _Shape.model_validate(body)
    except ValidationError as exc:
        raise unproven("the body has not Slack's shape") from exc
    if shape.type not in _HEARD and shape.command is None and "ssl_check" not in body:
        raise RefusedError(HTTPStatus.NOT_FOUND, "nothing listens to a request of that type")


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value
    return [each for each in inner if isinstance(each, dict | list)]
