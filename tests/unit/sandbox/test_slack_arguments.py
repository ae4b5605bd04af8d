"""How clients pass arguments and tokens, and what Slack says to bodies it dislikes."""

import json

import aiohttp
import pytest

from bot.sandbox import accounts
from bot.sandbox.slack import EVERY_SCOPE, SlackSettings
from tests.unit.sandbox.slack_stage import ADA, GENERAL, MIA, SECURITY, bare, section

AUTH = {"Authorization": f"Bearer {accounts.BOT_TOKEN}"}
JSON = {"Content-Type": "application/json; charset=utf-8"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def slack():
    async with bare(SlackSettings(scopes=EVERY_SCOPE)) as stage:
        yield stage


async def asked(stage, verb, method, **how):
    async with stage.http.request(verb, f"{stage.origin}/api/{method}", **how) as response:
        return await response.json(), response.headers


def multipart(arguments):
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in arguments.items():
        form.add_field(name, value)
    return form


STYLES = {
    "GET with a query": lambda a: ("GET", {"params": a, "headers": AUTH}),
    "POST with a query": lambda a: ("POST", {"params": a, "headers": AUTH}),
    "POST with a query, as a form": lambda a: ("POST", {"params": a, "headers": AUTH | FORM}),
    "a form": lambda a: ("POST", {"data": a, "headers": AUTH}),
    "a form with its token": lambda a: ("POST", {"data": a | {"token": accounts.BOT_TOKEN}}),
    "a query with its token": lambda a: ("GET", {"params": a | {"token": accounts.BOT_TOKEN}}),
    "a form in parts": lambda a: ("POST", {"data": multipart(a), "headers": AUTH}),
    "JSON": lambda a: ("POST", {"data": json.dumps(a), "headers": AUTH | JSON}),
    "JSON and a query": lambda a: ("POST", {"params": a, "data": "{}", "headers": AUTH | JSON}),
}
VIEW = {"type": "home", "blocks": [section("x")]}
CALLS = {
    "users.info": {"user": ADA, "include_locale": "1"},
    "conversations.list": {"types": "public_channel,im", "exclude_archived": "true", "limit": "2"},
    "conversations.open": {"users": f"{ADA}"},
    "chat.postMessage": {"channel": SECURITY, "blocks": json.dumps([section("x")])},
    "views.publish": {"user_id": ADA, "view": json.dumps(VIEW)},
    "api.test": {"foo": "größe & co", "bar": ""},
}


@pytest.mark.parametrize("style", STYLES)
async def test_every_method_takes_its_arguments_in_every_style(slack, style):
    for method, arguments in CALLS.items():
        verb, how = STYLES[style](arguments)
        answer, _ = await asked(slack, verb, method, **how)
        assert answer["ok"], (method, answer)
        assert "warning" not in answer
    echoed, _ = await asked(slack, verb, method, **how)
    assert echoed["args"] == CALLS["api.test"]


@pytest.mark.parametrize(
    ("given", "hides"),
    [
        *[(yes, True) for yes in ("1", "true", "True", True)],
        *[(no, False) for no in ("0", "false", "", False, None)],
    ],
)
async def test_a_yes_has_many_spellings(slack, given, hides):
    slack.server.workspace.conversations.by_id[GENERAL].is_archived = True
    listed = await slack.call("conversations.list", exclude_archived=given)
    assert (GENERAL not in [each["id"] for each in listed["channels"]]) is hides


@pytest.mark.parametrize(
    "users", [f"{ADA},{MIA}", f"{ADA}, {MIA}", json.dumps([ADA, MIA]), [ADA, MIA]]
)
async def test_a_list_is_separated_by_commas_or_json(slack, users):
    answer = await slack.call("conversations.open", users=users, return_im=True)
    assert answer["channel"]["is_mpim"]
    again = await slack.call("conversations.open", users=[MIA, ADA])
    assert again["channel"]["id"] == answer["channel"]["id"]


@pytest.mark.parametrize(
    ("how", "error"),
    [
        pytest.param({"data": "{", "headers": JSON}, "invalid_json", id="no JSON"),
        pytest.param({"data": "[1]", "headers": JSON}, "json_not_object", id="a list"),
        pytest.param(
            {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
            "invalid_form_data",
            id="parts without a boundary",
        ),
        pytest.param({"data": b"a=\xff", "headers": FORM}, "invalid_form_data", id="no UTF-8"),
        pytest.param(
            {"data": "{}", "headers": {"Content-Type": "application/json; charset=koi8-r"}},
            "invalid_charset",
            id="a foreign charset",
        ),
        pytest.param(
            {"data": b"<x/>", "headers": {"Content-Type": "application/xml"}},
            "invalid_post_type",
            id="XML",
        ),
        pytest.param({"data": b"x", "skip_auto_headers": ["Content-Type"]}, "missing_post_type"),
        pytest.param({"params": {"users[0]": ADA}}, "invalid_array_arg", id="an array"),
        pytest.param({"params": {"no-name": "x"}}, "invalid_arg_name", id="an odd name"),
        pytest.param({"data": "{}", "headers": {"Content-Type": "text/plain"}}, None, id="text"),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_refused(slack, how, error):
    answer, _ = await asked(slack, "POST", "api.test", **how)
    assert answer.get("error") == error


@pytest.mark.parametrize(
    ("how", "error"),
    [
        pytest.param({"headers": AUTH}, None, id="in the header"),
        pytest.param({"headers": {"Authorization": f"bearer  {accounts.BOT_TOKEN} "}}, None),
        pytest.param({"data": {"token": accounts.BOT_TOKEN}}, None, id="in a form"),
        pytest.param(
            {"data": json.dumps({"token": accounts.BOT_TOKEN}), "headers": JSON},
            "not_authed",
            id="in JSON",
        ),
        pytest.param(
            {"headers": AUTH, "data": {"token": "xoxb-other"}}, None, id="the header wins"
        ),
        pytest.param({}, "not_authed", id="nowhere"),
        pytest.param({"headers": {"Authorization": "Bearer xoxb-other"}}, "invalid_auth"),
        pytest.param({"headers": {"Authorization": "Basic eDp5"}}, "not_authed", id="a password"),
    ],
)
async def test_a_token_counts_in_the_header_or_a_form(slack, how, error):
    answer, headers = await asked(slack, "POST", "auth.test", **how)
    assert answer.get("error") == error
    assert headers.get("X-Slack-Failure") == error


@pytest.mark.parametrize(
    ("type_", "data", "warning"),
    [
        ("application/json", "{}", "missing_charset"),
        ("application/json; charset=utf-8", "{}", None),
        ("application/x-www-form-urlencoded; charset=utf-8", "", "superfluous_charset"),
        ("application/x-www-form-urlencoded", "", None),
    ],
)
@pytest.mark.parametrize("method", ["auth.test", "chat.postMessage"])
async def test_a_charset_too_few_or_too_many_is_warned_of(slack, method, type_, data, warning):
    headers = AUTH | {"Content-Type": type_}
    answer, _ = await asked(slack, "POST", method, data=data, headers=headers)
    assert answer.get("warning") == warning
    told = answer.get("response_metadata", {})
    assert told.get("warnings", []) == ([warning] if warning else [])
    if not answer["ok"]:
        assert told["messages"] == ["[ERROR] missing required field: channel"]


async def test_headers_name_the_scopes_and_the_request(slack):
    _, headers = await asked(slack, "GET", "users.info", params={"user": ADA}, headers=AUTH)
    assert headers["X-Accepted-OAuth-Scopes"] == "users:read"
    assert headers["X-OAuth-Scopes"].split(",") == [*EVERY_SCOPE]
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    _, other = await asked(slack, "GET", "users.info", params={"user": "U0"}, headers=AUTH)
    assert len({headers["X-Slack-Req-Id"], other["X-Slack-Req-Id"]}) == 2


@pytest.mark.parametrize(
    ("method", "key", "more"),
    [
        ("users.list", "members", {}),
        ("conversations.list", "channels", {}),
        ("conversations.members", "members", {"channel": SECURITY}),
        ("conversations.history", "messages", {"channel": SECURITY}),
        ("users.conversations", "channels", {"user": ADA}),
    ],
)
async def test_cursors_lead_through_every_list_once(slack, method, key, more):
    for number in range(3):
        await slack.call("chat.postMessage", channel=SECURITY, text=f"{number}")
    everything = (await slack.call(method, **more))[key]
    found, cursor = [], ""
    for _ in everything:
        page = await slack.call(method, limit=1, cursor=cursor, **more)
        found += page[key]
        cursor = page["response_metadata"]["next_cursor"]
    assert (found, cursor) == (everything, "")
    for arguments, error in [
        ({"cursor": "x"}, "invalid_cursor"),
        ({"cursor": "bmV4dDo5OTk="}, "invalid_cursor"),
        ({"limit": -1}, "invalid_limit"),
        ({"limit": 1001}, "invalid_limit"),
        ({"limit": "few"}, "invalid_arguments"),
    ]:
        assert (await slack.call(method, **more, **arguments))["error"] == error


async def test_the_forms_of_javas_client_are_understood(slack):
    """It has no environment here: forms with 1 and 0, commas and JSON, the token in the header.

    Source:
        com.slack.api.methods.RequestFormBuilder of slackapi/java-slack-sdk.
    """

    async def post(method, form):
        headers = AUTH | FORM | {"User-Agent": "slack-api-client/1.46.0 OpenJDK; Java/17"}
        answer, _ = await asked(slack, "POST", method, data=form, headers=headers)
        assert answer["ok"], answer
        return answer

    listed = "exclude_archived=1&limit=200&types=public_channel%2Cprivate_channel"
    assert (await post("conversations.list", listed))["channels"]
    blocks = json.dumps([section("x")])
    posted = await post(
        "chat.postMessage",
        {"channel": SECURITY, "text": "Hi", "link_names": "0", "mrkdwn": "1", "blocks": blocks},
    )
    ts = posted["ts"]
    await post("reactions.add", {"name": "eyes", "channel": SECURITY, "timestamp": ts})
    await post("conversations.replies", {"inclusive": "1", "ts": ts, "channel": SECURITY})
    await post("usergroups.list", "include_disabled=0&include_count=1&include_users=1")
    announced = await post("files.getUploadURLExternal", {"filename": "a.txt", "length": "5"})
    octets = {"Content-Type": "application/octet-stream"}
    url = announced["upload_url"]
    async with slack.http.post(url, data=b"proof", headers=octets) as taken:
        assert (taken.status, await taken.text()) == (200, "OK - 5")
    files = json.dumps([{"id": announced["file_id"], "title": "A"}])
    await post("files.completeUploadExternal", {"files": files, "channels": SECURITY})
