"""Every verb and button while nothing is connected; the connected ones are end-to-end tests."""

import pytest

from bot.handlers.commands import VERBS
from bot.identifiers import Verb
from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.sandbox.slack.commands import tell
from bot.sandbox.slack.link import Link
from tests.unit.bot.kept_connections import sign_out
from tests.unit.bot.slack_end import BOARD, SECURITY, with_bot


@pytest.fixture
async def end(tmp_path):
    async with with_bot(tmp_path) as end:
        yield end


def test_every_verb_has_a_handler():
    assert set(VERBS) == set(Verb)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param("", "/snow share", id="nothing"),
        pytest.param("help", "/snow share", id="help"),
        pytest.param("HELP", "/snow share", id="in capitals"),
        pytest.param("dance <!channel>", "There is no", id="an unknown verb"),
        pytest.param("status", "Microsoft 365 is not connected", id="status"),
        pytest.param("tickets", "No ticket is open", id="tickets"),
        pytest.param(
            "tickets all", "ServiceNow is not connected: tickets are as of", id="as last read"
        ),
        pytest.param("tickets Mine", "You have no tickets yet", id="my tickets"),
        pytest.param("tickets lost", "open, mine, overdue, all", id="a list that there is not"),
        pytest.param("score", "/snow connect microsoft", id="score"),
        pytest.param("share mfa", "/snow connect", id="share"),
        pytest.param("share payload", "/snow connect", id="a word that Bolt stumbles over"),
        pytest.param("create", "/snow connect", id="create"),
        pytest.param("digest now", "digest", id="digest"),
        pytest.param("digest", "that is not what was typed", id="digest alone"),
        pytest.param("digest weekly", "/snow digest now", id="a digest that there is not"),
        pytest.param(
            "tickets\N{NO-BREAK SPACE}mine", "You have no tickets yet", id="no-break space"
        ),
        pytest.param("connect", "Only admins and owners", id="connect"),
        pytest.param("disconnect", "Only admins and owners", id="disconnect"),
        pytest.param("doctor", "Only admins and owners", id="doctor"),
        pytest.param("settings", "Only admins and owners", id="settings"),
        pytest.param("mute", "This is about threads", id="mute"),
        pytest.param("unmute", "This is about threads", id="unmute"),
        pytest.param("follow", "This is about threads", id="follow"),
        pytest.param("mute INC0010001", "has made no ticket of that number", id="mute nothing"),
        pytest.param("follow nothing", "has made no ticket of that number", id="follow nothing"),
        pytest.param("unfollow", "/snow unfollow INC", id="unfollow what"),
    ],
)
async def test_a_member_types(end, typed, told):
    await end.mia.command(f"/snow {typed}", SECURITY)
    message = await end.mia.wait_for_message(SECURITY, ephemeral=True)
    shown = visible_text(message).replace("`", "").replace("*", "")
    assert told in shown
    assert await end.refused() == []


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("connect", "Connect ServiceNow"),
        ("connect servicenow", "Connect ServiceNow"),
        ("connect Microsoft", "Connect Microsoft 365"),
    ],
)
async def test_an_admin_opens_a_form(end, typed, title):
    await end.ada.command(f"/snow {typed}", SECURITY)
    await end.ada.modal(title=title)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("connect jira", "Why it failed:* What was typed names neither"),
        ("disconnect", "Nothing is connected"),
        ("doctor", "Checking the ServiceNow connection"),
        ("doctor", "ServiceNow is not connected."),
    ],
)
async def test_an_admin_is_told(end, typed, told):
    await end.ada.command(f"/snow {typed}", SECURITY)
    await end.ada.wait_for_message(SECURITY, text=told, ephemeral=True)


async def test_who_may_do_what_is_set_before_anything_is_connected(end):
    await end.ada.command("/snow settings", SECURITY)
    shown = visible_text(await end.ada.modal(title="ServiceNow settings"))
    assert "ServiceNow is not connected." in shown
    assert "Make tickets:* every full member" in shown


SERVICENOW = {"Instance name": "acme", "Integration user": "bot", "Client ID": "id"}
MICROSOFT = {"Tenant ID": accounts.TENANT_ID, "Client ID": "id", "Client secret": "secret"}


@pytest.mark.parametrize(
    ("typed", "title", "form"),
    [
        ("connect", "Connect ServiceNow", SERVICENOW),
        ("connect microsoft", "Connect Microsoft 365", MICROSOFT),
    ],
)
async def test_a_member_cannot_submit_what_only_an_admin_can_open(end, typed, title, form):
    await end.ada.command(f"/snow {typed}", SECURITY)
    await end.ada.modal(title=title)
    end.server.workspace.people.mark(accounts.ADA.id, is_admin=False)
    assert await end.ada.submit(form) == {}
    assert "Only admins" in visible_text(await end.ada.modal(title="That did not work"))


