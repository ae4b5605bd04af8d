"""What ServiceNow says back: comments come into the thread, refusals can be mended."""

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.sandbox.servicenow.schema import TABLES
from bot.tour.stage import soon
from connector.text import signed
from tests.e2e.acts import SECURITY, card_with, create, number_of, records, strike

BOT = accounts.INTEGRATION_USER


def comment(stage, name, text, user="beth.anglin", field="comments"):
    """Write on a ticket as somebody in ServiceNow does."""
    server = stage.tryout.sandbox.servicenow_server
    (row,) = records(stage, name)
    actor = server.instance.people.named(user)
    server.instance.writer.update(TABLES["incident"], row, {field: text}, actor)


async def replies(stage, card):
    messages = await stage.mia.messages(SECURITY)
    return [visible_text(m) for m in messages if m.get("thread_ts") == card["ts"] != m["ts"]]


async def test_a_comment_made_in_servicenow_comes_into_the_cards_thread_once(connected):
    await create(connected.mia, "Talked about")
    card = await card_with(connected.mia, "Talked about", "INC")
    comment(connected, "Talked about", signed("Mia", "From Slack"), BOT.user_name)
    comment(connected, "Talked about", "First <!channel>")
    comment(connected, "Talked about", "Second", field="work_notes")

    async def heard():
        told = await replies(connected, card)
        return told if any("Second" in text for text in told) else None

    told = await soon(heard, "nothing came into the thread", 15)
    assert len(told) == 2
    assert "Beth Anglin" in told[0]
    assert "First <!channel>" in told[0]
    assert "internal in ServiceNow" in told[1]
    comment(connected, "Talked about", "Third")

    async def heard_more():
        more = await replies(connected, card)
        return more if any("Third" in text for text in more) else None

    assert len(await soon(heard_more, "the third never came", 15)) == 3
    for message in await connected.mia.messages(SECURITY):
        assert "<!channel>" not in message.get("text", "")


async def test_a_refused_ticket_is_edited_and_sent_again_on_its_card(connected):
    strike(connected, "data-policy")
    await create(connected.mia, "Refused", Description="Too short", Priority="2 - High")
    card = await card_with(connected.mia, "Refused", "No ticket was made")
    assert "Description, Service offering" in visible_text(card)
    await connected.ada.click(card, "Edit and send again")
    await connected.ada.wait_for_message(SECURITY, text="Only who asked", ephemeral=True)
    await connected.mia.click(card, "Edit and send again")
    form = visible_text(await connected.mia.modal(title="Edit and send again"))
    for typed in ("Refused", "Too short", "2 - High", "Identity"):
        assert typed in form
    assert await connected.mia.submit({"Description": "Long enough"}) == {}
    await connected.mia.close_modal()
    await number_of(connected.mia, "Refused")
    shown = await card_with(connected.mia, "Refused", "INC")
    assert shown["ts"] == card["ts"]
    (row,) = records(connected, "Refused")
    assert row["description"].startswith("Long enough")
    assert row["impact"] + row["urgency"] == "12"
