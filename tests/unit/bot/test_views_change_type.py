"""What of a change request is not usual is seen wherever it is shown."""

import pytest

from bot.views.card import card
from bot.views.tickets import ticket_line
from connector.models import ChangePlan, ChangeType, TicketKind
from tests.unit.bot import samples
from tests.unit.bot.reading import shown

CHANGE = TicketKind.CHANGE_REQUEST


@pytest.mark.parametrize(
    ("kind", "type_", "words"),
    [
        (TicketKind.INCIDENT, ChangeType.NORMAL, "Incident"),
        (CHANGE, ChangeType.NORMAL, "Change request"),
        (CHANGE, ChangeType.EMERGENCY, "Emergency change request"),
        (CHANGE, ChangeType.STANDARD, "Standard change request"),
    ],
)
def test_a_card_names_the_type_before_and_after_there_is_a_ticket(kind, type_, words):
    ticket = samples.ticket(kind=kind, type=type_)
    draft = samples.draft(kind=kind, plan=ChangePlan(type=type_))
    for made in (samples.card(ticket, draft=draft), samples.card(draft=draft)):
        assert any(
            shown(block).startswith(f"{words} · ") for block in card(made, samples.NOW).blocks
        )


def test_a_list_names_only_the_types_that_are_not_usual():
    usual = samples.ticket(kind=CHANGE)
    urgent = samples.ticket(kind=CHANGE, type=ChangeType.EMERGENCY)
    assert "change request" not in ticket_line(usual, samples.TODAY)
    assert ticket_line(urgent, samples.TODAY).endswith(" · Emergency change request")
