"""Where everybody reads French, nothing of ours reaches Slack in English."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour import connecting
from bot.tour.stage import raised, soon
from bot.tryout import staged
from tests.e2e.acts import SECURITY, card_with, records, strike
from tests.e2e.conftest import QUICK
from tests.e2e.french import FrenchReader, beginning, english_in, french, texts_of

GENERAL = accounts.GENERAL.id
NAME, CHANGE, MENDED = "Passerelle VPN", "Retrait du VPN", "Certificats"
SEVERAL = ("Raise the phishing threshold", "React to sign-ins that look", "Ban passwords that name")
KINDS = {"message", "update", "ephemeral", "modal", "home", "options_ack", "view_ack", "unfurl"}


@pytest.fixture
async def stage(transport):
    """Nothing is connected yet, and everybody reads French."""
    settings = replace(QUICK, socket_mode=transport == "Socket Mode")
    async with staged(settings) as tryout, raised(tryout) as stage:
        for account in (*accounts.SLACK_ACCOUNTS, *accounts.VISITORS):
            await reader(stage, account).speak("fr-FR")
        stage.ada, stage.mia = reader(stage, accounts.ADA), reader(stage, accounts.MIA)
        yield stage


def reader(stage, account):
    return FrenchReader(stage.http, stage.tryout.sandbox.slack.origin, account.id)


async def reads(user, command, text, channel=SECURITY):
    await user.command(f"/snow {command}", channel)
    return await user.wait_for_message(channel, text=text, ephemeral=True)


async def begin(stage):
    await stage.ada.home()
    await reads(stage.ada, "dance", "Actions et tickets")
    for command in ("score", "share", "status", "doctor", "tickets"):
        await reads(stage.ada, command, "connect")
    await reads(stage.mia, "connect", "Seuls les administrateurs")
    await stage.ada.command("/snow connect", SECURITY)
    await stage.ada.modal(title="Connect ServiceNow")
    assert await stage.ada.submit(connecting.SERVICENOW_FORM | {"Instance name": "a b!"}) != {}
    await connecting.connect_as_integration_user(stage)
    direct = await stage.ada.direct_channel()
    await stage.ada.wait_for_message(direct, text="/snow doctor")
    await connecting.connect_microsoft(stage)
    await reads(stage.ada, "doctor", "oauth_entity")


async def share(stage):
    await reads(stage.mia, "score", "190,08 sur 315 points")
    await stage.mia.command("/snow share a & b < c", SECURITY)
    await stage.mia.modal(title="Share an action")
    await stage.mia.clear_modals()
    await search(stage.mia)
    await stage.mia.modal(title="Share to ServiceNow")
    assert await stage.mia.submit({"Due date": "2020-01-31"}) != {}
    await sent(stage.mia, {"Name": NAME, "Due date": in_days(30)})
    card = await card_with(stage.mia, NAME, "INC")
    await search(stage.mia)
    await stage.mia.modal(title="Shared already")
    await stage.mia.click_in_modal("Mettre à jour")
    await stage.mia.modal(title="Update the ticket")
    await sent(stage.mia, {"Priority": "2 - Élevée"}, title="Done")
    return await replied(stage, card, "Élevée")


async def search(user):
    await user.command("/snow share", SECURITY)
    await user.modal(title="Share an action")
    await user.choose("Improvement action", "second factor", "Ask every administrator")


async def sent(user, values, title="On its way"):
    assert await user.submit(values) == {}
    await user.modal(title=title)
    await user.clear_modals()


async def shows(user, label):
    async def look():
        return french(label) in visible_text(await user.modal()) or None

    await soon(look, f"the form never shows {label!r}")


def in_days(days):
    return (datetime.fromtimestamp(time.time(), tz=UTC) + timedelta(days=days)).date().isoformat()


async def replied(stage, card, text):
    """Wait for a text in a card's thread; return the card."""

    async def look():
        every = await stage.ada.messages(card["channel"])
        replies = [each for each in every if each.get("thread_ts") == card["ts"] != each["ts"]]
        return any(text in visible_text(each) for each in replies) or None

    await soon(look, f"no reply with {text!r}", 20)
    return card


