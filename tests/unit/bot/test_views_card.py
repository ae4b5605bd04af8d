from dataclasses import replace
from datetime import date

import pytest

from bot.views.card import card, change
from connector.models import FieldChange, ShareState
from tests.unit.bot import samples
from tests.unit.bot.reading import shown


def read(of, now=samples.NOW):
    return shown(card(of, now))


@pytest.mark.parametrize("state", [ShareState.RECEIVED, ShareState.SENDING])
def test_a_share_is_on_its_way_with_what_was_asked_for(state):
    text = read(samples.card(state=state))
    for words in ("On its way", "Require MFA", "Incident", "2 - High", "31 Dec 2026", "Ada Admin"):
        assert words in text


def test_a_late_share_says_why_and_that_nothing_is_lost():
    text = read(samples.card(reason="ServiceNow is asleep."))
    assert "late. ServiceNow is asleep." in text
    assert "Nothing is lost. Snowline tries again by itself; do not send it again." in text


@pytest.mark.parametrize("state", [ShareState.RECEIVED, ShareState.UNKNOWN])
def test_a_parked_share_says_that_an_admin_must_connect_and_promises_nothing_else(state):
    reason = "ServiceNow no longer accepts the sign-in."
    text = read(samples.card(state=state, reason=reason, parked=True))
    assert reason in text
    assert "when an admin has connected ServiceNow again with `/snow connect`" in text
    assert "by itself" not in text
    assert "late" not in text


def test_a_rejected_share_says_why_and_keeps_all_that_was_written():
    written = "First line\n" + "words and words " * 200
    draft = samples.draft(description=written.strip())
    of = samples.card(state=ShareState.REJECTED, reason="ServiceNow refused.", draft=draft)
    text = read(of)
    assert "No ticket was made. ServiceNow refused." in text
    assert "by itself" not in text
    assert text.count("words") == 400
    assert "Edit and send again" not in text
    assert "snowline-1" in text
    assert "Edit and send again" in read(replace(of, may_be_sent_again=True))


def test_an_unconfirmed_share_names_its_reference_and_promises_nothing():
    of = samples.card(state=ShareState.UNKNOWN, reason="ServiceNow did not confirm.")
    text = read(of)
    assert "snowline-1" in text
    assert "do not send it again" in text
    assert "Turn on the policy." not in text
    after = read(samples.card(state=ShareState.UNKNOWN, reason="Look there.", gave_up=True))
    assert "Turn on the policy." in after
    assert "tries again" not in after


def test_what_is_copied_from_a_rejected_card_is_what_was_typed():
    typed = "*b* `rm -rf` _x_ <!channel> :lock:\n\n> quoted " + "w" * 2950
    message = card(
        samples.card(state=ShareState.REJECTED, draft=samples.draft(description=typed)),
        samples.NOW,
    )
    texts = [b["text"] for b in message.blocks if b.get("text", {}).get("type") == "plain_text"]
    assert "".join(text["text"] for text in texts).split() == typed.split()
    assert all(text["emoji"] is False and len(text["text"]) <= 3000 for text in texts)


@pytest.mark.parametrize(
    "state", [ShareState.RECEIVED, ShareState.UNKNOWN, ShareState.REJECTED, None]
)
def test_marks_in_a_name_do_not_end_its_bold(state):
    name = "Stop *all* `rm`"
    of = (
        samples.card(samples.ticket(name=name))
        if state is None
        else samples.card(state=state, reason="Why.", draft=samples.draft(name=name))
    )
    assert "*Stop ∗all∗ ˋrmˋ*" in read(of)


def test_a_ticket_shows_all_that_people_ask_about():
    text = read(samples.card(samples.ticket()))
    assert f"<{samples.LINK}|INC0010001>" in text
    for words in (
        "Require MFA",
        "Incident",
        "In Progress",
        "2 - High",
        "31 Dec 2026",
        "Beth Anglin",
        "+9 points",
        "Microsoft recommendation",
        "Identity",
        "Ada Admin",
    ):
        assert words in text
    assert "overdue" not in text
    assert "did not keep" not in text


def test_a_ticket_past_its_due_date_is_marked_until_it_is_closed():
    late = {"due": date(2026, 11, 23)}
    assert "overdue since 23 Nov 2026" in read(samples.card(samples.ticket(**late)))
    closed = read(samples.card(samples.ticket(**late, is_open=False)))
    assert "overdue" not in closed
    assert "✅" in closed


def test_fields_that_servicenow_did_not_keep_are_named():
    text = read(samples.card(samples.ticket(not_kept=("Due date", "Priority"))))
    assert "ServiceNow did not keep: Due date, Priority" in text


def test_what_a_ticket_does_not_have_is_not_shown():
    text = read(samples.card(samples.ticket(due=None, assigned_to="", gain=None, action_link="")))
    assert "*Assigned to*\nnobody yet" in text
    for label in ("*Due*", "points", "improvement action"):
        assert label not in text


def test_nobody_is_mentioned_by_a_card():
    for of in (samples.card(), samples.card(samples.ticket())):
        assert "<@" not in read(of)


def test_a_change_says_what_was_before_and_after_and_who_did_it():
    fields = (
        FieldChange(field="State", before="New", after="In Progress"),
        FieldChange(field="Assigned to", before="", after="Beth Anglin"),
    )
    message = change(samples.card(samples.ticket()), samples.change(*fields))
    text = shown(message)
    assert "*State:* New → In Progress" in text
    assert "*Assigned to:* _empty_ → Beth Anglin" in text
    assert "beth.anglin in ServiceNow" in text
    assert message.text.startswith("INC0010001 Require MFA")


def test_a_change_by_nobody_known_still_says_where():
    text = shown(change(samples.card(samples.ticket()), samples.change(by="")))
    assert "In ServiceNow, <!date^" in text


def test_a_ticket_that_is_gone_says_so_and_how_it_was():
    gone = read(samples.card(samples.ticket(is_gone=True, is_open=False, state_label="On Hold")))
    assert "⚪" in gone
    assert "deleted in ServiceNow or hidden, was On Hold" in gone
