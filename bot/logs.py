"""Logging, set up once: one line each on standard error, with no secret in it."""

import logging
import re
import sys
from typing import Final

_SHAPES: Final = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|xoxe[\w.-]+"
    r"|(?i:bearer|basic)\s+[\w.~+/=-]{8,}"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*"
    r"|(?i:client_secret|refresh_token|access_token)=[^&\s]+"
    r"|[?&](?:code|state)=[^&\s]+"
)
_QUIET: Final = ("slack_bolt", "slack_sdk", "httpx2", "httpcore2", "aiohttp", "asyncio", "authlib")


class Redacting(logging.Formatter):
    """Writes a record, its traceback included, with every secret blotted out."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """Format first, blot then: arguments and tracebacks hold secrets too."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return _SHAPES.sub("[secret]", line)


def to_stderr(level: str, *secrets: str) -> None:
    """Log at ``level`` and above; libraries speak from WARNING, whatever the level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(*secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