async def share_several(stage):
    for values, title, told in (
        ({}, "On their way", "Tickets créés : 3 sur 3"),
        ({"Tickets": "One ticket for all of them"}, "On its way", "3 actions d'amélioration"),
    ):
        await stage.ada.command("/snow share", SECURITY)
        await stage.ada.modal(title="Share an action")
        await stage.ada.click_in_modal("Share several at once")
        await stage.ada.modal(title="Share several actions")
        chosen = {"Improvement actions": ", ".join(SEVERAL)}
        await stage.ada.submit(chosen | values)
        if values:
            # Some have a ticket by now: one is asked what becomes of them.
            await stage.ada.submit({"Actions that have a ticket": "Make new tickets for them, too"})
        await stage.ada.modal(title=title)
        await stage.ada.clear_modals()
        await stage.ada.wait_for_message(SECURITY, text=told, ephemeral=False, seconds=20)


async def create(stage):
    await stage.mia.command("/snow create", GENERAL)
    await stage.mia.modal(title="Create a ticket")
    await stage.mia.choose("Kind", "", "Change request")
    await shows(stage.mia, "Planned start")
    backwards = {"Planned start": "1796162400", "Planned end": "1796157000"}
    assert await stage.mia.submit({"Name": CHANGE, "Category": "Identity"} | backwards) != {}
    await sent(stage.mia, {"Planned start": "1796157000", "Planned end": "1796162400"})
    await card_with(stage.mia, CHANGE, "CHG", GENERAL)


async def act(stage, card):
    mia = stage.mia
    await mia.click(card, "Comment")
    await mia.modal(title="Comment")
    await sent(mia, {"Comment": "Deux hôtes restent."}, title="Done")
    await replied(stage, card, "Deux hôtes restent.")
    await mia.click(card, "Assign to me")
    await mia.click(card, "Due date")
    await mia.modal(title="Due date")
    await sent(mia, {"Due date": in_days(45)}, title="Done")
    await mia.click(card, "Change state")
    await mia.modal(title="Change state")
    await mia.choose("State", "", "Resolved")
    await shows(mia, "Close notes")
    assert await mia.submit({"Close notes": ""}) != {}
    await sent(mia, {"Close code": "Solution provided", "Close notes": "Fait."}, title="Done")
    await card_with(mia, NAME, french("Reopen"))
    (row,) = records(stage, NAME)
    assert row["close_code"] == "Solution provided"


async def be_told(stage, card):
    ada = stage.ada
    await ada.click(card, "act_more", option="Follow")
    await ada.wait_for_message(SECURITY, text="Vous suivez INC", ephemeral=True)
    (row,) = records(stage, NAME)
    await stage.far.change(
        "incident", row["sys_id"], comments="Lequel ?", work_notes="Payé.", priority="1", state="2"
    )
    await ada.wait_for_message(await ada.direct_channel(), text="Lequel ?", seconds=20)
    await replied(stage, card, "Payé.")
    await ada.click(card, "act_more", option="Mute here")
    await ada.wait_for_message(SECURITY, text="est en sourdine ici", ephemeral=True)
    await reads(ada, "mute", "fils de discussion")
    await reads(ada, "unmute", "fils de discussion")
    await ada.command("/snow notifications", SECURITY)
    await ada.modal(title="My notifications")
    await ada.clear_modals()
    await reads(ada, "tickets", "Open tickets")
    await reads(ada, "ticket " + row["number"], beginning("As read from ServiceNow {at}"))
    await ada.command("/snow digest now", SECURITY)
    await ada.wait_for_message(SECURITY, text="Digest", ephemeral=False)


async def set_up(stage):
    ada = stage.ada
    await ada.command("/snow settings", SECURITY)
    await ada.modal(title="ServiceNow settings")
    for button, title in (
        ("Change defaults", "Defaults of new tickets"),
        ("States", "Incident states"),
    ):
        await ada.click_in_modal(button)
        await ada.modal(title=title)
        assert await ada.submit() == {}
        await ada.modal(title="ServiceNow settings")
    await ada.click_in_modal("Add a rule")
    await ada.modal(title="Incident: a rule")
    await ada.choose("Column", "risk team", "Risk team")
    await shows(ada, "Fixed value")
    assert await ada.submit({"Fixed value": ""}) != {}
    assert await ada.submit({"Fixed value": "verte"}) == {}
    await ada.modal(title="ServiceNow settings")
    await ada.click_in_modal("Make a test record")
    await shows(ada, "The record is cancelled, and may be deleted.")
    await ada.close_modal()
    await ada.click_in_modal("Who may do what")
    await ada.modal(title="Who may do what")
    who = "Who may share actions and create tickets?"
    await ada.submit({who: "Admins, and whom you choose below"})
    await ada.modal(title="ServiceNow settings")
    await ada.clear_modals()


