"""One Web API call: its arguments, read as leniently as Slack reads them."""

import json
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.workspace import Workspace

_TRUE: Final = ("1", "true", "True", "t")


def _listed(text: str) -> list[Any]:
    if not text.lstrip().startswith("["):
        return text.split(",")
    try:
        found = json.loads(text)
    except ValueError as exc:
        raise SlackError("invalid_arguments") from exc
    return found if isinstance(found, list) else []


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

    def need(self, scope: str) -> None:
        """Insist on a scope beyond those of the method.

        Raises:
            SlackError: ``missing_scope``, naming it and those that were granted.
        """
        granted = self.workspace.settings.scopes
        if scope not in granted:
            raise SlackError("missing_scope", needed=scope, provided=",".join(granted))

    def names(self, name: str) -> list[str]:
        """Read a list of ids or names: separated by commas, or JSON."""
        value = self.arguments.get(name)
        if isinstance(value, str):
            value = _listed(value)
        return [str(each).strip() for each in value or [] if str(each).strip()]

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
