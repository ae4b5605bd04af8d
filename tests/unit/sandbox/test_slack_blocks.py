"""The rules for blocks, one by one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sandbox.slack.blocks import check_blocks, check_view
from tests.unit.sandbox.slack_stage import button, field_of, modal, option, plain, section

TEXT_INPUT = {"type": "plain_text_input"}
STATIC = {"type": "static_select", "action_id": "s", "options": [option("A", "a")]}
IMAGE = {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "An image"}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


GOOD = [
    section("x", accessory=button("Go", "go", value="", style="primary")),
    {"type": "section", "fields": [plain("x")] * 10, "block_id": "fields"},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}, IMAGE]},
    actions(STATIC, {"type": "overflow", "action_id": "o", "options": [option("x", "x")]}),
    IMAGE | {"title": plain("x")},
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    },
    field_of("When", "when", {"type": "datepicker", "initial_date": "2026-02-28"}),
    field_of("What", "what", {"type": "number_input", "is_decimal_allowed": False}),
    {"type": "markdown", "text": "**x**"},
    {"type": "card", "title": plain("x"), "actions": [button("x", "x")]},
    {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}]},
    {
        "type": "container",
        "title": plain("x"),
        "child_blocks": [section("x", accessory=button("x", "x"))],
    },
    {"type": "data_table", "rows": [[plain("x")], [plain("x")]]},
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_what_slack_accepts_passes(block):
    assert check_blocks([block], "message") == []


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("x", "must provide an object [json-pointer:/blocks/0]"),
        ({}, "missing required field: type [json-pointer:/blocks/0]"),
        ({"type": "sextion"}, "unsupported type: sextion [json-pointer:/blocks/0/type]"),
        ({"type": "section"}, "missing required field: text or fields"),
        (
            section("x" * 3001),
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        (section(""), "must be more than 0 characters"),
        ({"type": "section", "fields": [plain("x")] * 11}, "no more than 10 items allowed"),
        ({"type": "section", "fields": [plain("x" * 2001)]}, "less than 2001"),
        (section("x", emoji=True), "invalid additional property: emoji"),
        (
            {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}},
            "invalid additional property: emoji",
        ),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "unsupported type: mrkdwn"),
        (actions(), "no fewer than 1 items"),
        (actions(*[button("x", str(n)) for n in range(26)]), "no more than 25 items"),
        (actions(button("x" * 76, "a")), "less than 76"),
        (actions(button("x", "a", value="x" * 2001)), "less than 2001"),
        (actions(button("x", "a", style="loud")), "must be a valid enum value"),
        (actions(button("x", "a", url="example.com")), "must be a valid URL"),
        (actions(button("x", "a" * 256)), "less than 256"),
        (actions(button("x", "a"), button("y", "a")), "`action_id` a already exists"),
        (actions({"type": "plain_text_input", "action_id": "a"}), "unsupported type"),
        (actions(STATIC | {"options": []}), "missing required field: options or option_groups"),
        (actions(STATIC | {"options": [option("x", str(n)) for n in range(101)]}), "more than 100"),
        (actions(STATIC | {"options": [option("x" * 76, "a")]}), "less than 76"),
        (actions(STATIC | {"options": [option("x", "a" * 151)]}), "less than 151"),
        (actions(STATIC | {"initial_option": option("B", "b")}), "initial option must be one"),
        (actions({"type": "overflow", "action_id": "o", "options": []}), "no fewer than 1"),
        ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10 items"),
        (
            {"type": "image", "image_url": "https://example.com/i.png"},
            "missing required field: alt_text",
        ),
        ({"type": "image", "alt_text": "x"}, "image_url or slack_file"),
        (IMAGE | {"slack_file": {"id": "F1"}}, "only one of image_url and slack_file"),
        ({"type": "input", "label": plain("x")}, "missing required field: element"),
        (field_of("When", "w", {"type": "datepicker", "initial_date": "1.2.2026"}), "YYYY-MM-DD"),
        (field_of("N", "n", {"type": "number_input"}), "missing required field: is_decimal"),
        (field_of("T", "t", TEXT_INPUT | {"max_length": 3001}), "between 1 and 3000"),
        (field_of("T", "t", TEXT_INPUT, optional="yes"), "must be a boolean"),
        (
            field_of(
                "T",
                "t",
                TEXT_INPUT
                | {"dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
            ),
            "needs dispatch_action",
        ),
        (field_of("F", "f", {"type": "file_input"}), "unsupported type: file_input"),
        ({"type": "markdown", "text": "x" * 12_001}, "less than 12001"),
        ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
        ({"type": "carousel", "elements": ["x"]}, "must provide an object"),
        ({"type": "container", "child_blocks": [{}]}, "missing required field: type"),
        ({"type": "card", "actions": [button("x", str(n)) for n in range(4)]}, "more than 3"),
        ({"type": "video", "alt_text": "x"}, "missing required field: title"),
        ({"type": "divider", "block_id": 7}, "must be a string"),
        (section("x", expand="no"), "must be a boolean"),
        ({"type": "header", "text": plain("x"), "level": "1"}, "must be an integer"),
    ],
)
def test_what_slack_refuses_is_told_with_its_place(block, told):
    messages = check_blocks([block], "message")
    assert any(told in each for each in messages), messages
    assert all(each.startswith("[ERROR] ") for each in messages)


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ("x", "must provide an array"),
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([{"type": "divider", "block_id": "b"}] * 2, "`block_id` already exists: b"),
        ([{"type": "markdown", "text": "x" * 7000}] * 2, "characters together"),
        (
            [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
            "no more than 1 table",
        ),
        (
            [field_of("A", n, TEXT_INPUT | {"focus_on_load": True}) for n in "ab"],
            "`focus_on_load` can only be used once",
        ),
    ],
)
def test_rules_across_blocks_hold_too(blocks, told):
    assert any(told in each for each in check_blocks(blocks, "message"))


def test_an_initial_option_may_come_from_a_group():
    group = {"label": plain("Open"), "options": [option("A", "a")]}
    select = {"type": "static_select", "action_id": "s", "option_groups": [group]}
    assert check_blocks([actions(select | {"initial_option": option("A", "a")})], "message") == []
    assert check_blocks([actions(select | {"initial_option": option("B", "b")})], "message")
    assert check_blocks([actions(select | {"options": [option("A", "a")]})], "message")


@pytest.mark.parametrize(
    ("surface", "type_"),
    [("modal", "markdown"), ("modal", "table"), ("home", "alert"), ("home", "markdown")],
)
def test_surfaces_take_only_what_every_source_allows(surface, type_):
    block = {"type": type_, "text": "x", "rows": []}
    assert f"unsupported type: {type_}" in check_blocks([block], surface)[0]


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (modal("x" * 25), "/view/title/text"),
        (modal("x", field_of("T", "t", TEXT_INPUT), submit=None), "`submit` is required"),
        (modal("x", colour="red"), "invalid additional property: colour"),
        (modal("x", callback_id="x" * 256), "less than 256"),
        ({"type": "modal", "title": plain("x")}, "missing required field: blocks"),
        ({"type": "home", "blocks": []}, "unsupported type: home"),
    ],
)
def test_views_have_rules_of_their_own(view, told):
    assert any(told in each for each in check_view(view, "modal"))


_KEYS = ["text", "elements", "element", "accessory", "fields", "label", "options", "block_id"]
_KEYS += ["action_id", "initial_option", "option_groups", "actions", "child_blocks", "rows"]
_TYPES = ["section", "actions", "input", "card", "carousel", "container", "static_select"]
_TYPES += ["button", "plain_text", "image", "markdown", "table", "checkboxes", "overflow"]
_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)


def _nodes(children):
    typed = st.sampled_from(_TYPES).map(lambda name: {"type": name})
    rest = st.dictionaries(st.sampled_from(_KEYS), children, max_size=4)
    return st.lists(children, max_size=3) | st.builds(lambda a, b: b | a, typed, rest)


@example({"type": "card", "text": None, "child_blocks": 1}, "message")
@example({"type": "card", "text": None, "elements": 1}, "message")
@given(st.recursive(_LEAVES, _nodes, max_leaves=12), st.sampled_from(["message", "modal", "home"]))
def test_whatever_comes_is_judged_and_never_breaks_the_judge(blocks, surface):
    for each in (blocks, [blocks]):
        assert isinstance(check_blocks(each, surface), list)
    assert isinstance(check_view({"type": surface, "blocks": blocks}, "modal"), list)
