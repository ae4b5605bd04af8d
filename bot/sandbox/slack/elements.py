"""Interactive elements: where they stand in blocks and what they remember."""

import copy
from collections.abc import Iterator
from typing import Any, Final

from bot.sandbox.slack.errors import Json
from bot.sandbox.slack.stamps import random_id

Values = dict[str, dict[str, Json]]
"""``state.values``: block id -> action id -> what was entered."""

VALUE_KEY: Final = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "file_input": "files",
}
_PLURAL: Final = ("selected_options", "selected_users", "selected_conversations")
_LISTS: Final = (*_PLURAL, "selected_channels", "files")
CLICKED: Final = ("button", "overflow", "workflow_button")
_INTERACTIVE: Final = (*VALUE_KEY, *CLICKED)


def elements_of(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """List every element that has an action id, with the block it stands in."""
    for block in blocks:
        yield from ((block, each) for each in _own(block) if each.get("type") in _INTERACTIVE)
        yield from elements_of(_listed(block, "child_blocks"))


def _own(block: Json) -> list[Json]:
    if block.get("type") == "carousel":
        return [each for card in _listed(block, "elements") for each in _listed(card, "actions")]
    single = [block.get("element"), block.get("accessory")]
    found = [each for each in single if isinstance(each, dict)]
    return found + _listed(block, "elements") + _listed(block, "actions")


def _listed(block: Json, name: str) -> list[Json]:
    """Read a list of objects; of a block that no rule knows, what is none is left out."""
    found = block.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def with_ids(blocks: list[Json]) -> list[Json]:
    """Copy blocks and give an id to every block and element that came without one."""
    copied = copy.deepcopy(blocks)
    _name(copied)
    _fill(copied)
    return copied


def _fill(value: Any) -> None:
    """Say of every text and field what Slack says when the app did not."""
    entries = value.values() if isinstance(value, dict) else value
    for each in entries if isinstance(value, (dict, list)) else ():
        _fill(each)
    if isinstance(value, dict) and value.get("type") == "input":
        value.setdefault("optional", False)
        value.setdefault("dispatch_action", False)
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)


def _name(blocks: list[Json]) -> None:
    for block in blocks:
        if not block.get("block_id"):
            block["block_id"] = random_id("", 5)
        for each in _own(block):
            if each.get("type") in _INTERACTIVE and not each.get("action_id"):
                each["action_id"] = random_id("", 5)
        _name(_listed(block, "child_blocks"))


def initial_key(value_key: str) -> str:
    """Name the property that gives an element its first value."""
    if value_key == "rich_text_value":
        return "initial_value"
    return "initial_" + value_key.removeprefix("selected_")


def initial_entry(element: Json, channel: str = "") -> Json:
    """Say what an untouched element holds, as ``state.values`` writes it."""
    key = VALUE_KEY[element["type"]]
    empty: Any = [] if key in _LISTS else None
    value = element.get(initial_key(key), empty)
    if value is None and element.get("default_to_current_conversation") and channel:
        value = channel
    return {"type": element["type"], key: value}


def state_of(blocks: list[Json], before: Values, channel: str = "") -> Values:
    """Work out ``state.values``; what was entered stays where both ids stayed the same."""
    values: Values = {}
    for block, element in elements_of(blocks):
        if element["type"] not in VALUE_KEY:
            continue
        kept = before.get(block["block_id"], {}).get(element["action_id"])
        same = kept is not None and kept.get("type") == element["type"]
        entry = kept if kept is not None and same else initial_entry(element, channel)
        values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json | None:
    """Find the element that both ids name."""
    for block, element in elements_of(blocks):
        if block["block_id"] == block_id and element["action_id"] == action_id:
            return element
    return None


def is_empty(entry: Json | None) -> bool:
    """Tell whether nothing was entered."""
    if not entry or entry.get("type") not in VALUE_KEY:
        return True
    value = entry.get(VALUE_KEY[entry["type"]])
    return value is None or value in ("", [])
