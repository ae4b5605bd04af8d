"""A ticket that ServiceNow refused: the button on its card, and the form to send it again."""

from typing import Final

from bot.forms import Origin, Where
from bot.identifiers import Action, Callback
from bot.views.blocks import Json, actions, button, context, modal, section
from bot.views.share import goes, written_fields
from bot.views.text import joined, link, points, safe, safe_lines
from connector.models import Share, TicketDraft
from connector.words import later, tr, trn

_TICKET: Final = later("The ticket")
_INSTEAD: Final = later("Its card takes this one's place.")


def edit_button(share: Share) -> Json:
    """Offer to edit what was refused and to send it again."""
    return actions(button(tr("Edit and send again"), Action.RESEND, share.id, style="primary"))


def resend_form(share: Share, *, where: Where) -> Json:
    """Let who asked for it change what was refused; everything typed before is in its field."""
    draft = share.draft
    reason = safe_lines(share.reason, 1000)
    appears = goes(tr(_TICKET), share.destination, where)
    blocks = [
        *([section(f"❌ {reason}")] if reason else []),
        *([context(_about(draft))] if draft.action_ids else []),
        *written_fields(draft),
        context(f"{appears} {tr(_INSTEAD)}"),
    ]
    origin = Origin(share.destination, where, resends=share.id)
    return modal(
        Callback.RESEND_FORM,
        tr("Edit and send again"),
        blocks,
        submit=tr("Send again"),
        close=tr("Cancel"),
        metadata=origin.metadata(),
    )


def _about(draft: TicketDraft) -> str:
    gain = "" if draft.gain is None else f"+{points(draft.gain)}"
    if draft.covers:
        return joined(
            (
                trn("{count} improvement action", "{count} improvement actions", len(draft.covers)),
                gain,
            )
        )
    return joined((link(draft.action_link, tr("improvement action")), safe(draft.action_id), gain))
