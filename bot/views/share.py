"""From an improvement action, or from nothing, to a ticket: search, forms, and what follows."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from bot.forms import DESCRIPTION_LENGTH, NAME_LENGTH, PUBLIC, Origin, Where
from bot.identifiers import COMMAND, Action, Block, Callback
from bot.views.blocks import (
    OPTION_VALUE,
    Json,
    context,
    divider,
    entry,
    modal,
    option,
    plain,
    section,
    select,
    text_input,
)
from bot.views.changes import how_fields, kind_field, when_fields
from bot.views.score import action_facts, action_row
from bot.views.text import conversation, joined, link, one_line, points, safe, safe_lines
from connector.models import (
    ChangePlan,
    Connection,
    ConnectionState,
    ImprovementAction,
    Priority,
    RecommendationCategory,
    TicketDraft,
    TicketKind,
)
from connector.text import clean

_MATCHES: Final = 6
_OPTIONS: Final = 100
_OPTION_LABEL: Final = 75
_PREFILLED: Final = 2900
_DUE_IN: Final = timedelta(days=30)
_SUBMIT: Final = "Create ticket"
_CARD: Final = "Its card"
_EVERYBODY: Final = (
    f"Everybody in this workspace sees the ticket in `{COMMAND} tickets` and on Home."
)
_SIGNED_OUT: Final = (
    "⚠️ ServiceNow no longer accepts the sign-in: the ticket waits until an admin has connected it"
    f" again with `{COMMAND} connect`."
)


def find_action(
    words: str,
    matches: Sequence[ImprovementAction],
    *,
    channel: str,
    note: str = "",
    where: Where = PUBLIC,
) -> Json:
    """Let a user find an open action: by typing, or among the first matches of ``words``."""
    search = {
        "type": "external_select",
        "action_id": Action.FIND,
        "placeholder": plain("Improvement action"),
        "min_query_length": 0,
    }
    blocks = _note(note)
    field = section("*Improvement action*\nType a word or two of its title.", search)
    blocks.append(field | {"block_id": Block.ACTION})
    if words:
        blocks += _matches(words, matches)
    metadata = Origin(channel, where).metadata()
    return modal(Callback.FIND_ACTION, "Share an action", blocks, metadata=metadata)


def _matches(words: str, matches: Sequence[ImprovementAction]) -> list[Json]:
    said = f"“{safe(words, 100)}”"
    if not matches:
        return [context(f"No open action fits {said}. Try fewer or other words above.")]
    more = len(matches) - _MATCHES
    end = [context(f"{more:,} more fit {said}: choose above")] if more > 0 else []
    return [divider(), *map(action_row, matches[:_MATCHES]), *end]


def action_options(actions: Sequence[ImprovementAction]) -> Json:
    """Answer a search with at most 100 menu entries; one whose id is too long is no entry."""
    fitting = [each for each in actions if 0 < len(each.id) <= OPTION_VALUE]
    return {"options": [_action_option(each) for each in fitting[:_OPTIONS]]}


def _action_option(action: ImprovementAction) -> Json:
    gain = f" (+{points(action.gain)})"
    title = one_line(action.title, _OPTION_LABEL - len(gain)) or "Untitled"
    return option(f"{title}{gain}", action.id, action.category or "")


def ticket_form(
    action: ImprovementAction, *, channel: str, where: Where, today: date, note: str = ""
) -> Json:
    """Let a user describe the ticket for an action; ``today`` gives the due date proposed."""
    origin = Origin(channel, where, action.id, action.category)
    about = joined(
        (action_facts(action), link(action.deep_link, "Open it in the Microsoft portal"))
    )
    blocks = [
        *_note(note),
        section(f"*{safe(action.title)}*\n{about}"),
        kind_field(TicketKind.INCIDENT),
        _name(action.title),
        _description(action.remediation),
        _priority(Priority.MODERATE),
        _due(today + _DUE_IN),
        *([_category(None)] if action.category is None else []),
        context(_seen(channel, where)),
    ]
    return modal(
        Callback.SHARE_FORM,
        "Share to ServiceNow",
        blocks,
        submit=_SUBMIT,
        close="Cancel",
        metadata=origin.metadata(),
    )


def create_form(
    *,
    channel: str,
    where: Where,
    today: date,
    draft: TicketDraft | None = None,
    note: str = "",
    kind: TicketKind = TicketKind.INCIDENT,
) -> Json:
    """Let a user write a ticket freely, from ``draft`` where something was written already."""
    blocks = [
        *_note(note),
        *(written_fields(draft) if draft else _fields(kind, today + _DUE_IN)),
        context(_seen(channel, where)),
    ]
    return modal(
        Callback.CREATE_FORM,
        "Create a ticket",
        blocks,
        submit=_SUBMIT,
        close="Cancel",
        metadata=Origin(channel, where).metadata(),
    )


def written_fields(draft: TicketDraft) -> list[Json]:
    """Make every field of the ticket form, each with what a draft holds."""
    return _fields(draft.kind, draft.due, draft)


def _fields(kind: TicketKind, due: date | None, draft: TicketDraft | None = None) -> list[Json]:
    plan = draft.plan if draft else ChangePlan()
    return [
        kind_field(kind),
        *how_fields(kind, plan),
        _name(draft.name if draft else ""),
        _description(draft.description if draft else ""),
        _category(draft.category if draft else None),
        _priority(draft.priority if draft else Priority.MODERATE),
        _due(due),
        *when_fields(kind, plan),
    ]


def share_taken(draft: TicketDraft, destination: str, where: Where = PUBLIC) -> Json:
    """Say that the ticket is on its way and where its card appears."""
    facts = joined((draft.kind_label, draft.priority.label))
    blocks = [
        section(f"⏳ *{safe(draft.name)}*\n{facts}"),
        section(f"{goes(_CARD, destination, where)} It shows the number once ServiceNow has one."),
    ]
    return modal(Callback.SHARE_TAKEN, "On its way", blocks)


def signed_out(connection: Connection) -> str:
    """Say that a ticket will have to wait; empty while the sign-in is good."""
    return _SIGNED_OUT if connection.state is ConnectionState.EXPIRED else ""


def goes(what: str, channel: str, where: Where) -> str:
    """Say where something is posted that was asked for in a conversation."""
    if where.direct:
        return f"{what} comes to you as a direct message from Snowline."
    if where.private:
        return (
            f"{what} appears here. This conversation is private: where Snowline is not a member,"
            " it comes to you as a direct message instead; `/invite @Snowline` changes that."
        )
    return f"{what} appears in {conversation(channel)}."


def _seen(channel: str, where: Where) -> str:
    told = goes(_CARD, channel, where)
    return told if where == PUBLIC else f"{told} {_EVERYBODY}"


def _note(note: str) -> list[Json]:
    said = safe_lines(note, 500)
    return [context(said)] if said else []


def _name(initial: str) -> Json:
    return entry(Block.NAME, "Name", text_input(one_line(initial, NAME_LENGTH), NAME_LENGTH))


def _description(initial: str) -> Json:
    limit = _PREFILLED if len(initial) > DESCRIPTION_LENGTH else DESCRIPTION_LENGTH
    element = text_input(clean(initial, limit), DESCRIPTION_LENGTH, multiline=True)
    return entry(Block.DESCRIPTION, "Description", element, optional=True)


def _priority(chosen: Priority) -> Json:
    options = [option(each.label, str(each.value)) for each in Priority]
    return entry(Block.PRIORITY, "Priority", select(options, str(chosen.value)))


def _due(chosen: date | None) -> Json:
    initial = {"initial_date": chosen.isoformat()} if chosen else {}
    return entry(Block.DUE, "Due date", {"type": "datepicker", **initial}, optional=True)


def _category(chosen: RecommendationCategory | None) -> Json:
    options = [option(each.value, each.value) for each in RecommendationCategory]
    element = select(options, chosen, placeholder="What it is about")
    return entry(Block.CATEGORY, "Category", element)
