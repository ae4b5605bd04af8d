"""The Web API's door: tokens, scopes, ways to pass arguments, and who and what there is."""

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.sandbox import accounts
from bot.sandbox.slack import SlackSettings
from tests.unit.sandbox.slack_stage import (
    ADA,
    ADAS_DM,
    BOARD,
    GENERAL,
    MIA,
    SECURITY,
    bare,
    client_for,
    section,
)


async def error_of(call):
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response["error"]


@pytest.mark.parametrize(
    ("token", "error"),
    [
        pytest.param("", "not_authed", id="none"),
        pytest.param("xoxb-other", "invalid_auth", id="foreign"),
        pytest.param(accounts.APP_TOKEN, "not_allowed_token_type", id="the app's"),
    ],
)
async def test_the_bots_token_opens_the_door_and_no_other(token, error):
    async with bare() as stage:
        assert await error_of(client_for(stage.origin, token).team_info()) == error


async def test_the_apps_token_opens_sockets_and_nothing_else_does():
    async with bare() as stage:
        answer = await stage.client.apps_connections_open(app_token=accounts.APP_TOKEN)
        assert answer["url"].startswith(stage.origin.replace("http", "ws") + "/_socket?ticket=")
        call = stage.client.apps_connections_open(app_token=accounts.BOT_TOKEN)
        assert await error_of(call) == "not_allowed_token_type"
        assert await error_of(stage.client.apps_connections_open(app_token="x")) == "invalid_auth"


async def test_who_the_bot_is():
    async with bare() as stage:
        answer = await stage.client.auth_test()
        assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (
            accounts.TEAM_ID,
            accounts.BOT_USER_ID,
            accounts.BOT_ID,
        )
        assert "chat:write" in answer.headers["x-oauth-scopes"]
        bot = (await stage.client.bots_info(bot=accounts.BOT_ID))["bot"]
        assert bot["app_id"] == accounts.APP_ID
        assert (await stage.client.team_info())["team"]["domain"] == accounts.TEAM_DOMAIN
        assert (await stage.client.api_test(foo="bar"))["args"]["foo"] == "bar"


async def test_a_revoked_token_is_dead():
    async with bare() as stage:
        await stage.client.auth_revoke(test=True)
        await stage.client.auth_test()
        await stage.client.auth_revoke()
        assert await error_of(stage.client.auth_test()) == "token_revoked"


async def test_a_missing_scope_is_named():
    async with bare(SlackSettings(scopes=("chat:write", "users:read"))) as stage:
        answer = await stage.call("conversations.open", users=ADA)
        needed = "channels:manage,groups:write,im:write,mpim:write"
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)
        assert answer["provided"] == "chat:write,users:read"
        user = (await stage.client.users_info(user=ADA))["user"]
        assert "email" not in user["profile"]


async def test_unknown_methods_and_missing_arguments():
    async with bare() as stage:
        assert await error_of(stage.client.api_call("chat.sing")) == "unknown_method"
        answer = await stage.call("chat.update", channel=SECURITY)
        assert answer["error"] == "invalid_arguments"
        assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: ts"]
        assert await stage.refused() == ["unknown_method", "invalid_arguments"]


async def test_arguments_come_as_query_form_or_json():
    auth = {"Authorization": f"Bearer {accounts.BOT_TOKEN}"}
    async with bare() as stage:
        url = f"{stage.origin}/api/chat.postMessage"
        form = {"token": accounts.BOT_TOKEN, "channel": SECURITY, "text": "form"}
        form["blocks"] = '[{"type": "divider"}]'
        answers = [
            await stage.http.post(url, data=form),
            await stage.http.post(url, params={"channel": SECURITY, "text": "query"}, headers=auth),
            await stage.http.post(url, json={"channel": SECURITY, "text": "json"}, headers=auth),
        ]
        assert [(await each.json())["ok"] for each in answers] == [True] * 3
        texts = [m["text"] for m in stage.server.messages(SECURITY)]
        assert texts == ["form", "query", "json"]
        broken = await stage.http.post(
            url, data="{", headers={"Content-Type": "application/json", **auth}
        )
        assert (await broken.json())["error"] == "invalid_json"


async def test_the_language_that_a_person_has_chosen_is_told_to_whoever_asks_for_it():
    async with bare() as stage:
        await stage.mia.speak("fr-FR")
        chosen = {}
        for user in (ADA, MIA, accounts.EVE.id):
            chosen[user] = (await stage.client.users_info(user=user, include_locale=True))["user"]
        assert [each["locale"] for each in chosen.values()] == ["en-US", "fr-FR", "en-US"]
        assert "locale" not in (await stage.client.users_info(user=MIA))["user"]
        assert (await stage.get("state", user=MIA))["me"]["locale"] == "fr-FR"
        refused = await stage.post("language", user=MIA, locale="tlh-QO")
        assert (refused["ok"], refused["error"]) == (False, "invalid_arguments")


async def test_people_are_found_by_id_and_by_email():
    async with bare() as stage:
        user = (await stage.client.users_info(user=ADA))["user"]
        assert user["profile"]["email"] == "ada@northwind.example"
        assert (user["is_admin"], user["is_owner"], user["is_email_confirmed"]) == (
            True,
            False,
            True,
        )
        assert {"tz", "deleted", "is_restricted", "is_stranger", "is_bot"} <= set(user)
        ned = (await stage.client.users_info(user="U0NED"))["user"]
        assert not ned["is_email_confirmed"]
        found = await stage.client.users_lookupByEmail(email="MIA@northwind.example")
        assert found["user"]["id"] == MIA
        assert await error_of(stage.client.users_info(user="U0NOBODY")) == "user_not_found"
        nobody = stage.client.users_lookupByEmail(email="no@body.example")
        assert await error_of(nobody) == "users_not_found"


