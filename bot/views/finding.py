"""The search for an improvement action: by typing, or among the first that fit."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.forms import PUBLIC, Origin, Where
from bot.identifiers import Action, Block, Callback
from bot.views.blocks import Json, context, divider, modal, noted, option, plain, section
from bot.views.improvement_actions import action_row, effort, several_button
from bot.views.text import joined, one_line, points, safe
from connector.models import ImprovementAction, Mark
from connector.words import later, tr, trn

_MATCHES: Final = 6
_OPTIONS: Final = 100
_OPTION_LABEL: Final = 75
_NUMBER: Final = 15
_STATE: Final = 20
_SERVICE: Final = 15
NO_MARKS: Final[Mapping[str, Mark]] = MappingProxyType({})
_HOW_TO_FIND: Final = later(
    "*Improvement action*\nType words of its title, category, service or id. What wins most comes"
    " first; done and unlicensed actions are left out."
)


def find_action(
    words: str,
    matches: Sequence[ImprovementAction],
    *,
    channel: str,
    note: str = "",
    where: Where = PUBLIC,
    marks: Mapping[str, Mark] = NO_MARKS,
) -> Json:
    """Let a user find an open action: by typing, or among the first matches of ``words``.

    ``marks`` are the tickets that actions have, by the action's id.
    """
    search = {
        "type": "external_select",
        "action_id": Action.FIND,
        "placeholder": plain(tr("Improvement action")),
        "min_query_length": 0,
    }
    blocks = noted(note)
    field = section(tr(_HOW_TO_FIND), search)
    blocks.append(field | {"block_id": Block.ACTION})
    if words:
        blocks += _matches(words, matches, marks)
    blocks.append(several_button())
    metadata = Origin(channel, where).metadata()
    return modal(Callback.FIND_ACTION, tr("Share an action"), blocks, metadata=metadata)


def _matches(
    words: str, matches: Sequence[ImprovementAction], marks: Mapping[str, Mark]
) -> list[Json]:
    typed = safe(words, 100)
    if not matches:
        none = tr("No open action fits “{words}”. Try fewer or other words above.", words=typed)
        return [context(none)]
    more = len(matches) - _MATCHES
    end = [context(_more(more, typed))] if more > 0 else []
    rows = [action_row(each, marked(marks.get(each.id))) for each in matches[:_MATCHES]]
    return [divider(), *rows, *end]


def _more(count: int, words: str) -> str:
    return trn(
        "{count} more fit “{words}”: choose above",
        "{count} more fit “{words}”: choose above",
        count,
        words=words,
    )


def action_options(
    actions: Sequence[ImprovementAction], marks: Mapping[str, Mark] = NO_MARKS
) -> Json:
    """Answer a search with at most 100 menu entries, in the order given."""
    found = [each for each in actions if each.key][:_OPTIONS]
    return {"options": [action_option(each, marks.get(each.id)) for each in found]}


def action_option(action: ImprovementAction, mark: Mark | None = None) -> Json:
    """Make the menu entry of an action: what it wins, what it costs, and a ticket it has."""
    facts = (
        marked(mark),
        f"+{points(action.gain)}",
        effort(action),
        tr(action.category) if action.category else "",
        one_line(action.service, _SERVICE),
    )
    return option(
        one_line(action.title, _OPTION_LABEL) or tr("Untitled"), action.key, joined(facts)
    )


def marked(mark: Mark | None) -> str:
    """Say in two words that an action has a ticket, or will have one soon; empty where not."""
    if mark is None:
        return ""
    number = one_line(mark.number, _NUMBER)
    return f"{number}, {one_line(mark.state, _STATE)}" if number else tr("ticket on its way")
