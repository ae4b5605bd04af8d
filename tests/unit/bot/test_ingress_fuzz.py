import asyncio
import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.sandbox import accounts
from tests.unit.bot.gate_end import CLICK, COMMAND, FORM, Door, headers_for, interaction, post
from tests.unit.bot.slack_end import with_bot


@pytest.fixture(scope="module")
def lasting():
    """One door for a whole fuzz run; hypothesis has no use for a new one each time."""
    with asyncio.Runner() as runner:
        open_door = runner.run(Door().__aenter__())
        yield runner, open_door
        runner.run(open_door.__aexit__())


FUZZ = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"))


@FUZZ
@given(
    body=st.binary(min_size=1, max_size=300) | st.sampled_from([COMMAND, interaction(CLICK)]),
    mutations=st.lists(
        st.tuples(
            st.sampled_from(["drop", "double", "value", "flip"]),
            st.integers(0, 2),
            PLAIN.map(str.strip),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_no_altered_request_gets_through(lasting, body, mutations):
    runner, open_door = lasting
    original = headers_for(body)
    headers, sent = list(original), bytearray(body)
    for what, which, value in mutations:
        name = ("X-Slack-Signature", "X-Slack-Request-Timestamp", "X-Slack-Signature")[which]
        if what == "drop":
            headers = [each for each in headers if each[0] != name]
        elif what == "double":
            headers += [each for each in headers if each[0] == name] or [(name, value)]
        elif what == "value":
            headers = [(each, f"~{value}" if each == name else old) for each, old in headers]
        else:
            sent[which % len(sent)] ^= 1
    assume(bytes(sent) != body or headers != original)
    status = runner.run(post(open_door.origin, headers, bytes(sent)))
    assert status < 500
    assert status != 200
    assert open_door.behind.got == []


KEYS = st.sampled_from(
    [
        "type",
        "team",
        "team_id",
        "enterprise",
        "user",
        "user_id",
        "channel",
        "event",
        "view",
        "actions",
        "authorizations",
        "message",
        "action_id",
        "callback_id",
        "command",
        "response_url",
        "response_urls",
        "is_enterprise_install",
        "id",
        "state",
        "item",
        "challenge",
        "event_id",
        "bot_id",
        "private_metadata",
        "trigger_id",
        "selected_option",
    ]
)
TYPES = st.sampled_from(
    [
        "event_callback",
        "block_actions",
        "view_submission",
        "block_suggestion",
        "url_verification",
        "shortcut",
        "app_home_opened",
        "message_action",
        "view_closed",
        "interactive_message",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | TYPES | st.just(accounts.TEAM_ID)
SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
BODIES = st.fixed_dictionaries(
    {"type": TYPES},
    optional={
        "team_id": st.just(accounts.TEAM_ID),
        "event": SHAPES,
        "view": SHAPES,
        "actions": SHAPES,
        "user": SHAPES,
        "team": SHAPES,
        "channel": SHAPES,
        "authorizations": SHAPES,
        "message": SHAPES,
        "action_id": SHAPES,
        "callback_id": SHAPES,
        "command": SHAPES,
    },
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The whole front of the bot, Bolt included."""
    with asyncio.Runner() as runner:
        context = with_bot(tmp_path_factory.mktemp("fuzz"))
        end = runner.run(context.__aenter__())
        yield runner, end
        runner.run(context.__aexit__(None, None, None))


@FUZZ
@given(body=BODIES, as_form=st.booleans())
def test_signed_nonsense_never_breaks_bolt(whole, body, as_form):
    runner, end = whole
    raw = interaction(body) if as_form else json.dumps(body).encode()
    headers = headers_for(raw, FORM if as_form else "application/json")
    assert runner.run(post(end.door, headers, raw)) < 500
