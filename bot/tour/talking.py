"""What ServiceNow says back: comments in a card's thread, and a refusal that is mended."""

from typing import Any, Final

from bot.sandbox.driver import visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon

_COMMENT: Final = "Which admins does this reach? <!channel>"
_NOTE: Final = "Pilot group first."
_REFUSED: Final = "Tour: refused at first"


async def hear_comments(stage: Stage) -> str:
    """Comment on a ticket in ServiceNow; who reads the card's thread hears it."""
    record = (await stage.far.tickets("incident"))[0]
    number = record["number"]["value"]
    sys_id = record["sys_id"]["value"]
    await stage.far.change("incident", sys_id, comments=_COMMENT, work_notes=_NOTE)
    card = stage.cards[number]

    async def heard() -> list[str] | None:
        messages = await stage.ada.messages(card["channel"])
        replies = [m for m in messages if m.get("thread_ts") == card["ts"] != m["ts"]]
        told = [visible_text(m) for m in replies if "System Administrator" in visible_text(m)]
        return told if len(told) > 1 else None

    told = await soon(heard, f"what was said on {number} never came into its thread", 15)
    expect(any("Which admins" in text for text in told), f"the comment is not in {told}")
    expect(any("internal" in text and _NOTE in text for text in told), f"no work note in {told}")
    return f"a comment and a work note on {number}"


async def mend_a_refusal(stage: Stage) -> str:
    """Have a ticket refused by a data policy, edit it on its card and send it again."""
    stage.tryout.sandbox.servicenow_server.faults.arm("data-policy")
    await stage.mia.command("/snow create", HOME_CHANNEL)
    await stage.mia.modal(title="Create a ticket")
    await stage.mia.submit({"Name": _REFUSED, "Category": "Data"})
    await stage.mia.close_modal()
    card = await _card_with(stage, "No ticket was made")
    expect("Service offering" in visible_text(card), f"no field is named: {visible_text(card)}")
    await stage.mia.click(card, "Edit and send again")
    form = await stage.mia.modal(title="Edit and send again")
    expect(_REFUSED in visible_text(form), f"what was typed is not in {visible_text(form)}")
    errors = await stage.mia.submit({"Description": "Filled in now."})
    expect(not errors, f"the form was refused: {errors}")
    await stage.mia.close_modal()
    mended = await _card_with(stage, "INC")
    expect(mended["ts"] == card["ts"], "another card was posted")
    return "the same card now shows its number"


async def _card_with(stage: Stage, text: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        for message in await stage.mia.messages(HOME_CHANNEL):
            shown = visible_text(message)
            if _REFUSED in shown and text in shown and not message.get("ephemeral"):
                return message
        return None

    return await soon(look, f"no card of {_REFUSED!r} shows {text!r}", 15)
