"""The message that a ticket is made of: the recorded payload, and what only this one needs."""

import json

import pytest

from bot.forms import Where
from bot.forms.messages import SourceMessage

BODY = {
    "type": "message_action",
    "team": {"id": "T0", "domain": "northwind"},
    "channel": {"id": "C0SECURITY", "name": "security"},
    "message_ts": "1764100000.000100",
    "message": {
        "type": "message",
        "user": "U0MIA",
        "ts": "1764100000.000100",
        "text": "\n*The gateway* is down, <@U0ADA>.\nWho looks?",
    },
}
NAMES = {"U0MIA": "Mia Member", "U0ADA": "Ada Admin"}
ADDRESS = "https://northwind.slack.com/archives/C0SECURITY/p1764100000000100"


def source(**message):
    return SourceMessage.read(BODY | {"message": BODY["message"] | message})


def test_name_and_description_come_from_the_message_its_author_and_its_address():
    read = source()
    assert read.title(NAMES) == "The gateway is down, @Ada Admin."
    assert read.description(NAMES, ADDRESS) == (
        f"The gateway is down, @Ada Admin.\nWho looks?\n\nWritten in Slack by Mia Member: {ADDRESS}"
    )
    assert read.people == ("U0MIA", "U0ADA")
    assert read.address == ADDRESS


def test_the_card_goes_to_the_thread_that_the_message_is_in_or_begins():
    assert source().origin.where == Where(thread="1764100000.000100")
    reply = source(thread_ts="1764000000.000100")
    assert reply.origin.where.thread == "1764000000.000100"
    assert reply.origin.channel == "C0SECURITY"
    private = SourceMessage.read(BODY | {"channel": {"id": "C0B", "name": "privategroup"}})
    assert private.origin.where.private


def test_a_long_message_leaves_room_for_its_author_and_its_address():
    read = source(text="x" * 9000)
    described = read.description(NAMES, ADDRESS)
    assert len(described) <= 2900
    assert described.endswith(ADDRESS)
    assert len(read.title(NAMES)) == 160


def test_an_app_is_named_as_it_names_itself_and_nobody_is_looked_up():
    read = source(bot_id="B0", bot_profile={"name": "Alerts"}, text="Disk full")
    assert read.people == ()
    assert "by Alerts" in read.description({}, "")


@pytest.mark.parametrize("text", ["", "   \n ", None])
def test_a_message_without_words_leaves_the_name_to_its_writer(text):
    read = source(text=text)
    assert read.title(NAMES) == ""
    assert read.description(NAMES, "") == "Written in Slack by Mia Member."


@pytest.mark.parametrize(
    "broken",
    [{"team": {"id": "T0", "domain": "evil.example/"}}, {"team": None}, {"channel": {"id": "<x>"}}],
)
def test_no_address_is_made_of_what_is_none(broken):
    assert SourceMessage.read(BODY | broken).address == ""


@pytest.mark.shared
def test_the_recorded_payload_is_read(shared):
    file = shared / "data/slack/payloads/test_shortcut.message_shortcut_body.json"
    read = SourceMessage.read(json.loads(file.read_text("utf-8")))
    assert read.title({"W222": "Wendy"}) == "@Wendy test"
    assert read.address == "https://test-test.slack.com/archives/C111/p1583636382000300"
