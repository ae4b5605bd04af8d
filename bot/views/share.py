"""From an improvement action, or from nothing, to a ticket: the forms, and what follows."""

from datetime import date
from typing import Final

from bot.forms import DESCRIPTION_LENGTH, NAME_LENGTH, PUBLIC, Origin, Where
from bot.identifiers import COMMAND, Block, Callback
from bot.views.blocks import (
    Json,
    context,
    entry,
    modal,
    noted,
    option,
    section,
    select,
    text_input,
)
from bot.views.changes import how_fields, kind_field, when_fields
from bot.views.defaults import PLAIN, card_channel, due_hint, possible
from bot.views.improvement_actions import action_facts
from bot.views.text import conversation, joined, link, one_line, safe
from connector.models import (
    ChangePlan,
    Connection,
    ConnectionState,
    FormDefaults,
    ImprovementAction,
    Priority,
    RecommendationCategory,
    TicketDraft,
)
from connector.text import clean
from connector.words import later, tr

_PREFILLED: Final = 2900
_SUBMIT: Final = later("Create ticket")
CARD: Final = later("Its card")
_SHOWS_NUMBER: Final = later("It shows the number once ServiceNow has one.")
_EVERYBODY: Final = later(
    "Everybody in this workspace sees the ticket in `{command} tickets` and on Home."
)
_SIGNED_OUT: Final = later(
    "⚠️ ServiceNow no longer accepts the sign-in: the ticket waits until an admin has"
    " connected it again with `{command} connect`."
)


def ticket_form(
    action: ImprovementAction,
    *,
    channel: str,
    where: Where,
    today: date,
    note: str = "",
    defaults: FormDefaults = PLAIN,
) -> Json:
    """Let a user describe the ticket for an action; ``today`` gives the due date proposed."""
    origin = Origin(channel, where, action.key, action.category)
    about = joined(
        (action_facts(action), link(action.deep_link, tr("Open it in the Microsoft portal")))
    )
    blocks = [
        *noted(note),
        section(f"*{safe(action.title)}*\n{about}"),
        kind_field(defaults.kind),
        *how_fields(defaults.kind, ChangePlan()),
        _name(action.title),
        _description(action.remediation),
        _priority(defaults.priority),
        _due(defaults.proposed_due(today), due_hint(defaults)),
        *when_fields(defaults.kind, ChangePlan()),
        *([_category(None)] if action.category is None else []),
        *card_fields(defaults, action.category, channel, where),
    ]
    return modal(
        Callback.SHARE_FORM,
        tr("Share to ServiceNow"),
        blocks,
        submit=tr(_SUBMIT),
        close=tr("Cancel"),
        metadata=origin.metadata(),
    )


def create_form(  # noqa: PLR0913  -- one for each thing that it begins with
    *,
    channel: str,
    where: Where,
    today: date,
    draft: TicketDraft | None = None,
    picked: str = "",
    note: str = "",
    defaults: FormDefaults = PLAIN,
) -> Json:
    """Let a user write a ticket freely, from ``draft`` where something was written already.

    ``picked`` is the conversation that was chosen for its card then.
    """
    blocks = [
        *noted(note),
        *(written_fields(draft, defaults) if draft else _empty_fields(today, defaults)),
        *card_fields(defaults, None, channel, where, picked),
    ]
    return modal(
        Callback.CREATE_FORM,
        tr("Create a ticket"),
        blocks,
        submit=tr(_SUBMIT),
        close=tr("Cancel"),
        metadata=Origin(channel, where).metadata(),
    )


def written_fields(draft: TicketDraft, defaults: FormDefaults = PLAIN) -> list[Json]:
    """Make every field of the ticket form, each with what a draft holds."""
    return [
        kind_field(draft.kind),
        *how_fields(draft.kind, draft.plan),
        _name(draft.name),
        _description(draft.description),
        _category(draft.category),
        _priority(draft.priority),
        _due(draft.due, due_hint(defaults)),
        *when_fields(draft.kind, draft.plan),
    ]


