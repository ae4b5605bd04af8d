"""Steps 2, 3 and 4: the score, shares as incident and change request, a free ticket."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.changing import choose_change
from bot.tour.farside import ScoreFacts
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon

_NUMBER: Final = re.compile(r"\b(?:INC|CHG)\d{7,}\b")
_DESCRIPTION: Final = (
    "Roll out in two waves. <!channel> ^ javascript:alert(1) [code]<b>x</b>[/code]"
)


async def read_score(stage: Stage) -> str:
    """Compare the score that Slack shows with what Microsoft's raw answers add up to."""
    facts = stage.facts = await stage.far.score()
    await stage.mia.command("/snow score", HOME_CHANNEL)
    message = await stage.mia.wait_for_message(
        HOME_CHANNEL, text=f"{facts.current:g} of {facts.maximum:g}", ephemeral=True
    )
    shown = visible_text(message)
    expect(f"{facts.open} open" in shown, f"{facts.open} open actions are not in: {shown}")
    expect(f"{facts.gain:g}" in shown, f"the gain {facts.gain:g} is not in: {shown}")
    score = await stage.score()
    counted = ScoreFacts(
        score.profiles,
        len(score.actions),
        len(score.open_actions),
        score.gain,
        score.current,
        score.maximum,
    )
    expect(str(counted) == str(facts), f"the bot counts {counted}, Microsoft's data say {facts}")
    return str(facts)


@dataclass(frozen=True, slots=True)
class _Wish:
    kind: str
    name: str
    priority: str
    due: str
    description: str | None = None


async def share_an_incident(stage: Stage) -> str:
    """Search an action, fill in the form, and wait for the card to carry the number."""
    title = await _most_gain(stage)
    await stage.ada.command("/snow share", HOME_CHANNEL)
    await stage.ada.modal(title="Share an action")
    await stage.ada.choose("Improvement action", title[:12], title[:40])
    await stage.ada.modal(title="Share to ServiceNow")
    wish = _Wish("Incident", "Tour: incident", "2 - High", _due(), _DESCRIPTION)
    await _refuse_the_past(stage)
    number = await _send(stage, wish)
    record = await _record(stage, "incident", number)
    expect(_value(record, "priority") == "2", f"priority is {record['priority']}")
    expect(_value(record, "due_date")[:10] == wish.due, f"due is {record['due_date']}")
    expect(_DESCRIPTION.split(" ")[0] in _value(record, "description"), "the description is lost")
    expect(
        _display(record, "caller_id") == accounts.ADA.real_name, f"caller: {record['caller_id']}"
    )
    return f"{number} as ServiceNow holds it"


async def share_a_change(stage: Stage) -> str:
    """Press Share on the score list and make a change request of it, beside the incident."""
    await stage.mia.command("/snow score", HOME_CHANNEL)
    message = await stage.mia.wait_for_message(HOME_CHANNEL, text="points", ephemeral=True)
    await stage.mia.click(message, "Share")
    known = visible_text(await stage.mia.modal(title="Shared already"))
    expect(any(number in known for number in stage.cards), f"the incident is not shown: {known}")
    await stage.mia.click_in_modal("Make another ticket")
    await stage.mia.modal(title="Share to ServiceNow")
    wish = _Wish("Change request", "Tour: change", "3 - Moderate", _due())
    number = await _send(stage, wish, stage.mia)
    record = await _record(stage, "change_request", number)
    requested_by = _display(record, "requested_by")
    expect(requested_by == accounts.MIA.real_name, f"requested by {requested_by}")
    expect("Microsoft recommendation" in _value(record, "description"), "the source is lost")
    return f"{number} as ServiceNow holds it"


async def create_freely(stage: Stage) -> str:
    """Write a ticket without an action."""
    await stage.mia.command("/snow create", HOME_CHANNEL)
    await stage.mia.modal(title="Create a ticket")
    empty = await stage.mia.submit({"Name": ""})
    expect("Name" in empty, f"an empty name was not refused at its field: {empty}")
    wish = _Wish("Incident", "Tour: free ticket", "4 - Low", _due(), "Written freely.")
    number = await _send(stage, wish, stage.mia, Category="Infrastructure")
    record = await _record(stage, "incident", number)
    expect("User recommendation" in _value(record, "description"), "the source is lost")
    expect("Infrastructure" in _value(record, "description"), "the category is lost")
    return f"{number} as a user recommendation"


async def share_from_a_private_channel(stage: Stage) -> str:
    """Share where the bot is no member: the form says so and the card comes privately."""
    await stage.ada.command("/snow create", accounts.BOARD.id)
    modal = await stage.ada.modal(title="Create a ticket")
    expect("private" in visible_text(modal).lower(), f"the form does not say so: {modal}")
    wish = _Wish("Incident", "Tour: from a private channel", "4 - Low", _due(), "Quietly.")
    number = await _send(stage, wish, channel=await stage.ada.direct_channel(), Category="Apps")
    return f"the card of {number} went to the requester"


async def _most_gain(stage: Stage) -> str:
    score = await stage.score()
    return score.open_actions[0].title


def _due() -> str:
    in_a_month = datetime.fromtimestamp(time.time(), tz=UTC) + timedelta(days=30)
    return in_a_month.date().isoformat()


async def _refuse_the_past(stage: Stage) -> None:
    errors = await stage.ada.submit({"Due date": "2020-01-31"})
    expect("Due date" in errors, f"a due date in the past was not refused: {errors}")


async def _send(
    stage: Stage, wish: _Wish, user: Any = None, channel: str = HOME_CHANNEL, **more: str
) -> str:
    user = user or stage.ada
    if wish.kind == "Change request":
        await choose_change(user)
    values: dict[str, str | None] = {
        "Name": wish.name,
        "Priority": wish.priority,
        "Due date": wish.due,
        **more,
    }
    if wish.description is not None:
        values["Description"] = wish.description
    errors = await user.submit(values)
    expect(not errors, f"the form was refused: {errors}")
    await user.close_modal()

    async def numbered() -> tuple[str, dict[str, Any]] | None:
        for message in reversed(await user.messages(channel)):
            text = visible_text(message)
            found = _NUMBER.search(text)
            if wish.name in text and found and not message.get("ephemeral"):
                return found.group(), message
        return None

    number, message = await soon(numbered, f"no card with a number for {wish.name!r}")
    stage.cards[number] = message
    return number


async def _record(stage: Stage, table: str, number: str) -> dict[str, Any]:
    rows = [r for r in await stage.far.tickets(table) if _value(r, "number") == number]
    expect(len(rows) == 1, f"ServiceNow holds {len(rows)} records of {number}")
    return rows[0]


def _value(record: dict[str, Any], name: str) -> str:
    return str(record[name]["value"])


def _display(record: dict[str, Any], name: str) -> str:
    return str(record[name]["display_value"])
