from datetime import timedelta

import pytest

from bot.forms import Origin, Where
from bot.identifiers import Action, Block, Callback
from bot.views import finding, share
from connector.models import (
    ConnectionState,
    FormDefaults,
    Mark,
    RecommendationCategory,
    TicketKind,
)
from tests.unit.bot import samples
from tests.unit.bot.reading import controls, field, shown

PUBLIC = {"channel": samples.CHANNEL, "where": Where()}
OF_CHANGES = FormDefaults(kind=TicketKind.CHANGE_REQUEST)


def test_an_action_is_found_by_typing_without_a_minimum():
    view = finding.find_action("", (), channel=samples.CHANNEL)
    menu = controls(view)["Improvement action"]
    assert view["title"]["text"] == "Share an action"
    assert (menu["type"], menu["action_id"]) == ("external_select", Action.FIND)
    assert menu["min_query_length"] == 0
    assert Origin.read(view).channel == samples.CHANNEL


def test_words_bring_the_first_matches_with_a_button_each():
    found = [samples.action(id=f"a{index}", title=f"Action {index}") for index in range(9)]
    view = finding.find_action("mfa", found, **PUBLIC)
    pressed = [b["accessory"] for b in view["blocks"] if b.get("accessory", {}).get("value")]
    assert [each["value"] for each in pressed] == [f"a{index}" for index in range(6)]
    assert {each["action_id"] for each in pressed} == {Action.SHARE}
    assert "3 more fit “mfa”" in shown(view)


def test_words_that_fit_nothing_are_said():
    assert "No open action fits “frobnicate”" in shown(
        finding.find_action("frobnicate", (), **PUBLIC)
    )


def test_a_note_stands_first():
    view = finding.find_action("", (), channel=samples.CHANNEL, note="The score is a day old.")
    assert shown(view["blocks"][0]) == "The score is a day old."


def test_options_say_gain_and_effort_and_at_most_a_hundred_come_back():
    found = [samples.action(id=f"a{index}", title="Long title " * 20) for index in range(200)]
    options = finding.action_options([samples.action(id="x" * 151), *found])["options"]
    assert len(options) == 100
    assert [len(options[0]["value"]) <= 150, options[1]["value"]] == [True, "a0"]
    told = options[0]["description"]["text"]
    assert told == "+9 points · effort moderate · Identity · AAD"
    assert all(len(each["text"]["text"]) <= 75 for each in options)


def test_an_option_says_first_which_ticket_there_is_already():
    marks = {
        "a0": Mark(number="INC0010023", state="In Progress"),
        "a1": Mark(number="", state=""),
        "a2": Mark(number="INC" + "9" * 50, state="Awaiting " * 20),
    }
    found = [samples.action(id=f"a{index}", implementation_cost="x" * 99) for index in range(4)]
    told = [each["description"]["text"] for each in finding.action_options(found, marks)["options"]]
    assert told[0].startswith("INC0010023, In Progress · +9 points")
    assert told[1].startswith("ticket on its way · +9 points")
    assert told[3].startswith("+9 points")
    assert all(len(each) <= 75 for each in told)
    rows = shown(finding.find_action("mfa", found, **PUBLIC, marks=marks))
    assert "INC0010023, In Progress" in rows


def test_the_ticket_form_is_filled_in_from_the_action():
    view = share.ticket_form(samples.action(), **PUBLIC, today=samples.TODAY)
    assert view["title"]["text"] == "Share to ServiceNow"
    assert view["submit"]["text"] == "Create ticket"
    assert view["callback_id"] == Callback.SHARE_FORM
    assert field(view, "Name")["element"]["initial_value"] == samples.action().title
    assert field(view, "Description")["element"]["initial_value"] == samples.action().remediation
    in_a_month = (samples.TODAY + timedelta(days=30)).isoformat()
    assert field(view, "Due date")["element"]["initial_date"] == in_a_month
    assert field(view, "Kind")["element"]["initial_option"]["value"] == TicketKind.INCIDENT
    assert "+9 points · Identity · user impact low · effort moderate" in shown(view)
    assert f"<#{samples.CHANNEL}>" in shown(view)
    assert Origin.read(view).action == "AdminMFAV2"


def test_a_long_remediation_is_cut_with_an_ellipsis_and_leaves_room_to_write():
    view = share.ticket_form(samples.action(remediation="x" * 5000), **PUBLIC, today=samples.TODAY)
    written = field(view, "Description")["element"]["initial_value"]
    assert len(written) == 2900
    assert written.endswith("…")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (Where(private=True), "private"),
        (Where(direct=True), "direct message"),
        (Where(), f"<#{samples.CHANNEL}>"),
    ],
)
def test_every_form_says_where_the_card_goes(where, words):
    place = {"channel": samples.CHANNEL, "where": where, "today": samples.TODAY}
    for view in (share.ticket_form(samples.action(), **place), share.create_form(**place)):
        assert words in shown(view)
        assert Origin.read(view).where == where
        everybody = "Everybody in this workspace sees the ticket in `/snow tickets` and on Home."
        assert (everybody in shown(view)) is (where != Where())


def test_a_free_ticket_has_a_category_and_starts_empty():
    view = share.create_form(**PUBLIC, today=samples.TODAY, defaults=OF_CHANGES)
    assert view["title"]["text"] == "Create a ticket"
    assert view["submit"]["text"] == "Create ticket"
    assert "initial_value" not in field(view, "Name")["element"]
    assert "initial_option" not in field(view, "Category")["element"]
    assert field(view, "Kind")["element"]["initial_option"]["value"] == "change_request"


def test_what_was_written_once_is_never_written_twice():
    draft = samples.draft(due=None, category=RecommendationCategory.DATA)
    view = share.create_form(**PUBLIC, today=samples.TODAY, draft=draft, note="It is gone.")
    text = shown(view)
    assert text.startswith("Create a ticket")
    assert "It is gone." in text
    assert draft.name in text
    assert draft.description in text
    assert field(view, "Category")["element"]["initial_option"]["value"] == "Data"
    assert field(view, "Priority")["element"]["initial_option"]["value"] == "2"
    assert "initial_date" not in field(view, "Due date")["element"]


def test_both_forms_share_their_fields_so_that_an_update_keeps_what_was_typed():
    place = {**PUBLIC, "today": samples.TODAY}
    shared, free = share.ticket_form(samples.action(), **place), share.create_form(**place)
    for label in ("Kind", "Name", "Description", "Priority", "Due date"):
        ours, theirs = field(shared, label), field(free, label)
        assert ours["block_id"] == theirs["block_id"]
        assert ours["element"]["action_id"] == theirs["element"]["action_id"] == Action.INPUT


def test_a_taken_share_says_where_its_card_appears():
    view = share.share_taken(samples.draft(), samples.CHANNEL)
    assert view["title"]["text"] == "On its way"
    assert f"<#{samples.CHANNEL}>" in shown(view)
    assert "submit" not in view


def test_the_search_field_has_its_own_block():
    view = finding.find_action("", (), channel=samples.CHANNEL)
    assert view["blocks"][0]["block_id"] == Block.ACTION


def test_every_form_says_that_a_ticket_waits_for_a_new_sign_in():
    gone = samples.connection(state=ConnectionState.EXPIRED)
    place = PUBLIC | {"note": share.signed_out(gone)}
    for view in (
        finding.find_action("", (), **place),
        share.ticket_form(samples.action(), **place, today=samples.TODAY),
        share.create_form(**place, today=samples.TODAY),
    ):
        assert "the ticket waits until an admin has connected it again" in shown(view)
    assert share.signed_out(samples.connection()) == ""
