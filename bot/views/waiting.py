"""That a remote allows no more requests for now: a notice, for nothing has failed."""

from bot.identifiers import Callback
from bot.views.blocks import Json, Message, modal, section
from bot.views.text import moment
from connector.errors import ThrottledError
from connector.models import Share, ShareState
from connector.words import tr


def waiting(limit: ThrottledError) -> Message:
    """Say until when nothing can be asked."""
    text = _told(limit)
    return Message(text, [section(text)])


def waiting_modal(limit: ThrottledError) -> Json:
    """Say it above a modal, which stays below with everything that was typed."""
    return modal(Callback.PROBLEM, tr("Please wait"), [section(_told(limit))], close=tr("Back"))


def until(share: Share) -> str:
    """Say until when a share waits for ServiceNow; empty where it does not."""
    if share.waits_until is None:
        return ""
    then = moment(share.waits_until)
    if share.state is ShareState.UNKNOWN:
        return tr(
            "ServiceNow allows no more requests until {waits_until}; Snowline looks for it then.",
            waits_until=then,
        )
    return tr(
        "ServiceNow allows no more requests until {waits_until}; this ticket goes out then by"
        " itself.",
        waits_until=then,
    )


def _told(limit: ThrottledError) -> str:
    if not limit.is_long:
        return f"⏳ {limit.user_message}"
    return tr(
        "⏳ {provider} allows no more requests until {until}. Nothing is lost: tickets that"
        " were asked for go out then by themselves. Try this again then.",
        provider=limit.provider,
        until=moment(limit.until),
    )
