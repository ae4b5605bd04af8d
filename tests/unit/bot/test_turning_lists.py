"""Lists that are turned and narrowed where they stand, however fast somebody clicks."""

import asyncio

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from tests.unit.bot.kept_connections import sign_out
from tests.unit.bot.kept_tickets import keep, ticket
from tests.unit.bot.slack_end import SECURITY, with_bot

MANY = 50
LATENCY = 0.3


@pytest.fixture
async def end(tmp_path):
    """Mia looks at all tickets, of which there are fifty."""
    async with with_bot(tmp_path) as end:
        await sign_out(end)
        await keep(end.services.connections.database, *(ticket(number) for number in range(MANY)))
        yield end


async def open_list(end):
    await end.mia.home()
    await end.mia.click_at_home("View my tickets")
    return await shows(end, "1–20 of 50")


async def shows(end, words):
    """Wait until the list shows some words, and read all of it."""

    async def look():
        return visible_text(await end.mia.modal(title="Tickets"))

    async with asyncio.timeout(10):
        while words not in (text := await look()):
            await asyncio.sleep(0.02)
    return text


def rows(text):
    return [line for line in text.splitlines() if line.startswith("<http")]


async def test_a_modal_is_turned_to_its_end_and_back(end):
    first = await open_list(end)
    await end.mia.click_in_modal("Next")
    second = await shows(end, "21–40 of 50")
    await end.mia.click_in_modal("Next")
    last = await shows(end, "41–50 of 50")
    names = rows(first) + rows(second) + rows(last)
    assert len(set(names)) == len(names) == MANY
    assert "Next" not in last
    await end.mia.click_in_modal("Previous")
    assert rows(await shows(end, "21–40 of 50")) == rows(second)
    await end.mia.click_in_modal("Previous")
    assert rows(await shows(end, "1–20 of 50")) == rows(first)
    assert await end.refused() == []


async def test_a_modal_is_narrowed_by_each_menu(end):
    await open_list(end)
    await end.mia.click_in_modal("Next")
    await shows(end, "21–40 of 50")
    await end.mia.click_in_modal("State", option="On Hold (16)")
    held = await shows(end, "1–16 of 16")
    assert len(rows(held)) == 16
    await end.mia.click_in_modal("Priority", option="2 - Priority")
    assert "On Hold" in await shows(end, "of 3,")
    await end.mia.click_in_modal("State", option="Any state")
    await shows(end, "1–10 of 10")
    await end.mia.click_in_modal("Which", option="Overdue tickets")
    await shows(end, "No ticket fits what is chosen above")
    await end.mia.click_in_modal("Priority", option="Any priority")
    await shows(end, "Nothing is overdue")


async def test_the_newest_of_two_fast_clicks_is_what_is_shown(end):
    await open_list(end)
    end.server.faults.latency = LATENCY
    await end.mia.click_in_modal("Next")
    await end.mia.click_in_modal("State", option="On Hold (16)")
    end.server.faults.latency = 0
    await shows(end, "1–16 of 16")
    await redeliver(end, 2)
    assert "1–16 of 16" in visible_text(await end.mia.modal())


async def test_clicks_that_come_once_more_change_nothing(end):
    await open_list(end)
    await end.mia.click_in_modal("Next")
    await shows(end, "21–40 of 50")
    await end.mia.click_in_modal("Next")
    await shows(end, "41–50 of 50")
    drawn = await drawings(end)
    await redeliver(end, 2)
    await end.mia.command("/snow help", SECURITY)
    await end.mia.wait_for_message(SECURITY, text="/snow share", ephemeral=True)
    assert await drawings(end) == drawn
    assert "41–50 of 50" in visible_text(await end.mia.modal())


async def redeliver(end, times):
    """Deliver the last clicks once more, as Slack does."""
    async with end.http.post(f"{end.origin}/_client/redeliver", json={"times": times}) as answer:
        assert (await answer.json())["ok"]


async def drawings(end):
    """Every list that was drawn into a modal, in order."""
    async with end.http.get(f"{end.origin}/_client/payloads") as answer:
        every = (await answer.json())["payloads"]
    return [each["payload"] for each in every if each["kind"] == "modal"]


async def test_a_list_that_was_changed_by_somebody_else_is_turned_all_the_same(end):
    await open_list(end)
    end.server.faults.latency = LATENCY
    await end.mia.click_in_modal("Next")
    end.server.workspace.views.top(accounts.MIA.id).hash = "another"
    end.server.faults.latency = 0
    await shows(end, "21–40 of 50")
    assert "hash_conflict" in await end.refused()


async def test_a_list_that_was_closed_meanwhile_stays_closed(end):
    await open_list(end)
    end.server.faults.latency = LATENCY
    await end.mia.click_in_modal("Next")
    await end.mia.clear_modals()
    end.server.faults.latency = 0

    async def answered():
        return "not_found" in await end.refused()

    async with asyncio.timeout(10):
        while not await answered():
            await asyncio.sleep(0.02)
    await end.mia.command("/snow help", SECURITY)
    help_ = await end.mia.wait_for_message(SECURITY, text="/snow share", ephemeral=True)
    assert "went wrong" not in visible_text(help_)
    assert await end.mia.messages(await end.mia.direct_channel()) == []


async def test_a_message_is_turned_in_its_place(end):
    await end.mia.command("/snow tickets all", SECURITY)
    message = await end.mia.wait_for_message(SECURITY, text="1–20 of 50, the newest first")
    assert "INC0000049" in visible_text(message)
    await end.mia.click(message, "Next")
    turned = await end.mia.wait_for_message(SECURITY, text="21–40 of 50")
    assert turned["ts"] == message["ts"]
    assert "INC0000049" not in visible_text(turned)
    await end.mia.click(turned, "Previous")
    back = await end.mia.wait_for_message(SECURITY, text="1–20 of 50")
    assert back["ts"] == message["ts"]
    assert await end.refused() == []


async def test_a_message_leads_to_the_menus(end):
    await end.mia.command("/snow tickets all", SECURITY)
    message = await end.mia.wait_for_message(SECURITY, text="1–20 of 50")
    await end.mia.click(message, "Choose which")
    assert "the newest first" in await shows(end, "1–20 of 50")
    await end.mia.click_in_modal("Kind", option="Incidents")

    async def look():
        return await end.mia.modal(title="Incidents")

    assert "1–20 of 25" in visible_text(await look())


async def test_a_ticket_that_is_done_meanwhile_leaves_no_gap(end):
    await open_list(end)
    gone = ticket(0, is_open=False, state_label="Closed")
    async with end.services.connections.database.transaction(gone.workspace) as tx:
        await tx.run(
            "UPDATE tickets SET standing = 'forgotten' WHERE workspace = :workspace"
            " AND share = :share",
            share=gone.share,
        )
    await end.mia.click_in_modal("Next")
    assert len(rows(await shows(end, "20–39 of 49"))) == 20
