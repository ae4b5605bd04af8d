"""Sharing an action again, several at once, and a message: what the one form does not do."""

from typing import Any, Final

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon
from connector.models import ImprovementAction, WorkspaceId

_SEVERAL: Final = 3
_AGAIN: Final = "Tour: still open after the audit"
_SAID: Final = "Tour: the *gateway* answers with an old certificate.\nWho renews it?"
_FIRST_LINE: Final = "Tour: the gateway answers with an old certificate."


async def share_again(stage: Stage) -> str:
    """Choose an action that has a ticket, and update that instead of making another."""
    title = (await stage.score()).open_actions[0].title
    before = await _count(stage)
    await stage.mia.command("/snow share", HOME_CHANNEL)
    await stage.mia.modal(title="Share an action")
    await stage.mia.choose("Improvement action", title[:12], title[:40])
    shown = visible_text(await stage.mia.modal(title="Shared already"))
    known = any(number in shown for number in stage.cards)
    expect(known, f"the form shows no ticket of that action: {shown}")
    await stage.mia.click_in_modal("Update")
    await stage.mia.modal(title="Update the ticket")
    expect(await stage.mia.submit({"Work note": _AGAIN}) == {}, "the update was refused")
    await stage.mia.clear_modals()
    await stage.mia.wait_for_message(HOME_CHANNEL, text=_AGAIN, seconds=15)
    expect(await _count(stage) == before, "sharing again made another ticket")
    return "the ticket that there was got a work note"


async def share_several(stage: Stage) -> str:
    """Share several actions at once, and watch the one message until all are made."""
    chosen = await _untouched(stage)
    titles = ", ".join(each.title[:40] for each in chosen)
    before = await _count(stage)
    await _open_form(stage)
    errors = await stage.ada.submit({"Improvement actions": titles})
    expect(not errors, f"the form was refused: {errors}")
    await stage.ada.clear_modals()
    count = len(chosen)
    told = await stage.ada.wait_for_message(
        HOME_CHANNEL, text=f"{count} of {count} tickets made", ephemeral=False, seconds=20
    )
    made = await _count(stage) - before
    expect(made == count, f"ServiceNow holds {made} more tickets, not {count}")
    await soon(lambda: _cards_in(stage, told, count), "not every card is in the thread", 30)
    return f"{count} tickets, one message, {count} cards in its thread"


async def share_as_one(stage: Stage) -> str:
    """Share several actions as one ticket that lists them."""
    chosen = await _untouched(stage)
    titles = ", ".join(each.title[:40] for each in chosen)
    await _open_form(stage)
    values = {
        "Improvement actions": titles,
        "Tickets": "One ticket for all of them",
        "Name": "Tour: one for all",
    }
    expect(await stage.ada.submit(values) == {}, "the form was refused")
    await stage.ada.clear_modals()
    await stage.ada.wait_for_message(HOME_CHANNEL, text="Tour: one for all. New", seconds=20)
    every = await stage.far.tickets("incident")
    (row,) = (r for r in every if r["short_description"]["value"] == "Tour: one for all")
    listed = row["description"]["value"].count("actionId=")
    expect(listed == len(chosen), f"{listed} of {len(chosen)} actions are listed")
    return f"{row['number']['value']} lists {listed} actions"


async def make_a_ticket_of_a_message(stage: Stage) -> str:
    """Make a ticket of a message by its shortcut; the card replies to that message."""
    await stage.mia.say(_SAID, HOME_CHANNEL)
    message = await stage.mia.wait_for_message(HOME_CHANNEL, text="Who renews it?")
    await stage.ada.use_shortcut("ticket_from_message", message)
    form = visible_text(await stage.ada.modal(title="Create a ticket"))
    expect(_FIRST_LINE in form, f"the form does not begin with the message: {form}")
    expect(accounts.MIA.real_name in form, f"the form does not name who wrote it: {form}")
    expect(await stage.ada.submit({"Category": "Apps"}) == {}, "the form was refused")
    await stage.ada.clear_modals()
    await stage.ada.wait_for_message(
        HOME_CHANNEL, text="Assigned to", thread_ts=message["ts"], seconds=20
    )
    return "the card is a reply to the message"


async def use_a_global_shortcut(stage: Stage) -> str:
    """Open the search by a shortcut, as people do in a thread."""
    await stage.mia.use_shortcut("share_shortcut", channel=HOME_CHANNEL)
    await stage.mia.modal(title="Share an action")
    await stage.mia.clear_modals()
    await stage.mia.use_shortcut("create_shortcut", channel=HOME_CHANNEL)
    form = visible_text(await stage.mia.modal(title="Create a ticket"))
    expect("Channel" in form, f"the form does not ask where the card goes: {form}")
    await stage.mia.clear_modals()
    return "both open their form"


async def _open_form(stage: Stage) -> None:
    await stage.ada.command("/snow share", HOME_CHANNEL)
    await stage.ada.modal(title="Share an action")
    await stage.ada.click_in_modal("Share several at once")
    await stage.ada.modal(title="Share several actions")


async def _untouched(stage: Stage) -> list[ImprovementAction]:
    """Choose actions without a ticket, whose titles nothing else has and no comma is in."""
    services = stage.tryout.bot.connector.services
    marks = await services.coverings.marks(WorkspaceId(accounts.TEAM_ID))
    every = (await stage.score()).open_actions
    heads = [each.title[:40] for each in every]
    free = [
        each
        for each in every
        if each.id not in marks and ", " not in each.title and heads.count(each.title[:40]) == 1
    ]
    expect(len(free) >= _SEVERAL, f"only {len(free)} actions have no ticket")
    return free[-_SEVERAL:]


async def _count(stage: Stage) -> int:
    return len(await stage.far.tickets("incident"))


async def _cards_in(stage: Stage, told: dict[str, Any], count: int) -> bool | None:
    messages = await stage.ada.messages(HOME_CHANNEL)
    replies = [each for each in messages if each.get("thread_ts") == told["ts"] != each["ts"]]
    return sum("Assigned to" in visible_text(each) for each in replies) == count or None
