"""Holds messages, views and options against Slack's rules for Block Kit.

Where published sources disagree about a surface, only what all of them allow passes.

Source:
    https://docs.slack.dev/reference/block-kit and the limits measured by its validators.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from bot.sandbox.slack.element_rules import (
    CHOSEN,
    ID,
    IMAGE,
    OPTION_GROUPS,
    OPTIONS,
    PRESSED,
    TYPED,
    plain,
    text,
)
from bot.sandbox.slack.elements import elements_of
from bot.sandbox.slack.errors import Json
from bot.sandbox.slack.rules import (
    Rule,
    anything,
    boolean,
    by_type,
    either,
    every,
    items,
    one_of,
    shape,
    string,
    told,
    url,
    whole,
)

_BLOCK: Final[dict[str, Rule]] = {"block_id": ID}
_MARKDOWN: Final = 12_000


def _free(**required: Rule) -> Rule:
    """Check only these properties of a block that is otherwise taken as it comes."""

    def check(value: Any, at: str) -> Iterator[str]:
        for name, rule in {**required, **_BLOCK}.items():
            if value.get(name) is not None:
                yield from rule(value[name], f"{at}/{name}")
            elif name in required:
                yield told(f"missing required field: {name}", at)

    return check


def _card(value: Any, at: str) -> Iterator[str]:
    actions = value.get("actions")
    if actions is not None:
        yield from items(by_type(PRESSED), 0, 3)(actions, f"{at}/actions")


_CARD: Final = every(_free(), _card)
_SIMPLE: Final[dict[str, Rule]] = {
    "section": every(
        shape(
            {},
            {
                **_BLOCK,
                "text": text(3000),
                "fields": items(text(2000), 1, 10),
                "accessory": by_type({**PRESSED, **CHOSEN, "image": IMAGE}),
                "expand": boolean,
            },
        ),
        either("text", "fields", both=True),
    ),
    "header": shape({"text": plain(150)}, {**_BLOCK, "level": whole(1, 6)}),
    "divider": shape({}, _BLOCK),
    "context": shape(
        {
            "elements": items(
                by_type({"mrkdwn": text(3000), "plain_text": text(3000), "image": IMAGE}), 1, 10
            )
        },
        _BLOCK,
    ),
    "actions": shape({"elements": items(by_type({**PRESSED, **CHOSEN}), 1, 25)}, _BLOCK),
    "input": shape(
        {"label": plain(2000), "element": by_type({**CHOSEN, **TYPED})},
        {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": every(
        shape(
            {"alt_text": string(2000)},
            {**_BLOCK, "image_url": url(), "slack_file": anything, "title": plain(2000)},
        ),
        either("image_url", "slack_file"),
    ),
    "markdown": shape({"text": string(_MARKDOWN)}, _BLOCK),
    "alert": shape(
        {"text": text(200)},
        {**_BLOCK, "level": one_of("default", "info", "success", "warning", "error")},
    ),
    "card": _CARD,
    "carousel": _free(elements=items(by_type({"card": _CARD}), 1, 10)),
    "context_actions": _free(
        elements=items(by_type({"feedback_buttons": anything, "icon_button": anything}), 1, 5)
    ),
    "rich_text": _free(elements=items(anything, 1, 1000)),
    "table": _free(rows=items(items(anything, 1, 20), 1, 100)),
    "data_table": _free(rows=items(items(anything, 1, 20), 2, 201)),
    "data_visualization": _free(chart=anything),
    "video": _free(alt_text=string(2000), title=plain(200), video_url=url(), thumbnail_url=url()),
    "plan": _free(title=anything),
    "task_card": _free(title=anything),
    "file": _free(external_id=ID),
}
_RULES: Final[dict[str, Rule]] = {
    **_SIMPLE,
    "container": every(
        _free(child_blocks=items(by_type(_SIMPLE), 1, 10)),
        either("title", "rich_text_title", both=True),
    ),
}
_MODAL: Final = frozenset(
    {
        "actions",
        "alert",
        "context",
        "divider",
        "header",
        "image",
        "input",
        "rich_text",
        "section",
        "video",
    }
)
_SURFACES: Final = {
    "message": frozenset(_RULES) - {"alert", "file"},
    "modal": _MODAL,
    "home": (_MODAL - {"alert"}) | {"card", "carousel", "container", "data_table"},
    "any": frozenset(_RULES),
}
_MOST: Final = {"message": 50, "modal": 100, "home": 100, "any": 100}


def check_blocks(blocks: Any, surface: str, at: str = "/blocks") -> list[str]:
    """List what is wrong with blocks meant for a surface: message, modal, home or any."""
    allowed = _SURFACES.get(surface, _SURFACES["any"])
    table = {name: rule for name, rule in _RULES.items() if name in allowed}
    found = list(items(by_type(table), 0, _MOST.get(surface, 100))(blocks, at))
    # The rules across blocks can only be read off blocks that are well formed.
    return found or [*_twins(blocks, at), *_elements(blocks, surface, at), *_totals(blocks, at)]


def _twins(blocks: list[Json], at: str) -> Iterator[str]:
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for number, block in enumerate(blocks):
        if ids[block.get("block_id", "")] > 1:
            yield told(f"`block_id` already exists: {block['block_id']}", f"{at}/{number}/block_id")
        actions = Counter(element.get("action_id") for _, element in elements_of([block]))
        for action_id, count in actions.items():
            if action_id and count > 1:
                yield told(
                    f"`action_id` {action_id} already exists in this block", f"{at}/{number}"
                )


def _elements(blocks: list[Json], surface: str, at: str) -> Iterator[str]:
    focused = 0
    for number, block in enumerate(blocks):
        place = f"{at}/{number}"
        for element in _interactive(block):
            focused += bool(element.get("focus_on_load"))
            yield from _initials(element, place)
            if element["type"] == "file_input" and surface not in {"modal", "any"}:
                yield told("unsupported type: file_input", place)
            if element.get("dispatch_action_config") and not block.get("dispatch_action"):
                yield told("dispatch_action_config needs dispatch_action on its block", place)
    if focused > 1:
        yield told("`focus_on_load` can only be used once", at)


def _interactive(block: Json) -> list[Json]:
    """List the elements that the rules of the block's own type have found well formed."""
    match block["type"]:
        case "input":
            return [block["element"]]
        case "section":
            return [block["accessory"]] if block.get("accessory") else []
        case "actions":
            return list(block["elements"])
        case _:
            return []


