"""What a request carried in confidence, kept out of everything that an answer may be quoted in."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import quote, quote_plus

from connector.http.calls import Call

_BLOT: Final = "[secret]"
_SHORTEST: Final = 6
_FIELDS: Final = (
    "client_secret",
    "code",
    "code_verifier",
    "refresh_token",
    "client_assertion",
    "token",
)

_COLUMNS: Final = ("client_secret", "value")
"""Of rows that are written: an OAuth client's secret, and what a property holds."""


@dataclass(frozen=True, slots=True)
class Blotter:
    """Blots one call's secrets out of what the remote says about it."""

    _secrets: re.Pattern[str] | None

    @classmethod
    def of(cls, call: Call) -> Self:
        """Learn what ``call`` carries in confidence."""
        secrets = {secret for secret in _secrets(call) if len(secret) >= _SHORTEST}
        # The longest first: a shorter one may be a part of it.
        found = "|".join(map(_pattern, sorted(secrets, key=len, reverse=True)))
        return cls(re.compile(found, re.IGNORECASE) if found else None)

    def text(self, text: str) -> str:
        """Return the text without the secrets."""
        return text if self._secrets is None else self._secrets.sub(_BLOT, text)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers with no secret in their values."""
        return {name: self.text(value) for name, value in headers.items()}

    def json(self, value: Any) -> Any:
        """Return decoded JSON with no secret in any text, however it was escaped."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.json(each) for each in value]
            case dict():
                return {self.text(name): self.json(each) for name, each in value.items()}
            case _:
                return value


def _secrets(call: Call) -> Iterator[str]:
    for name, value in call.headers.items():
        if name.lower() == "authorization":
            yield value.partition(" ")[2].strip() or value
    for field in _FIELDS:
        yield (call.form or {}).get(field, "")
    sent = call.json if isinstance(call.json, dict) else {}
    for field in _COLUMNS:
        yield str(sent.get(field, ""))


def _pattern(secret: str) -> str:
    return "".join(f"(?:{'|'.join(map(re.escape, _written(char)))})" for char in secret)


def _written(char: str) -> tuple[str, ...]:
    """Write one character as it is, as forms and addresses do, and as JSON may."""
    ways = (char, quote(char, safe=""), quote_plus(char), f"%{ord(char):02x}")
    escaped = (json.dumps(char)[1:-1], f"\\{char}", f"\\u{ord(char):04x}")
    return tuple(dict.fromkeys(ways + escaped))
