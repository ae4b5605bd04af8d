"""slack_sdk 3.48.0, Slack's own client for Python, synchronous and asynchronous."""

import time

import pytest

from bot.sandbox import accounts
from tests.contract.slack_clients.conftest import Client
from tests.unit.sandbox.slack_stage import ADA, MIA, SECURITY, soon


@pytest.fixture(params=["sync", "async"])
def sdk(request, python_script, slack):
    """Both forms of the Web API client, pointed at the workspace."""

    async def run(scenario, *words):
        return await python_script("with_slack_sdk.py")(
            slack.origin, request.param, scenario, *words
        )

    run.form = request.param
    return run


async def test_it_posts_changes_and_answers_in_threads_when_it_has_waited(sdk, slack):
    slack.server.faults.arm("429")
    seen = await sdk("talks")
    assert slack.server.faults.struck == {"429": 1}
    assert seen == {
        "me": [accounts.TEAM_ID, accounts.BOT_USER_ID, accounts.BOT_ID],
        "writes": True,
        "button": "go",
        "metadata": {"event_type": "seen", "event_payload": {"number": "INC1"}},
        "profile": accounts.APP_ID,
        "changed": ["Changed", accounts.BOT_USER_ID],
        "replies": [["Changed", None], ["Reply", accounts.BOT_USER_ID]],
        "count": 1,
        "whisper": True,
        "link": True,
        "gone": True,
    }


ASKED = {
    "users": ["ada", "ole", "mia", "ned", "gus", "eve", "snowline"],
    "pages": 4,
    "places": ["C0CONTOSO", "C0GENERAL", "C0ITOPS", "C0SECURITY"],
    "members": 5,
    "ada": ["Europe/Copenhagen", "en-US", False],
    "found": MIA,
    "direct": [ADA, "C"],
    "group": ["security-team", [accounts.OLE.id, accounts.MIA.id]],
    "in_group": [accounts.OLE.id, accounts.MIA.id],
    "profile": "ada@northwind.example",
    "team": "northwind",
    "bot": accounts.BOT_USER_ID,
    "emoji": ["snowline", "tada-snow"],
    "rest": False,
}
MOVED = {
    "made": [True, True, accounts.BOT_USER_ID],
    "joined": True,
    "again": "already_in_channel",
    "full": True,
    "named": ["Down", ["incident-1"]],
    "mine": ["incident-2"],
    "refusals": ["is_archived", "already_archived", "name_taken"],
    "there": ["already_in_channel", ADA],
    "gone": True,
}


async def test_it_reads_page_by_page_and_changes_channels(sdk):
    assert await sdk("asks,moves") == ASKED | MOVED


MARKED = {
    "twice": "already_reacted",
    "got": [{"name": "eyes", "users": [accounts.BOT_USER_ID], "count": 1}],
    "listed": 1,
    "pinned": ["Mark me"],
    "nothing": "no_reaction",
}
SCHEDULED = {
    "kept": ["Q", True, "delayed_message"],
    "waiting": [[True, "Later"]],
    "past": "time_in_past",
    "left": [],
}
UPLOADED = {
    "one": ["Proof", "proof.txt", 5, "A proof"],
    "seen_in": [SECURITY],
    "two": [["a.png", "image/png"], ["b.csv", "text/csv"]],
    "deleted": "file_not_found",
    "outside": "not_in_channel",
}


async def test_it_reacts_pins_schedules_and_uploads(sdk, slack):
    seen = await sdk("marks,waits_for_later,uploads", str(int(time.time())))
    assert seen == MARKED | SCHEDULED | UPLOADED
    shown = slack.server.messages(SECURITY)
    assert [[m["text"], len(m.get("files", []))] for m in shown] == [
        ["Mark me", 0],
        ["See", 1],
        ["", 2],
    ]


OPENED = {
    "opened": ["modal", True],
    "updated": True,
    "published": "home",
    "refusals": [
        "hash_conflict",
        "invalid_trigger_id",
        "exchanged_trigger_id",
        "invalid_arguments",
    ],
    "large": ["[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]"],
}
REFUSED = {
    "wrong": {},
    "messages": ["[ERROR] unsupported type: x [json-pointer:/blocks/0/type]"],
    "tokens": ["invalid_auth", "not_authed", "not_allowed_token_type"],
    "method": "chat.sing",
}


async def test_it_opens_views_and_tells_refusals_apart(sdk, slack):
    trigger = slack.server.workspace.triggers.issue(ADA, SECURITY)
    assert await sdk("opens,is_refused", trigger, slack.origin, sdk.form) == OPENED | REFUSED


@pytest.mark.parametrize("name", ["builtin", "aiohttp"])
async def test_its_sockets_hear_answer_and_come_back(python_script, slack, name):
    client: Client = python_script("with_socket_mode.py")
    async with client.running(slack.origin, name) as process:
        assert await process.line() == {"connected": True}
        await slack.ada.command("/snow hello", SECURITY)
        await slack.ada.wait_for_message(SECURITY, text="Heard you", ephemeral=True)
        heard = {"type": "slash_commands", "said": "/snow", "takes_answer": True, "retry": None}
        assert await process.line() == heard
        sockets = slack.server.delivery.sockets
        (first,) = sockets.connections
        await slack.server.refresh_sockets()
        await soon(lambda: sockets.connections not in ([first], []), 10)
        await slack.post("home", user=ADA)
        assert await process.line() == {
            "type": "events_api",
            "said": "app_home_opened",
            "takes_answer": False,
            "retry": 0,
        }
