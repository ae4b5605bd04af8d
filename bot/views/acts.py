"""What people do with a ticket: its controls, forms, outcomes, and what the thread says."""

from bot.views.blocks import Message, section
from connector.models import Act, Ticket


def outcome(act: Act, ticket: Ticket) -> Message:
    """Tell whoever acted what came of it."""
    return Message(ticket.number, [section(act.reason)])
