"""Lists of tickets, part by part: as a message, and as a modal that can be narrowed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from bot.forms.lists import ANY, ListPlace, narrowed_to
from bot.identifiers import COMMAND, Action, Block, Callback
from bot.views.blocks import (
    OPTION_VALUE,
    Json,
    Message,
    actions,
    button,
    context,
    divider,
    modal,
    option,
    section,
    select,
)
from bot.views.text import ago, joined, plural, safe, safe_lines
from bot.views.tickets import next_step, ticket_line
from bot.views.waiting import until
from connector.models import (
    Facets,
    Position,
    Selection,
    Share,
    ShareState,
    TicketFilter,
    TicketKind,
    TicketPage,
    Towards,
)

_WAITING: Final = 5
_LABELS: Final = 98
"""How many labels a menu offers, beside the one that was chosen and the one for any."""
_TITLE: Final = {
    TicketFilter.OPEN: "Open tickets",
    TicketFilter.MINE: "My tickets",
    TicketFilter.OVERDUE: "Overdue tickets",
    TicketFilter.ALL: "All tickets",
}
_EMPTY: Final = {
    TicketFilter.OPEN: f"No ticket is open. `{COMMAND} share` makes one of an action.",
    TicketFilter.MINE: f"You have no tickets yet. `{COMMAND} share` makes one of an action.",
    TicketFilter.OVERDUE: f"Nothing is overdue. `{COMMAND} tickets open` shows what is open.",
    TicketFilter.ALL: f"There are no tickets yet. `{COMMAND} share` makes one of an action.",
}
_NARROW: Final = "No ticket fits what is chosen above."


def tickets(
    page: TicketPage,
    waiting: Sequence[Share],
    today: date,
    now: datetime,
    notes: Sequence[str] = (),
) -> Message:
    """List one part of the tickets, after the shares that are no tickets yet.

    ``notes`` are sentences of our own about the list; empty ones are left out.
    """
    which = page.selection.which
    ahead = f" · not yet tickets: {len(waiting):,}" if waiting else ""
    title = f"{_TITLE[which]}: {page.total:,}{ahead}"
    blocks = [section(f"*{title}*"), *_notes(notes), *_waiting(waiting, now)]
    blocks += _part(page, today) if page.tickets else [section(_EMPTY[which])]
    blocks += _turns(page, button("Choose which", Action.HOME_TICKETS, _here(page.selection)))
    others = ", ".join(f"`{each}`" for each in TicketFilter if each is not which)
    blocks.append(context(f"`{COMMAND} tickets` also takes {others}"))
    shown = "\n".join(ticket_line(each, today) for each in page.tickets[:5])
    return Message(f"{title}\n{shown or _EMPTY[which]}", blocks)


def tickets_modal(
    page: TicketPage,
    facets: Facets,
    waiting: Sequence[Share],
    today: date,
    now: datetime,
    notes: Sequence[str] = (),
) -> Json:
    """List one part of the tickets in a modal, under menus that choose which."""
    selection = page.selection
    ahead = [each for each in waiting if selection.kind in (None, each.draft.kind)]
    blocks = [_menus(selection, facets), *_notes(notes), *_waiting(ahead, now)]
    blocks += _part(page, today) if page.tickets else [section(_nothing(selection))]
    blocks += _turns(page)
    title = f"{selection.kind.label}s" if selection.kind else "Tickets"
    return modal(Callback.TICKETS, title, blocks)


def on_their_way(others: Sequence[Share], kind: TicketKind | None = None) -> str:
    """Count other people's shares, of one kind or all, without a word of what is in them."""
    count = sum(1 for each in others if kind in (None, each.draft.kind))
    if not count:
        return ""
    return f"{plural(count, 'more share')} of others {'is' if count == 1 else 'are'} on the way"


def _part(page: TicketPage, today: date) -> list[Json]:
    rows = [section(ticket_line(each, today)) for each in page.tickets]
    return [*rows, context(_which_part(page))]


def _which_part(page: TicketPage) -> str:
    first, last = page.before + 1, page.before + len(page.tickets)
    if page.selection.by_age:
        return f"{first:,}–{last:,} of {page.total:,}, the newest first"
    return f"{first:,}–{last:,} of {page.total:,}, the most urgent first"


def _turns(page: TicketPage, *more: Json) -> list[Json]:
    """Offer the parts before and after the one that is shown."""
    beside = list(more) if page.total else []
    for label, action, towards, key, count in (
        ("Previous", Action.LIST_PREVIOUS, Towards.BEFORE, page.first, page.before),
        ("Next", Action.LIST_NEXT, Towards.AFTER, page.last, page.after),
    ):
        if key is not None and count:
            position = Position(towards=towards, key=key)
            beside.append(button(label, action, ListPlace(page.selection, position).value()))
    return [actions(*beside)] if beside else []


def _here(selection: Selection) -> str:
    return ListPlace(selection).value()


def _nothing(selection: Selection) -> str:
    return _NARROW if selection.state or selection.priority else _EMPTY[selection.which]


def _menus(selection: Selection, facets: Facets) -> Json:
    return {
        **actions(
            _menu(
                Action.LIST_WHICH,
                "Which",
                [option(label, which) for which, label in _TITLE.items()],
                selection.which,
            ),
            _menu(
                Action.LIST_KIND,
                "Kind",
                [
                    option("Any kind", ANY),
                    *(option(f"{kind.label}s", kind) for kind in TicketKind),
                ],
                selection.kind or ANY,
            ),
            _labels(Action.LIST_STATE, "State", "Any state", facets.states, selection.state),
            _labels(
                Action.LIST_PRIORITY,
                "Priority",
                "Any priority",
                facets.priorities,
                selection.priority,
            ),
        ),
        "block_id": Block.LIST_FILTERS,
    }


def _labels(
    action: Action, name: str, any_: str, counted: Sequence[tuple[str, int]], chosen: str
) -> Json:
    known = dict(counted[:_LABELS])
    offered = {**known, **({chosen: known.get(chosen, 0)} if chosen else {})}
    options = [
        option(f"{label[:60]} ({count:,})", narrowed_to(label))
        for label, count in offered.items()
        # What is longer cannot come back.
        if len(narrowed_to(label)) <= OPTION_VALUE
    ]
    every = [option(any_, ANY), *options]
    return _menu(action, name, every, narrowed_to(chosen) if chosen else ANY)


def _menu(action: Action, name: str, options: Sequence[Json], chosen: str) -> Json:
    return {**select(options, chosen, placeholder=name), "action_id": action}


def _notes(notes: Sequence[str]) -> list[Json]:
    return [context(note) for note in notes if note]


def _waiting(shares: Sequence[Share], now: datetime) -> list[Json]:
    if not shares:
        return []
    lines = [_waiting_line(each, now) for each in shares[:_WAITING]]
    more = len(shares) - _WAITING
    lines += [f"{more:,} more"] if more > 0 else []
    return [section("*Not yet tickets*\n" + "\n".join(lines)), divider()]


def _waiting_line(share: Share, now: datetime) -> str:
    rejected = share.state is ShareState.REJECTED
    mark = "❌" if rejected else "⚠️" if share.reason else "⏳"
    word = "rejected" if rejected else "not confirmed" if share.gave_up else "on its way"
    reason = until(share) or safe_lines(share.reason, 250)
    told = " ".join(filter(None, (reason, next_step(share))))
    why = f"\n>{told}" if told else ""
    asked = f"asked {ago(share.requested_at, now)}"
    return f"{mark} *{safe(share.draft.name, 100)}*  {joined((word, asked))}{why}"
