"""Words for Slack: every text from outside is cut, put on its line and escaped here."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from connector.text import clean, mrkdwn
from connector.words import calendar_day, number, tr, trn

DOT: Final = " · "
_TWO: Final = 2
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_LINK: Final = 300
_BUTTON_LINK: Final = 3000
_CONVERSATION: Final = re.compile(r"[CG][A-Z0-9]{1,30}")
_PERSON: Final = re.compile(r"[UW][A-Z0-9]{1,30}")
# What Slack reads as bold, code, strike-through and italics. It knows no escape for these, so
# each is shown as a sign that looks like it; inside a word an underscore is only itself.
_FORMATTING: Final = re.compile(r"[*`~]|(?<![^\W_])_|_(?![^\W_])")
_LOOKALIKE: Final = {"*": "∗", "`": "ˋ", "~": "∼", "_": "ˍ"}
_URL: Final = re.compile(r"https?://[^\s<>|\"\\^`{}]+")


def one_line(text: str, limit: int) -> str:
    """Put on one line and shorten, for places that take plain text."""
    return clean(" ".join(text.split()), limit)


def safe(text: str, limit: int = 150) -> str:
    """Put words of others on one line, so that nothing in them is read as markup.

    Never more than ``limit`` characters, escapes included.
    """
    return _unformatted(_escaped(" ".join(text.split()), limit))


def safe_lines(text: str, limit: int) -> str:
    """Escape sentences of our own and keep their lines and their formatting.

    Never more than ``limit`` characters, escapes included.
    """
    return _escaped(text, limit)


def pieces(text: str, limit: int) -> list[str]:
    """Cut a long text for places that take plain text, at most ``limit`` characters each."""
    found, rest = [], clean(text, len(text))
    while rest:
        size = _fitting(rest, limit)
        found.append(rest[:size].strip("\n"))
        rest = rest[size:].strip("\n")
    return found


def link(url: str, label: str, limit: int = 150) -> str:
    """Link a label to a web address; where the address is none, only say the label."""
    words = safe(label.replace("|", "¦"), limit)
    address = mrkdwn(url)
    if len(address) > _LINK or not _URL.fullmatch(url):
        return words
    return f"<{address}|{words}>"


def web_address(url: str) -> str:
    """Return an address that a button can lead to; empty where it is none, or too long."""
    return url if len(url) <= _BUTTON_LINK and _URL.fullmatch(url) else ""


def moment(at: datetime) -> str:
    """Say a point in time, in the reader's own time zone."""
    time = f"{at:%H:%M}"
    fallback = tr("{day}, {time} UTC", day=day(at.date()), time=time)
    # Slack fills these in, each in the reader's own language.
    shown = tr("{date_short_pretty} at {time}")
    return f"<!date^{int(at.timestamp())}^{shown}|{fallback}>"


def day(on: date) -> str:
    """Say a calendar day: 31 Dec 2026."""
    return calendar_day(on)


def ago(then: datetime, now: datetime) -> str:
    """Say how long something is past, in its largest unit."""
    seconds = int((now - then).total_seconds())
    if seconds >= _DAY:
        return trn("{count} day ago", "{count} days ago", seconds // _DAY)
    if seconds >= _HOUR:
        return trn("{count} hour ago", "{count} hours ago", seconds // _HOUR)
    if seconds >= _MINUTE:
        return trn("{count} minute ago", "{count} minutes ago", seconds // _MINUTE)
    return tr("just now")


def points(worth: float) -> str:
    """Say a number of points as short as it can be said exactly."""
    # Catalogues choose by whole numbers; of halves a French one is still one, an English one not.
    grammatical = 1 if worth == 1 else 0 if worth < _TWO else int(worth)
    return trn("{points} point", "{points} points", grammatical, points=number(worth))


def conversation(channel: str) -> str:
    """Name a channel by mentioning it, which notifies nobody; other conversations in words."""
    return f"<#{channel}>" if _CONVERSATION.fullmatch(channel) else tr("this conversation")


def person(user: str) -> str:
    """Mention a user; only for answers that nobody else is notified of."""
    return f"<@{user}>" if _PERSON.fullmatch(user) else tr("somebody")


def fill(lines: Sequence[str], limit: int, most: int) -> str:
    """Stack as many lines as fit and say how many are missing, in ``limit`` characters."""
    shown: list[str] = []
    for line in lines[:most]:
        if sum(len(each) + 1 for each in (*shown, line)) > limit - 20:
            break
        shown.append(line)
    left = len(lines) - len(shown)
    return "\n".join([*shown, *([more(left)] if left else [])])


def more(count: int) -> str:
    """Say how many are not shown."""
    return tr("{count} more", count=number(count))


def joined(parts: Iterable[str]) -> str:
    """Join what there is with dots."""
    return DOT.join(part for part in parts if part)


def _escaped(text: str, limit: int) -> str:
    shown = clean(text, limit)
    while len(mrkdwn(shown)) > limit:
        shown = clean(shown, len(shown) * 9 // 10)
    return mrkdwn(shown)


def _unformatted(text: str) -> str:
    return _FORMATTING.sub(lambda found: _LOOKALIKE[found[0]], text)


def _fitting(text: str, limit: int) -> int:
    if len(text) <= limit:
        return len(text)
    # A piece ends where a line or at least a word does, if there is one in its second half.
    end = max(text.rfind("\n", limit // 2, limit), text.rfind(" ", limit // 2, limit))
    return end + 1 if end > 0 else limit
