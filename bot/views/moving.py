"""Moving to another instance: the question, before the sign-in there."""

from typing import Final

from bot.forms.moving import CHOICES, metadata
from bot.identifiers import Block, Callback
from bot.views.blocks import Json, context, entry, modal, option, section, select
from bot.views.text import plural, safe
from connector.models import LeftBehind, Standing
from connector.services.forms import SignIn

_WHAT: Final = {
    Standing.FORMER: ("Keep them, as last read", "Listed and marked; not open, overdue, followed"),
    Standing.FORGOTTEN: ("Forget them", "Off every list; their cards say so"),
}


def move(left: LeftBehind, sign_in: SignIn) -> Json:
    """Ask what becomes of the tickets of the instance that is left."""
    where = " and ".join(f"*{safe(each, 255)}*" for each in left.instances[:3])
    count = f"{plural(left.tickets, 'ticket')}, {left.open:,} of them open"
    options = [option(label, each, more) for each in CHOICES for label, more in (_WHAT[each],)]
    blocks = [
        section(f"You are about to connect *{safe(sign_in.host, 255)}*."),
        section(f"Snowline follows {count}, in {where}. It can follow one instance only."),
        entry(Block.FORMER_TICKETS, "What becomes of them?", select(options, Standing.FORMER)),
        context(
            "Nothing is deleted in ServiceNow. It happens only when the new instance is really"
            " connected. Kept tickets are followed again when their instance is connected again."
        ),
    ]
    carried = metadata(sign_in)
    return modal(
        Callback.MOVE,
        "Another instance",
        blocks,
        submit="Continue",
        close="Cancel",
        metadata=carried,
    )
