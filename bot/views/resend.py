"""A ticket that ServiceNow refused: the button on its card, and the form to send it again."""

from bot.forms import Origin, Where
from bot.identifiers import Action, Callback
from bot.views.blocks import Json, actions, button, context, modal, section
from bot.views.share import goes, written_fields
from bot.views.text import joined, link, plural, points, safe, safe_lines
from connector.models import Share, TicketDraft


def edit_button(share: Share) -> Json:
    """Offer to edit what was refused and to send it again."""
    return actions(button("Edit and send again", Action.RESEND, share.id, style="primary"))


def resend_form(share: Share, *, where: Where) -> Json:
    """Let who asked for it change what was refused; everything typed before is in its field."""
    draft = share.draft
    reason = safe_lines(share.reason, 1000)
    blocks = [
        *([section(f"❌ {reason}")] if reason else []),
        *([context(_about(draft))] if draft.action_ids else []),
        *written_fields(draft),
        context(f"{goes('The ticket', share.destination, where)} Its card takes this one's place."),
    ]
    origin = Origin(share.destination, where, resends=share.id)
    return modal(
        Callback.RESEND_FORM,
        "Edit and send again",
        blocks,
        submit="Send again",
        close="Cancel",
        metadata=origin.metadata(),
    )


def _about(draft: TicketDraft) -> str:
    gain = "" if draft.gain is None else f"+{points(draft.gain)}"
    if draft.covers:
        return joined((plural(len(draft.covers), "improvement action"), gain))
    return joined((link(draft.action_link, "improvement action"), safe(draft.action_id), gain))
