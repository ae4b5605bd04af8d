"""Steps 5 and 6: the list, changes made in ServiceNow, the digest, App Home."""

from typing import Any, Final

from bot.sandbox.driver import visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon

_MOVES = {"incident": ("2", "In Progress"), "change_request": ("-4", "Assess")}
_PROVOKED: Final = ("channel_not_found", "is_archived", "is_inactive", "expired_trigger_id")
"""What the tour itself has Slack refuse."""


async def list_tickets(stage: Stage) -> str:
    """List the open tickets and mine."""
    await stage.mia.command("/snow tickets open", HOME_CHANNEL)
    for number in stage.cards:
        await stage.mia.wait_for_message(HOME_CHANNEL, text=number, ephemeral=True)
    await stage.ada.command("/snow tickets mine", HOME_CHANNEL)
    await stage.ada.wait_for_message(HOME_CHANNEL, text="Tour: incident", ephemeral=True)
    return f"{len(stage.cards)} open tickets"


async def follow_changes(stage: Stage) -> str:
    """Move both tickets in ServiceNow; the cards follow in place, the change in the thread."""
    moved = []
    for table, (state, label) in _MOVES.items():
        record = (await stage.far.tickets(table))[0]
        number = record["number"]["value"]
        await stage.far.change(table, record["sys_id"]["value"], state=state)
        await _card_shows(stage, number, label)
        moved.append(f"{number} → {label}")
    return ", ".join(moved)


async def _card_shows(stage: Stage, number: str, label: str) -> None:
    card = stage.cards[number]

    async def updated() -> bool | None:
        messages = await stage.ada.messages(card["channel"])
        current = next(m for m in messages if m["ts"] == card["ts"])
        replies = [m for m in messages if m.get("thread_ts") == card["ts"] != m["ts"]]
        told = any(label in visible_text(reply) for reply in replies)
        return (label in visible_text(current) and told) or None

    await soon(updated, f"the card of {number} never showed {label} with its thread", 15)


async def post_digest(stage: Stage) -> str:
    """Ask for the digest of the channel."""
    facts = stage.facts
    expect(facts, "the score was never read")
    await stage.mia.command("/snow digest now", HOME_CHANNEL)

    async def digest() -> dict[str, Any] | None:
        posted = [m for m in await stage.mia.messages(HOME_CHANNEL) if not m.get("ephemeral")]
        return next((m for m in reversed(posted) if "igest" in visible_text(m)), None)

    text = visible_text(await soon(digest, "no digest was posted"))
    expected = ["In Progress", "Assess", "Incident", "Change request"]
    if facts:
        expected.append(f"{facts.current:g} of {facts.maximum:g}")
    for word in expected:
        expect(word in text, f"{word!r} is not in the digest: {text}")
    return "open tickets by kind and state, what changed, the points"


async def open_home(stage: Stage) -> str:
    """Open App Home and find the two cards of the original feature."""
    text = visible_text(await stage.ada.home())
    for words in ("Change management", "Incident management"):
        expect(words in text, f"{words!r} is not in App Home: {text}")
    return "both cards"


async def nothing_was_refused(stage: Stage) -> str:
    """Check that Slack refused nothing that the bot sent."""
    url = f"{stage.tryout.page}/_client/refused"
    async with stage.http.get(url) as response:
        refused = (await response.json())["refused"]
    unexpected = [each for each in refused if each["error"] not in _PROVOKED]
    expect(not unexpected, f"Slack refused: {unexpected}")
    return "every payload was accepted"