def _initials(element: Json, at: str) -> Iterator[str]:
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    chosen = [element.get("initial_option"), *(element.get("initial_options") or [])]
    for each in chosen:
        if each is not None and options and each not in options:
            yield told("initial option must be one of the options", at)


def _totals(blocks: list[Json], at: str) -> Iterator[str]:
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > _MARKDOWN:
        yield told(f"markdown blocks must be less than {_MARKDOWN + 1} characters together", at)
    for type_, most in (("table", 1), ("data_visualization", 2)):
        if sum(block["type"] == type_ for block in blocks) > most:
            yield told(f"no more than {most} {type_} allowed", at)


_COMMON_VIEW: Final[dict[str, Rule]] = {
    "blocks": anything,
    "callback_id": string(255, 0),
    "private_metadata": string(3000, 0),
    "external_id": string(255, 0),
}
_VIEWS: Final = {
    "modal": shape(
        {"title": plain(24), "blocks": anything},
        {
            **_COMMON_VIEW,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": shape({"blocks": anything}, _COMMON_VIEW),
}


def check_view(view: Json, type_: str) -> list[str]:
    """List what is wrong with a view that should be of this type: modal or home."""
    found = list(by_type({type_: _VIEWS[type_]})(view, "/view"))
    if isinstance(view.get("blocks"), list):
        found += check_blocks(view["blocks"], type_, "/view/blocks")
        inputs = any(isinstance(b, dict) and b.get("type") == "input" for b in view["blocks"])
        if type_ == "modal" and inputs and not view.get("submit"):
            found.append(told("`submit` is required when there is an input block", "/view"))
    return found


def check_options(body: Json) -> list[str]:
    """List what is wrong with an answer to a request for options."""
    if "option_groups" in body:
        return list(OPTION_GROUPS(body["option_groups"], "/option_groups"))
    if "options" in body:
        return list(OPTIONS(body["options"], "/options"))
    return [told("missing required field: options", "")]