def _empty_fields(today: date, defaults: FormDefaults) -> list[Json]:
    chosen = defaults.kind
    return [
        kind_field(chosen),
        *how_fields(chosen, ChangePlan()),
        _name(""),
        _description(""),
        _category(None),
        _priority(possible(chosen, defaults.priority)),
        _due(defaults.proposed_due(today), due_hint(defaults)),
        *when_fields(chosen, ChangePlan()),
    ]


def share_taken(draft: TicketDraft, destination: str, where: Where = PUBLIC) -> Json:
    """Say that the ticket is on its way and where its card appears."""
    facts = joined((draft.kind_label, draft.priority.label))
    appears = goes(tr(CARD), destination, where)
    blocks = [
        section(f"⏳ *{safe(draft.name)}*\n{facts}"),
        section(f"{appears} {tr(_SHOWS_NUMBER)}"),
    ]
    return modal(Callback.SHARE_TAKEN, tr("On its way"), blocks)


def signed_out(connection: Connection) -> str:
    """Say that a ticket will have to wait; empty while the sign-in is good."""
    return tr(_SIGNED_OUT, command=COMMAND) if connection.state is ConnectionState.EXPIRED else ""


def goes(what: str, channel: str, where: Where) -> str:
    """Say where something is posted that was asked for in a conversation.

    ``what`` is the subject of the sentence, one thing, in the language that is spoken.
    """
    if where.direct:
        return tr("{what} comes to you as a direct message from Snowline.", what=what)
    if where.thread and not where.private:
        return tr("{what} appears in the thread that you asked for it in.", what=what)
    if where.private:
        return tr(
            "{what} appears here. This conversation is private: where Snowline is not a"
            " member, it comes to you as a direct message instead; `/invite @Snowline`"
            " changes that.",
            what=what,
        )
    return tr("{what} appears in {channel}.", what=what, channel=conversation(channel))


def channel_field(what: str, where: Where) -> list[Json]:
    """Ask for the conversation where nobody knows it: the one that is looked at is proposed."""
    if not where.is_open:
        return []
    menu = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    hint = tr(
        "{what} appears there. Without a channel it comes to you as a direct message.", what=what
    )
    return [entry(Block.CHANNEL, tr("Channel"), menu, hint=hint, optional=True)]


def card_fields(
    defaults: FormDefaults,
    category: RecommendationCategory | None,
    channel: str,
    where: Where,
    picked: str = "",
) -> list[Json]:
    """Say where the card appears; where channels are set for categories, let it be chosen."""
    if field := card_channel(defaults, category, where, picked):
        return [*field, context(tr(_EVERYBODY, command=COMMAND))]
    return [*channel_field(tr(CARD), where), context(_seen(channel, where))]


def _seen(channel: str, where: Where) -> str:
    if where.is_open:
        return tr(_EVERYBODY, command=COMMAND)
    told = goes(tr(CARD), channel, where)
    return f"{told} {tr(_EVERYBODY, command=COMMAND)}" if where.private or where.direct else told


def _name(initial: str) -> Json:
    return entry(Block.NAME, tr("Name"), text_input(one_line(initial, NAME_LENGTH), NAME_LENGTH))


def _description(initial: str) -> Json:
    limit = _PREFILLED if len(initial) > DESCRIPTION_LENGTH else DESCRIPTION_LENGTH
    element = text_input(clean(initial, limit), DESCRIPTION_LENGTH, multiline=True)
    return entry(Block.DESCRIPTION, tr("Description"), element, optional=True)


def _priority(chosen: Priority) -> Json:
    options = [option(each.label, str(each.value)) for each in Priority]
    return entry(Block.PRIORITY, tr("Priority"), select(options, str(chosen.value)))


def _due(chosen: date | None, hint: str = "") -> Json:
    initial = {"initial_date": chosen.isoformat()} if chosen else {}
    element = {"type": "datepicker", **initial}
    return entry(Block.DUE, tr("Due date"), element, hint=hint, optional=True)


def _category(chosen: RecommendationCategory | None) -> Json:
    options = [option(tr(each.value), each.value) for each in RecommendationCategory]
    element = select(options, chosen, placeholder=tr("What it is about"))
    return entry(Block.CATEGORY, tr("Category"), element)
