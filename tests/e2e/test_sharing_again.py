"""An action that has a ticket: shown before anything is sent, updated, reopened, or shared anew."""

import asyncio

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import soon
from tests.e2e.acts import NUMBER, SECURITY, card_with

TITLE = "Block office programs from starting other programs"
FORM = "Share to ServiceNow"
KNOWN = "Shared already"


def made(stage, table="incident"):
    rows = stage.tryout.sandbox.servicenow_server.records(table)
    return [row for row in rows if row["correlation_display"] == "Snowline"]


def noted(stage):
    (row,) = made(stage)
    records = stage.tryout.sandbox.servicenow_server.instance.records
    return [each["value"] for each in records.entries(row["sys_id"], "work_notes")]


async def choose(user, then, title=TITLE):
    await user.command("/snow share", SECURITY)
    await user.modal(title="Share an action")
    await user.choose("Improvement action", title[:20], title)
    return await user.modal(title=then)


async def share(stage, user):
    """Share the action as somebody who sees it for the first time."""
    await choose(user, FORM)
    assert await user.submit() == {}
    await user.close_modal()
    card = await card_with(user, TITLE, "INC")
    return NUMBER.search(visible_text(card)).group()


async def test_the_form_shows_the_ticket_and_nothing_is_sent(connected):
    number = await share(connected, connected.mia)
    known = visible_text(await choose(connected.ada, KNOWN))
    assert "It has been shared already." in known
    assert number in known
    assert f"Update {number}" in known
    assert "Reopen" not in known
    await connected.ada.close_modal()
    assert len(made(connected)) == 1


async def test_a_search_marks_what_has_a_ticket(connected):
    number = await share(connected, connected.mia)
    await connected.ada.command("/snow share office programs", SECURITY)
    assert f"{number}, New" in visible_text(await connected.ada.modal(title="Share an action"))


async def test_an_update_is_a_work_note_with_the_persons_name_and_what_was_changed(connected):
    number = await share(connected, connected.mia)
    await choose(connected.ada, KNOWN)
    await connected.ada.click_in_modal(f"Update {number}")
    form = await connected.ada.modal(title="Update the ticket")
    assert TITLE in visible_text(form)
    typed = {"Work note": "It is urgent now.", "Priority": "1 - Critical", "Due date": "2030-02-02"}
    assert await connected.ada.submit(typed) == {}
    assert "✅" in visible_text(await connected.ada.modal(title="Done"))
    (row,) = made(connected)
    assert noted(connected) == [f"{accounts.ADA.real_name} in Slack:\nIt is urgent now."]
    assert (row["priority"], row["impact"], row["urgency"]) == ("1", "1", "1")
    assert row["due_date"].startswith("2030-02-02")
    await card_with(connected.mia, TITLE, "1 - Critical")
    await connected.mia.wait_for_message(SECURITY, text="It is urgent now.")


async def test_an_update_of_nothing_but_words_changes_no_field(connected):
    number = await share(connected, connected.mia)
    (before,) = made(connected)
    await choose(connected.ada, KNOWN)
    await connected.ada.click_in_modal(f"Update {number}")
    await connected.ada.modal(title="Update the ticket")
    assert await connected.ada.submit({"Priority": "3 - Moderate"}) == {}
    await connected.ada.modal(title="Done")
    (row,) = made(connected)
    assert f"Shared again: {TITLE}" in noted(connected)[0]
    kept = ("priority", "impact", "urgency", "due_date", "state")
    assert {each: row[each] for each in kept} == {each: before[each] for each in kept}


async def test_a_closed_incident_is_reopened(connected):
    number = await share(connected, connected.mia)
    card = await card_with(connected.mia, TITLE, number)
    await connected.mia.click(card, "Change state")
    await connected.mia.modal(title="Change state")
    await connected.mia.choose("State", "", "Closed")
    await soon(lambda: asks_for_notes(connected.mia), "the form never asked for close notes")
    values = {"Close code": "Duplicate", "Close notes": "Done elsewhere"}
    assert await connected.mia.submit(values) == {}
    await connected.mia.modal(title="Done")
    await connected.mia.clear_modals()
    await card_with(connected.mia, TITLE, "Closed")
    assert f"Reopen {number}" in visible_text(await choose(connected.ada, KNOWN))
    await connected.ada.click_in_modal(f"Reopen {number}")
    await connected.ada.modal(title="Change state")
    assert await connected.ada.submit() == {}
    await connected.ada.modal(title="Done")
    (row,) = made(connected)
    assert row["state"] == "2"


async def asks_for_notes(user):
    return "Close notes" in visible_text(await user.modal()) or None


async def test_who_wants_another_ticket_gets_one_without_being_asked_again(connected):
    number = await share(connected, connected.mia)
    await choose(connected.ada, KNOWN)
    await connected.ada.click_in_modal("Make another ticket")
    form = await connected.ada.modal(title=FORM)
    assert number in visible_text(form)
    assert await connected.ada.submit({"Name": "Another one"}) == {}
    await connected.ada.modal(title="On its way")
    await card_with(connected.ada, "Another one", "INC")
    assert len(made(connected)) == 2


async def test_of_two_with_the_form_open_the_second_is_asked_and_keeps_what_was_typed(connected):
    await choose(connected.mia, FORM)
    await choose(connected.ada, FORM)
    assert await connected.mia.submit() == {}
    assert await connected.ada.submit({"Name": "Typed with care", "Priority": "1 - Critical"}) == {}
    asked = visible_text(await connected.ada.modal(title=FORM))
    assert "Meanwhile this action has got a ticket" in asked
    assert "Typed with care" in asked
    await redeliver(connected)
    await card_with(connected.mia, TITLE, "INC")
    assert len(made(connected)) == 1
    assert await connected.ada.submit() == {}
    await connected.ada.modal(title="On its way")
    await redeliver(connected)
    await card_with(connected.ada, "Typed with care", "1 - Critical")
    assert len(made(connected)) == 2


async def redeliver(stage, times=4):
    """Let Slack deliver the last submission again: in series, and then at once."""
    url = f"{stage.tryout.page}/_client/redeliver"

    async def again():
        async with stage.http.post(url, json={"times": 1}) as answer:
            assert answer.status == 200

    for _ in range(times):
        await again()
    await asyncio.gather(*(again() for _ in range(times)))
