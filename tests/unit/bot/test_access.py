"""Guests, strangers and those without a right: what they are told, everywhere they come in."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import DriverError, SlackUser, visible_text
from bot.tour.stage import soon
from connector.models import Right, RightRule, Rights, UserId, WorkspaceId
from tests.unit.bot.slack_end import SECURITY, with_bot

TEAM, CONTOSO = WorkspaceId(accounts.TEAM_ID), accounts.CONTOSO.id
ADA, OLE, MIA = (UserId(each.id) for each in (accounts.ADA, accounts.OLE, accounts.MIA))
CLOSED = Rights(share=RightRule(), change=RightRule(), approvers=(ADA, OLE))


@pytest.fixture
async def end(tmp_path):
    async with with_bot(tmp_path) as end:
        yield end


async def settings_with(end, text):
    """Wait until the settings under a form that was sent show what was saved."""

    async def look():
        shown = visible_text(await end.ada.modal(title="ServiceNow settings"))
        return shown if text in shown else None

    return await soon(look, f"the settings never show {text!r}")


def person(end, account):
    return SlackUser(end.http, end.origin, account.id)


@pytest.mark.parametrize("account", accounts.VISITORS, ids=["guest", "stranger"])
@pytest.mark.parametrize(
    "typed", ["score", "tickets", "ticket INC1", "share", "create", "status", "digest now"]
)
async def test_visitors_are_refused_kindly_and_offered_nothing(end, account, typed):
    visitor = person(end, account)
    await visitor.command(f"/snow {typed}", CONTOSO)
    message = await visitor.wait_for_message(CONTOSO, ephemeral=True)
    shown = visible_text(message)
    assert "Snowline is for full members of this workspace" in shown
    assert "Request access" not in shown
    assert await end.refused() == []


@pytest.mark.parametrize("account", accounts.VISITORS, ids=["guest", "stranger"])
async def test_app_home_shows_visitors_why_it_is_empty(end, account):
    view = await person(end, account).home()
    assert "Snowline is for full members" in visible_text(view)
    assert len(view["blocks"]) == 1


@pytest.mark.parametrize(
    "flags", [{"is_bot": True}, {"deleted": True}, {"is_ultra_restricted": True}], ids=str
)
async def test_whoever_is_no_full_member_by_slacks_word_sees_nothing(end, flags):
    end.server.workspace.people.mark(MIA, **flags)
    await end.mia.command("/snow tickets", SECURITY)
    message = await end.mia.wait_for_message(SECURITY, ephemeral=True)
    assert "full members" in visible_text(message)


async def test_where_slack_does_not_say_nobody_gets_through_and_reads_to_try_again(end):
    await end.mia.command("/snow help", SECURITY)
    end.server.faults.arm("503:2")
    await end.mia.command("/snow tickets", SECURITY)
    message = await end.mia.wait_for_message(SECURITY, text="Listing", ephemeral=True)
    assert "Try again in a minute." in visible_text(message)


class TestAsking:
    """Somebody without a right, and those who may give it."""

    @pytest.fixture
    async def closed(self, end):
        await end.services.rights.keep(TEAM, ADA, CLOSED)
        return end

    async def refused(self, end, typed="create"):
        await end.mia.command(f"/snow {typed}", SECURITY)
        return await end.mia.wait_for_message(SECURITY, text="Request access", ephemeral=True)

    async def asked(self, user):
        return await user.wait_for_message(await user.direct_channel(), text="asks to share")

    async def test_the_exchange_from_the_refusal_to_the_form(self, closed):
        ole = person(closed, accounts.OLE)
        refusal = await self.refused(closed)
        assert "have chosen may make tickets" in visible_text(refusal)
        await closed.mia.click(refusal, "Request access")
        await closed.mia.wait_for_message(SECURITY, text="is asked whether", ephemeral=True)
        await closed.ada.click(await self.asked(closed.ada), "Allow")
        for approver in (closed.ada, ole):
            direct = await approver.direct_channel()
            edited = await approver.wait_for_message(direct, text="has allowed it")
            assert "because you answer requests" in visible_text(edited)
            with pytest.raises(DriverError):
                await approver.click(edited, "Allow")
        answer = await closed.mia.wait_for_message(
            await closed.mia.direct_channel(), text="lets you make tickets"
        )
        assert "because you asked for it" in visible_text(answer)
        await closed.mia.command("/snow create", SECURITY)
        await closed.mia.wait_for_message(SECURITY, text="ServiceNow is not connected.")
        assert await closed.refused() == []

    async def test_asking_again_the_same_day_reaches_nobody_again(self, closed):
        for told in ("is asked whether", "Nobody has answered your request yet"):
            await closed.mia.click(await self.refused(closed), "Request access")
            await closed.mia.wait_for_message(SECURITY, text=told, ephemeral=True)
        await self.asked(closed.ada)
        messages = await closed.ada.messages(await closed.ada.direct_channel())
        assert len([each for each in messages if "asks to share" in visible_text(each)]) == 1

    async def test_an_approver_who_lost_the_right_answers_nothing(self, closed):
        await closed.mia.click(await self.refused(closed), "Request access")
        message = await self.asked(closed.ada)
        await closed.services.rights.keep(TEAM, OLE, Rights(share=RightRule(), approvers=(OLE,)))
        closed.server.workspace.people.mark(ADA, is_admin=False)
        await closed.ada.click(message, "Allow")
        direct = await closed.ada.direct_channel()
        await closed.ada.wait_for_message(direct, text="Nothing was changed")
        assert not await closed.services.rights.may(TEAM, MIA, Right.SHARE)

    async def test_a_right_that_is_lost_while_the_form_is_open_is_asked_for_there(self, closed):
        await closed.services.rights.keep(TEAM, ADA, Rights(approvers=(ADA,)))
        await closed.ada.command("/snow settings", SECURITY)
        await closed.ada.modal(title="ServiceNow settings")
        await closed.ada.click_in_modal("Change defaults")
        await closed.ada.modal(title="Defaults of new tickets")
        closed.server.workspace.people.mark(ADA, is_admin=False)
        await closed.services.rights.keep(TEAM, OLE, Rights(approvers=(OLE,)))
        assert await closed.ada.submit() == {}
        shown = visible_text(await closed.ada.modal(title="That did not work"))
        assert "whom they have chosen" in shown
        await closed.ada.click_in_modal("Request access")
        await closed.ada.modal(title="Request access")
        ole = person(closed, accounts.OLE)
        await ole.wait_for_message(await ole.direct_channel(), text="change settings")
        assert await closed.refused() == []


async def test_an_admin_sets_who_may_and_reads_who_changed_it(end):
    await end.ada.command("/snow settings", SECURITY)
    await end.ada.modal(title="ServiceNow settings")
    await end.ada.click_in_modal("Who may do what")
    await end.ada.modal(title="Who may do what")
    errors = await end.ada.submit(
        {
            "Who may share actions and create tickets?": "Admins, and whom you choose below",
            "People who may make tickets": accounts.NED.id,
            "User groups who may make tickets": "Security team",
            "People who answer requests": accounts.OLE.id,
        }
    )
    assert errors == {}
    shown = await settings_with(end, f"*Make tickets:* admins · <@{accounts.NED.id}>")
    assert f"<@{accounts.NED.id}> · Security team" in shown
    assert f"*Answer requests:* <@{accounts.OLE.id}>" in shown
    assert f"Last changed by <@{accounts.ADA.id}>" in shown
    assert await end.services.rights.may(TEAM, MIA, Right.SHARE)
    assert not await end.services.rights.may(TEAM, UserId("U0NOBODY"), Right.SHARE)


async def test_defaults_are_refused_at_their_fields_and_then_kept(end):
    await end.ada.command("/snow settings", SECURITY)
    await end.ada.modal(title="ServiceNow settings")
    await end.ada.click_in_modal("Change defaults")
    await end.ada.modal(title="Defaults of new tickets")
    wrong = {"Kind": "Change request", "Priority": "5 - Planning"}
    assert "Planning" in (await end.ada.submit(wrong))["Priority"]
    wrong = {"Priority": "2 - High", "Days after it is made": "0"}
    assert "whole number" in (await end.ada.submit(wrong))["Days after it is made"]
    closed = {"Days after it is made": "14", "Channel for Data": accounts.BOARD.id}
    assert "cannot write there" in (await end.ada.submit(closed))["Channel for Data"]
    assert await end.ada.submit({"Channel for Data": SECURITY}) == {}
    shown = await settings_with(end, "*Begin with:* Change request · 2 - High")
    assert "*Due:* 14 days after it is made" in shown
    assert f"Data: <#{SECURITY}>" in shown
