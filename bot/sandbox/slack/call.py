"""One Web API call: its arguments, read as leniently as Slack reads them."""

import json
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.workspace import Workspace

_TRUE: Final = ("1", "true", "True", "t")


@dataclass(frozen=True, slots=True)
class Call:
    """A method call with its arguments, from query, form or JSON."""

    workspace: Workspace
    method: str
    arguments: Json

    def text(self, name: str) -> str:
        """Read an optional string argument."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def required(self, *names: str) -> list[str]:
        """Read string arguments that must be there.

        Raises:
            SlackError: ``invalid_arguments``, naming those that are missing.
        """
        missing = [name for name in names if not self.text(name)]
        if missing:
            told = [f"[ERROR] missing required field: {name}" for name in missing]
            raise SlackError("invalid_arguments", told)
        return [self.text(name) for name in names]

    def flag(self, name: str) -> bool:
        """Read an optional boolean argument: ``1``, ``true`` or JSON's own."""
        value = self.arguments.get(name)
        return value is True or str(value) in _TRUE

    def number(self, name: str, default: int) -> int:
        """Read an optional whole number.

        Raises:
            SlackError: it is none.
        """
        given = self.text(name)
        try:
            return int(given) if given else default
        except ValueError as exc:
            raise SlackError("invalid_arguments", [f"[ERROR] must be a number: {name}"]) from exc

    def structure(self, name: str, refusal: str) -> Any:
        """Read an argument that is JSON; forms carry it as a string.

        Raises:
            SlackError: ``refusal``, when the string is no JSON.
        """
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as exc:
            raise SlackError(refusal) from exc


async def arguments_of(request: web.Request) -> Json:
    """Merge the query with the body, whichever of Slack's content types it has.

    Raises:
        SlackError: the body is no JSON though it says so.
    """
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        return arguments | await _json(request)
    if request.method == "POST":
        form = await request.post()
        arguments |= {name: value for name, value in form.items() if isinstance(value, str)}
    return arguments


async def _json(request: web.Request) -> Json:
    text = await request.text()
    if not text:
        return {}
    try:
        body = json.loads(text)
    except ValueError as exc:
        raise SlackError("invalid_json") from exc
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body
