"""Several actions shared at once: the form, and the message that tells how far they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.forms import DESCRIPTION_LENGTH, NAME_LENGTH, Origin, Where
from bot.forms.bulks import BulkForm, Mode, Repeat
from bot.identifiers import Action, Block, Callback
from bot.views.blocks import (
    Json,
    Message,
    context,
    divider,
    entry,
    modal,
    noted,
    option,
    plain,
    radio,
    section,
    select,
    text_input,
)
from bot.views.defaults import PLAIN, due_hint, message_channel, possible
from bot.views.finding import NO_MARKS, action_option, marked
from bot.views.share import channel_field, goes
from bot.views.text import fill, joined, safe
from bot.views.tickets import mark as sign
from bot.views.tickets import numbered
from connector.models import (
    MOST_AT_ONCE,
    Bulk,
    BulkItem,
    FormDefaults,
    ImprovementAction,
    Mark,
    Outcome,
    Priority,
    TicketKind,
)
from connector.words import later, number, tr, trn

_LINES: Final = 5
"""How many tickets one block of the message holds, whatever their links are long."""
_BLOCK: Final = 2900
_MEANWHILE: Final = later(
    "⚠️ *Nothing was sent: some of these have a ticket already, or one on its way.* Say below"
    " whether they are left out."
)
_WHERE: Final = later("The message about them")
_KEPT_UP: Final = later("It tells which are made, and is kept up.")
_REPLIES: Final = later("The card of each ticket is a reply to it.")
_UNMADE: Final = {
    Outcome.WAITING: ("⏳", later("{name}: on its way")),
    Outcome.REFUSED: ("❌", later("{name}: no ticket was made; its card in this thread says why")),
    Outcome.UNSURE: ("⚠️", later("{name}: not confirmed; its card in this thread says more")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What the form begins with: the actions chosen, and the tickets that some of them have."""

    form: BulkForm | None = None
    chosen: Sequence[ImprovementAction] = ()
    marks: Mapping[str, Mark] = field(default_factory=lambda: NO_MARKS)

    @property
    def repeated(self) -> list[ImprovementAction]:
        """The chosen actions that have a ticket, or will soon."""
        return [each for each in self.chosen if each.id in self.marks]


EMPTY: Final = Filled()


def bulk_form(
    origin: Origin,
    *,
    today: date,
    note: str = "",
    filled: Filled = EMPTY,
    defaults: FormDefaults = PLAIN,
) -> Json:
    """Let a user choose several actions and say what their tickets have in common."""
    form = filled.form
    blocks = [
        *noted(note),
        *_repeated(filled),
        _actions(filled),
        _mode(form.mode if form else Mode.EACH),
        _kind(form.kind if form else defaults.kind),
        _name(form.name if form else ""),
        _text(form.description if form else ""),
        _priority(form.priority if form else possible(defaults.kind, defaults.priority)),
        _due(form.due if form else defaults.proposed_due(today), due_hint(defaults)),
        *_where(defaults, origin, form.channel if form else ""),
    ]
    return modal(
        Callback.BULK_FORM,
        tr("Share several actions"),
        blocks,
        submit=tr("Create tickets"),
        close=tr("Cancel"),
        metadata=origin.metadata(),
    )


def _where(defaults: FormDefaults, origin: Origin, picked: str) -> list[Json]:
    """Say where the tickets are told of; where channels are set, let it be chosen."""
    if field := message_channel(defaults, origin.where, picked):
        return [*field, context(tr(_REPLIES))]
    return [*channel_field(tr(_WHERE), origin.where), *_told_where(origin)]


def _told_where(origin: Origin) -> list[Json]:
    if origin.where.is_open:
        return []
    return [context(f"{goes(tr(_WHERE), origin.channel, origin.where)} {tr(_REPLIES)}")]


def bulk_taken(count: int, destination: str, where: Where) -> Json:
    """Say that the tickets are on their way and where to see how far they are."""
    on_the_way = trn(
        "{count} ticket on the way to ServiceNow", "{count} tickets on the way to ServiceNow", count
    )
    appears = goes(tr(_WHERE), destination, where)
    blocks = [
        section(f"⏳ *{on_the_way}*"),
        section(f"{appears} {tr(_KEPT_UP)}"),
    ]
    return modal(Callback.BULK_TAKEN, tr("On their way"), blocks)


