"""Our answers beside those that the real Slack gave: the same keys, of the same types.

The recordings hold every key that was ever seen, with its value blanked. What we leave out
stands here with its reason; anything else that is missing, or of another type, fails.
"""

import json
from pathlib import Path

import pytest

from bot.sandbox import accounts
from bot.sandbox.slack import EVERY_SCOPE, SlackSettings
from tests.unit.sandbox.json_shapes import in_an_empty_list, paths_of
from tests.unit.sandbox.slack_stage import (
    ADA,
    GENERAL,
    SECURITY,
    bare,
    field_of,
    modal,
    plain,
    section,
)

RECORDED = Path(__file__).parents[3].parent / "shared" / "data" / "slack" / "api"
pytestmark = pytest.mark.shared

BY_OTHERS = {"chat.unfurl", "entity.presentDetails", "oauth.v2.access", "oauth.v2.exchange"}
"""Links and installation: their answers are held against what they are for, in tests of theirs."""

OF_REFUSALS = {"error", "needed", "provided", "callstack", "arg", "errors"}
OF_WARNINGS = {"warning", "response_metadata"}
ENTERPRISE = "only within an Enterprise Grid"
SHARED_CHANNELS = "only of channels shared between workspaces"
CANVAS = "the sandbox has no canvases, tabs or workflows"
OPTIONAL = "only where the person or admin has set it"
PICTURES = "only of pictures"
SIGN_IN = "only of people who signed in with two factors, and seen by admins alone"
WORK_OBJECT = "only of a Work Object's details"
SNIPPET = "only of text that Slack shows within the message"
THUMBS = ["64", "80", "360", "360_w", "360_h", "160", "tiny", "480", "480_w", "480_h"]
THUMBS += ["360_gif", "480_gif"]
OF_A_HOME = "a home has no buttons of its own"
ABSENT = {
    "views.publish view.submit": OF_A_HOME,
    "views.publish view.close": OF_A_HOME,
    "enterprise": ENTERPRISE,
    "enterprise_user": ENTERPRISE,
    "enterprise_id": ENTERPRISE,
    "enterprise_name": ENTERPRISE,
    "enterprise_domain": ENTERPRISE,
    "discoverable": ENTERPRISE,
    "teams": ENTERPRISE,
    "sso_provider": ENTERPRISE,
    "pay_prod_cur": ENTERPRISE,
    "is_global_shared": ENTERPRISE,
    "is_org_default": ENTERPRISE,
    "is_org_mandatory": ENTERPRISE,
    "conversation_host_id": SHARED_CHANNELS,
    "connected_team_ids": SHARED_CHANNELS,
    "internal_team_ids": SHARED_CHANNELS,
    "connected_limited_team_ids": SHARED_CHANNELS,
    "is_moved": SHARED_CHANNELS,
    "is_read_only": SHARED_CHANNELS,
    "is_thread_only": SHARED_CHANNELS,
    "is_non_threadable": SHARED_CHANNELS,
    "last_read": "only of a person's own token",
    "is_starred": "only of a person's own token",
    "properties": CANVAS,
    "pronouns": OPTIONAL,
    "start_date": OPTIONAL,
    "status_emoji_url": OPTIONAL,
    "guest_invited_by": OPTIONAL,
    "is_custom_image": OPTIONAL,
    "image_original": OPTIONAL,
    "image_1024": OPTIONAL,
    "huddle_state": OPTIONAL,
    "huddle_state_expiration_ts": OPTIONAL,
    "emoji_name": "no status has an emoji",
    "display_alias": "no status has an emoji",
    "display_url": "no status has an emoji",
    "unicode": "no status has an emoji",
    "is_invited_user": "only of people who have not accepted yet",
    "is_workflow_bot": "only of workflows",
    "is_connector_bot": "only of workflows",
    "has_2fa": SIGN_IN,
    "two_factor_type": SIGN_IN,
    "api_app_id": "only of apps; see the bot's own profile",
    "bot_id": "only of apps; see the bot's own profile",
    "always_active": "only of apps; see the bot's own profile",
    "expires_in": "only of tokens that are rotated",
    "offset": "a cursor of old; replaced by response_metadata",
    "view.entity_url": WORK_OBJECT,
    "view.external_ref": WORK_OBJECT,
    "view.app_unfurl_url": WORK_OBJECT,
    "view.message_ts": WORK_OBJECT,
    "view.thread_ts": WORK_OBJECT,
    "view.channel": WORK_OBJECT,
    "edit_link": SNIPPET,
    "preview": SNIPPET,
    "preview_highlight": SNIPPET,
    "lines": SNIPPET,
    "lines_more": SNIPPET,
    "preview_is_truncated": SNIPPET,
    "original_w": PICTURES,
    "original_h": PICTURES,
    "deanimate": PICTURES,
    "deanimate_gif": PICTURES,
    **{f"thumb_{each}": PICTURES for each in THUMBS},
    "fields": "only where the team has added some to profiles",
    "priority": "only of direct messages: their rank in a sidebar",
    "locale": "only with include_locale, and of teams only to admins",
}
NULLABLE = {"submit", "close", "previous_view_id", "deleted_by"}
"""What is null where there is none."""
UNRECORDED = {
    "parent_conversation": "null in every answer, so that the recording has no type for it",
    "auto_type": "null in every answer, so that the recording has no type for it",
    "revoked": "as documented; all recorded calls were refused",
    "is_stranger": "recorded of users.info, which builds the same object",
}
FILE = {"filename": "proof.txt", "length": "5", "alt_txt": "A proof"}
FORM = modal("Form", field_of("Name", "name", {"type": "plain_text_input"}), close=plain("Back"))


