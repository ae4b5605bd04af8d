"""Lists of tickets, part by part: as a message, and as a modal that can be narrowed."""

from collections.abc import Callable, Sequence
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
from bot.views.text import ago, joined, more, safe, safe_lines
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
    spoken_priority,
)
from connector.words import later, number, tr, trn

_WAITING: Final = 5
_LABELS: Final = 98
"""How many labels a menu offers, beside the one that was chosen and the one for any."""
_TITLE: Final = {
    TicketFilter.OPEN: later("Open tickets"),
    TicketFilter.MINE: later("My tickets"),
    TicketFilter.OVERDUE: later("Overdue tickets"),
    TicketFilter.ALL: later("All tickets"),
}
_EMPTY: Final = {
    TicketFilter.OPEN: later("No ticket is open. `{command} share` makes one of an action."),
    TicketFilter.MINE: later("You have no tickets yet. `{command} share` makes one of an action."),
    TicketFilter.OVERDUE: later("Nothing is overdue. `{command} tickets open` shows what is open."),
    TicketFilter.ALL: later("There are no tickets yet. `{command} share` makes one of an action."),
}
_NARROW: Final = later("No ticket fits what is chosen above.")


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
    title, empty = _title(page, len(waiting)), tr(_EMPTY[which], command=COMMAND)
    blocks = [section(f"*{title}*"), *_notes(notes), *_waiting(waiting, now)]
    blocks += _part(page, today) if page.tickets else [section(empty)]
    blocks += _turns(page, button(tr("Choose which"), Action.HOME_TICKETS, _here(page.selection)))
    others = ", ".join(f"`{each}`" for each in TicketFilter if each is not which)
    takes = tr("`{command} tickets` also takes {others}", command=COMMAND, others=others)
    blocks.append(context(takes))
    shown = "\n".join(ticket_line(each, today) for each in page.tickets[:5])
    return Message(f"{title}\n{shown or empty}", blocks)


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
    title = selection.kind.label_of_many if selection.kind else tr("Tickets")
    return modal(Callback.TICKETS, title, blocks)


def on_their_way(others: Sequence[Share], kind: TicketKind | None = None) -> str:
    """Count other people's shares, of one kind or all, without a word of what is in them."""
    count = sum(1 for each in others if kind in (None, each.draft.kind))
    if not count:
        return ""
    return trn(
        "{count} more share of others is on the way",
        "{count} more shares of others are on the way",
        count,
    )


def _title(page: TicketPage, waiting: int) -> str:
    list_, total = tr(_TITLE[page.selection.which]), number(page.total)
    if not waiting:
        return tr("{list}: {total}", list=list_, total=total)
    ahead = number(waiting)
    return tr(
        "{list}: {total} · not yet tickets: {waiting}", list=list_, total=total, waiting=ahead
    )


def _part(page: TicketPage, today: date) -> list[Json]:
    rows = [section(ticket_line(each, today)) for each in page.tickets]
    return [*rows, context(_which_part(page))]


def _which_part(page: TicketPage) -> str:
    said = (
        later("{first}–{last} of {total}, the newest first")
        if page.selection.by_age
        else later("{first}–{last} of {total}, the most urgent first")
    )
    return tr(
        said,
        first=number(page.before + 1),
        last=number(page.before + len(page.tickets)),
        total=number(page.total),
    )


def _turns(page: TicketPage, *others: Json) -> list[Json]:
    """Offer the parts before and after the one that is shown."""
    beside = list(others) if page.total else []
    for label, action, towards, key, count in (
        (tr("Previous"), Action.LIST_PREVIOUS, Towards.BEFORE, page.first, page.before),
        (tr("Next"), Action.LIST_NEXT, Towards.AFTER, page.last, page.after),
    ):
        if key is not None and count:
            position = Position(towards=towards, key=key)
            beside.append(button(label, action, ListPlace(page.selection, position).value()))
    return [actions(*beside)] if beside else []


def _here(selection: Selection) -> str:
    return ListPlace(selection).value()


def _nothing(selection: Selection) -> str:
    if selection.state or selection.priority:
        return tr(_NARROW)
    return tr(_EMPTY[selection.which], command=COMMAND)


def _menus(selection: Selection, facets: Facets) -> Json:
    return {
        **actions(
            _menu(
                Action.LIST_WHICH,
                tr("Which"),
                [option(tr(label), which) for which, label in _TITLE.items()],
                selection.which,
            ),
            _menu(
                Action.LIST_KIND,
                tr("Kind"),
                [
                    option(tr("Any kind"), ANY),
                    *(option(kind.label_of_many, kind) for kind in TicketKind),
                ],
                selection.kind or ANY,
            ),
            _labels(
                Action.LIST_STATE, tr("State"), tr("Any state"), facets.states, selection.state
            ),
            _labels(
                Action.LIST_PRIORITY,
                tr("Priority"),
                tr("Any priority"),
                facets.priorities,
                selection.priority,
                say=spoken_priority,
            ),
        ),
        "block_id": Block.LIST_FILTERS,
    }


def _labels(
    action: Action,
    name: str,
    any_: str,
    counted: Sequence[tuple[str, int]],
    chosen: str,
    *,
    say: Callable[[str], str] = str,
) -> Json:
    known = dict(counted[:_LABELS])
    offered = {**known, **({chosen: known.get(chosen, 0)} if chosen else {})}
    options = [
        option(f"{say(label)[:60]} ({number(count)})", narrowed_to(label))
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
    left = len(shares) - _WAITING
    lines += [more(left)] if left > 0 else []
    return [section("\n".join([tr("*Not yet tickets*"), *lines])), divider()]


def _waiting_line(share: Share, now: datetime) -> str:
    rejected = share.state is ShareState.REJECTED
    mark = "❌" if rejected else "⚠️" if share.reason else "⏳"
    unsure = tr("not confirmed") if share.gave_up else tr("on its way")
    word = tr("rejected") if rejected else unsure
    reason = until(share) or safe_lines(share.reason, 250)
    told = " ".join(filter(None, (reason, next_step(share))))
    why = f"\n>{told}" if told else ""
    asked = tr("asked {ago}", ago=ago(share.requested_at, now))
    return f"{mark} *{safe(share.draft.name, 100)}*  {joined((word, asked))}{why}"