async def test_a_person_can_be_marked_as_gone_or_as_a_guest():
    async with bare() as stage:
        stage.server.workspace.people.mark(MIA, deleted=True, is_restricted=True)
        user = (await stage.client.users_info(user=MIA))["user"]
        assert (user["deleted"], user["is_restricted"]) == (True, True)


async def test_lists_come_in_pages():
    async with bare() as stage:
        names = []
        async for page in await stage.client.users_list(limit=2):
            names += [each["name"] for each in page["members"]]
        assert names == ["ada", "ole", "mia", "ned", "gus", "eve", "snowline"]
        assert await error_of(stage.client.users_list(cursor="x")) == "invalid_cursor"
        assert await error_of(stage.client.users_list(limit="many")) == "invalid_arguments"


async def test_conversations_show_what_the_bot_may_know():
    async with bare() as stage:
        listed = await stage.client.conversations_list(types="public_channel,private_channel,im")
        ids = [each["id"] for each in listed["channels"]]
        assert {SECURITY, GENERAL, ADAS_DM} <= set(ids)
        assert BOARD not in ids
        security = (await stage.client.conversations_info(channel=SECURITY))["channel"]
        assert (security["is_member"], security["is_private"]) == (True, False)
        hidden = stage.client.conversations_info(channel=BOARD)
        assert await error_of(hidden) == "channel_not_found"
        members = (await stage.client.conversations_members(channel=SECURITY))["members"]
        assert accounts.BOT_USER_ID in members
        opened = await stage.client.conversations_open(users=[ADA])
        assert opened["channel"]["id"] == ADAS_DM
        nobody = stage.client.conversations_open(users="U0NOBODY")
        assert await error_of(nobody) == "user_not_found"


async def test_conversations_can_be_filtered_and_opened_in_other_ways():
    async with bare() as stage:
        stage.server.workspace.conversations.by_id[GENERAL].is_archived = True
        listed = await stage.client.conversations_list(exclude_archived=True)
        assert GENERAL not in [each["id"] for each in listed["channels"]]
        known = await stage.client.conversations_open(channel=ADAS_DM, return_im=True)
        assert known["channel"]["id"] == ADAS_DM
        full = await stage.client.conversations_open(users=ADA, return_im=True)
        assert full["channel"]["user"] == ADA
        for arguments, error in [
            ({"users": f"{ADA},{MIA}"}, "missing_scope"),
            ({"users": ",".join([ADA] * 9)}, "too_many_users"),
            ({"users": ""}, "users_list_not_supplied"),
        ]:
            assert (await stage.call("conversations.open", **arguments))["error"] == error
        listed = await stage.call("conversations.list", types="secret")
        assert listed["error"] == "invalid_types"
        replies = await stage.call("conversations.replies", channel=SECURITY, ts="1.2")
        assert replies["error"] == "thread_not_found"
        assert (await stage.call("bots.info", bot="B1"))["error"] == "bot_not_found"
        history = await stage.call("conversations.history", channel=SECURITY, oldest="then")
        assert history["error"] == "invalid_ts_oldest"


async def test_history_needs_membership_and_leaves_replies_to_threads():
    async with bare() as stage:
        parent = await stage.client.chat_postMessage(channel=SECURITY, text="parent")
        await stage.client.chat_postMessage(channel=SECURITY, text="reply", thread_ts=parent["ts"])
        await stage.client.chat_postMessage(channel=SECURITY, text="next")
        history = await stage.client.conversations_history(channel=SECURITY)
        assert [m["text"] for m in history["messages"]] == ["next", "parent"]
        replies = await stage.client.conversations_replies(channel=SECURITY, ts=parent["ts"])
        assert [m["text"] for m in replies["messages"]] == ["parent", "reply"]
        outside = stage.client.conversations_history(channel=GENERAL)
        assert await error_of(outside) == "not_in_channel"


async def test_blocks_can_be_validated_without_a_token():
    async with bare() as stage:
        url = f"{stage.origin}/api/blocks.validate"
        good = await stage.http.post(url, json={"blocks": [section("x")]})
        bad = await stage.http.post(url, json={"blocks": [{"type": "section"}]})
        assert (await good.json())["ok"]
        assert (await bad.json())["error"] == "invalid_blocks"


async def test_rate_limits_can_be_switched_on():
    async with bare(SlackSettings(rate_limits=True)) as stage:
        for _ in range(4):
            await stage.client.chat_postMessage(channel=SECURITY, text="x")
        with pytest.raises(SlackApiError) as refused:
            await stage.client.chat_postMessage(channel=SECURITY, text="x")
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["Retry-After"]) >= 1
        await stage.client.chat_postMessage(channel=GENERAL, text="another channel")
        stage.clock.ahead = 60
        await stage.client.chat_postMessage(channel=SECURITY, text="later")


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ("429", 429, "ratelimited"),
        ("500", 500, "internal_error"),
        ("expired-token", 200, "token_expired"),
    ],
)
async def test_faults_on_demand_strike_the_api_only(fault, status, error):
    async with bare() as stage:
        stage.server.faults.arm(fault)
        await stage.get("state", user=ADA)
        with pytest.raises(SlackApiError) as refused:
            await stage.client.auth_test()
        assert refused.value.response.status_code == status
        assert refused.value.response["error"] == error
        await stage.client.auth_test()


async def test_the_page_and_its_files_are_served():
    async with bare() as stage:
        for path in ("/", f"/archives/{SECURITY}/p1"):
            response = await stage.http.get(stage.origin + path)
            assert (response.status, response.content_type) == (200, "text/html")
        missing = await stage.http.get(f"{stage.origin}/_page/../accounts.py")
        assert missing.status == web.HTTPNotFound.status_code