async def trigger(stage, view_id=None):
    return stage.server.workspace.triggers.issue(ADA, SECURITY, view_id)


async def opened(stage):
    answer = await stage.call("views.open", trigger_id=await trigger(stage), view=FORM)
    return answer["view"]["id"]


async def trigger_within(stage):
    return await trigger(stage, await opened(stage))


async def posted(stage):
    return (await stage.call("chat.postMessage", channel=SECURITY, text="x"))["ts"]


async def uploaded(stage):
    announced = await stage.call("files.getUploadURLExternal", **FILE)
    async with stage.http.post(announced["upload_url"], data=b"proof"):
        return [{"id": announced["file_id"], "title": "Proof"}]


APP = {"token": accounts.APP_TOKEN}
ALL = {"include_users": True, "include_count": True, "include_disabled": True}
COUNTED = {"include_num_members": True, "include_locale": True}
HOME = {"type": "home", "blocks": [section("x")]}
LISTED = {"types": "public_channel,private_channel,im"}
SAMPLES = {
    "api.test": [{"foo": "bar"}, {"foo": "bar", "error": "x"}],
    "apps.connections.open": [APP],
    "auth.revoke": [{}],
    "auth.test": [{}, APP],
    "bots.info": [{}],
    "chat.delete": [{"channel": SECURITY, "ts": posted}],
    "chat.getPermalink": [{"channel": SECURITY, "message_ts": posted}],
    "chat.postEphemeral": [{"channel": SECURITY, "user": ADA, "text": "x"}],
    "conversations.info": [{"channel": SECURITY, **COUNTED}],
    "conversations.join": [{"channel": GENERAL}, {"channel": GENERAL}],
    "conversations.list": [LISTED],
    "conversations.members": [{"channel": SECURITY}],
    "files.completeUploadExternal": [{"files": uploaded, "channel_id": SECURITY}],
    "files.getUploadURLExternal": [FILE],
    "reactions.add": [{"channel": SECURITY, "timestamp": posted, "name": "eyes"}],
    "team.info": [{}],
    "usergroups.list": [ALL],
    "usergroups.users.list": [{"usergroup": "S0SECURITY"}],
    "users.info": [{"user": u, "include_locale": True} for u in (ADA, accounts.BOT_USER_ID)],
    "users.list": [{"include_locale": True}],
    "users.lookupByEmail": [{"email": accounts.ADA.email}],
    "views.open": [{"trigger_id": trigger, "view": FORM}],
    "views.publish": [{"user_id": ADA, "view": HOME}],
    "views.push": [{"trigger_id": trigger_within, "view": FORM}],
    "views.update": [{"view_id": opened, "view": FORM}],
}
"""Calls that together bring out a method's keys; functions make their value when it is time."""


async def answer_to(stage, method, sample):
    made = {k: await v(stage) if callable(v) else v for k, v in sample.items()}
    if "token" not in made:
        return await stage.call(method, **made)
    async with stage.http.get(f"{stage.origin}/api/{method}", params=made) as response:
        return await response.json()


def reason_for(method, at):
    """Say why a recorded key may be missing; the reason covers whatever lies within it."""
    top = ".".join(at[:2])
    known = [ABSENT[name] for name in (*at, top, f"{method} {top}") if name in ABSENT]
    if at[0] in OF_REFUSALS | OF_WARNINGS:
        known.append("only of answers that refuse or warn")
    # Blocks are the caller's own, and shares have a key for each channel.
    return known or [at for name in ("blocks", "values", "shares") if name in at]


def test_every_recording_is_looked_at():
    assert {path.stem for path in RECORDED.glob("*.json")} == {*SAMPLES} | BY_OTHERS


@pytest.mark.parametrize("method", sorted(SAMPLES))
async def test_an_answer_has_the_keys_of_the_recorded_one(method):
    async with bare(SlackSettings(scopes=EVERY_SCOPE)) as stage:
        ours = paths_of(*[await answer_to(stage, method, each) for each in SAMPLES[method]])
    theirs = paths_of(json.loads((RECORDED / f"{method}.json").read_text()))
    missing = [
        at
        for at in theirs.keys() - ours.keys()
        if not (reason_for(method, at) or in_an_empty_list(at, ours))
    ]
    other = {
        at: (ours[at], theirs[at])
        for at in ours.keys() & theirs.keys()
        if ours[at] - theirs[at] - ({"NoneType"} if at[-1:] and at[-1] in NULLABLE else set())
    }
    given = {*UNRECORDED, "blocks", "values", "shares"}
    made_up = [at for at in ours.keys() - theirs.keys() if not given & {*at}]
    assert (missing, other, made_up) == ([], {}, [])
