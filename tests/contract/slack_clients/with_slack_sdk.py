"""What slack_sdk's clients see of the Web API; run as ORIGIN SCENARIO, in each of their forms."""

import asyncio
import inspect
import sys

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, SectionBlock
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from telling import ADA, APP_TOKEN, BOT_TOKEN, GENERAL, IT_OPS, MIA, SECURITY, tell

FORM = {"type": "plain_text", "text": "Form"}


class Either:
    """A client of either form, whose calls are awaited where they must be."""

    def __init__(self, origin, form, token=BOT_TOKEN):
        kind = WebClient if form == "sync" else AsyncWebClient
        self.client = kind(token, base_url=f"{origin}/api/")
        waits = RateLimitErrorRetryHandler if form == "sync" else AsyncRateLimitErrorRetryHandler
        self.client.retry_handlers.append(waits(max_retry_count=2))

    def __getattr__(self, name):
        async def call(**arguments):
            answer = getattr(self.client, name)(**arguments)
            return await answer if inspect.isawaitable(answer) else answer

        return call

    async def refusal(self, name, /, **arguments):
        try:
            await getattr(self, name)(**arguments)
        except SlackApiError as error:
            return error.response.data
        return None

    async def pages(self, name, key, /, **arguments):
        answer, found, count = await getattr(self, name)(**arguments), [], 0
        while True:
            found += answer[key]
            count += 1
            cursor = answer["response_metadata"]["next_cursor"]
            if not cursor:
                return found, count
            answer = await getattr(self, name)(cursor=cursor, **arguments)


async def talks(slack, _words):
    me = await slack.auth_test()
    scopes = me.headers.get("x-oauth-scopes") or me.headers.get("X-OAuth-Scopes")
    blocks = [
        SectionBlock(block_id="s", text="Hello & *welcome*"),
        ActionsBlock(elements=[ButtonElement(text="Go", action_id="go", value="1")]),
    ]
    said = Metadata("seen", {"number": "INC1"})
    posted = await slack.chat_postMessage(
        channel=SECURITY, text="Hello", blocks=blocks, metadata=said, unfurl_links=False
    )
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    thread = {"channel": SECURITY, "thread_ts": posted["ts"]}
    await slack.chat_postMessage(**thread, text="Reply")
    changed = await slack.chat_update(**where, text="Changed", blocks=[])
    replies = await slack.conversations_replies(channel=SECURITY, ts=posted["ts"])
    whisper = await slack.chat_postEphemeral(channel=SECURITY, user=ADA, text="Psst")
    link = await slack.chat_getPermalink(channel=SECURITY, message_ts=posted["ts"])
    gone = await slack.chat_delete(**where)
    tell(
        me=[me["team_id"], me["user_id"], me["bot_id"]],
        writes="chat:write" in scopes.split(","),
        button=posted["message"]["blocks"][1]["elements"][0]["action_id"],
        metadata=posted["message"]["metadata"],
        profile=posted["message"]["bot_profile"]["app_id"],
        changed=[changed["text"], changed["message"]["edited"]["user"]],
        replies=[[m["text"], m.get("parent_user_id")] for m in replies["messages"]],
        count=replies["messages"][0]["reply_count"],
        whisper="message_ts" in whisper.data,
        link=link["permalink"].endswith("/p" + posted["ts"].replace(".", "")),
        gone=gone["ts"] == posted["ts"],
    )


