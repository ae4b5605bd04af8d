"""Holds Work Objects against the rules that Slack publishes for them.

Source:
    https://docs.slack.dev/messaging/work-objects-implementation
"""

from collections.abc import Iterator
from typing import Any, Final

from bot.sandbox.slack.rules import (
    Rule,
    anything,
    boolean,
    every,
    integer,
    items,
    matching,
    one_of,
    shape,
    string,
    told,
    url,
)

TYPES: Final = tuple(
    f"slack#/entities/{each}" for each in ("task", "incident", "item", "file", "content_item")
)
_DATA_TYPES: Final = (
    "string",
    "integer",
    "boolean",
    "array",
    *(
        f"slack#/types/{each}"
        for each in (
            "user",
            "channel_id",
            "timestamp",
            "date",
            "image",
            "file",
            "entity_ref",
            "link",
            "email",
        )
    ),
)
_PLAIN: Final = shape({"text": string(3000)}, {"emoji": boolean})
_EDIT: Final = shape(
    {"enabled": boolean},
    {
        "placeholder": _PLAIN,
        "hint": _PLAIN,
        "optional": boolean,
        "select": anything,
        "number": anything,
        "text": anything,
        "boolean": anything,
    },
)
_ICON: Final = shape({"alt_text": string(2000)}, {"url": url(), "slack_file": anything})
_FIELD: Final[dict[str, Rule]] = {
    "type": one_of(*_DATA_TYPES),
    "label": string(2000),
    "value": anything,
    "link": url(),
    "icon": _ICON,
    "long": boolean,
    "format": one_of("markdown"),
    "image_url": url(),
    "slack_file": anything,
    "alt_text": string(2000),
    "edit": _EDIT,
    "tag_color": one_of("red", "yellow", "green", "gray", "blue"),
    "item_type": string(100),
    "user": anything,
    "entity_ref": anything,
    "boolean": anything,
}
_VALUES: Final[dict[str, Rule]] = {
    "string": string(12_000, 0),
    "integer": integer,
    "boolean": boolean,
    "array": items(anything, 0, 1000),
    "slack#/types/timestamp": integer,
    "slack#/types/date": matching(r"\d{4}-\d\d-\d\d", "a date such as 2026-01-31"),
    "slack#/types/link": url(),
    "slack#/types/email": string(320),
}
_STRINGLESS: Final = ("icon", "tag_color", "format", "long")


def _content(value: Any, at: str) -> Iterator[str]:
    """Check what a field says against its type."""
    type_, given = value.get("type"), value.get("value")
    if type_ == "slack#/types/user":
        yield from _user(value.get("user"), f"{at}/user")
    elif type_ in _VALUES and given is not None:
        yield from _VALUES[type_](given, f"{at}/value")
    elif given is None and not value.get("edit") and "image" not in str(type_):
        yield told("missing required field: value", at)
    if type_ not in {None, "string"}:
        yield from (told(f"`{n}` needs type string", at) for n in _STRINGLESS if n in value)
    if value.get("format") and (value.get("icon") or value.get("link")):
        yield told("`format` is incompatible with `icon` and `link`", at)
    if value.get("icon") and value.get("tag_color"):
        yield told("`icon` is incompatible with `tag_color`", at)


def _user(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield told("missing required field: user", at)
    elif bool(value.get("user_id")) == bool(value.get("text")):
        yield told("only one of user_id and text is allowed", at)


_NAMED: Final = every(shape({}, _FIELD), _content)


def _by_name(value: Any, at: str) -> Iterator[str]:
    # Other names than the published ones pass: they only power nothing.
    for name, each in (value if isinstance(value, dict) else {"": value}).items():
        if isinstance(each, dict):
            yield from _NAMED(each, f"{at}/{name}")
        else:
            yield told("must provide an object", f"{at}/{name}")


_CUSTOM: Final = every(
    shape({"key": string(255), "label": string(2000), "type": _FIELD["type"]}, _FIELD), _content
)
_BUTTON: Final = shape(
    {"text": string(75), "action_id": string(255)},
    {
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "url": url(),
        "accessibility_label": string(75),
        "processing_state": anything,
    },
)
_ATTRIBUTES: Final = shape(
    {"title": shape({"text": string(3000)}, {"edit": _EDIT})},
    {
        "display_id": string(255),
        "display_type": string(255),
        "product_name": string(255),
        "product_icon": _ICON,
        "locale": string(20),
        "full_size_preview": anything,
        "metadata_last_modified": integer,
    },
)
_PAYLOAD: Final = shape(
    {"attributes": _ATTRIBUTES},
    {
        "fields": _by_name,
        "custom_fields": items(_CUSTOM, 0, 100),
        "display_order": items(string(255), 0, 100),
        "slack_file": anything,
        "actions": shape(
            {}, {"primary_actions": items(_BUTTON, 0, 2), "overflow_actions": items(_BUTTON, 0, 5)}
        ),
    },
)
_ENTITY: Final[dict[str, Rule]] = {
    "entity_type": one_of(*TYPES),
    "url": url(),
    "external_ref": shape({"id": string(2000)}, {"type": string(255)}),
    "entity_payload": _PAYLOAD,
}


def _itemless(value: Any, at: str) -> Iterator[str]:
    payload = value.get("entity_payload") if isinstance(value, dict) else None
    plain = isinstance(payload, dict) and payload.get("fields")
    if plain and value.get("entity_type") == "slack#/entities/item":
        yield told("an item has custom_fields only", f"{at}/entity_payload/fields")


def check_unfurled(entity: Any, at: str) -> list[str]:
    """List what is wrong with an entity that is to be shown under a message."""
    rule = shape({**_ENTITY, "app_unfurl_url": url()}, {"entity_comments": anything})
    return list(every(rule, _itemless)(entity, at))


def check_posted(entity: Any, at: str) -> list[str]:
    """List what is wrong with an entity in a message of the app itself."""
    more = {"app_unfurl_url": url(), "entity_comments": anything}
    return list(every(shape(_ENTITY, more), _itemless)(entity, at))


def check_details(entity: Any, at: str = "/metadata") -> list[str]:
    """List what is wrong with an entity that is to be shown in the pane."""
    given = {"entity_type": _ENTITY["entity_type"], "entity_payload": _PAYLOAD}
    rule = shape(given, {**_ENTITY, "entity_comments": anything})
    return list(every(rule, _itemless)(entity, at))
