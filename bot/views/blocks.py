"""The vocabulary of views: one function for each kind of block, with Slack's limits kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.identifiers import Action, Block, Callback
from bot.views.text import one_line, safe_lines
from connector.words import tr

Json = dict[str, Any]

OPTION_VALUE: Final = 150
"""The longest value that a menu's entry can bring back."""
BUTTON_VALUE: Final = 2000
"""The longest value that a button can bring back."""
_BUTTON: Final = 75
_OPTION: Final = 75
_NAMELESS: Final = "–"


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: ``text`` for notifications and screen readers, ``blocks`` for eyes."""

    text: str
    blocks: list[Json]


def plain(text: str) -> Json:
    """Make a text object without markup."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """Make a text object of safe mrkdwn; names and addresses in it stay as they are."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str, accessory: Json | None = None) -> Json:
    """Say something, with a control beside it if given."""
    block: Json = {"type": "section", "text": mrkdwn(text)}
    return block if accessory is None else block | {"accessory": accessory}


def fields(texts: Sequence[str]) -> Json:
    """Set up to ten short texts in two columns."""
    return {"type": "section", "fields": [mrkdwn(text) for text in texts]}


def context(text: str) -> Json:
    """Say something in passing."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def noted(note: str, limit: int = 500) -> list[Json]:
    """Say something in small above a form; no block where there is nothing to say."""
    said = safe_lines(note, limit)
    return [context(said)] if said else []


def header(text: str) -> Json:
    """Head a part of a view; only for words of our own."""
    return {"type": "header", "text": plain(text)}


def divider() -> Json:
    """Draw a line."""
    return {"type": "divider"}


def actions(*elements: Json) -> Json:
    """Set controls in a row."""
    return {"type": "actions", "elements": list(elements)}


def button(label: str, action: Action, value: str = "", **more: Any) -> Json:
    """Make a button; ``value`` comes back with the click. ``more`` is style, url or confirm."""
    kept = {"value": value[:BUTTON_VALUE]} if value else {}
    text = plain(one_line(label, _BUTTON))
    return {"type": "button", "text": text, "action_id": action, **kept, **more}


def confirm(title: str, text: str, yes: str, no: str) -> Json:
    """Ask once more before something that cannot be taken back."""
    return {
        "title": plain(title),
        "text": plain(text),
        "confirm": plain(yes),
        "deny": plain(no),
        "style": "danger",
    }


def option(label: str, value: str, description: str = "") -> Json:
    """Make one entry of a menu."""
    more = {"description": plain(one_line(description, _OPTION))} if description else {}
    # What another system names with nothing that can be seen is an entry, too.
    return {"text": plain(one_line(label, _OPTION) or _NAMELESS), "value": value, **more}


def entry(
    block: Block, label: str, element: Json, *, hint: str = "", optional: bool = False
) -> Json:
    """Make a form field around an element."""
    more: Json = {"hint": plain(hint)} if hint else {}
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label),
        "element": {"action_id": Action.INPUT, **element},
        "optional": optional,
        **more,
    }


def text_input(initial: str, limit: int, *, placeholder: str = "", multiline: bool = False) -> Json:
    """Make the element in which people write; ``initial`` fits into ``limit`` characters."""
    more: Json = {"initial_value": initial} if initial else {}
    more |= {"placeholder": plain(placeholder)} if placeholder else {}
    return {"type": "plain_text_input", "max_length": limit, "multiline": multiline, **more}


def select(options: Sequence[Json], chosen: str | None, *, placeholder: str = "") -> Json:
    """Make the element in which people choose one; ``chosen`` is an option's value."""
    initial = [each for each in options if each["value"] == chosen]
    more: Json = {"initial_option": initial[0]} if initial else {}
    more |= {"placeholder": plain(placeholder)} if placeholder else {}
    return {"type": "static_select", "options": list(options), **more}


def radio(options: Sequence[Json], chosen: str) -> Json:
    """Make the element in which people see all there is and choose one."""
    initial = next(each for each in options if each["value"] == chosen)
    return {"type": "radio_buttons", "options": list(options), "initial_option": initial}


def modal(
    callback: Callback,
    title: str,
    blocks: Iterable[Json],
    *,
    submit: str = "",
    close: str = "",
    metadata: str = "",
) -> Json:
    """Make a modal; with ``submit`` it comes back as a submission under ``callback``."""
    more: Json = {"submit": plain(submit)} if submit else {}
    more |= {"private_metadata": metadata} if metadata else {}
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title),
        "close": plain(close or tr("Close")),
        "blocks": list(blocks),
        **more,
    }
