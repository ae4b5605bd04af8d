"""Shortcuts: tickets from where slash commands do not work."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from tests.e2e.acts import NUMBER, SECURITY, card_with
from tests.e2e.test_sharing_again import made

TEXT = "The *VPN* needs <@U0ADA> &amp; a new certificate.\nWho renews it?"


async def said(user, text, thread=None):
    await user.say(text, SECURITY, thread)
    return (await user.messages(SECURITY))[-1]


async def test_a_reply_becomes_a_ticket_whose_card_stands_in_the_same_thread(connected):
    first = await said(connected.mia, "Look at this")
    reply = await said(connected.mia, TEXT, first["ts"])
    await connected.ada.use_shortcut("ticket_from_message", reply)
    form = visible_text(await connected.ada.modal(title="Create a ticket"))
    assert "The VPN needs @Ada Admin & a new certificate." in form
    assert "thread that you asked for it in" in form
    assert await connected.ada.submit({"Category": "Apps"}) == {}
    card = await card_with(connected.ada, "The VPN needs", "INC")
    assert card["thread_ts"] == first["ts"]
    (row,) = made(connected)
    assert row["short_description"] == "The VPN needs @Ada Admin & a new certificate."
    assert "Who renews it?" in row["description"]
    assert f"Written in Slack by {accounts.MIA.real_name}: http" in row["description"]
    assert f"/archives/{SECURITY}/p{reply['ts'].replace('.', '')}" in row["description"]


async def test_where_the_bot_may_not_see_the_message_its_address_is_worked_out(connected):
    await connected.ada.say("Quietly: renew the certificate", accounts.BOARD.id)
    message = (await connected.ada.messages(accounts.BOARD.id))[-1]
    await connected.ada.use_shortcut("ticket_from_message", message)
    form = visible_text(await connected.ada.modal(title="Create a ticket"))
    stamp = message["ts"].replace(".", "")
    address = f"https://{accounts.TEAM_DOMAIN}.slack.com/archives/{accounts.BOARD.id}/p{stamp}"
    assert address in form
    assert "private" in form
    assert await connected.ada.submit({"Category": "Apps"}) == {}
    direct = await connected.ada.direct_channel()
    await card_with(connected.ada, "Quietly", "INC", direct)


async def test_the_next_words_in_a_thread_of_many_name_their_ticket(connected):
    message = await said(connected.mia, TEXT)
    await connected.ada.use_shortcut("ticket_from_message", message)
    await connected.ada.modal(title="Create a ticket")
    assert await connected.ada.submit({"Category": "Apps"}) == {}
    card = await card_with(connected.ada, "The VPN needs", "INC")
    number = NUMBER.search(visible_text(card)).group()
    await connected.ada.clear_modals()
    await connected.ada.click(card, "Comment")
    await connected.ada.modal(title="Comment")
    assert await connected.ada.submit({"Comment": "On it."}) == {}
    told = await connected.mia.wait_for_message(SECURITY, text="On it.", thread_ts=message["ts"])
    assert number in visible_text({"blocks": told["blocks"]})


@pytest.mark.parametrize("looked_at", [SECURITY, None])
async def test_a_global_shortcut_asks_where_the_card_goes(connected, looked_at):
    await connected.mia.use_shortcut("create_shortcut", channel=looked_at)
    await connected.mia.modal(title="Create a ticket")
    assert await connected.mia.submit({"Name": "From nowhere", "Category": "Apps"}) == {}
    where = looked_at or await connected.mia.direct_channel()
    await card_with(connected.mia, "From nowhere", "INC", where)


async def test_an_action_is_shared_by_a_global_shortcut(connected):
    await connected.mia.use_shortcut("share_shortcut", channel=SECURITY)
    await connected.mia.modal(title="Share an action")
    await connected.mia.choose("Improvement action", "phishing", "phishing")
    await connected.mia.modal(title="Share to ServiceNow")
    assert await connected.mia.submit() == {}
    await card_with(connected.mia, "phishing", "INC")


async def test_without_a_connection_a_global_shortcut_says_so_in_private(stage):
    await stage.mia.use_shortcut("create_shortcut", channel=SECURITY)
    direct = await stage.mia.direct_channel()
    await stage.mia.wait_for_message(direct, text="/snow connect")
