"""Somebody who reads French, and what of English reaches them."""

import html
import re
from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import Any

from babel.messages.pofile import read_po

from bot.sandbox.driver import SlackUser
from connector import words
from connector.words import speaking, tr

# What is kept for the app itself and never shown.
_UNSEEN = {"private_metadata", "action_id", "block_id", "callback_id", "hash", "type", "url"}
# Slack shows the names of shortcuts as the manifest has them, to everybody.
_SHORTCUT = re.compile(
    r"\*(?:Share to ServiceNow|Create a ticket|Ticket from this message|Attach to a ticket)\*"
)
_FEWEST_WORDS = 3


def french(english: str, **values: object) -> str:
    """Say a whole sentence as a French reader sees it; what is none stays as it is."""
    with speaking("fr"):
        return tr(english, **values)


def beginning(english: str) -> str:
    """Say in French how a sentence begins, up to its first value."""
    return french(english).partition("{")[0]


class FrenchReader(SlackUser):
    """Finds everything by its French name, for steps that know the English one."""

    async def modal(self, *, title: str | None = None, seconds: float = 10) -> dict[str, Any]:
        return await super().modal(title=title and french(title), seconds=seconds)

    async def click(self, message, label, *, option=None, confirm=True):
        chosen = option and french(option)
        return await super().click(message, french(label), option=chosen, confirm=confirm)

    async def click_in_modal(self, label, *, option=None):
        return await super().click_in_modal(french(label), option=option and french(option))

    async def click_at_home(self, label, *, option=None):
        return await super().click_at_home(french(label), option=option and french(option))

    async def choose(self, label: str, query: str, option: str) -> None:
        await super().choose(french(label), query, french(option))

    async def submit(self, values: Mapping[str, str | None] = {}) -> dict[str, str]:
        labels = {french(label): label for label in values}
        given = {french(label): value and french(value) for label, value in values.items()}
        errors = await super().submit(given)
        return {labels.get(label, label): error for label, error in errors.items()}

    async def wait_for_message(self, channel, *, text="", **wishes):
        return await super().wait_for_message(channel, text=french(text), **wishes)


@cache
def _english() -> tuple[dict[str, str], list[tuple[str, list[str]]]]:
    """List short sentences whole, and longer ones with the pieces between their values."""
    whole, pieces = {}, []
    with (words.LOCALES / "fr" / "LC_MESSAGES" / "snowline.po").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    for message in catalogue:
        said = [message.id] if isinstance(message.id, str) else message.id
        heard = [message.string] if isinstance(message.string, str) else message.string
        for each in {*said} - {*heard, ""}:
            between = [literal for literal, *_ in Formatter().parse(each) if literal]
            whole[each] = each
            if len(re.findall(r"[A-Za-z]{2,}", " ".join(between))) >= _FEWEST_WORDS:
                pieces.append((each, between))
    return whole, pieces


def english_in(text: str) -> str | None:
    """Name the English sentence of the catalogue that a text is or has inside, if any."""
    whole, pieces = _english()
    plain = _SHORTCUT.sub("", html.unescape(text))
    if plain in whole:
        return plain
    return next((each for each, between in pieces if _in_order(between, plain)), None)


def _in_order(pieces: list[str], text: str) -> bool:
    at = 0
    for piece in pieces:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def texts_of(payload: object) -> Iterator[str]:
    """Walk all that a person may read in a payload."""
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, list):
        for each in payload:
            yield from texts_of(each)
    elif isinstance(payload, dict):
        # What a button or an option stands for is kept beside its text.
        unseen = _UNSEEN | ({"value"} if "text" in payload else set())
        for key, value in payload.items():
            if key not in unseen:
                yield from texts_of(value)