async def asks(slack, _words):
    users, pages = await slack.pages("users_list", "members", limit=2)
    types = ["public_channel", "private_channel", "im"]
    places, _ = await slack.pages(
        "conversations_list", "channels", types=types, exclude_archived=True, limit=3
    )
    members, _ = await slack.pages("conversations_members", "members", channel=SECURITY, limit=2)
    ada = (await slack.users_info(user=ADA, include_locale=True))["user"]
    plain = (await slack.users_info(user=ADA))["user"]
    found = await slack.users_lookupByEmail(email="mia@northwind.example")
    direct = await slack.conversations_open(users=[ADA], return_im=True)
    several = await slack.conversations_open(users=[ADA, MIA])
    groups = await slack.usergroups_list(include_users=True, include_disabled=False)
    group = groups["usergroups"][0]
    profile = await slack.users_profile_get(user=ADA)
    tell(
        users=[each["name"] for each in users],
        pages=pages,
        places=sorted(each["id"] for each in places if not each["is_im"]),
        members=len(members),
        ada=[ada["tz"], ada["locale"], "locale" in plain],
        found=found["user"]["id"],
        direct=[direct["channel"]["user"], several["channel"]["id"][:1]],
        group=[group["handle"], group["users"]],
        in_group=(await slack.usergroups_users_list(usergroup=group["id"]))["users"],
        profile=profile["profile"]["email"],
        team=(await slack.team_info())["team"]["domain"],
        bot=(await slack.bots_info(bot="B0SNOWLINE"))["bot"]["user_id"],
        emoji=sorted((await slack.emoji_list())["emoji"]),
        rest=(await slack.dnd_info(user=ADA))["dnd_enabled"],
    )


async def moves(slack, _words):
    made = (await slack.conversations_create(name="incident-1", is_private=True))["channel"]
    channel = {"channel": made["id"]}
    joined = await slack.conversations_join(channel=IT_OPS)
    again = await slack.conversations_join(channel=IT_OPS)
    full = await slack.conversations_invite(**channel, users=[ADA, MIA])
    topic = await slack.conversations_setTopic(**channel, topic="Down")
    named = await slack.conversations_rename(**channel, name="incident-2")
    mine, _ = await slack.pages("users_conversations", "channels", types="private_channel")
    await slack.conversations_archive(**channel)
    closed = await slack.refusal("chat_postMessage", **channel, text="x")
    twice = await slack.refusal("conversations_archive", **channel)
    taken = await slack.refusal("conversations_create", name="general")
    there = await slack.refusal("conversations_invite", channel=IT_OPS, users=[ADA])
    left = await slack.conversations_leave(channel=IT_OPS)
    tell(
        made=[made["is_private"], made["is_member"], made["creator"]],
        joined=joined["channel"]["is_member"],
        again=again["warning"],
        full=full["channel"]["id"] == made["id"],
        named=[topic["channel"]["topic"]["value"], named["channel"]["previous_names"]],
        mine=[each["name"] for each in mine],
        refusals=[each["error"] for each in (closed, twice, taken)],
        there=[there["error"], there["errors"][0]["user"]],
        gone=left["ok"],
    )


async def marks(slack, _words):
    posted = await slack.chat_postMessage(channel=SECURITY, text="Mark me")
    item = {"channel": SECURITY, "timestamp": posted["ts"]}
    await slack.reactions_add(**item, name="eyes")
    twice = await slack.refusal("reactions_add", **item, name="eyes")
    got = await slack.reactions_get(**item, full=True)
    listed, _ = await slack.pages("reactions_list", "items", full=True)
    await slack.pins_add(**item)
    pinned = await slack.pins_list(channel=SECURITY)
    await slack.pins_remove(**item)
    await slack.reactions_remove(**item, name="eyes")
    nothing = await slack.refusal("reactions_remove", **item, name="eyes")
    tell(
        twice=twice["error"],
        got=got["message"]["reactions"],
        listed=len(listed),
        pinned=[each["message"]["text"] for each in pinned["items"]],
        nothing=nothing["error"],
    )


async def waits_for_later(slack, words):
    at = int(words[0]) + 3600
    kept = await slack.chat_scheduleMessage(channel=SECURITY, post_at=at, text="Later")
    listed, _ = await slack.pages("chat_scheduledMessages_list", "scheduled_messages")
    past = await slack.refusal("chat_scheduleMessage", channel=SECURITY, post_at=1, text="x")
    id_ = kept["scheduled_message_id"]
    await slack.chat_deleteScheduledMessage(channel=SECURITY, scheduled_message_id=id_)
    left, _ = await slack.pages("chat_scheduledMessages_list", "scheduled_messages")
    tell(
        kept=[id_[:1], kept["post_at"] == at, kept["message"]["type"]],
        waiting=[[each["id"] == id_, each["text"]] for each in listed],
        past=past["error"],
        left=left,
    )


