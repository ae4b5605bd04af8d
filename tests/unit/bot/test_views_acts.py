import pytest

from bot.forms import FormError
from bot.forms.acts import chosen_state, read_act
from bot.views.act_forms import Filling, act_form, choice_options
from bot.views.acts import controls, from_chat, outcome
from bot.views.card import change
from connector.models import (
    ActKind,
    ActState,
    Choice,
    FieldChange,
    Mute,
    Standing,
    TicketKind,
)
from tests.unit.bot import samples
from tests.unit.bot.act_samples import act, draft, paths, submitted, typed
from tests.unit.bot.reading import shown

ADA = samples.ADA


def read(kind, **entered):
    return read_act(submitted(kind, **entered), by=ADA, by_name="Ada Admin", today=samples.TODAY)


def wrong(kind, **entered):
    with pytest.raises(FormError) as refused:
        read(kind, **entered)
    return refused.value.errors


def blocks_of(view):
    return [block.get("block_id") for block in view["blocks"] if block["type"] == "input"]


def labels(ticket, *given, **more):
    """The buttons of a ticket's row, then its menu's entries."""
    (row,) = controls(ticket, *given, **more)
    buttons = [each["text"]["text"] for each in row["elements"] if each["type"] == "button"]
    menus = [each["options"] for each in row["elements"] if each["type"] == "overflow"]
    return buttons, [each["text"]["text"] for menu in menus for each in menu]


OPENING = ["Open in ServiceNow", "Open in Microsoft Defender"]


def test_an_open_tickets_card_offers_everything_in_one_row():
    buttons, menu = labels(samples.ticket())
    assert buttons == ["Comment", "Change state", "Assign to me", "Due date", *OPENING]
    assert menu == ["Assign…", "Work note…", "Follow", "Mute here", "Notifications…"]


def test_a_closed_tickets_card_offers_what_is_still_of_use():
    buttons, menu = labels(samples.ticket(is_open=False))
    assert buttons == ["Comment", "Reopen", *OPENING]
    assert menu == ["Work note…", "Follow", "Mute here", "Notifications…"]


def test_a_ticket_of_no_action_does_not_open_in_defender():
    buttons, _ = labels(samples.ticket(action_id="", action_link=""))
    assert buttons[-1] == "Open in ServiceNow"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://x/" + "y" * 3000, "no address"])
def test_what_is_no_address_is_no_button(link):
    buttons, _ = labels(samples.ticket(link=link, action_link=link))
    assert buttons == ["Comment", "Change state", "Assign to me", "Due date"]


def test_a_muted_card_offers_to_unmute_and_one_looked_at_elsewhere_neither():
    mute = Mute(conversation=samples.CHANNEL, by=ADA, at=samples.NOW)
    assert "Unmute here" in labels(samples.ticket(), mute)[1]
    elsewhere = labels(samples.ticket(), on_card=False)[1]
    assert elsewhere == ["Assign…", "Work note…", "Follow", "Notifications…"]


@pytest.mark.parametrize(
    "changes", [{"is_gone": True, "is_open": False}, {"standing": Standing.FORGOTTEN}]
)
def test_what_is_gone_or_not_followed_offers_only_to_open_it(changes):
    assert labels(samples.ticket(**changes)) == (OPENING, [])


def test_what_is_gone_and_has_no_address_offers_nothing():
    of = samples.ticket(is_gone=True, link="", action_link="")
    assert controls(of) == []


@pytest.mark.parametrize(
    ("kind", "is_open", "label"),
    [
        (TicketKind.INCIDENT, True, "Change state"),
        (TicketKind.INCIDENT, False, "Reopen"),
        (TicketKind.CHANGE_REQUEST, False, "Change state"),
    ],
)
def test_only_a_closed_incident_is_reopened(kind, is_open, label):
    (row,) = controls(samples.ticket(kind=kind, is_open=is_open))
    assert row["elements"][1]["text"]["text"] == label


def test_reopening_proposes_in_progress():
    closed = samples.ticket(is_open=False, state="6")
    view = act_form(closed, ActKind.STATE, paths=paths(values=("1", "2")))
    menu = view["blocks"][1]["element"]
    assert menu["initial_option"]["value"] == "2"


@pytest.mark.parametrize(
    ("kind", "state", "asked"),
    [
        (TicketKind.INCIDENT, "2", []),
        (TicketKind.INCIDENT, "3", ["hold_reason"]),
        (TicketKind.INCIDENT, "6", ["close_code", "close_notes"]),
        (TicketKind.INCIDENT, "7", ["close_code", "close_notes"]),
        (TicketKind.CHANGE_REQUEST, "3", ["close_code", "close_notes"]),
        (TicketKind.CHANGE_REQUEST, "-4", []),
    ],
)
def test_a_state_asks_for_what_it_takes(kind, state, asked):
    where = paths(values=("2", "3", "6", "7", "-4"))
    view = act_form(samples.ticket(kind=kind), ActKind.STATE, paths=where, state=state)
    assert blocks_of(view) == ["state", *asked, "said"]


