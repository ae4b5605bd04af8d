"""What Slack demands of text objects, options and interactive elements."""

from typing import Final

from bot.sandbox.slack.rules import (
    Rule,
    anything,
    boolean,
    by_type,
    either,
    every,
    integer,
    items,
    matching,
    one_of,
    shape,
    string,
    url,
    whole,
)


def plain(most: int) -> Rule:
    """Want a plain_text object of at most so many characters."""
    return by_type({"plain_text": shape({"text": string(most)}, {"emoji": boolean})})


def text(most: int) -> Rule:
    """Want a plain_text or mrkdwn object of at most so many characters."""
    return by_type(
        {
            "plain_text": shape({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(most)}, {"verbatim": boolean}),
        }
    )


ID: Final = string(255)
_DATE: Final = matching(r"\d{4}-\d{2}-\d{2}", "a date YYYY-MM-DD")
_TIME: Final = matching(r"[0-2]\d:[0-5]\d", "a time HH:mm")
_NUMBER: Final = matching(r"-?\d+(\.\d+)?", "a number written as a string")
_CONFIRM: Final = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_DISPATCH: Final = shape(
    {
        "trigger_actions_on": items(
            one_of("on_enter_pressed", "on_character_entered"), least=1, most=2
        )
    },
    {},
)
OPTION: Final = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
_RICH_OPTION: Final = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
_OVERFLOW_OPTION: Final = shape(
    {"text": plain(75), "value": string(150)}, {"description": plain(75), "url": url()}
)
OPTIONS: Final = items(OPTION, 0, 100)
OPTION_GROUPS: Final = items(
    shape({"label": plain(75), "options": items(OPTION, 1, 100)}, {}), 1, 100
)
_ANY: Final = {"action_id": ID, "confirm": _CONFIRM, "focus_on_load": boolean}
_WITH_PLACEHOLDER: Final = {**_ANY, "placeholder": plain(150)}
_SELECT: Final = {**_WITH_PLACEHOLDER, "initial_option": OPTION}
_FILTER: Final = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_CONVERSATIONS: Final = {"default_to_current_conversation": boolean, "filter": _FILTER}
_RESPONDS: Final = {"response_url_enabled": boolean}
_MANY: Final = {"max_selected_items": whole(1, 100)}
_STATIC: Final = {"options": items(OPTION, 1, 100), "option_groups": OPTION_GROUPS}
_TYPED: Final = {
    "action_id": ID,
    "focus_on_load": boolean,
    "placeholder": plain(150),
    "dispatch_action_config": _DISPATCH,
}
_IDS: Final = items(string(255), 0, 100)


def _select(**more: Rule) -> Rule:
    return shape({}, {**_WITH_PLACEHOLDER, **more})


_BUTTON: Final = shape(
    {"text": plain(75)},
    {
        "action_id": ID,
        "confirm": _CONFIRM,
        "value": string(2000, 0),
        "url": url(),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
)
_PICKED: Final = items(OPTION, 1, 100)
_GROUPED: Final = items(_RICH_OPTION, 1, 10)
IMAGE: Final = every(
    shape({"alt_text": string(2000)}, {"image_url": url(), "slack_file": anything}),
    either("image_url", "slack_file"),
)

PRESSED: Final[dict[str, Rule]] = {
    "button": _BUTTON,
    "workflow_button": shape(
        {"text": plain(75), "workflow": anything},
        {"action_id": ID, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "overflow": shape(
        {"options": items(_OVERFLOW_OPTION, 1, 5)}, {"action_id": ID, "confirm": _CONFIRM}
    ),
}
CHOSEN: Final[dict[str, Rule]] = {
    "static_select": every(shape({}, {**_SELECT, **_STATIC}), either("options", "option_groups")),
    "external_select": shape({}, {**_SELECT, "min_query_length": integer}),
    "users_select": _select(initial_user=ID),
    "conversations_select": _select(initial_conversation=ID, **_CONVERSATIONS, **_RESPONDS),
    "channels_select": _select(initial_channel=ID, **_RESPONDS),
    "multi_static_select": every(
        _select(initial_options=_PICKED, **_MANY, **_STATIC), either("options", "option_groups")
    ),
    "multi_external_select": _select(initial_options=_PICKED, min_query_length=integer, **_MANY),
    "multi_users_select": _select(initial_users=_IDS, **_MANY),
    "multi_conversations_select": _select(initial_conversations=_IDS, **_MANY, **_CONVERSATIONS),
    "multi_channels_select": _select(initial_channels=_IDS, **_MANY),
    "checkboxes": shape({"options": _GROUPED}, {**_ANY, "initial_options": _GROUPED}),
    "radio_buttons": shape({"options": _GROUPED}, {**_ANY, "initial_option": _RICH_OPTION}),
    "datepicker": _select(initial_date=_DATE),
    "timepicker": _select(initial_time=_TIME, timezone=string(255)),
    "datetimepicker": shape({}, {**_ANY, "initial_date_time": integer}),
}
TYPED: Final[dict[str, Rule]] = {
    "plain_text_input": shape(
        {},
        {
            **_TYPED,
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER},
    ),
    "email_text_input": shape({}, {**_TYPED, "initial_value": string(3000, 0)}),
    "url_text_input": shape({}, {**_TYPED, "initial_value": string(3000, 0)}),
    "rich_text_input": shape({}, {**_TYPED, "initial_value": anything}),
    "file_input": shape(
        {}, {"action_id": ID, "filetypes": items(string(255), 0, 100), "max_files": whole(1, 10)}
    ),
}
