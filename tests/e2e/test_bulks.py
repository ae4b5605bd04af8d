"""Several actions shared at once: tickets, progress, cards, and one ticket for all."""

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from tests.e2e.acts import SECURITY, card_with, strike
from tests.e2e.test_sharing_again import TITLE, made, redeliver, share

TITLES = (
    "Raise the phishing threshold to aggressive",
    "React to sign-ins that look risky",
    "Ban passwords that name your company",
)
FORM = "Share several actions"


async def open_form(user, channel=SECURITY):
    await user.command("/snow share", channel)
    await user.modal(title="Share an action")
    await user.click_in_modal("Share several at once")
    await user.modal(title=FORM)


async def send(user, *titles, **values):
    chosen = {"Improvement actions": ", ".join(titles)}
    assert await user.submit(chosen | values) == {}


async def told(user, text, channel=SECURITY):
    return await user.wait_for_message(channel, text=text, ephemeral=False, seconds=20)


async def test_each_becomes_a_ticket_told_in_one_message_with_the_cards_in_its_thread(connected):
    await open_form(connected.mia)
    await send(connected.mia, *TITLES, Priority="2 - High", Description="Before the audit.")
    assert "3 tickets" in visible_text(await connected.mia.modal(title="On their way"))
    await redeliver(connected)
    message = await told(connected.mia, "3 of 3 tickets made")
    rows = made(connected)
    assert sorted(row["short_description"] for row in rows) == sorted(TITLES)
    assert {row["priority"] for row in rows} == {"2"}
    assert all(row["description"].startswith("Before the audit.") for row in rows)
    for row in rows:
        assert row["number"] in visible_text(message)
        card = await told(connected.mia, "Assigned to")
        assert card["thread_ts"] == message["ts"]
        await connected.mia.wait_for_message(
            SECURITY, text=row["number"], thread_ts=message["ts"], seconds=20
        )
    messages = await connected.mia.messages(SECURITY)
    outside = [each for each in messages if not each.get("thread_ts") and not each.get("ephemeral")]
    assert [each["ts"] for each in outside] == [message["ts"]]


async def test_what_is_refused_is_counted_and_its_card_says_why(connected):
    strike(connected, "data-policy")
    await open_form(connected.mia)
    await send(connected.mia, *TITLES)
    message = await told(connected.mia, "2 of 3 tickets made · 1 refused")
    card = await connected.mia.wait_for_message(
        SECURITY, text="No ticket was made", thread_ts=message["ts"], seconds=20
    )
    await connected.mia.clear_modals()
    await connected.mia.click(card, "Edit and send again")
    await connected.mia.modal(title="Edit and send again")
    assert await connected.mia.submit() == {}
    await told(connected.mia, "3 of 3 tickets made")
    assert len(made(connected)) == 3


async def test_one_ticket_for_all_lists_every_action_with_gain_and_link(connected):
    await open_form(connected.mia)
    await send(connected.mia, *TITLES, Tickets="One ticket for all of them", Name="Harden it")
    await connected.mia.modal(title="On its way")
    card = await card_with(connected.mia, "Harden it", "INC")
    (row,) = made(connected)
    for title in TITLES:
        assert title in row["description"]
    assert row["description"].count("securescore?viewid=actions&actionId=") == 3
    assert "Gain: 20 points" in row["description"]
    assert "3 improvement actions" in visible_text(card)
    await connected.ada.command(f"/snow share {TITLES[0][:20]}", SECURITY)
    found = visible_text(await connected.ada.modal(title="Share an action"))
    assert f"{row['number']}, New" in found


async def test_those_that_have_a_ticket_are_asked_about_and_left_out(connected):
    await share(connected, connected.mia)
    await open_form(connected.ada)
    await send(connected.ada, TITLE, *TITLES, Description="Typed with care")
    asked = visible_text(await connected.ada.modal(title=FORM))
    assert "some of these have a ticket already" in asked
    assert "Typed with care" in asked
    assert len(made(connected)) == 1
    assert await connected.ada.submit() == {}
    await connected.ada.modal(title="On their way")
    await told(connected.ada, "3 of 3 tickets made")
    assert len(made(connected)) == 4


async def test_or_new_tickets_are_made_for_them_too(connected):
    await share(connected, connected.mia)
    await open_form(connected.ada)
    await send(connected.ada, TITLE, TITLES[0])
    await connected.ada.modal(title=FORM)
    values = {"Actions that have a ticket": "Make new tickets for them, too"}
    assert await connected.ada.submit(values) == {}
    await told(connected.ada, "2 of 2 tickets made")
    assert len(made(connected)) == 3


async def test_from_a_private_channel_all_of_it_comes_privately(connected):
    await open_form(connected.ada, accounts.BOARD.id)
    await send(connected.ada, *TITLES[:2])
    direct = await connected.ada.direct_channel()
    message = await told(connected.ada, "2 of 2 tickets made", direct)
    await connected.ada.wait_for_message(
        direct, text="Assigned to", thread_ts=message["ts"], seconds=20
    )
