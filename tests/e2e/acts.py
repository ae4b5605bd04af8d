"""What people do in many tests, in one call each."""

import re
from typing import Any

from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser, visible_text
from bot.tour.stage import Stage, soon

SECURITY = accounts.SECURITY.id
NUMBER = re.compile(r"\b(?:INC|CHG)\d{7,}\b")


async def create(user: SlackUser, name: str, channel: str = SECURITY, **values: str) -> None:
    """Write a ticket without an action and send it."""
    await user.command("/snow create", channel)
    await user.modal(title="Create a ticket")
    errors = await user.submit({"Name": name, "Category": "Identity", **values})
    assert errors == {}
    await user.close_modal()


async def card_with(
    user: SlackUser, name: str, text: str, channel: str = SECURITY
) -> dict[str, Any]:
    """Wait until the card of that name shows a text."""

    async def look() -> dict[str, Any] | None:
        for message in reversed(await user.messages(channel)):
            shown = visible_text(message)
            if name in shown and text in shown and not message.get("ephemeral"):
                return message
        return None

    seen = [visible_text(m) for m in await user.messages(channel)]
    return await soon(look, f"no card of {name!r} shows {text!r}; seen first: {seen}", 15)


async def number_of(user: SlackUser, name: str, channel: str = SECURITY) -> str:
    """Wait for the card's number."""
    message = await card_with(user, name, "INC", channel)
    found = NUMBER.search(visible_text(message))
    assert found
    return found.group()


def records(stage: Stage, name: str, table: str = "incident") -> list[dict[str, str]]:
    """Read what ServiceNow holds under that name."""
    rows = stage.tryout.sandbox.servicenow_server.records(table)
    return [row for row in rows if row["short_description"] == name]


def strike(stage: Stage, *specs: str) -> None:
    """Arm faults on ServiceNow."""
    for spec in specs:
        stage.tryout.sandbox.servicenow_server.faults.arm(spec)
