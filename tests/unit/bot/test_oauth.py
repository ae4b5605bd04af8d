"""Slack's answers to a code or a refresh token: checked before anything is kept."""

import json
from datetime import timedelta

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.oauth import SlackOAuth
from bot.sandbox import running
from connector.clock import utc_now
from connector.errors import ProviderRefusedError, ProviderUnavailableError, UnexpectedAnswerError
from connector.models import WorkspaceId

WHOLE = {
    "ok": True,
    "token_type": "bot",
    "access_token": "xoxb-1",
    "bot_user_id": "U0BOT",
    "scope": "commands,chat:write",
    "team": {"id": "T0ACME", "name": "Acme"},
    "enterprise": None,
    "is_enterprise_install": False,
    "authed_user": {"id": "U0ADA", "scope": "", "access_token": "xoxp-not-ours"},
}
ROTATES = {"refresh_token": "xoxe-2", "expires_in": 43_200}


@pytest.fixture
async def slack():
    """Something that answers everything with ``said``."""
    said = {"status": 200, "body": json.dumps(WHOLE), "type": "application/json"}
    asked = []

    async def answer(request):
        asked.append(dict(await request.post()))
        return web.Response(status=said["status"], text=said["body"], content_type=said["type"])

    app = web.Application()
    app.router.add_post("/api/oauth.v2.access", answer)
    front = await running.start(app)
    oauth = SlackOAuth(
        base_url=f"{front.origin}/api/",
        client_id="1.2",
        client_secret=SecretStr("hunter2"),
        redirect_uri="https://snowline.example.com/slack/oauth_redirect",
        clock=utc_now,
    )
    yield oauth, said, asked
    await front.stop()


async def test_a_code_is_exchanged_with_the_address_it_was_given_to(slack):
    oauth, _, asked = slack
    install, token = await oauth.installed("c")
    assert asked == [
        {
            "client_id": "1.2",
            "client_secret": "hunter2",
            "code": "c",
            "redirect_uri": "https://snowline.example.com/slack/oauth_redirect",
        }
    ]
    assert (install.workspace, install.name, install.bot_user) == ("T0ACME", "Acme", "U0BOT")
    assert install.scopes == ("commands", "chat:write")
    assert (token.access.get_secret_value(), token.refresh) == ("xoxb-1", None)
    assert "xox" not in repr(token)


async def test_an_organisation_is_the_workspace_where_it_installs_as_a_whole(slack):
    oauth, said, _ = slack
    grid = {"enterprise": {"id": "E0GRID", "name": "Grid"}, "is_enterprise_install": True}
    said["body"] = json.dumps(WHOLE | grid | {"team": None})
    install, _ = await oauth.installed("c")
    assert (install.workspace, install.name) == ("E0GRID", "Grid")


async def test_a_rotating_token_says_until_when(slack):
    oauth, said, _ = slack
    said["body"] = json.dumps(WHOLE | ROTATES)
    _, token = await oauth.installed("c")
    assert token.refresh.get_secret_value() == "xoxe-2"
    assert timedelta(hours=11) < token.expires_at - utc_now() <= timedelta(hours=12)


@pytest.mark.parametrize(
    "change",
    [
        {"token_type": "user"},
        {"access_token": ""},
        {"access_token": None},
        {"bot_user_id": None},
        {"team": None},
        {"team": {"id": "../../etc", "name": "x"}},
        {"is_enterprise_install": True},
        {"expires_in": 0},
    ],
    ids=str,
)
async def test_what_is_no_installation_of_a_bot_is_refused_without_its_token(slack, change):
    oauth, said, _ = slack
    said["body"] = json.dumps(WHOLE | change)
    with pytest.raises(UnexpectedAnswerError) as caught:
        await oauth.installed("c")
    assert "xoxb-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "type_", "error"),
    [
        pytest.param(
            200,
            '{"ok": false, "error": "invalid_code"}',
            "application/json",
            ProviderRefusedError,
            id="refused",
        ),
        pytest.param(200, "<html>hello</html>", "text/html", ProviderUnavailableError, id="html"),
        pytest.param(503, "<html>down</html>", "text/html", ProviderUnavailableError, id="down"),
        pytest.param(200, "[]", "application/json", ProviderUnavailableError, id="a list"),
    ],
)
async def test_what_is_no_answer_installs_nothing(slack, status, body, type_, error):
    oauth, said, _ = slack
    said.update(status=status, body=body, type=type_)
    with pytest.raises(error):
        await oauth.installed("c")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(WHOLE | ROTATES | {"team": {"id": "T0GLOBEX", "name": "x"}}, id="another's"),
        pytest.param(WHOLE, id="no refresh token"),
        pytest.param({"ok": True}, id="nothing"),
    ],
)
async def test_a_renewal_takes_only_this_workspaces_next_token(slack, answer):
    oauth, said, _ = slack
    said["body"] = json.dumps(WHOLE | ROTATES)
    token = await oauth.renew(WorkspaceId("T0ACME"), SecretStr("xoxe-1"))
    assert token.refresh.get_secret_value() == "xoxe-2"
    said["body"] = json.dumps(answer)
    with pytest.raises(UnexpectedAnswerError):
        await oauth.renew(WorkspaceId("T0ACME"), SecretStr("xoxe-1"))
