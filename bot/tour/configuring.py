"""Further ServiceNow fields and the names of states, as an admin sets them."""

from typing import Any

from bot.sandbox.driver import visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon

_SETTINGS = "ServiceNow settings"


async def add_a_rule(stage: Stage) -> str:
    """Find a column of the instance's own and have it filled from every ticket."""
    await stage.ada.command("/snow settings", HOME_CHANNEL)
    await stage.ada.modal(title=_SETTINGS)
    await stage.ada.click_in_modal("Add a rule")
    await stage.ada.modal(title="Incident: a rule")
    await stage.ada.choose("Column", "improvement", "Improvement action")
    await _modal_with(stage, "Incident: a rule", "Fill it with")
    errors = await stage.ada.submit({"Fill it with": "Link to the action"})
    expect(not errors, f"the rule was refused: {errors}")
    await _modal_with(stage, _SETTINGS, "filled from: Link to the action")
    return "u_improvement_action is filled from the link to the action"


async def try_it(stage: Stage) -> str:
    """Make a test record, and read that the field is kept and the record cancelled."""
    await stage.ada.click_in_modal("Make a test record")
    shown = visible_text(await _modal_with(stage, "Test record", "is cancelled"))
    expect("✅" in shown, f"the field was not kept: {shown}")
    kept = [
        record
        for record in await stage.far.tickets("incident")
        if record["u_improvement_action"]["value"]
    ]
    expect(len(kept) == 1, f"{len(kept)} records hold the link")
    await stage.ada.close_modal()
    return f"{kept[0]['number']['value']}: kept, and cancelled"


async def name_a_state(stage: Stage) -> str:
    """Name a state, and read the name in the list of tickets."""
    await stage.ada.click_in_modal("States")
    await stage.ada.modal(title="Incident states")
    errors = await stage.ada.submit({"In Progress (2): name in Slack": "Being done"})
    expect(not errors, f"the name was refused: {errors}")
    await _modal_with(stage, _SETTINGS, "In Progress is shown as Being done")
    await stage.ada.close_modal()
    await stage.mia.command("/snow tickets", HOME_CHANNEL)
    await stage.mia.wait_for_message(HOME_CHANNEL, text="Being done", ephemeral=True)
    return "In Progress is shown as Being done"


async def _modal_with(stage: Stage, title: str, text: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        view = await stage.ada.modal(title=title)
        return view if text in visible_text(view) else None

    return await soon(look, f"{title} never showed {text!r}", 30)
