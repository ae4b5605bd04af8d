"""What people do with a ticket from its card, as they see it."""

from dataclasses import replace

import pytest

from bot.sandbox.driver import visible_text
from bot.tour.stage import soon
from tests.e2e.acts import SECURITY, card_with, create, number_of, records, strike

NAME = "Act on me"


@pytest.fixture
async def card(connected):
    """The card of an open incident."""
    await create(connected.mia, NAME)
    await number_of(connected.mia, NAME)
    return await card_with(connected.mia, NAME, "INC")


async def reply_with(stage, card, text):
    """Wait for a message with a text in the card's thread."""

    async def look():
        messages = await stage.ada.messages(card["channel"])
        return next(
            (
                m
                for m in messages
                if m.get("thread_ts") == card["ts"] != m["ts"] and text in visible_text(m)
            ),
            None,
        )

    return await soon(look, f"no reply with {text!r}")


def journal(stage, element="comments", name=NAME):
    (row,) = records(stage, name)
    entries = stage.tryout.sandbox.servicenow_server.instance.records.entries(
        row["sys_id"], element
    )
    return [each["value"] for each in entries]


async def test_a_comment_from_the_card_is_written_once_and_said_in_its_thread(connected, card):
    await connected.mia.click(card, "Comment")
    await connected.mia.modal(title="Comment")
    strike(connected, "reset-after-commit")
    assert await connected.mia.submit({"Comment": "Two hosts <!channel> are left."}) == {}
    reply = await reply_with(connected, card, "Two hosts")
    assert "Mia Member, from Slack" in visible_text(reply)
    assert "<!channel>" not in str(reply["blocks"])
    await connected.mia.modal(title="Done")
    (entry,) = journal(connected)
    assert entry.startswith("Mia Member in Slack:\nTwo hosts")


async def test_resolving_takes_a_code_and_notes_and_moves_the_card(connected, card):
    await connected.mia.click(card, "Change state")
    await connected.mia.modal(title="Change state")
    await connected.mia.choose("State", "", "Resolved")

    async def asked():
        return "Close notes" in visible_text(await connected.mia.modal()) or None

    await soon(asked, "the form never asked for close notes")
    values = {"Close code": "Solution provided", "Close notes": "MFA is on."}
    assert await connected.mia.submit(values) == {}
    await connected.mia.modal(title="Done")
    reply = visible_text(await reply_with(connected, card, "Resolved"))
    assert "New → Resolved" in reply
    assert "ServiceNow" not in reply
    await card_with(connected.mia, NAME, "Reopen")
    (row,) = records(connected, NAME)
    assert (row["state"], row["close_notes"]) == ("6", "MFA is on.")


async def test_fields_that_are_asked_for_again_do_not_take_the_place_of_what_stands_there(
    connected, card
):
    await connected.mia.click(card, "Change state")
    before = (await connected.mia.modal(title="Change state"))["hash"]
    await connected.mia.choose("State", "", "Resolved")

    async def changed():
        now = (await connected.mia.modal())["hash"]
        return now if now != before else None

    there = await soon(changed, "the form never asked for what it takes")
    page = f"{connected.tryout.page}/_client"
    async with connected.http.post(f"{page}/redeliver", json={"times": 1}) as answer:
        assert answer.status == 200

    assert (await connected.mia.modal())["hash"] == there


async def test_waiting_for_the_caller_takes_a_comment(connected, card):
    await connected.mia.click(card, "Change state")
    await connected.mia.modal(title="Change state")
    await connected.mia.choose("State", "", "On Hold")

    async def asked():
        return "On hold reason" in visible_text(await connected.mia.modal()) or None

    await soon(asked, "the form never asked for a reason")
    errors = await connected.mia.submit({"On hold reason": "Awaiting Caller"})
    assert "wait for" in errors["Comment"]
    assert await connected.mia.submit({"Comment": "Which host is it?"}) == {}
    await reply_with(connected, card, "New → On Hold")
    assert journal(connected) == ["Mia Member in Slack:\nWhich host is it?"]


async def test_what_a_change_request_lacks_is_named_and_can_be_mended_with_all_that_was_typed(
    connected,
):
    instance = connected.tryout.sandbox.servicenow_server.instance
    settings = replace(instance.writer.settings, group_needed_beyond_new=True)
    object.__setattr__(instance.writer, "settings", settings)
    await create(connected.mia, NAME, Kind="Change request")
    card = await card_with(connected.mia, NAME, "CHG")
    await connected.mia.click(card, "Change state")
    await connected.mia.modal(title="Change state")
    await connected.mia.choose("State", "", "Assess")
    assert await connected.mia.submit({"Comment": "It may begin."}) == {}
    refused = visible_text(await connected.mia.modal(title="Not done"))
    assert "wants these fields filled in: Assignment group" in refused
    await connected.mia.click_in_modal("Edit and send again")
    form = visible_text(await connected.mia.modal(title="Change state"))
    assert "Assess" in form
    assert "It may begin." in form
    (group,) = [
        each["name"]
        for each in connected.tryout.sandbox.servicenow_server.records("sys_user_group")
    ][:1]
    await connected.mia.choose("Assignment group", group[:4], group)
    assert await connected.mia.submit() == {}
    await connected.mia.modal(title="Done")
    await reply_with(connected, card, "New → Assess")


async def test_assigning_to_me_and_to_somebody_found_by_typing(connected, card):
    await connected.mia.click(card, "Assign to me")
    answer = await connected.mia.wait_for_message(SECURITY, text="Assignment", ephemeral=True)
    assert "✅" in visible_text(answer)
    await reply_with(connected, card, "Mia Member")
    await connected.mia.click(card, "act_more", option="Assign…")
    await connected.mia.modal(title="Assign")
    errors = await connected.mia.submit()
    assert "person or a group" in errors["Person"]
    await connected.mia.choose("Person", "beth", "Beth Anglin")
    assert await connected.mia.submit() == {}
    await card_with(connected.mia, NAME, "Beth Anglin")


async def test_a_due_date_in_the_past_is_refused_and_a_later_one_set(connected, card):
    await connected.mia.click(card, "Due date")
    await connected.mia.modal(title="Due date")
    errors = await connected.mia.submit({"Due date": "2020-01-01"})
    assert "past" in errors["Due date"]
    assert await connected.mia.submit({"Due date": "2031-01-31"}) == {}
    await card_with(connected.mia, NAME, "31 Jan 2031")
    await reply_with(connected, card, "2031-01-31")


async def test_a_ticket_can_be_asked_for_by_its_number_and_worked_with(connected, card):
    number = records(connected, NAME)[0]["number"]
    await connected.ada.command(f"/snow ticket {number.lower()}", SECURITY)
    shown = await connected.ada.wait_for_message(SECURITY, text=number, ephemeral=True)
    await connected.ada.click(shown, "act_more", option="Work note…")
    await connected.ada.modal(title="Work note")
    assert await connected.ada.submit({"Work note": "Only for us."}) == {}
    await reply_with(connected, card, "Only for us.")
    assert journal(connected, "work_notes") == ["Ada Admin in Slack:\nOnly for us."]
    await connected.ada.command("/snow ticket INC9999999", SECURITY)
    await connected.ada.wait_for_message(SECURITY, text="has made no ticket", ephemeral=True)
