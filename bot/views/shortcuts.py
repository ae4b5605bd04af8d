"""A ticket made of a message: the form, filled in with what was written."""

from collections.abc import Mapping
from datetime import date

from bot.forms import Origin
from bot.identifiers import Block
from bot.views.blocks import Json
from bot.views.defaults import PLAIN
from bot.views.share import create_form
from connector.models import FormDefaults


def message_form(
    origin: Origin,
    texts: Mapping[Block, str],
    *,
    today: date,
    note: str = "",
    defaults: FormDefaults = PLAIN,
) -> Json:
    """Let a user write a ticket; ``texts`` are what the fields of these names begin with."""
    view = create_form(
        channel=origin.channel, where=origin.where, today=today, note=note, defaults=defaults
    )
    return view | {"blocks": [_filled(each, texts) for each in view["blocks"]]}


def _filled(block: Json, texts: Mapping[Block, str]) -> Json:
    text = texts.get(block.get("block_id", ""), "")
    return block | {"element": block["element"] | {"initial_value": text}} if text else block
