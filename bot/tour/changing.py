"""Step 3 again: a standard change, from a template and at a planned time."""

from typing import Any

from bot.sandbox.driver import SlackUser, visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon

_NAME = "Tour: standard change"
_STARTS, _ENDS = "1796157000", "1796162400"  # 2026-12-01, 20:30 and 22:00 UTC


async def make_a_standard_change(stage: Stage) -> str:
    """Choose a change request, then its type, then its template: the form follows each time."""
    await stage.mia.command("/snow create", HOME_CHANNEL)
    await stage.mia.modal(title="Create a ticket")
    await choose_change(stage.mia)
    await stage.mia.choose("Type", "", "Standard")
    await follows(stage.mia, "Template")
    await stage.mia.choose("Template", "legacy", "Block legacy sign-ins")
    errors = await stage.mia.submit(
        {"Name": _NAME, "Category": "Identity", "Planned start": _STARTS, "Planned end": _ENDS}
    )
    expect(not errors, f"the form was refused: {errors}")
    await stage.mia.close_modal()
    record = await soon(lambda: _record(stage), f"no change request {_NAME!r}")
    kept = {name: str(record[name]["value"]) for name in ("type", "start_date", "end_date")}
    planned = {"start_date": "2026-12-01 20:30:00", "end_date": "2026-12-01 22:00:00"}
    expect(kept == {"type": "standard", **planned}, f"ServiceNow holds {kept}")
    number = str(record["number"]["value"])
    stage.cards[number] = await _card_of(stage, number)
    return f"{number} as ServiceNow holds it"


async def choose_change(user: SlackUser) -> None:
    """Choose in a ticket form that it is about a change request."""
    await user.choose("Kind", "", "Change request")
    await follows(user, "Planned start")


async def follows(user: SlackUser, label: str) -> None:
    """Wait until the form has a field.

    Raises:
        StepError: it did not come.
    """

    async def look() -> bool:
        blocks = (await user.modal())["blocks"]
        return label in [(block.get("label") or {}).get("text") for block in blocks]

    await soon(look, f"the form has no {label!r}")


async def _record(stage: Stage) -> dict[str, dict[str, str]] | None:
    rows = await stage.far.tickets("change_request")
    return next((row for row in rows if row["short_description"]["value"] == _NAME), None)


async def _card_of(stage: Stage, number: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        for message in await stage.mia.messages(HOME_CHANNEL):
            text = visible_text(message)
            if number in text and "Standard change request" in text:
                return message
        return None

    return await soon(look, f"no card shows {number} as a standard change request")
