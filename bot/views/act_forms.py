"""The forms in which people say what is to be done with a ticket."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.forms.acts import SAID_LENGTH, About
from bot.identifiers import Action, Block, Callback
from bot.views.blocks import (
    OPTION_VALUE,
    Json,
    context,
    entry,
    modal,
    noted,
    option,
    plain,
    section,
    select,
    text_input,
)
from bot.views.text import day, link, one_line, safe
from connector.models import (
    ActDraft,
    ActKind,
    Choice,
    Paths,
    Priority,
    Ticket,
    TicketKind,
    spoken_priority,
)
from connector.text import clean
from connector.words import later, tr

_OPTIONS: Final = 100
_REOPENED: Final = "2"
_TITLES: Final = {
    ActKind.COMMENT: later("Comment"),
    ActKind.NOTE: later("Work note"),
    ActKind.STATE: later("Change state"),
    ActKind.ASSIGN: later("Assign"),
    ActKind.DUE: later("Due date"),
    ActKind.UPDATE: later("Update the ticket"),
}
_NEEDS: Final[Mapping[tuple[TicketKind, str], tuple[Block, ...]]] = {
    (TicketKind.INCIDENT, "3"): (Block.HOLD_REASON,),
    (TicketKind.INCIDENT, "6"): (Block.CLOSE_CODE, Block.CLOSE_NOTES),
    (TicketKind.INCIDENT, "7"): (Block.CLOSE_CODE, Block.CLOSE_NOTES),
    (TicketKind.CHANGE_REQUEST, "3"): (Block.CLOSE_CODE, Block.CLOSE_NOTES),
}
_ASKED_FOR: Final = (
    ("hold", Block.HOLD_REASON),
    ("code", Block.CLOSE_CODE),
    ("notes", Block.CLOSE_NOTES),
    ("group", Block.GROUP),
    ("assigned", Block.PERSON),
)
"""The fields that go with a word in what ServiceNow says it wants."""
_SEEN_BY_ALL: Final = later(
    "Whoever may see the ticket in ServiceNow reads it there, its caller too."
)
_SEEN_BY_STAFF: Final = later(
    "Those who work on tickets in ServiceNow read it there; the caller does not."
)
_THREAD: Final = later("It also appears in the thread of the ticket's card.")
_CLOSED_THREAD: Final = later(
    "It also appears in the thread of the ticket's card, unless guests or people of another"
    " organisation may read along there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a form begins with: a ``draft`` that was refused, and what ServiceNow ``wanted``."""

    draft: ActDraft | None = None
    wanted: tuple[str, ...] = ()
    note: str = ""

    def value(self, column: str) -> str:
        """Return what a column was to be set to."""
        return self.draft.value(column) if self.draft else ""

    def chosen(self, column: str) -> Json | None:
        """Make the option that was chosen for a column."""
        settings = self.draft.settings if self.draft else ()
        found = (option(each.shown, each.value) for each in settings if each.column == column)
        return next(found, None)

    @property
    def text(self) -> str:
        """What was to be said."""
        return self.draft.text if self.draft else ""


EMPTY: Final = Filling()


def act_form(
    ticket: Ticket,
    kind: ActKind,
    *,
    paths: Paths | None = None,
    state: str = "",
    filling: Filling = EMPTY,
) -> Json:
    """Let a user say what is to be done; ``paths`` and ``state`` are for a change of state."""
    about = section(f"{link(ticket.link, ticket.number, 40)} *{safe(ticket.name, 300)}*")
    if kind is ActKind.STATE and paths is not None:
        fields = _state_fields(ticket, paths, state or filling.value("state"), filling)
    else:
        fields = _FIELDS[kind](ticket, filling)
    return modal(
        Callback.ACT_FORM,
        tr(_TITLES[kind]),
        [about, *noted(filling.note, 900), *fields],
        submit=tr("Send"),
        close=tr("Cancel"),
        metadata=About(ticket=ticket.share, kind=kind).metadata(),
    )


def choice_options(found: Iterable[Choice]) -> Json:
    """Answer a search for people or groups."""
    return {"options": _options(found)}


def _state_fields(ticket: Ticket, paths: Paths, state: str, filling: Filling) -> list[Json]:
    reopens = ticket.kind is TicketKind.INCIDENT and not ticket.is_open
    offered = {each.value for each in paths.states}
    if not offered:
        return [section(tr("ServiceNow offers no other state from here."))]
    chosen = state or (_REOPENED if reopens and _REOPENED in offered else "")
    menu = select(_options(paths.states), chosen, placeholder=tr("The state after this"))
    menu |= {"action_id": Action.ACT_STATE_CHOSEN}
    barred = dict(paths.barred).get(chosen, "")
    warning = (
        [context(tr("⚠️ Not yet possible there: {barred}", barred=safe(barred, 300)))]
        if barred
        else []
    )
    needed = _needed(ticket.kind, chosen, (*filling.wanted, barred))
    return [
        entry(Block.STATE, tr("State"), menu) | {"dispatch_action": True},
        *warning,
        *(_STATE_FIELDS[each](paths, filling) for each in needed),
        *_commented(filling, optional=True),
    ]


def _needed(kind: TicketKind, state: str, wanted: Iterable[str]) -> tuple[Block, ...]:
    words = " ".join(wanted).casefold()
    asked_for = tuple(block for word, block in _ASKED_FOR if word in words)
    fields = dict.fromkeys((*_NEEDS.get((kind, state), ()), *asked_for))
    if kind is TicketKind.CHANGE_REQUEST:
        fields.pop(Block.HOLD_REASON, None)
    return tuple(fields)


