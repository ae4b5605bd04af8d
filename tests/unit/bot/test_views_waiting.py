"""What people read while ServiceNow allows no more requests."""

import json
from dataclasses import replace
from datetime import timedelta

from bot.views.card import card
from bot.views.tickets import next_step
from bot.views.waiting import until, waiting, waiting_modal
from connector.announcer import Card
from connector.errors import Provider, ThrottledError
from connector.models import ShareState
from tests.unit.bot.samples import NOW, share

LATER = NOW + timedelta(minutes=30)
THEN = f"<!date^{int(LATER.timestamp())}^"
WAITING = replace(
    share(),
    state=ShareState.RECEIVED,
    reason="ServiceNow allows no more requests until 12:30 UTC; this ticket goes out then.",
    waits_until=LATER,
)


def limit(seconds: float) -> ThrottledError:
    return ThrottledError(
        Provider.SERVICENOW, "429", until=NOW + timedelta(seconds=seconds), now=NOW
    )


def test_a_card_says_in_the_readers_time_until_when_it_waits():
    shown = json.dumps(card(Card(share=WAITING, ticket=None), NOW).blocks)
    assert "Waiting. ServiceNow allows no more requests until <!date" in shown
    assert THEN in shown
    assert "this ticket goes out then by itself" in shown
    assert "late" not in shown
    assert "Nothing is lost. This card will show the number." in shown
    assert next_step(WAITING) == ""


def test_an_unsure_share_is_looked_for_then():
    said = until(replace(WAITING, state=ShareState.UNKNOWN))
    assert said.endswith("; Snowline looks for it then.")
    assert until(share()) == ""


def test_a_command_is_answered_with_a_notice():
    message = waiting(limit(1800))
    assert THEN in message.text
    assert message.text.startswith("⏳ ServiceNow allows no more requests until")
    assert "⚠️" not in message.text
    assert waiting_modal(limit(1800))["title"]["text"] == "Please wait"


def test_a_short_wait_names_no_time():
    assert waiting(limit(2)).text == (
        "⏳ ServiceNow asks for fewer requests right now. Try again in a minute."
    )
