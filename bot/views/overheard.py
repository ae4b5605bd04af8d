"""What is said where guests, or people of another organisation, read along."""

from bot.views.text import link
from connector.announcer import Card
from connector.words import tr


def withheld() -> str:
    """Say that a work note is not shown."""
    return tr("not shown here, as guests or people of another organisation may read along.")


def withheld_from(card: Card) -> str:
    """Say that a work note is not shown, and where it is to be read."""
    if card.ticket is None:
        return tr("Not shown here: guests or people of another organisation may read along.")
    return tr(
        "Not shown here: guests or people of another organisation may read along. It is in"
        " {number}.",
        number=link(card.ticket.link, card.ticket.number, 40),
    )


def warning(*, is_here: bool) -> str:
    """Warn whoever makes a ticket of who reads its card, here or in its category's channel."""
    if not is_here:
        return tr(
            "⚠️ Guests or people of another organisation read along in the channel of this"
            " category: they see the ticket's card and the comments on it. Work notes are not"
            " shown there."
        )
    return tr(
        "⚠️ Guests or people of another organisation read along in this channel: they see the"
        " ticket's card and the comments on it. Work notes are not shown there."
    )