def progress(bulk: Bulk) -> Message:
    """Tell how far the tickets of a bulk are; edited in place until each is decided."""
    told = _counted(bulk)
    lines = [_line(each) for each in bulk.items]
    groups = [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]
    names = {each.share.draft.requester_name for each in bulk.items}
    by = safe(next(iter(names), ""), 100)
    asked = joined(
        (
            tr("Asked for by {by}", by=by) if by else "",
            tr("The card of each ticket is a reply here"),
        )
    )
    return Message(
        told,
        [
            section(f"{_sign(bulk)} *{told}*"),
            *(section(fill(group, _BLOCK, _LINES)) for group in groups),
            context(asked),
        ],
    )


def _counted(bulk: Bulk) -> str:
    made, total = bulk.count(Outcome.MADE), len(bulk.items)
    refused, unsure = bulk.count(Outcome.REFUSED), bulk.count(Outcome.UNSURE)
    waiting = bulk.count(Outcome.WAITING)
    return joined(
        (
            trn(
                "{made} of {count} ticket made",
                "{made} of {count} tickets made",
                total,
                made=number(made),
            ),
            trn("{count} refused", "{count} refused", refused) if refused else "",
            trn("{count} not confirmed", "{count} not confirmed", unsure) if unsure else "",
            trn("{count} on the way", "{count} on the way", waiting) if waiting else "",
        )
    )


def _sign(bulk: Bulk) -> str:
    if not bulk.is_ended:
        return "⏳"
    return "✅" if bulk.count(Outcome.MADE) == len(bulk.items) else "⚠️"


def _line(item: BulkItem) -> str:
    name = safe(item.share.draft.name, 100)
    if item.ticket is not None:
        return f"{sign(item.ticket)} {numbered(item.ticket)} {name}"
    shown, words = _UNMADE.get(item.outcome, _UNMADE[Outcome.WAITING])
    return f"{shown} {tr(words, name=name)}"


def _repeated(filled: Filled) -> list[Json]:
    found = filled.repeated
    if not found:
        return []
    lines = [f"• *{safe(each.title, 80)}* {safe(marked(filled.marks[each.id]))}" for each in found]
    choices = [
        option(tr("Leave these out"), Repeat.LEAVE.value),
        option(tr("Make new tickets for them, too"), Repeat.ANEW.value),
    ]
    return [
        section(tr(_MEANWHILE)),
        section(fill(lines, _BLOCK, len(lines))),
        entry(Block.AGAIN, tr("Actions that have a ticket"), radio(choices, Repeat.LEAVE.value)),
        divider(),
    ]


def _actions(filled: Filled) -> Json:
    chosen = [action_option(each, filled.marks.get(each.id)) for each in filled.chosen]
    initial: Json = {"initial_options": chosen} if chosen else {}
    search = {
        "type": "multi_external_select",
        "action_id": Action.FIND_MANY,
        "placeholder": plain(tr("Type words of title, category, service or id")),
        "min_query_length": 0,
        "max_selected_items": MOST_AT_ONCE,
        **initial,
    }
    hint = tr("At most {most} at once. What wins most comes first.", most=number(MOST_AT_ONCE))
    return entry(Block.ACTIONS, tr("Improvement actions"), search, hint=hint)


def _mode(chosen: Mode) -> Json:
    choices = [
        option(tr("One ticket each"), Mode.EACH.value, tr("Named and described after its action")),
        option(
            tr("One ticket for all of them"),
            Mode.ALL.value,
            tr("It lists every action with its link"),
        ),
    ]
    return entry(Block.MODE, tr("Tickets"), radio(choices, chosen.value))


def _kind(chosen: TicketKind) -> Json:
    choices = [option(kind.label, kind.value) for kind in TicketKind]
    hint = tr("A change request made here is a normal one, without planned times.")
    return entry(Block.KIND, tr("Kind"), select(choices, chosen.value), hint=hint)


def _name(initial: str) -> Json:
    hint = tr("Only for one ticket for all. Without one it says how many actions it is about.")
    return entry(Block.NAME, tr("Name"), text_input(initial, NAME_LENGTH), hint=hint, optional=True)


def _text(initial: str) -> Json:
    element = text_input(initial, DESCRIPTION_LENGTH, multiline=True)
    hint = tr("Comes first in the description of every ticket.")
    return entry(Block.DESCRIPTION, tr("Description"), element, hint=hint, optional=True)


def _priority(chosen: Priority) -> Json:
    choices = [option(each.label, str(each.value)) for each in Priority]
    return entry(Block.PRIORITY, tr("Priority"), select(choices, str(chosen.value)))


def _due(chosen: date | None, hint: str) -> Json:
    initial = {"initial_date": chosen.isoformat()} if chosen else {}
    element = {"type": "datepicker", **initial}
    return entry(Block.DUE, tr("Due date"), element, hint=hint, optional=True)
