"""Private words to one person, by what they are about."""

from bot.views import connect, places
from bot.views.blocks import Message
from connector.announcer import Notice, NoticeKind


def notice(notice: Notice) -> Message:
    """Tell one person how a sign-in ended, that one no longer works, or where nobody can write."""
    if notice.kind is NoticeKind.PLACE_LOST:
        return places.lost(notice)
    return connect.notice(notice)