async def be_refused(stage):
    gus = reader(stage, accounts.GUS)
    await reads(gus, "tickets", "membres à part entière", accounts.CONTOSO.id)
    refusal = await reads(stage.mia, "create", "Request access")
    await stage.mia.click(refusal, "Request access")
    direct = await stage.ada.direct_channel()
    asked = await stage.ada.wait_for_message(direct, text="demande à pouvoir")
    await stage.ada.click(asked, "Allow")
    await stage.mia.wait_for_message(await stage.mia.direct_channel(), text="vous permet")
    strike(stage, "data-policy")
    await stage.mia.command("/snow create", SECURITY)
    await stage.mia.modal(title="Create a ticket")
    await sent(stage.mia, {"Name": MENDED, "Category": "Data"})
    await stage.mia.click(
        await card_with(stage.mia, MENDED, "Service offering"), "Edit and send again"
    )
    await stage.mia.modal(title="Edit and send again")
    await sent(stage.mia, {"Description": "Rempli."})
    await card_with(stage.mia, MENDED, "INC")
    triggers = stage.tryout.sandbox.slack_server.workspace.triggers
    triggers.seconds, before = 0.0, triggers.seconds
    late = await reads(stage.mia, "create", "Open form", GENERAL)
    triggers.seconds = before
    await stage.mia.click(late, "Open form")
    await stage.mia.modal(title="Create a ticket")
    await stage.mia.clear_modals()


async def look_at_links(stage):
    (row,) = records(stage, MENDED)
    link = f"https://{accounts.INSTANCE_HOST}/nav_to.do?uri=incident.do?sys_id={row['sys_id']}"
    await stage.ada.say(f"Qui prend {link} ?", GENERAL)
    preview = await stage.ada.previews.wait_for(GENERAL)
    assert (await stage.mia.previews.open(preview))["error"]
    await stage.ada.previews.open(preview)
    assert await stage.ada.previews.save(preview, {"due_date": "2020-01-31"}) != {}
    action = (await stage.score()).open_actions[0]
    await stage.ada.say(f"Et celle-ci : {action.deep_link}", GENERAL)
    preview = await stage.ada.previews.wait_for(GENERAL, url="Et celle-ci")
    await stage.ada.previews.open(preview)


async def end(stage):
    await stage.ada.home()
    await stage.ada.click_at_home("View my tickets")
    await stage.ada.modal(title="Tickets")
    await stage.ada.clear_modals()
    strike(stage, "sleeping:50")
    await reads(stage.ada, "doctor", "Everything else can only be told when that is mended.")
    stage.tryout.sandbox.servicenow_server.faults.armed.clear()
    button = french("Disconnect {provider}", provider="ServiceNow")
    await stage.ada.click(await reads(stage.ada, "disconnect", button), button)
    await stage.ada.wait_for_message(SECURITY, text="est déconnecté", ephemeral=True)


async def test_nothing_of_ours_is_english(stage):
    await begin(stage)
    card = await share(stage)
    await share_several(stage)
    await create(stage)
    await act(stage, card)
    await be_told(stage, card)
    await set_up(stage)
    await be_refused(stage)
    await look_at_links(stage)
    await end(stage)
    record = stage.tryout.sandbox.slack_server.workspace.record.payloads
    read = {text for each in record for text in texts_of(each["payload"])}
    assert {text: english for text in read if (english := english_in(text))} == {}
    assert {each["kind"] for each in record} >= KINDS


def test_what_is_english_would_be_found():
    said = "*Ada &amp; Mia* made it.\nSent to you because you typed `/snow digest now`. And more."
    assert english_in(said) == "Sent to you because you typed `{command} digest now`."
    assert english_in("Priority")
    assert not english_in("Priorité")
    assert not english_in(french("Sent to you because you typed `{command} digest now`."))
