"""Logging, set up once: one line each on standard error, with no secret in it."""

import logging
import re
import sys
import time
from typing import Final

_SHAPES: Final = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|xoxe[\w.-]+"
    r"|(?i:bearer|basic)\s+[\w.~+/=-]{8,}"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*"
    r"|(?i:client_secret|refresh_token|access_token)=[^&\s]+"
    r"|[?&](?:code|state)=[^&\s]+"
)
_QUIET: Final = ("slack_bolt", "slack_sdk", "httpx2", "httpcore2", "aiohttp", "asyncio", "authlib")
# It writes request lines, headers and bodies; the doorkeeper notes what may be noted.
_SILENT: Final = "aiohttp.server"
# It asks to install the app, for every request, whatever the reason; bot.app names the reason.
_MISTAKEN: Final = "slack_bolt.AsyncMultiTeamsAuthorization"
_SHORTEST: Final = 6
_REFUSED_SECONDS: Final = 300.0


class Redacting(logging.Formatter):
    """Writes a record with every secret blotted out, in one line that no message can end.

    A traceback follows in lines of its own, each indented: only a record begins at the margin.
    """

    def __init__(self, *secrets: str) -> None:
        """Take what must never be written; ``id:key,id:key`` counts as its keys too."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        parts = {part for secret in secrets for part in _parts(secret)}
        self._secrets = sorted(parts, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Format first, blot then: arguments and tracebacks hold secrets too."""
        head, *trace = super().format(record).split("\n")
        text = "\n".join([head, *(f"  {_visible(line)}" for line in trace)])
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return _SHAPES.sub("[secret]", text)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  -- logging's name
        """Keep the message in its line."""
        return _visible(super().formatMessage(record))


class Sparing(logging.Filter):
    """Lets one record through in so many seconds, without its traceback."""

    def __init__(self, words: str = "", seconds: float = 60.0) -> None:
        """Be sparing with messages that hold these words, and let all others through."""
        super().__init__()
        self._words = words
        self._seconds = seconds
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record may be written."""
        if self._words not in record.getMessage():
            return True
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        record.exc_info = record.exc_text = None
        return True


# The loop says so for every connection in the queue, again and again, with a traceback.
_NO_MORE_FILES: Final = Sparing("socket.accept() out of system resource")


def to_stderr(level: str, *secrets: str) -> None:
    """Log at ``level`` and above; libraries speak from WARNING, whatever the level.

    Raises:
        ValueError: there is no such level.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(*secrets))
    # Every card that waits meets it, and so does everybody who types.
    handler.addFilter(Sparing("SNOWLINE_SLACK_BOT_TOKEN is not accepted", _REFUSED_SECONDS))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_SILENT).setLevel(logging.CRITICAL + 1)
    # Bolt gives its loggers a level of their own, so that only a filter silences one.
    logging.getLogger(_MISTAKEN).addFilter(_no)
    logging.getLogger("asyncio").addFilter(_NO_MORE_FILES)


def _no(_record: logging.LogRecord) -> bool:
    return False


def _parts(secret: str) -> set[str]:
    keys = re.split(r"[\s,]+", secret)
    found = {secret.strip(), *keys, *(key.partition(":")[2] for key in keys)}
    return {part for part in found if len(part) >= _SHORTEST}


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
