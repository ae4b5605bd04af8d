"""Who is told of what: followers, conversations, and nobody of what they did themselves."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.sandbox.servicenow.schema import TABLES
from bot.tour.stage import soon
from tests.e2e.acts import SECURITY, card_with, create, number_of, records

NAME = "Told about"


@pytest.fixture
async def card(connected):
    """The card of an open incident that Mia asked for."""
    await create(connected.mia, NAME)
    await number_of(connected.mia, NAME)
    return await card_with(connected.mia, NAME, "Open in ServiceNow")


def change(stage, user="beth.anglin", **fields):
    """Change the ticket as somebody in ServiceNow does."""
    server = stage.tryout.sandbox.servicenow_server
    (row,) = records(stage, NAME)
    actor = server.instance.people.named(user)
    server.instance.writer.update(TABLES["incident"], row, fields, actor)


async def replies(stage, card):
    messages = await stage.mia.messages(card["channel"])
    return [m for m in messages if m.get("thread_ts") == card["ts"] != m["ts"]]


async def news_of(user, text):
    """Wait for news with a text in somebody's direct messages."""
    direct = await user.direct_channel()
    return await user.wait_for_message(direct, text=text, seconds=15)


async def all_news_of(user):
    direct = await user.direct_channel()
    return [visible_text(m) for m in await user.messages(direct) if NAME in visible_text(m)]


async def follow(user, card):
    await user.click(card, "act_more", option="Follow")
    await user.wait_for_message(SECURITY, text="You follow INC", ephemeral=True)


async def test_a_follower_is_told_of_a_change_with_why_and_can_stop(connected, card):
    await follow(connected.ada, card)
    change(connected, state="2")
    news = await news_of(connected.ada, "New → In Progress")
    shown = visible_text(news)
    assert "beth.anglin, in ServiceNow" in shown
    assert "because you follow this" in shown
    await connected.ada.click(news, "Unfollow")
    direct = await connected.ada.direct_channel()
    await connected.ada.wait_for_message(direct, text="do not follow INC", ephemeral=True)
    change(connected, state="1")
    await card_with(connected.mia, NAME, "New")
    await soon(lambda: _many(connected, card, 2), "the thread never told it")
    assert len(await all_news_of(connected.ada)) == 1


async def _many(stage, card, count):
    return len(await replies(stage, card)) >= count


async def test_nobody_is_told_of_what_they_did_from_slack(connected, card):
    await follow(connected.ada, card)
    await follow(connected.mia, card)
    await connected.ada.click(card, "Comment")
    await connected.ada.modal(title="Comment")
    assert await connected.ada.submit({"Comment": "Two hosts are left."}) == {}
    news = visible_text(await news_of(connected.mia, "Two hosts are left."))
    assert "Ada Admin, from Slack" in news
    assert await all_news_of(connected.ada) == []
    (reply,) = await replies(connected, card)
    assert accounts.ADA.id not in str(reply["blocks"])


async def test_nobody_is_told_of_what_they_did_in_servicenow(connected, card):
    await follow(connected.ada, card)
    await follow(connected.mia, card)
    change(connected, user="ada.admin", state="2", comments="I look at it.")
    await news_of(connected.mia, "I look at it.")
    change(connected, user="beth.anglin", state="1")
    await news_of(connected.ada, "In Progress → New")
    (told,) = await all_news_of(connected.ada)
    assert "ada.admin" not in told
    assert "I look at it." not in told


async def test_what_was_done_from_ones_own_direct_message_is_not_said_there(connected):
    direct = await connected.mia.direct_channel()
    await connected.mia.home()
    await connected.mia.click_at_home("Create a ticket")
    await connected.mia.modal(title="Create a ticket")
    values = {"Kind": "Incident", "Name": NAME, "Category": "Identity"}
    assert await connected.mia.submit(values) == {}
    await connected.mia.close_modal()
    card = await card_with(connected.mia, NAME, "Open in ServiceNow", direct)
    assert "because you asked for this ticket in private" in visible_text(card)
    await connected.mia.click(card, "Due date")
    await connected.mia.modal(title="Due date")
    assert await connected.mia.submit({"Due date": "2031-01-31"}) == {}
    await card_with(connected.mia, NAME, "31 Jan 2031", direct)
    change(connected, state="2")
    await soon(lambda: _many(connected, card, 1), "what Beth did was not told")
    (reply,) = await replies(connected, card)
    assert "In Progress" in visible_text(reply)