async def test_a_digest_is_posted_once_however_often_the_command_arrives(end):
    await end.mia.command("/snow digest now", SECURITY)
    await end.mia.wait_for_message(SECURITY, text="Digest", ephemeral=False)
    async with end.http.post(f"{end.origin}/_client/redeliver", json={"times": 1}) as answer:
        assert (await answer.json())["ok"]
    await end.mia.command("/snow help", SECURITY)
    await end.mia.wait_for_message(SECURITY, text="/snow share", ephemeral=True)
    posted = [each for each in end.server.messages(SECURITY) if "igest" in visible_text(each)]
    assert len(posted) == 1


@pytest.mark.parametrize("channel", [BOARD, None], ids=["private", "direct"])
async def test_a_digest_asked_for_in_private_says_that_it_may_come_as_a_direct_message(
    tmp_path, channel
):
    async with with_bot(tmp_path, read_only=False) as end:
        direct = await end.ada.direct_channel()
        asked_in = channel or direct
        await end.ada.command("/snow digest now", asked_in)
        told = await end.ada.wait_for_message(asked_in, text="on its way", ephemeral=True)
        assert "to you as a direct message" in visible_text(told)
        posted = await end.ada.wait_for_message(direct, text="Digest", ephemeral=False)
        assert "this conversation" not in visible_text(posted)


async def test_a_channel_is_muted_once_and_said_to_be_once_however_often_the_click_arrives(end):
    await end.mia.command("/snow follow", SECURITY)
    panel = await end.mia.wait_for_message(SECURITY, text="This is about threads")
    await end.mia.click(panel, "channel_told", option="Nothing")
    await end.ada.wait_for_message(SECURITY, text="Mia Member muted Snowline here")
    for _ in range(3):
        async with end.http.post(f"{end.origin}/_client/redeliver", json={"times": 1}) as answer:
            assert (await answer.json())["ok"]
    await end.mia.click(panel, "channel_told", option="Everything")
    await end.ada.wait_for_message(SECURITY, text="say everything that changes")
    said = [each for each in end.server.messages(SECURITY) if "muted" in visible_text(each)]
    assert len(said) == 1


async def test_muting_ones_own_direct_messages_is_said_to_nobody_again(tmp_path):
    async with with_bot(tmp_path, read_only=False) as end:
        direct = await end.mia.direct_channel()
        await end.mia.command("/snow mute", direct)
        await end.mia.wait_for_message(direct, text="This is about threads", ephemeral=True)
        await end.mia.command("/snow follow", direct)
        await end.mia.wait_for_message(direct, text="say everything", ephemeral=True)
        assert end.server.messages(direct) == []


async def test_ones_own_notifications_are_kept_and_shown_again(end):
    await sign_out(end)
    await end.mia.command("/snow notifications", SECURITY)
    await end.mia.modal(title="My notifications")
    assert await end.mia.submit({"Tickets I asked for": "State changes"}) == {}
    await end.mia.modal_is_closed()
    shown = visible_text(await end.mia.home())
    assert "Tickets I asked for: state changes" in shown
    assert "asked for: nothing" in visible_text(await end.ada.home())


async def test_app_home_shows_both_cards_and_its_buttons_answer(end):
    await sign_out(end)
    shown = visible_text(await end.mia.home())
    assert "Change management" in shown
    assert "Incident management" in shown
    await end.mia.click_at_home("View all tickets")
    await end.mia.modal(title="Change requests")
    await end.mia.clear_modals()
    await end.mia.click_at_home("Manage ServiceNow configuration")
    await end.mia.modal(title="Configuration")


async def test_app_home_offers_no_ticket_before_servicenow_is_connected(end):
    shown = visible_text(await end.mia.home())
    assert "To set ServiceNow up" in shown
    assert "An admin or owner of this workspace can do that" in shown
    assert "Create a ticket" not in shown


async def test_app_home_leads_an_admin_to_what_is_to_be_connected(end):
    await end.ada.home()
    await end.ada.click_at_home("Connect Microsoft 365")
    await end.ada.modal(title="Connect Microsoft 365")


async def test_app_home_is_shown_when_it_is_opened_and_not_with_the_messages_beside_it(end):
    before = (await end.mia.home())["hash"]
    body = {"type": "app_home_opened", "user": accounts.MIA.id, "channel": "D1", "tab": "messages"}
    tell(Link(end.server.workspace, end.server.delivery), body, "app_home_opened")
    await end.ada.home()
    async with end.http.get(f"{end.origin}/_client/home", params={"user": end.mia.user}) as answer:
        assert (await answer.json())["view"]["hash"] == before
