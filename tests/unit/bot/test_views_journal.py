"""What was said in ServiceNow, as the thread shows it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.driver import visible_text
from bot.views.journal import said
from connector.models import JournalElement, JournalEntry, ShareId
from tests.unit.bot import samples

CARD = samples.card(samples.ticket())
COMMENT = JournalEntry(
    id=1,
    ticket=ShareId("5" * 32),
    element=JournalElement.COMMENTS,
    author="Beth Anglin",
    text="Which admins?",
    at=samples.NOW,
    stamp="",
)
HOSTILE = "<!channel> <@U0ADA> *b* `c`\n> q :lock: &amp; <https://evil.example|x>"


def read(*entries):
    message = said(CARD, entries)
    return visible_text({"text": message.text, "blocks": message.blocks})


def test_a_comment_names_its_author_and_its_time():
    text = read(COMMENT)
    assert "Beth Anglin" in text
    assert "Comment" in text
    assert "Which admins?" in text
    assert "24 Nov 2026" in text
    assert "internal" not in text


def test_a_work_note_says_that_it_is_internal():
    text = read(replace(COMMENT, element=JournalElement.WORK_NOTES))
    assert "Work note, internal in ServiceNow" in text


def test_a_time_that_is_not_known_is_said_as_servicenow_writes_it():
    assert "24.11.2026 9:12:33" in read(replace(COMMENT, at=None, stamp="24.11.2026 9:12:33"))


def test_entries_that_cannot_be_told_apart_are_in_nobodys_mouth():
    assert "Several entries, not told apart" in read(replace(COMMENT, author=""))


def test_what_people_wrote_is_plain_text_and_notifies_nobody():
    hostile = replace(COMMENT, text=HOSTILE, author="*Boss* <!here>", at=None)
    message = said(CARD, [hostile])
    (plain,) = [b["text"] for b in message.blocks if b.get("text", {}).get("type") == "plain_text"]
    assert (plain["text"], plain["emoji"]) == (HOSTILE, False)
    marked = message.text + str([b for b in message.blocks if b.get("text") != plain])
    assert "<!" not in marked
    assert "<@" not in marked
    assert "*Boss*" not in marked


@pytest.mark.parametrize("count", [1, 6])
def test_what_is_too_long_is_cut_and_leads_to_the_record(count):
    text = read(*[replace(COMMENT, text="word " * 2000)] * count)
    assert "Cut here" in text
    assert "all of it is in INC0010001" in text


def test_of_very_many_the_first_are_shown_and_the_rest_counted():
    entries = [replace(COMMENT, text=f"No. {number}.") for number in range(40)]
    text = read(*entries)
    assert "No. 14." in text
    assert "No. 15." not in text
    assert "25 more" in text
    assert "40 new entries" in text


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=20), st.text())
def test_whatever_is_said_fits_into_a_message(texts, author):
    entries = [
        replace(COMMENT, text=text * 50, author=author, at=None, stamp=author)
        for text in texts
        if text.isprintable()
    ]
    if entries:
        message = said(CARD, entries)
        assert len(message.blocks) <= 50
        assert all(len(b["text"]["text"]) <= 3000 for b in message.blocks if "text" in b)
        assert len(message.text) <= 3000


def test_of_a_note_that_is_withheld_only_who_wrote_it_and_where_it_stands_is_said():
    note = replace(COMMENT, element=JournalElement.WORK_NOTES, text="", is_withheld=True)
    text = read(note)
    assert "Work note, internal in ServiceNow" in text
    assert "Not shown here: guests or people of another organisation may read along" in text
    assert samples.ticket().number in text
    assert said(CARD, [note]).text.endswith("Work note, Beth Anglin")
