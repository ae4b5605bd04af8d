"""Plain text for people and for the systems that show it."""

import re
from typing import Final

# Controls, soft hyphen, direction marks and overrides, zero-width space, invisible operators,
# byte order mark, lone surrogates, tag characters. Joiners stay: scripts and emoji need them.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_END: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CODE_TAG: Final = re.compile(r"\[(\s*(?:/\s*)?code[^\[\]]*)\]", re.IGNORECASE)
_CODE_BRACKET: Final = re.compile(r"\[(?=\s*(?:/\s*)?code)", re.IGNORECASE)


def visible(text: str) -> str:
    """Drop what nobody sees but machines obey; lines end with a line feed."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _LINE_END.sub("\n", text))


def clean(text: str, limit: int) -> str:
    """Return visible text of at most ``limit`` characters, an ellipsis last where it was cut."""
    return cut(visible(text).strip(), limit)


def cut(text: str, limit: int) -> str:
    """Shorten text to ``limit`` characters (at least 1), an ellipsis last where it was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def mrkdwn(text: str) -> str:
    """Escape text for Slack, so that it holds no mention, no link and no ``<!channel>``.

    Source: Slack reads only ``&``, ``<`` and ``>`` as control characters.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def journal_safe(text: str) -> str:
    """Write ``[code]``, which ServiceNow would show as HTML, as ``(code)``, in any spelling.

    Source: instance hardening, ``glide.ui.security.allow_codetag`` is true by default.
    """
    return _CODE_BRACKET.sub("(", _CODE_TAG.sub(r"(\1)", visible(text)))
