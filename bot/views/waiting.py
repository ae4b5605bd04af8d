"""That a remote allows no more requests for now: a notice, for nothing has failed."""

from bot.identifiers import Callback
from bot.views.blocks import Json, Message, modal, section
from bot.views.text import moment
from connector.errors import ThrottledError
from connector.models import Share, ShareState


def waiting(limit: ThrottledError) -> Message:
    """Say until when nothing can be asked."""
    text = _told(limit)
    return Message(text, [section(text)])


def waiting_modal(limit: ThrottledError) -> Json:
    """Say it above a modal, which stays below with everything that was typed."""
    return modal(Callback.PROBLEM, "Please wait", [section(_told(limit))], close="Back")


def until(share: Share) -> str:
    """Say until when a share waits for ServiceNow; empty where it does not."""
    if share.waits_until is None:
        return ""
    unsure = share.state is ShareState.UNKNOWN
    then = "Snowline looks for it then" if unsure else "this ticket goes out then by itself"
    return f"ServiceNow allows no more requests until {moment(share.waits_until)}; {then}."


def _told(limit: ThrottledError) -> str:
    if not limit.is_long:
        return f"⏳ {limit.user_message}"
    return (
        f"⏳ {limit.provider} allows no more requests until {moment(limit.until)}. Nothing is lost:"
        " tickets that were asked for go out then by themselves. Try this again then."
    )
