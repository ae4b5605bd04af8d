"""Moving to another instance: the question, before the sign-in there."""

from typing import Final

from bot.forms.moving import CHOICES, metadata
from bot.identifiers import Block, Callback
from bot.views.blocks import Json, context, entry, modal, option, section, select
from bot.views.text import safe
from connector.models import LeftBehind, Standing
from connector.services.forms import SignIn
from connector.words import all_of, later, number, tr, trn

_WHAT: Final = {
    Standing.FORMER: (
        later("Keep them, as last read"),
        later("Listed and marked; not open, overdue, followed"),
    ),
    Standing.FORGOTTEN: (later("Forget them"), later("Off every list; their cards say so")),
}


def move(left: LeftBehind, sign_in: SignIn) -> Json:
    """Ask what becomes of the tickets of the instance that is left."""
    where = all_of(f"*{safe(each, 255)}*" for each in left.instances[:3])
    options = [
        option(tr(label), each, tr(more)) for each in CHOICES for label, more in (_WHAT[each],)
    ]
    blocks = [
        section(tr("You are about to connect *{host}*.", host=safe(sign_in.host, 255))),
        section(
            trn(
                "Snowline follows {count} ticket, {open} of them open, in {where}. It can follow"
                " one"
                " instance only.",
                "Snowline follows {count} tickets, {open} of them open, in {where}. It can"
                " follow one"
                " instance only.",
                left.tickets,
                open=number(left.open),
                where=where,
            )
        ),
        entry(Block.FORMER_TICKETS, tr("What becomes of them?"), select(options, Standing.FORMER)),
        context(
            tr(
                "Nothing is deleted in ServiceNow. It happens only when the new instance is really"
                " connected. Kept tickets are followed again when their instance is connected"
                " again."
            )
        ),
    ]
    carried = metadata(sign_in)
    return modal(
        Callback.MOVE,
        tr("Another instance"),
        blocks,
        submit=tr("Continue"),
        close=tr("Cancel"),
        metadata=carried,
    )
