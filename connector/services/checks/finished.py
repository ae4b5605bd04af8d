"""Whether the connection has ever come to a ticket."""

from datetime import datetime, timedelta
from typing import Final

from connector.errors import COMMAND
from connector.models import Check, Share, ShareState
from connector.services.checks.words import failed, passed, unknown
from connector.words import tr

_NAME: Final = "First ticket"
_MADE: Final = (ShareState.CREATED, ShareState.ANNOUNCED)
_YOUNG: Final = timedelta(minutes=2)


def first_ticket(shares: tuple[Share, ...], *, has_tickets: bool, now: datetime) -> Check:
    """Judge whether what was asked for has become tickets; ``shares`` are newest first."""
    if has_tickets or any(share.state in _MADE for share in shares):
        return passed(_NAME, tr("Snowline has made tickets in this ServiceNow."))
    if not shares:
        text = tr("Snowline is authorised, and nobody has asked for a ticket yet.")
        return unknown(_NAME, text, tr("`{command} share` makes the first one.", command=COMMAND))
    late = [share for share in shares if _is_late(share, now)]
    if not late:
        return unknown(_NAME, tr("The first ticket is on its way."), tr("Check again in a minute."))
    return failed(
        _NAME,
        tr("Snowline is authorised, but nothing that was asked for has become a ticket yet."),
        tr(
            "{reason} `{command} tickets` shows how each stands.",
            reason=late[0].reason,
            command=COMMAND,
        ).strip(),
    )


def _is_late(share: Share, now: datetime) -> bool:
    ended = share.gave_up or share.parked or share.state is ShareState.REJECTED
    return ended or now - share.requested_at > _YOUNG
