"""What Slack tells of links, as it is read."""

from datetime import date

import pytest

from bot.forms import FormError
from bot.forms.links import by_app, read_due, read_shared, reference, where
from connector.models import Place

URL = "https://acme.service-now.com/incident.do?sys_id=1"


def body(**event):
    told = {
        "type": "link_shared",
        "user": "U1",
        "channel": "C1",
        "message_ts": "1.2",
        "unfurl_id": "C1.1.2.x",
        "source": "conversations_history",
        "links": [{"url": URL, "domain": "service-now.com"}],
    }
    return {"event_id": "Ev1", "event": told | event}


def test_a_posted_link_is_somewhere():
    shared = read_shared(body())
    assert (shared.urls, shared.delivery) == ((URL,), "Ev1")
    assert shared.place == Place(conversation="C1", message="1.2")
    assert where(body()) == {"channel": "C1", "ts": "1.2"}


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"source": "composer", "channel": "COMPOSER"}, id="as it is sent"),
        pytest.param({"source": "composer"}, id="by its source"),
        pytest.param({"channel": None, "channel_id": "COMPOSER"}, id="as it is documented"),
    ],
)
def test_a_link_that_is_being_written_is_nowhere_yet(event):
    assert read_shared(body(**event)).place is None
    assert where(body(**event)) == {"unfurl_id": "C1.1.2.x", "source": "composer"}


def test_the_same_link_twice_is_one_link():
    assert read_shared(body(links=[{"url": URL}, {"url": URL}])).urls == (URL,)


@pytest.mark.parametrize("links", [None, [], ["x", None, 7]], ids=["none", "empty", "no links"])
def test_what_is_no_link_is_left_out(links):
    assert read_shared(body(links=links)).urls == ()


@pytest.mark.parametrize(
    ("event", "expected"),
    [({}, False), ({"user": "U0BOT"}, True), ({"bot_id": "B1"}, True), ({"user": None}, True)],
    ids=["a person", "this one", "another app", "nobody"],
)
def test_an_app_is_told_from_a_person(event, expected):
    assert by_app(body(**event), "U0BOT") is expected


@pytest.mark.parametrize("ref", [None, "x", {}, 7])
def test_without_a_reference_nothing_is_named(ref):
    assert reference({"external_ref": ref}) == ("", "")


def view(day):
    entered = {"type": "datepicker", "selected_date": day}
    return {"state": {"values": {"due_date": {"due_date.input": entered}}}}


def test_a_date_is_read_or_taken_away():
    today = date(2026, 11, 26)
    assert read_due(view("2026-11-26"), today) == today
    assert read_due(view(None), today) is None
    assert read_due({}, today) is None


@pytest.mark.parametrize(
    ("day", "word"), [("2026-11-25", "past"), ("2100-01-01", "far"), ("soon", "not a date")]
)
def test_a_date_that_cannot_be_is_refused_at_its_field(day, word):
    with pytest.raises(FormError) as refused:
        read_due(view(day), date(2026, 11, 26))
    assert word in refused.value.errors["due_date"]
