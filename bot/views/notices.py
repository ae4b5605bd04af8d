"""Private words to one person, by what they are about."""

from collections.abc import Sequence
from typing import Final

from bot.identifiers import COMMAND
from bot.views import places
from bot.views.blocks import Json, Message, context, section
from bot.views.checks import check_blocks, summary
from bot.views.text import safe, safe_lines
from connector.announcer import Notice, NoticeKind
from connector.models import Check
from connector.words import later, tr

_MARK: Final = {
    NoticeKind.CONNECTED: "✅",
    NoticeKind.CONNECT_REFUSED: "❌",
    NoticeKind.SIGN_IN_EXPIRED: "⚠️",
    NoticeKind.SIGN_IN_ENDS: "⚠️",
}
_ABOUT: Final = {
    NoticeKind.CONNECTED: later("*{provider} connected*: {remote} as {identity}"),
    NoticeKind.CONNECT_REFUSED: later("*{provider} connect refused*: {remote} as {identity}"),
    NoticeKind.SIGN_IN_EXPIRED: later("*{provider} sign-in expired*: {remote} as {identity}"),
    NoticeKind.SIGN_IN_ENDS: later("*{provider} sign-in ends soon*: {remote} as {identity}"),
}


def notice(notice: Notice) -> Message:
    """Tell one person how a sign-in ended, that one no longer works, or where nobody can write."""
    if notice.kind is NoticeKind.PLACE_LOST:
        return places.lost(notice)
    return _of_connection(notice)


def _of_connection(notice: Notice) -> Message:
    mark, about = _MARK[notice.kind], notice.connection
    lines = [safe_lines(notice.text, 1500)] if notice.text else []
    if about is not None:
        named = tr(
            _ABOUT[notice.kind],
            provider=about.provider,
            remote=safe(about.remote, 255),
            identity=safe(about.identity, 100),
        )
        lines = [named, *lines]
    text = f"{mark} " + "\n".join(lines)
    return Message(text, [section(text), *_found(notice.checks)])


def _found(checks: Sequence[Check]) -> list[Json]:
    if not checks:
        return []
    again = context(
        tr(
            "Checked: {summary}. `{command} doctor` checks again.",
            summary=summary(checks),
            command=COMMAND,
        )
    )
    return [*check_blocks(checks), again]
