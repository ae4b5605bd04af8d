"""Links that people post: little for the channel, more beside it for who may read the ticket."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.previews import fields_of
from bot.tour.stage import HOME_CHANNEL, Stage, expect

_OTHER_CHANNEL: Final = accounts.GENERAL.id
_LIST: Final = 3
_DUE_IN: Final = timedelta(days=60)


async def show_a_ticket(stage: Stage) -> str:
    """Post a ticket's link: the channel reads four things, the pane shows more to some."""
    record = (await stage.far.tickets("incident"))[0]
    number, sys_id = record["number"]["value"], record["sys_id"]["value"]
    url = f"https://{accounts.INSTANCE_HOST}/nav_to.do?uri=incident.do?sys_id={sys_id}"
    await stage.mia.say(f"Who looks after {url}?", HOME_CHANNEL)
    preview = await stage.mia.previews.wait_for(HOME_CHANNEL)
    payload = preview["entity"]["entity_payload"]
    expect(payload["attributes"]["display_id"] == number, f"the preview is of {payload}")
    told = set(fields_of(preview))
    expect(told == {"status", "priority"}, f"the channel reads {told}")
    closed = await stage.mia.previews.open(preview)
    expect(not closed["filled"] and closed["error"], "somebody without a role read the details")
    pane = await stage.ada.previews.open(preview)
    expect("description" in fields_of(pane), f"the details are {fields_of(pane)}")
    due = (datetime.fromtimestamp(time.time(), tz=UTC) + _DUE_IN).date().isoformat()
    errors = await stage.ada.previews.save(preview, {"due_date": due})
    shown = await stage.ada.previews.pane(preview)
    expect(not errors and shown, f"the date was refused: {errors}")
    expect(shown and fields_of(shown)["due_date"] == due, f"the pane shows {shown}")
    return f"{number} in {len(told) + 2} words, its details to who may read it, due {due}"


async def show_an_action(stage: Stage) -> str:
    """Post an improvement action's link; three in one message are a list, and stay links."""
    actions = (await stage.score()).open_actions[:_LIST]
    await stage.mia.say(" ".join(each.deep_link for each in actions), _OTHER_CHANNEL)
    await stage.mia.say(f"This one first: {actions[0].deep_link}", _OTHER_CHANNEL)
    preview = await stage.mia.previews.wait_for(_OTHER_CHANNEL, url="This one first")
    kind = preview["entity"]["entity_type"]
    expect(kind == "slack#/entities/task", f"an action is shown as {kind}")
    pane = await stage.mia.previews.open(preview)
    expect("gain" in fields_of(pane), f"the details are {fields_of(pane)}")
    lists = [m for m in await stage.mia.messages(_OTHER_CHANNEL) if not m["unfurls"]]
    expect(len(actions) < _LIST or lists, "a list of links was shown")
    return f"“{preview['title'][:40]}” as a task"