def _hold_reason(paths: Paths, filling: Filling) -> Json:
    menu = select(_options(paths.hold_reasons), filling.value("hold_reason") or None)
    hint = tr("While it awaits the caller, the comment below is needed.")
    return entry(Block.HOLD_REASON, tr("On hold reason"), menu, hint=hint)


def _close_code(paths: Paths, filling: Filling) -> Json:
    menu = select(_options(paths.close_codes), filling.value("close_code") or None)
    return entry(Block.CLOSE_CODE, tr("Close code"), menu)


def _close_notes(_paths: Paths, filling: Filling) -> Json:
    return entry(Block.CLOSE_NOTES, tr("Close notes"), _lines(filling.value("close_notes")))


def _commented(filling: Filling, *, optional: bool = False) -> list[Json]:
    hint = f"{tr(_SEEN_BY_ALL)} {tr(_THREAD)}"
    said = _lines(filling.text)
    return [entry(Block.SAID, tr("Comment"), said, hint=hint, optional=optional)]


def _noted(filling: Filling) -> list[Json]:
    hint = f"{tr(_SEEN_BY_STAFF)} {tr(_CLOSED_THREAD)}"
    return [entry(Block.SAID, tr("Work note"), _lines(filling.text), hint=hint)]


def _lines(initial: str) -> Json:
    return text_input(clean(initial, SAID_LENGTH), SAID_LENGTH, multiline=True)


def _comment(_ticket: Ticket, filling: Filling) -> list[Json]:
    return _commented(filling)


def _note(_ticket: Ticket, filling: Filling) -> list[Json]:
    return _noted(filling)


def _assign(_ticket: Ticket, filling: Filling) -> list[Json]:
    return [_person(filling), _group(filling), context(tr("One of the two is enough."))]


def _person(filling: Filling) -> Json:
    menu = _search(Action.ACT_PERSON, tr("Type a name or an e-mail address"))
    return _searched(Block.PERSON, tr("Person"), menu, filling.chosen("assigned_to"))


def _group(filling: Filling) -> Json:
    menu = _search(Action.ACT_GROUP, tr("Type the beginning of a group's name"))
    return _searched(Block.GROUP, tr("Assignment group"), menu, filling.chosen("assignment_group"))


def _searched(block: Block, label: str, menu: Json, chosen: Json | None) -> Json:
    initial: Json = {"initial_option": chosen} if chosen else {}
    return entry(block, label, menu | initial, optional=True)


def _search(action: Action, placeholder: str) -> Json:
    return {
        "type": "external_select",
        "action_id": action,
        "placeholder": plain(placeholder),
        "min_query_length": 2,
    }


def _due(ticket: Ticket, filling: Filling) -> list[Json]:
    known = _day(filling.value("due_date")) or ticket.due
    initial = {"initial_date": known.isoformat()} if known else {}
    element = {"type": "datepicker", **initial}
    return [
        entry(
            Block.DUE,
            tr("Due date"),
            element,
            hint=tr("Without a date it is due never."),
            optional=True,
        )
    ]


def _update(ticket: Ticket, filling: Filling) -> list[Json]:
    known = _day(filling.value("due_date"))
    initial = {"initial_date": known.isoformat()} if known else {}
    levels = [each for each in Priority if _goes_with(each, ticket.kind)]
    priorities = [option(each.label, str(each.value)) for each in levels]
    menu = select(priorities, filling.value("priority") or None, placeholder=tr("As it is"))
    priority = one_line(spoken_priority(ticket.priority_label), 60)
    return [
        *_noted(filling),
        entry(
            Block.PRIORITY,
            tr("Priority"),
            menu,
            hint=tr("Now it is {priority}.", priority=priority)
            if priority
            else tr("Now it is not set."),
            optional=True,
        ),
        entry(
            Block.DUE,
            tr("Due date"),
            {"type": "datepicker", **initial},
            hint=tr("Now it is {due}.", due=day(ticket.due))
            if ticket.due
            else tr("Now there is none."),
            optional=True,
        ),
        context(tr("What you leave empty stays as it is.")),
    ]


def _goes_with(priority: Priority, kind: TicketKind) -> bool:
    return kind is TicketKind.INCIDENT or priority is not Priority.PLANNING


def _day(text: str) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _options(found: Iterable[Choice]) -> list[Json]:
    fitting = [each for each in found if 0 < len(each.value) <= OPTION_VALUE][:_OPTIONS]
    return [option(one_line(each.label, 75) or each.value[:75], each.value) for each in fitting]


_FIELDS: Final[Mapping[ActKind, Callable[[Ticket, Filling], list[Json]]]] = {
    ActKind.COMMENT: _comment,
    ActKind.NOTE: _note,
    ActKind.ASSIGN: _assign,
    ActKind.DUE: _due,
    ActKind.UPDATE: _update,
}
_STATE_FIELDS: Final[Mapping[Block, Callable[[Paths, Filling], Json]]] = {
    Block.HOLD_REASON: _hold_reason,
    Block.CLOSE_CODE: _close_code,
    Block.CLOSE_NOTES: _close_notes,
    Block.GROUP: lambda _paths, filling: _group(filling),
    Block.PERSON: lambda _paths, filling: _person(filling),
}
