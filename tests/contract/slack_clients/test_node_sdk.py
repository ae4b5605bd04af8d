"""@slack/web-api 8.2.0 and @slack/socket-mode 3.1.0, Slack's own clients for Node.js."""

import pytest

from bot.sandbox import accounts
from tests.contract.slack_clients.conftest import Client
from tests.unit.sandbox.slack_stage import ADA, SECURITY, soon


@pytest.fixture
def sdk(node_script, slack):
    """The Web API client, pointed at the workspace."""

    async def run(scenarios, *words):
        return await node_script("with_web_api.cjs")(slack.origin, scenarios, *words)

    return run


async def test_it_posts_reads_page_by_page_and_uploads_when_it_has_waited(sdk, slack):
    slack.server.faults.arm("429")
    seen = await sdk("talks,asks,uploads")
    assert slack.server.faults.struck == {"429": 1}
    assert seen == {
        "me": [accounts.TEAM_ID, accounts.BOT_USER_ID, accounts.BOT_ID],
        "writes": True,
        "accepted": ["chat:write"],
        "button": "go",
        "metadata": {"number": "INC1"},
        "changed": "Changed",
        "replies": ["Changed", "Reply"],
        "whisper": "string",
        "marked": [{"name": "eyes", "users": [accounts.BOT_USER_ID], "count": 1}],
        "warnings": [],
        "names": [["ada", "ole"], ["mia", "ned"], ["gus", "eve"], ["snowline"]],
        "places": ["C0CONTOSO", "C0GENERAL", "C0ITOPS", "C0SECURITY"],
        "locale": "en-US",
        "direct": ADA,
        "several": "string",
        "group": [accounts.OLE.id, accounts.MIA.id],
        "again": ["already_in_channel"],
        "one": [["proof.txt", 5, "proof.txt"]],
        "two": [["a.bin", 4, "A"], ["b.csv", 3, "B"]],
    }
    assert [*slack.server.workspace.files.contents.values()] == [b"proof", b"\0\xff\r\n", b"b,c"]


async def test_it_opens_views_and_tells_refusals_apart(sdk, slack):
    trigger = slack.server.workspace.triggers.issue(ADA, SECURITY)
    assert await sdk("opens,isRefused", trigger) == {
        "opened": "modal",
        "refusals": ["hash_conflict", "exchanged_trigger_id"],
        "home": "home",
        "errors": [
            "channel_not_found",
            "message_not_found",
            "not_in_channel",
            "unknown_method",
            "invalid_auth",
            "not_authed",
            "not_allowed_token_type",
        ],
        "messages": ["[ERROR] unsupported type: x [json-pointer:/blocks/0/type]"],
    }


async def test_its_socket_hears_answers_and_comes_back(node_script, slack):
    client: Client = node_script("with_socket_mode.cjs")
    async with client.running(slack.origin) as process:
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
