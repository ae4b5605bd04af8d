"""What forms begin with and where cards go: the same in every form that a ticket comes from."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from connector.models import (
    DueRule,
    FormDefaults,
    Priority,
    RecommendationCategory,
    TicketKind,
    UserId,
    WorkspaceId,
)
from tests.e2e.acts import SECURITY, card_with
from tests.e2e.test_bulks import TITLES, open_form, send, told
from tests.e2e.test_sharing_again import KNOWN, TITLE, choose, made, share

TEAM = WorkspaceId(accounts.TEAM_ID)
GENERAL = accounts.GENERAL.id
BY_PRIORITY = "Left empty, the priority decides. 1 - Critical: 1 day"
DEFAULTS = FormDefaults(
    kind=TicketKind.CHANGE_REQUEST,
    priority=Priority.HIGH,
    due=DueRule.BY_PRIORITY,
    by_priority=tuple((each, each.value) for each in Priority),
    channels=tuple((each, GENERAL) for each in RecommendationCategory),
)


@pytest.fixture
async def set_up(connected):
    """Begin without defaults where a test needs a ticket first: they are kept when it is called."""
    services = connected.tryout.bot.connector.services

    async def keep():
        await services.defaults.keep(TEAM, UserId(accounts.ADA.id), DEFAULTS)

    return keep


async def test_several_at_once(connected, set_up):
    await set_up()
    await open_form(connected.mia)
    form = visible_text(await connected.mia.modal())
    assert BY_PRIORITY in form
    await send(connected.mia, *TITLES[1:])
    assert f"<#{GENERAL}>" in visible_text(await connected.mia.modal(title="On their way"))
    message = await told(connected.mia, "2 of 2 tickets made", GENERAL)
    rows = made(connected, "change_request")
    assert {row["priority"] for row in rows} == {"2"}
    assert all(row["due_date"] for row in rows)
    for row in rows:
        await connected.mia.wait_for_message(
            GENERAL, text=row["number"], thread_ts=message["ts"], seconds=20
        )


async def test_several_at_once_of_which_one_is_picked_elsewhere(connected, set_up):
    await set_up()
    await open_form(connected.mia)
    await send(connected.mia, *TITLES, **{"Message goes to": accounts.IT_OPS.id})
    await told(connected.mia, "3 of 3 tickets made", accounts.IT_OPS.id)


async def test_another_ticket_of_an_action(connected, set_up):
    await share(connected, connected.mia)
    await set_up()
    await choose(connected.ada, KNOWN)
    await connected.ada.click_in_modal("Make another ticket")
    form = visible_text(await connected.ada.modal(title="Share to ServiceNow"))
    assert BY_PRIORITY in form
    assert await connected.ada.submit({}) == {}
    await card_with(connected.ada, TITLE, "CHG", GENERAL)
    (row,) = made(connected, "change_request")
    assert (row["priority"], bool(row["due_date"])) == ("2", True)


async def test_a_message_stays_in_its_thread(connected, set_up):
    await set_up()
    await connected.mia.say("Renew the certificate", SECURITY)
    message = (await connected.mia.messages(SECURITY))[-1]
    await connected.ada.use_shortcut("ticket_from_message", message)
    form = visible_text(await connected.ada.modal(title="Create a ticket"))
    assert BY_PRIORITY in form
    assert "Left empty, it appears in the thread" in form
    assert await connected.ada.submit({"Category": "Apps"}) == {}
    card = await card_with(connected.ada, "Renew the certificate", "CHG")
    assert card["thread_ts"] == message["ts"]
    (row,) = made(connected, "change_request")
    assert (row["priority"], bool(row["due_date"])) == ("2", True)