async def test_a_muted_ticket_is_shown_on_its_card_and_not_said(connected, card):
    await follow(connected.ada, card)
    await connected.mia.click(card, "act_more", option="Mute here")
    await card_with(connected.mia, NAME, "Mia Member muted it")
    change(connected, state="2")
    await card_with(connected.mia, NAME, "In Progress")
    await news_of(connected.ada, "In Progress")
    assert await replies(connected, card) == []
    await connected.ada.click(card, "act_more", option="Unmute here")
    await card_with(connected.mia, NAME, "in the menu changes")
    change(connected, state="1")
    await soon(lambda: _many(connected, card, 1), "the thread stayed silent")


async def test_a_card_is_muted_only_where_it_stands(connected, card):
    (row,) = records(connected, NAME)
    await connected.ada.command(f"/snow mute {row['number']}", accounts.GENERAL.id)
    told = await connected.ada.wait_for_message(accounts.GENERAL.id, ephemeral=True)
    assert "in another conversation" in visible_text(told)
    assert "muted it" not in visible_text(await card_with(connected.mia, NAME, "INC"))


async def test_a_channel_chooses_what_its_threads_say_and_all_read_who_chose(connected, card):
    await connected.mia.command("/snow mute", SECURITY)
    panel = await connected.mia.wait_for_message(SECURITY, text="This is about threads")
    said = await connected.ada.wait_for_message(SECURITY, text="Mia Member muted Snowline here")
    assert not said.get("ephemeral")
    await connected.mia.click(panel, "channel_told", option="State changes only")
    await connected.ada.wait_for_message(SECURITY, text="say changes of state only")
    await connected.mia.click(panel, "channel_broadcasts", option="Also show in the channel")
    await connected.ada.wait_for_message(SECURITY, text="is shown in the channel, too")
    change(connected, assigned_to="", due_date="2031-01-31 12:00:00")
    await card_with(connected.mia, NAME, "31 Jan 2031")
    change(connected, state="2")
    await soon(lambda: _many(connected, card, 1), "the change of state was not said")
    (reply,) = await replies(connected, card)
    assert "In Progress" in visible_text(reply)
    assert not reply.get("broadcast")
    change(connected, state="6", close_code="Solution provided", close_notes="Done.")
    await soon(lambda: _many(connected, card, 2), "the end was not said")
    assert (await replies(connected, card))[1]["broadcast"]


async def test_who_asked_for_a_ticket_may_be_told_of_its_end(connected, card):
    await connected.mia.command("/snow notifications", SECURITY)
    await connected.mia.modal(title="My notifications")
    wanted = {"Tickets I asked for": "Only when done, cancelled or reopened"}
    assert await connected.mia.submit(wanted) == {}
    change(connected, state="2")
    await card_with(connected.mia, NAME, "In Progress")
    change(connected, state="6", close_code="Solution provided", close_notes="Done.")
    await news_of(connected.mia, "Resolved")
    (told,) = await all_news_of(connected.mia)
    assert "New → In Progress" not in told
    assert "because you asked for this ticket" in told


async def test_opening_elsewhere_is_acknowledged_and_names_are_real(connected, card):
    link = await connected.mia.click(card, "Open in ServiceNow")
    (row,) = records(connected, NAME)
    assert row["sys_id"] in link
    shown = visible_text(card)
    assert "because Mia Member asked for it, with its card to appear here" in shown
    page = f"{connected.tryout.page}/_client/refused"
    async with connected.http.get(page) as answer:
        assert (await answer.json())["refused"] == []


async def test_home_shows_what_one_is_told_and_where_to_change_it(connected, card):
    await follow(connected.ada, card)
    shown = visible_text(await connected.ada.home())
    assert "Tickets I follow (1): every change" in shown
    await connected.ada.click_at_home("Change")
    view = await connected.ada.modal(title="My notifications")
    assert NAME in visible_text(view)
    await connected.ada.click_in_modal("Unfollow")

    async def empty():
        return "You follow no ticket" in visible_text(await connected.ada.modal()) or None

    await soon(empty, "the list still shows the ticket")