def test_what_stands_in_the_way_is_said_and_asked_for():
    where = paths(values=("-4",), barred=(("-4", "Assignment group is set"),))
    ticket = samples.ticket(kind=TicketKind.CHANGE_REQUEST)
    view = act_form(ticket, ActKind.STATE, paths=where, state="-4")
    assert "Not yet possible there: Assignment group is set" in shown(view)
    assert "group" in blocks_of(view)


def test_what_was_refused_comes_back_with_all_that_was_typed_and_what_was_wanted():
    filling = Filling(
        draft=typed("All of it."), wanted=("Resolution code", "Close notes"), note="It wants more."
    )
    view = act_form(samples.ticket(), ActKind.STATE, paths=paths(), filling=filling)
    assert blocks_of(view) == ["state", "close_code", "close_notes", "said"]
    initial = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    assert initial[0]["initial_option"]["value"] == "6"
    assert initial[-1]["initial_value"] == "All of it."
    assert "It wants more." in shown(view)


@pytest.mark.parametrize(
    ("kind", "depends"), [(ActKind.COMMENT, False), (ActKind.NOTE, True), (ActKind.UPDATE, True)]
)
def test_a_form_says_where_its_words_are_read(kind, depends):
    text = shown(act_form(samples.ticket(), kind))
    assert "It also appears in the thread of the ticket's card" in text
    assert ("unless guests" in text) is depends


def test_a_comment_reads_as_it_was_typed():
    read_draft = read(ActKind.COMMENT, said="  Two lines\nof it ")
    assert read_draft.text == "Two lines\nof it"
    assert read_draft.settings == ()


def test_a_change_of_state_reads_with_all_that_goes_with_it():
    of = read(
        ActKind.STATE,
        state=("6", "Resolved"),
        close_code=("Solution provided", "Solution provided"),
        close_notes="Done.",
        said="",
    )
    assert [(each.column, each.value) for each in of.settings] == [
        ("state", "6"),
        ("close_code", "Solution provided"),
        ("close_notes", "Done."),
    ]


def test_a_due_date_is_noon_of_its_day_and_none_where_it_is_emptied():
    (set_to,) = read(ActKind.DUE, due="2030-01-31").settings
    assert set_to.value == "2030-01-31 12:00:00"
    (emptied,) = read(ActKind.DUE, due=None).settings
    assert (emptied.column, emptied.value) == ("due_date", "")


@pytest.mark.parametrize(
    ("kind", "entered", "block"),
    [
        (ActKind.COMMENT, {"said": " \n"}, "said"),
        (ActKind.NOTE, {"said": "x" * 3001}, "said"),
        (ActKind.STATE, {"said": ""}, "state"),
        (ActKind.STATE, {"state": ("3", "On Hold"), "hold_reason": ("1", "A"), "said": ""}, "said"),
        (ActKind.ASSIGN, {}, "person"),
        (ActKind.DUE, {"due": "2020-01-01"}, "due"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(kind, entered, block):
    assert list(wrong(kind, **entered)) == [block]


def test_the_chosen_state_is_read_while_the_form_is_open():
    assert chosen_state(submitted(ActKind.STATE, state=("6", "Resolved"))) == "6"
    assert chosen_state(submitted(ActKind.STATE)) == ""


def test_a_search_answers_at_most_what_slack_takes():
    many = [Choice(value=str(each), label=f"User {each}") for each in range(200)]
    assert len(choice_options(many)["options"]) == 100


def test_a_refusal_says_why_and_offers_to_edit():
    of = act(state=ActState.REJECTED, reason="ServiceNow wants Close notes.")
    message = outcome(of, samples.ticket())
    assert "ServiceNow wants Close notes." in shown(message)
    assert "Edit and send again" in shown(message)


def test_what_was_not_kept_is_named():
    of = act(draft=draft(ActKind.DUE), not_kept=("Due date",))
    assert "did not keep: Due date" in shown(outcome(of, samples.ticket()))


def test_what_was_said_from_here_names_the_person_and_slack():
    field = FieldChange(field="Comment", before="", after="First\nsecond <!here>")
    said = samples.change(field, by="Mia Member", from_chat=True)
    text = shown(change(samples.card(samples.ticket()), said))
    assert "*Comment:*\n>First\n>second &lt;!here&gt;" in text
    assert "Mia Member, from Slack" in text
    assert shown(from_chat(said, "Name")) != ""
