"""Every payload of Slack's has one effect: four times at once or in turn, at two processes.

``make fuzz`` sends ten thousand of them; the suite a few hundred.
"""

import asyncio
import contextlib
import json
import time
from collections import Counter
from urllib.parse import urlencode

import pytest
from hypothesis import settings

from bot.app import build_app
from bot.sandbox import accounts, running
from bot.sandbox.driver import visible_text
from bot.sandbox.slack.signing import signed_headers
from bot.web import build_web
from connector.clock import utc_now
from connector.models import ShareState
from connector.store import homes, shares, tickets
from tests.unit.bot import samples
from tests.unit.bot.kept_connections import TEAM, sign_out
from tests.unit.bot.slack_end import SECURITY, idle, with_bot

LONG = settings().max_examples > 1000
PAYLOADS = 10_000 if LONG else 120
TIMES = 4
RETRIES = 3
AT_ONCE = 5


async def ready():
    """The store is open: the door next to it is asked nothing else."""


@contextlib.asynccontextmanager
async def another_process(end):
    """Open another door with a memory of its own, on the same database."""
    app = build_app(
        services=end.services,
        client=end.client,
        signing_secret=accounts.SIGNING_SECRET,
        clock=utc_now,
    )
    door = await running.start(
        build_web(
            app=app,
            services=end.services,
            signing_secret=accounts.SIGNING_SECRET,
            public_url="http://127.0.0.1",
            ready=ready,
        )
    )
    try:
        yield door.origin
    finally:
        await door.stop()


@pytest.fixture
async def end(tmp_path):
    async with with_bot(tmp_path) as end:
        await sign_out(end)
        async with end.services.connections.database.transaction(TEAM) as tx:
            await shares.add(tx, samples.share(workspace=TEAM, state=ShareState.ANNOUNCED))
            await tickets.put(tx, samples.ticket(workspace=TEAM))
        yield end


def last_interaction(end):
    return json.loads(end.server.delivery.interactions[-1])


def interactive(payload):
    return urlencode({"payload": json.dumps(payload)}).encode()


