"""Follow a ticket, mute it, and choose what a channel and a person are told."""

from typing import Any, Final

from bot.sandbox.driver import visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon

_DUE: Final = "2031-01-31"
_COMMENT: Final = "Tour: done on two hosts."


async def follow_and_mute(stage: Stage) -> str:
    """Follow a ticket, hear of it in private, and nothing of what one did oneself."""
    record = (await stage.far.tickets("incident"))[0]
    card = stage.cards[record["number"]["value"]]
    await stage.mia.click(card, "act_more", option="Follow")
    await stage.mia.wait_for_message(HOME_CHANNEL, text="You follow INC", ephemeral=True)
    await _comment(stage, card)
    await stage.far.change("incident", record["sys_id"]["value"], due_date=f"{_DUE} 12:00:00")
    direct = await stage.mia.direct_channel()
    news = await stage.mia.wait_for_message(direct, text="because you follow this", seconds=20)
    told = visible_text(news)
    expect(_DUE in told, f"the change is not in {told}")
    expect(_COMMENT not in told, f"one's own comment is in {told}")
    await stage.mia.click(news, "Unfollow")
    await stage.mia.click(card, "act_more", option="Mute here")
    await _card_says(stage, card, "muted it")
    await stage.mia.click(card, "act_more", option="Unmute here")
    return "told of what others did, muted and unmuted"


async def choose_what_is_told(stage: Stage) -> str:
    """Have a channel's threads say less and all again, and choose one's own notifications."""
    await stage.mia.command("/snow mute", HOME_CHANNEL)
    await stage.ada.wait_for_message(HOME_CHANNEL, text="muted Snowline here")
    panel = await stage.mia.wait_for_message(HOME_CHANNEL, text="This is about threads")
    await stage.mia.click(panel, "channel_told", option="Everything")
    await stage.ada.wait_for_message(HOME_CHANNEL, text="say everything that changes")
    await stage.mia.command("/snow notifications", HOME_CHANNEL)
    await stage.mia.modal(title="My notifications")
    wanted = {"Tickets I asked for": "Only when done, cancelled or reopened"}
    errors = await stage.mia.submit(wanted)
    expect(not errors, f"the form was refused: {errors}")
    await stage.mia.modal_is_closed()
    shown = visible_text(await stage.mia.home())
    expect("asked for: done, cancelled or reopened" in shown, f"App Home shows {shown}")
    return "a channel muted and heard again, one's own settings in App Home"


async def _comment(stage: Stage, card: dict[str, Any]) -> None:
    await stage.mia.click(card, "Comment")
    await stage.mia.modal(title="Comment")
    errors = await stage.mia.submit({"Comment": _COMMENT})
    expect(not errors, f"the comment was refused: {errors}")
    await stage.mia.close_modal()

    async def said() -> bool:
        messages = await stage.mia.messages(card["channel"])
        replies = [m for m in messages if m.get("thread_ts") == card["ts"] != m["ts"]]
        return any(_COMMENT in visible_text(each) for each in replies)

    await soon(said, "the comment never came into the thread", 15)


async def _card_says(stage: Stage, card: dict[str, Any], words: str) -> None:
    async def says() -> bool:
        messages = await stage.mia.messages(card["channel"])
        return words in visible_text(next(m for m in messages if m["ts"] == card["ts"]))

    await soon(says, f"the card never says {words!r}", 15)
