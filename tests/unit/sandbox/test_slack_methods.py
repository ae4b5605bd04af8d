"""What the methods beside messages and views refuse, and in which words."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.slack import EVERY_SCOPE, SlackSettings
from tests.unit.sandbox.slack_stage import (
    ADA,
    ADAS_DM,
    BOARD,
    GENERAL,
    MIA,
    SECURITY,
    bare,
    section,
    soon,
)

IT_OPS = accounts.IT_OPS.id
OUT_OF_TYPE = "method_not_supported_for_channel_type"


@pytest.fixture
async def slack():
    async with bare(SlackSettings(scopes=EVERY_SCOPE)) as stage:
        stage.server.workspace.conversations.by_id[IT_OPS].is_archived = True
        yield stage


REFUSED = [
    ("conversations.join", {"channel": ADAS_DM}, OUT_OF_TYPE),
    ("conversations.join", {"channel": BOARD}, "channel_not_found"),
    ("conversations.join", {"channel": IT_OPS}, "is_archived"),
    ("conversations.leave", {"channel": GENERAL}, "cant_leave_general"),
    ("conversations.leave", {"channel": ADAS_DM}, OUT_OF_TYPE),
    ("conversations.create", {}, "invalid_name_required"),
    ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
    ("conversations.create", {"name": "---"}, "invalid_name_punctuation"),
    ("conversations.create", {"name": "Upper"}, "invalid_name_specials"),
    ("conversations.create", {"name": "security"}, "name_taken"),
    ("conversations.rename", {"channel": SECURITY, "name": "general"}, "name_taken"),
    ("conversations.archive", {"channel": GENERAL}, "not_in_channel"),
    ("conversations.unarchive", {"channel": SECURITY}, "not_archived"),
    ("conversations.setTopic", {"channel": SECURITY, "topic": "x" * 251}, "too_long"),
    ("conversations.setPurpose", {"channel": GENERAL, "purpose": "x"}, "not_in_channel"),
    ("conversations.invite", {"channel": SECURITY}, "no_user"),
    ("conversations.invite", {"channel": SECURITY, "users": "U0NOBODY"}, "user_not_found"),
    ("conversations.invite", {"channel": SECURITY, "users": ADA}, "already_in_channel"),
    (
        "conversations.invite",
        {"channel": SECURITY, "users": accounts.BOT_USER_ID},
        "cant_invite_self",
    ),
    ("conversations.kick", {"channel": SECURITY, "user": "U0NOBODY"}, "not_in_channel"),
    ("conversations.kick", {"channel": SECURITY, "user": accounts.BOT_USER_ID}, "cant_kick_self"),
    ("users.conversations", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.conversations", {"types": "secret"}, "invalid_types"),
    ("users.profile.get", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.getPresence", {}, "invalid_arguments"),
    ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
    ("usergroups.users.list", {"usergroup": "S0NOBODY"}, "no_such_subteam"),
    ("team.info", {"team": "T0OTHER"}, "team_not_found"),
    ("reactions.add", {"name": "eyes"}, "no_item_specified"),
    ("reactions.add", {"channel": SECURITY, "timestamp": "1.2"}, "invalid_name"),
    ("reactions.add", {"channel": SECURITY, "timestamp": "x", "name": "eyes"}, "bad_timestamp"),
    ("reactions.add", {"channel": SECURITY, "timestamp": "1.2", "name": "x"}, "message_not_found"),
    ("pins.list", {"channel": GENERAL}, "not_in_channel"),
    ("chat.scheduleMessage", {"channel": SECURITY, "text": "x"}, "invalid_arguments"),
    (
        "chat.scheduleMessage",
        {"channel": SECURITY, "text": "x", "post_at": "soon"},
        "invalid_time",
    ),
    (
        "chat.scheduleMessage",
        {"channel": SECURITY, "text": "x", "post_at": 1 << 40},
        "time_too_far",
    ),
    ("chat.scheduleMessage", {"channel": SECURITY, "post_at": 1}, "no_text"),
    (
        "chat.deleteScheduledMessage",
        {"channel": SECURITY, "scheduled_message_id": "Q0"},
        "invalid_scheduled_message_id",
    ),
    ("files.getUploadURLExternal", {"filename": "a", "length": 0}, "invalid_arguments"),
    (
        "files.getUploadURLExternal",
        {"filename": "a", "length": 1, "alt_txt": "x" * 1001},
        "alt_txt_too_large",
    ),
    ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
    ("files.delete", {"file": "F0"}, "file_not_found"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSED)
async def test_a_refusal_has_slacks_own_name(slack, method, arguments, error):
    assert (await slack.call(method, **arguments))["error"] == error


async def test_each_method_names_the_scope_it_lacks():
    asked = {
        "reactions.add": "reactions:write",
        "pins.list": "pins:read",
        "usergroups.list": "usergroups:read",
        "files.getUploadURLExternal": "files:write",
        "conversations.join": "channels:join",
        "conversations.create": "channels:manage,groups:write",
        "emoji.list": "emoji:read",
        "dnd.info": "dnd:read",
        "chat.scheduleMessage": "chat:write",
    }
    async with bare(SlackSettings(scopes=("users:read",))) as stage:
        for method, needed in asked.items():
            answer = await stage.call(method)
            assert (answer["error"], answer["needed"]) == ("missing_scope", needed)
            assert answer["provided"] == "users:read"


async def test_a_list_of_conversations_needs_the_scope_of_each_kind():
    async with bare(SlackSettings(scopes=("channels:read",))) as stage:
        assert (await stage.call("conversations.list"))["ok"]
        for method in ("conversations.list", "users.conversations"):
            answer = await stage.call(method, types="public_channel,mpim")
            assert (answer["error"], answer["needed"]) == ("missing_scope", "mpim:read")


async def test_a_message_is_posted_when_its_time_has_come(slack):
    now = int(slack.clock())
    for seconds in (2, 1, 3600):
        where = {"channel": SECURITY, "text": f"{seconds}", "post_at": now + seconds}
        assert (await slack.call("chat.scheduleMessage", **where, blocks=[section("b")]))["ok"]
    await soon(lambda: len(slack.server.messages(SECURITY)) == 2, 5)
    assert [each["text"] for each in slack.server.messages(SECURITY)] == ["1", "2"]
    slack.clock.ahead = 3590
    listed = (await slack.call("chat.scheduledMessages.list"))["scheduled_messages"]
    late = {"channel": SECURITY, "scheduled_message_id": listed[0]["id"]}
    answer = await slack.call("chat.deleteScheduledMessage", **late)
    assert answer["error"] == "invalid_scheduled_message_id"


async def test_a_channel_takes_thirty_messages_for_the_same_five_minutes(slack):
    at = (int(slack.clock()) // 300 + 2) * 300
    where = {"channel": SECURITY, "text": "x"}
    for number in range(30):
        assert (await slack.call("chat.scheduleMessage", **where, post_at=at + number))["ok"]
    full = await slack.call("chat.scheduleMessage", **where, post_at=at + 299)
    assert full["error"] == "restricted_too_many"
    assert (await slack.call("chat.scheduleMessage", **where, post_at=at + 300))["ok"]


async def test_history_ends_where_it_is_told_to(slack):
    stamps = [
        (await slack.call("chat.postMessage", channel=SECURITY, text=f"{n}"))["ts"]
        for n in range(4)
    ]
    ends = {"channel": SECURITY, "oldest": stamps[0], "latest": stamps[2]}
    between = await slack.call("conversations.history", **ends)
    assert [m["text"] for m in between["messages"]] == ["1"]
    closed = await slack.call("conversations.history", **ends, inclusive=True)
    assert [m["text"] for m in closed["messages"]] == ["2", "1", "0"]
    assert (closed["has_more"], closed["pin_count"]) == (False, 0)
    assert (closed["oldest"], closed["latest"]) == (stamps[0], stamps[2])


async def test_people_see_reactions_and_bots_files(slack):
    posted = await slack.call("chat.postMessage", channel=SECURITY, text="x")
    item = {"channel": SECURITY, "timestamp": posted["ts"]}
    await slack.call("reactions.add", **item, name="eyes")
    (shown,) = await slack.user(MIA).messages(SECURITY)
    assert shown["reactions"] == [{"name": "eyes", "users": [accounts.BOT_USER_ID], "count": 1}]


async def test_an_upload_needs_its_address_and_its_bytes(slack):
    named = {"filename": "a.txt", "length": 1}
    id_ = (await slack.call("files.getUploadURLExternal", **named))["file_id"]
    early = await slack.call("files.completeUploadExternal", files=[{"id": id_}])
    assert early["error"] == "file_not_found"
    async with slack.http.post(f"{slack.origin}/upload/v1/guessed", data=b"x") as response:
        assert response.status == 404


async def test_a_person_keeps_the_files_they_posted(slack):
    await slack.ada.post_file("mine.txt", b"mine", SECURITY, "text/plain")
    (message,) = await slack.ada.messages(SECURITY)
    answer = await slack.call("files.delete", file=message["files"][0]["id"])
    assert answer["error"] == "cant_delete_file"
    assert message["files"][0]["channels"] == [SECURITY]
