"""What Slack does to messages: an answer that is lost, a channel that is archived, a late click."""

from typing import Any, Final

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import Stage, expect, soon

_NAME: Final = "Tour: Slack never said whether it was posted"
_CHANNEL: Final = accounts.IT_OPS.id
_TWICE: Final = "may be here twice"


async def lose_an_answer(stage: Stage) -> str:
    """Have Slack post a card and not say so: another follows in the end, and says so."""
    stage.tryout.sandbox.slack_server.faults.arm("reset-after-commit@chat.postMessage")
    await stage.mia.command("/snow create", _CHANNEL)
    await stage.mia.modal(title="Create a ticket")
    errors = await stage.mia.submit({"Name": _NAME, "Category": "Data"})
    expect(not errors, f"the form was refused: {errors}")
    await stage.mia.close_modal()
    await _card(stage, _CHANNEL, "INC", _TWICE)
    shown = [visible_text(each) for each in await stage.mia.messages(_CHANNEL)]
    doubts = [_TWICE in each for each in shown if _NAME in each]
    expect(doubts == [False, True], f"the cards say so, each: {doubts}")
    return "a second card, which says that it may be there twice"


async def archive_a_channel(stage: Stage) -> str:
    """Archive the card's channel: its news go to the requester, and an admin hears of it once."""
    await stage.mia.command("/archive", _CHANNEL)
    record = next(
        each
        for each in await stage.far.tickets("incident")
        if each["short_description"]["value"] == _NAME
    )
    await stage.far.change("incident", record["sys_id"]["value"], state="2")
    await _card(stage, await stage.mia.direct_channel(), "In Progress", "Posted here because")
    admin = await stage.ada.direct_channel()
    await stage.ada.wait_for_message(admin, text="it is archived", seconds=15)
    return "the card went to the requester, an admin was told"


async def click_too_late(stage: Stage) -> str:
    """Have a click be too old for a form; one button opens it after all."""
    triggers = stage.tryout.sandbox.slack_server.workspace.triggers
    triggers.seconds, before = 0.0, triggers.seconds
    await stage.mia.command("/snow create", accounts.GENERAL.id)
    offered = await stage.mia.wait_for_message(accounts.GENERAL.id, text="nothing was opened")
    triggers.seconds = before
    await stage.mia.click(offered, "Open form")
    await stage.mia.modal(title="Create a ticket")
    await stage.mia.close_modal()
    return "a button opened the form after all"


async def _card(stage: Stage, channel: str, *texts: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        for message in await stage.mia.messages(channel):
            shown = visible_text(message)
            if _NAME in shown and all(text in shown for text in texts):
                return message
        return None

    return await soon(look, f"no card of {_NAME!r} shows {texts}", 15)
