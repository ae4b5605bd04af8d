"""What people do with a ticket from its card: it is in ServiceNow once, and in the thread."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.sandbox.driver import visible_text
from bot.tour.stage import Stage, expect, soon

_SAID: Final = "Tour: two hosts are left"
_DUE_IN: Final = timedelta(days=45)


async def comment_and_set_a_date(stage: Stage) -> str:
    """Comment on the incident from its card, and give it another due date."""
    number = next(each for each in stage.cards if each.startswith("INC"))
    card = stage.cards[number]
    await stage.mia.click(card, "Comment")
    await stage.mia.modal(title="Comment")
    expect(await stage.mia.submit({"Comment": _SAID}) == {}, "the comment was refused")
    await stage.mia.clear_modals()
    due = (datetime.fromtimestamp(time.time(), tz=UTC) + _DUE_IN).date().isoformat()
    await stage.mia.click(card, "Due date")
    await stage.mia.modal(title="Due date")
    expect(await stage.mia.submit({"Due date": due}) == {}, "the date was refused")
    await stage.mia.clear_modals()
    for words in (_SAID, due):
        await _thread_says(stage, card, words)
    record = next(
        each for each in await stage.far.tickets("incident") if each["number"]["value"] == number
    )
    written = record["comments"]["display_value"].count(_SAID)
    expect(written == 1, f"the comment is {written} times in ServiceNow")
    expect(record["due_date"]["value"].startswith(due), "ServiceNow has another due date")
    return f"{number}: one comment, due {due}"


async def _thread_says(stage: Stage, card: dict[str, Any], words: str) -> None:
    async def told() -> bool | None:
        messages = await stage.ada.messages(card["channel"])
        replies = [m for m in messages if m.get("thread_ts") == card["ts"] != m["ts"]]
        ours = [each for each in replies if words in visible_text(each)]
        return any("Mia Member, from Slack" in visible_text(each) for each in ours) or None

    await soon(told, f"{words!r} was never said in the card's thread", 15)