async def answered(end, door, body, content_type="application/x-www-form-urlencoded"):
    headers = signed_headers(accounts.SIGNING_SECRET, str(int(time.time())), body)
    headers["Content-Type"] = content_type
    async with end.http.post(f"{door}/slack/events", data=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def sent(end, door, body, content_type="application/x-www-form-urlencoded"):
    status, said = await answered(end, door, body, content_type)
    assert status == 200
    return said


def command(text, number):
    return urlencode(
        {
            "command": "/snow",
            "text": text,
            "team_id": accounts.TEAM_ID,
            "user_id": accounts.MIA.id,
            "user_name": "mia",
            "channel_id": SECURITY,
            "channel_name": "security",
            "trigger_id": f"{number}.1.command",
        }
    ).encode()


async def create_form(end):
    """Have a real form submitted once, to send it again under other names."""
    await end.mia.command("/snow create", SECURITY)
    await end.mia.modal(title="Create a ticket")
    assert await end.mia.submit({"Name": "Once", "Category": "Data"}) == {}
    await end.mia.close_modal()
    return last_interaction(end)


async def assign_click(end):
    """Have a button of a real ticket pressed once."""
    await end.mia.command("/snow ticket INC0010001", SECURITY)
    shown = await end.mia.wait_for_message(SECURITY, text="INC0010001", ephemeral=True)
    await end.mia.click(shown, "Assign to me")
    return last_interaction(end)


def submitted(form, number):
    view = form["view"] | {"id": f"V{number}"}
    return interactive(form | {"view": view, "trigger_id": f"{number}.1.submit"})


def clicked(click, number):
    return interactive(click | {"trigger_id": f"{number}.1.click"})


async def counted(end):
    view = end.services.connections.database.view(TEAM)
    found = {}
    for table in ("shares", "digests", "acts"):
        (row,) = await view.run(
            f"SELECT count(*) AS many FROM {table} WHERE workspace = :workspace"  # noqa: S608
        )
        found[table] = row["many"]
    return Counter(found)


async def payloads(end, count):
    """Make so many payloads, in turn of each kind, with what each of them is to make."""
    form, assign = await create_form(end), await assign_click(end)
    kinds = (
        ("digests", lambda number: command("digest now", number)),
        ("shares", lambda number: submitted(form, number)),
        ("acts", lambda number: clicked(assign, number)),
    )
    # What is done with one ticket is done in turn, and each click waits for it: they are fewer.
    mixed = (*kinds[:2] * 4, kinds[2])
    made = [mixed[number % len(mixed)] for number in range(count)]
    return [(table, make(number)) for number, (table, make) in enumerate(made)]


async def taken(end, door, body):
    """Send it as Slack does: again where it was not taken in time, as on a busy machine."""
    statuses = [(await answered(end, door, body))[0]]
    while statuses[-1] != 200 and len(statuses) <= RETRIES:
        statuses.append((await answered(end, door, body))[0])
    assert statuses[-1] == 200, statuses


async def deliver(end, doors, body, *, in_turn):
    several = (taken(end, doors[copy % len(doors)], body) for copy in range(TIMES))
    if in_turn:
        for each in several:
            await each
    else:
        await asyncio.gather(*several)


@pytest.mark.hypothesis
async def test_every_payload_has_one_effect_however_often_and_wherever_it_arrives(end):
    made = await payloads(end, PAYLOADS)
    await idle()
    before, turns = await counted(end), asyncio.Semaphore(AT_ONCE)

    async def one(number, body):
        async with turns:
            await deliver(end, doors, body, in_turn=number % 2 == 0)

    async with another_process(end) as other:
        doors = (end.door, other)
        async with asyncio.TaskGroup() as group:
            for number, (_, body) in enumerate(made):
                group.create_task(one(number, body))
        await idle()
    assert await counted(end) - before == Counter(table for table, _ in made)


async def test_what_only_answers_answers_once(end):
    for number, in_turn in enumerate((True, False)):
        await deliver(end, (end.door,), command("help", number), in_turn=in_turn)
    await idle()
    answers = [visible_text(each) for each in await end.mia.messages(SECURITY)]
    assert sum("/snow share" in each for each in answers) == 2


async def test_every_copy_of_a_submission_is_answered_as_the_first(end):
    form = await create_form(end)
    body = submitted(form, 1)
    together = await asyncio.gather(*(sent(end, end.door, body) for _ in range(TIMES)))
    later = await sent(end, end.door, body)
    assert len({*together, later}) == 1
    assert "On its way" in later


async def test_an_event_that_slack_sends_again_opens_app_home_once(end):
    event = {
        "type": "event_callback",
        "team_id": accounts.TEAM_ID,
        "event_id": "Ev1",
        "event": {"type": "app_home_opened", "user": accounts.MIA.id, "tab": "home"},
    }
    view, seen = end.services.connections.database.view(TEAM), set()
    for _ in range(TIMES):
        await sent(end, end.door, json.dumps(event).encode(), "application/json")
        await idle()
        seen.add(await homes.opened_at(view, accounts.MIA.id))
    assert len(seen - {None}) == 1


async def test_what_failed_takes_effect_when_it_comes_again(end):
    form, database = await create_form(end), end.services.connections.database
    before = await counted(end)
    full = "CREATE TRIGGER full BEFORE INSERT ON shares BEGIN SELECT RAISE(ABORT, 'full'); END"
    async with database.transaction_everywhere() as tx:
        await tx.run(full)
    await sent(end, end.door, submitted(form, 1))
    assert await counted(end) == before
    async with database.transaction_everywhere() as tx:
        await tx.run("DROP TRIGGER full")
    for _ in range(2):
        await sent(end, end.door, submitted(form, 1))
    assert await counted(end) - before == Counter(shares=1)


async def test_what_a_process_kept_and_did_not_end_takes_effect_once(end):
    form, database = await create_form(end), end.services.connections.database
    before = await counted(end)
    await sent(end, end.door, submitted(form, 1))
    async with database.transaction(TEAM) as tx:
        # The process was killed between keeping the share and noting that it was handled.
        await tx.run("DELETE FROM deliveries WHERE workspace = :workspace AND key LIKE 'handled:%'")
    async with another_process(end) as other:
        assert "On its way" in await sent(end, other, submitted(form, 1))
    assert await counted(end) - before == Counter(shares=1)


async def test_what_was_handled_before_a_restart_is_not_handled_again(end):
    form = await create_form(end)
    first = await sent(end, end.door, submitted(form, 1))
    await idle()
    async with another_process(end) as other:
        assert await sent(end, other, submitted(form, 1)) == ""
    assert "On its way" in first
