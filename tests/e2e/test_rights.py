"""Rights where tickets are: every way of acting is closed and opened by the same settings."""

from dataclasses import replace

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser, visible_text
from bot.tour.stage import soon
from connector.models import (
    DueRule,
    FormDefaults,
    Priority,
    RecommendationCategory,
    Right,
    RightRule,
    Rights,
    UserGroup,
    UserId,
    WorkspaceId,
)
from tests.e2e.acts import SECURITY, card_with, create, number_of, records

TEAM = WorkspaceId(accounts.TEAM_ID)
ADA, MIA = UserId(accounts.ADA.id), UserId(accounts.MIA.id)
GENERAL = accounts.GENERAL.id
GROUP = UserGroup(id="S0SECURITY", name="Security team")


@pytest.fixture
def services(connected):
    return connected.tryout.bot.connector.services


async def keep(services, **rules):
    await services.rights.keep(TEAM, ADA, Rights(approvers=(ADA,), **rules))


async def refused(user, channel=SECURITY):
    return await user.wait_for_message(channel, text="Request access", ephemeral=True)


async def test_a_card_can_be_used_by_those_who_may_change_tickets_only(connected, services):
    await create(connected.mia, "Guarded")
    message = await card_with(connected.mia, "Guarded", "INC")
    await keep(services, change=RightRule())
    for label, option in (("Comment", None), ("Change state", None), ("act_more", "Work note")):
        before = message["ts"]
        await connected.mia.click(message, label, option=option)
        shown = await connected.mia.wait_for_message(
            SECURITY, text="may change tickets", ephemeral=True, after=before
        )
        assert "Request access" in visible_text(shown)
    (row,) = records(connected, "Guarded")
    assert row["assigned_to"] == ""
    await keep(services, change=RightRule(groups=(GROUP,)))
    await connected.mia.click(message, "Comment")
    await connected.mia.modal(title="Comment")


async def test_a_form_that_was_open_when_the_right_went_makes_no_ticket(connected, services):
    await connected.mia.command("/snow create", SECURITY)
    await connected.mia.modal(title="Create a ticket")
    await keep(services, share=RightRule())
    assert await connected.mia.submit({"Name": "Too late", "Category": "Identity"}) == {}
    shown = visible_text(await connected.mia.modal(title="That did not work"))
    assert "may make tickets" in shown
    await connected.mia.close_modal()
    await keep(services, share=RightRule(users=(MIA,)))
    assert await connected.mia.submit() == {}
    await number_of(connected.mia, "Too late")
    assert len(records(connected, "Too late")) == 1


async def test_somebody_who_is_let_in_connects_without_being_an_admin(stage):
    await stage.tryout.bot.connector.services.rights.keep(
        TEAM, ADA, Rights(connect=RightRule(users=(MIA,)))
    )
    await stage.mia.command("/snow connect", SECURITY)
    await stage.mia.modal(title="Connect ServiceNow")
    await stage.mia.clear_modals()
    await stage.mia.command("/snow settings", SECURITY)
    await stage.mia.modal(title="ServiceNow settings")
    await stage.mia.click_in_modal("Who may do what")
    shown = visible_text(await stage.mia.modal(title="That did not work"))
    assert "Only admins and owners of this workspace may do that." in shown


async def test_a_guest_who_was_let_in_by_name_still_does_nothing(connected, services):
    guest = UserId(accounts.GUS.id)
    await keep(services, share=RightRule(users=(guest,)))
    gus = SlackUser(connected.http, connected.tryout.page, accounts.GUS.id)
    await gus.command("/snow share", accounts.CONTOSO.id)
    message = await gus.wait_for_message(accounts.CONTOSO.id, ephemeral=True)
    assert "full members" in visible_text(message)


async def test_forms_begin_as_the_workspace_has_set_it(connected, services):
    defaults = FormDefaults(
        priority=Priority.HIGH,
        due=DueRule.BY_PRIORITY,
        by_priority=tuple((each, each.value) for each in Priority),
        channels=((RecommendationCategory.DATA, GENERAL),),
    )
    await services.defaults.keep(TEAM, ADA, defaults)
    await connected.mia.command("/snow create", SECURITY)
    view = await connected.mia.modal(title="Create a ticket")
    assert "Left empty, the priority decides. 1 - Critical: 1 day" in visible_text(view)
    assert await connected.mia.submit({"Name": "By category", "Category": "Data"}) == {}
    taken = visible_text(await connected.mia.modal(title="On its way"))
    assert f"<#{GENERAL}>" in taken
    await connected.mia.clear_modals()
    await connected.mia.wait_for_message(GENERAL, text="INC")
    (row,) = records(connected, "By category")
    assert row["due_date"]
    assert (row["priority"], row["short_description"]) == ("2", "By category")


async def test_whoever_makes_a_ticket_picks_another_channel_for_its_card(connected, services):
    channels = ((RecommendationCategory.DATA, GENERAL),)
    await services.defaults.keep(TEAM, ADA, replace(FormDefaults(), channels=channels))
    await connected.mia.command("/snow create", SECURITY)
    await connected.mia.modal(title="Create a ticket")
    values = {"Name": "Elsewhere", "Category": "Data", "Card goes to": accounts.IT_OPS.id}
    assert await connected.mia.submit(values) == {}

    async def look():
        shown = [visible_text(each) for each in await connected.mia.messages(accounts.IT_OPS.id)]
        return any("Elsewhere" in each and "INC" in each for each in shown) or None

    await soon(look, "the card never comes")


async def test_every_change_of_settings_has_a_name(connected, services, caplog):
    caplog.set_level("INFO")
    await connected.ada.command("/snow settings", SECURITY)
    await connected.ada.modal(title="ServiceNow settings")
    await connected.ada.click_in_modal("States")
    await connected.ada.modal(title="Incident states")
    assert await connected.ada.submit({"New (1): name in Slack": "To do"}) == {}

    async def look():
        return "Last changed by" in visible_text(await connected.ada.modal()) or None

    await soon(look, "it is not said who changed the settings")
    assert f"by={accounts.ADA.id} topic=states" in caplog.text
    assert await services.rights.may(TEAM, MIA, Right.SHARE)