async def uploads(slack, _words):
    one = await slack.files_upload_v2(
        channel=SECURITY,
        content="proof",
        filename="proof.txt",
        title="Proof",
        initial_comment="See",
        alt_txt="A proof",
    )
    two = await slack.files_upload_v2(
        channel=SECURITY,
        file_uploads=[
            {"file": b"\x89PNG", "filename": "a.png", "title": "A"},
            {"content": "b", "filename": "b.csv", "title": "B"},
        ],
    )
    known = (await slack.files_info(file=one["file"]["id"]))["file"]
    await slack.files_delete(file=known["id"])
    outside = await slack.refusal("files_upload_v2", channel=GENERAL, content="x", filename="x.md")
    tell(
        one=[one["file"]["title"], known["name"], known["size"], known["alt_txt"]],
        seen_in=known["channels"],
        two=[[each["name"], each["mimetype"]] for each in two["files"]],
        deleted=(await slack.refusal("files_info", file=known["id"]))["error"],
        outside=outside["error"],
    )


async def opens(slack, words):
    view = View(type="modal", title="Form", callback_id="form", blocks=[SectionBlock(text="One")])
    opened = await slack.views_open(trigger_id=words[0], view=view)
    id_, hash_ = opened["view"]["id"], opened["view"]["hash"]
    view = {"type": "modal", "title": FORM, "blocks": []}
    updated = await slack.views_update(view_id=id_, hash=hash_, view=view)
    late = await slack.refusal("views_update", view_id=id_, hash=hash_, view=view)
    home = {"type": "home", "blocks": []}
    published = await slack.views_publish(user_id=ADA, view=home)
    big = {"type": "modal", "title": FORM, "private_metadata": "x" * 3001, "blocks": []}
    large = await slack.refusal("views_open", trigger_id="1.2.x", view=big)
    unknown = await slack.refusal("views_open", trigger_id="1.2.x", view=view)
    used = await slack.refusal("views_open", trigger_id=words[0], view=view)
    told = [each["error"] for each in (late, unknown, used, large)]
    tell(
        opened=[opened["view"]["type"], opened["view"]["title"]["emoji"]],
        updated=updated["view"]["hash"] != hash_,
        published=published["view"]["type"],
        refusals=told,
        large=large["response_metadata"]["messages"],
    )


async def is_refused(slack, words):
    calls = {
        "channel_not_found": ("chat_postMessage", {"channel": "C0NOWHERE", "text": "x"}),
        "no_text": ("chat_postMessage", {"channel": SECURITY, "text": ""}),
        "invalid_blocks": ("chat_postMessage", {"channel": SECURITY, "blocks": [{"type": "x"}]}),
        "message_not_found": ("chat_update", {"channel": SECURITY, "ts": "1.2", "text": "x"}),
        "user_not_found": ("users_info", {"user": "U0NOBODY"}),
        "users_not_found": ("users_lookupByEmail", {"email": "no@body.example"}),
        "invalid_cursor": ("users_list", {"cursor": "x"}),
        "invalid_limit": ("conversations_list", {"limit": 5000}),
        "not_in_channel": ("conversations_history", {"channel": GENERAL}),
        "invalid_ts_latest": ("conversations_history", {"channel": SECURITY, "latest": "then"}),
        "invalid_name_specials": ("conversations_create", {"name": "No Way"}),
        "unknown_method": ("api_call", {"api_method": "chat.sing"}),
    }
    seen = {error: await slack.refusal(name, **args) for error, (name, args) in calls.items()}
    _, origin, form = words
    foreign = await Either(origin, form, "xoxb-foreign").refusal("auth_test")
    none = await Either(origin, form, None).refusal("auth_test")
    app = await Either(origin, form, APP_TOKEN).refusal("users_list")
    tell(
        wrong={error: got and got["error"] for error, got in seen.items() if not is_(error, got)},
        messages=seen["invalid_blocks"]["response_metadata"]["messages"],
        tokens=[each["error"] for each in (foreign, none, app)],
        method=seen["unknown_method"]["req_method"],
    )


def is_(error, answer):
    return answer is not None and answer["error"] == error


SCENARIOS = {
    each.__name__: each
    for each in (talks, asks, moves, marks, waits_for_later, uploads, opens, is_refused)
}


async def run(origin, form, names, *words):
    for name in names.split(","):
        await SCENARIOS[name](Either(origin, form), words)


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
