"""App Home: what is left to set up; my tickets, the two cards, and the score."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.forms.lists import ListPlace
from bot.identifiers import COMMAND, Action
from bot.views.blocks import Json, actions, button, context, divider, header, section
from bot.views.connect import PROVIDERS, as_of, trouble
from bot.views.installation import checklist
from bot.views.score import outlook, total
from bot.views.text import day, joined, moment, plural
from bot.views.tickets import by_state, ticket_line
from bot.views.trend import trend
from connector.errors import CONNECT, Provider
from connector.models import (
    Home,
    KindCount,
    MyTickets,
    Selection,
    Ticket,
    TicketFilter,
    TicketKind,
)

_TITLE: Final = {
    TicketKind.CHANGE_REQUEST: "Change management",
    TicketKind.INCIDENT: "Incident management",
}
_ABOUT: Final = (
    "Snowline shows your Microsoft Secure Score, shares its improvement actions to ServiceNow as"
    " incidents or change requests, and follows those tickets here."
)
_NONE: Final = "None open. What you ask for, and what is assigned to you, stands here."


def home(facts: Home) -> Json:
    """Show what is left to set up, then my tickets, both cards and the score, and how old it is."""
    blocks = [*_setup(facts)]
    # Before ServiceNow is connected the steps stand for what would lead there.
    if _is_usable(facts) or facts.any_tickets:
        blocks += [*_mine(facts.mine, facts.at.date()), *_cards(facts)]
    blocks += [divider(), *_score(facts), *_freshness(facts)]
    return {
        "type": "home",
        "blocks": [*blocks, context(f"`{COMMAND} help` lists all you can type")],
    }


def _is_usable(facts: Home) -> bool:
    return any(each.provider is Provider.SERVICENOW for each in facts.connections)


def _setup(facts: Home) -> list[Json]:
    steps = checklist(facts.installation, admin=facts.may_administer)
    failed = {each.sentence for each in facts.installation.failed}
    wrong = [trouble(each) for each in facts.connections if each.problem not in failed]
    known = {each.provider for each in facts.connections}
    # The checklist is about ServiceNow, whether it is connected or not.
    covered = known | {Provider.SERVICENOW} if steps else known
    todo = [provider for provider in PROVIDERS if provider not in covered]
    blocks = [
        *(section(f"⚠️ {each}") for each in wrong if each),
        *([] if facts.any_tickets or _is_usable(facts) else [section(_ABOUT)]),
        *steps,
        *(section(f"*To connect {each}*\nAn admin types {CONNECT[each]}.") for each in todo),
    ]
    return [*blocks, divider()] if blocks and (_is_usable(facts) or facts.any_tickets) else blocks


def _mine(mine: MyTickets, today: date) -> list[Json]:
    said = _open(mine.open, mine.overdue) if mine.open else _NONE
    return [
        header("My open tickets"),
        section(said),
        *_rows(mine.urgent, mine.open, today),
        actions(button("View my tickets", Action.HOME_TICKETS, _list(TicketFilter.MINE))),
    ]


def _cards(facts: Home) -> list[Json]:
    known = {each.kind: each for each in facts.kinds}
    blocks: list[Json] = []
    for kind, title in _TITLE.items():
        card = _card(known.get(kind, KindCount(kind=kind)), facts.at.date(), facts)
        blocks += [divider(), header(title), *card]
    return blocks


def _card(counted: KindCount, today: date, facts: Home) -> list[Json]:
    kind = counted.kind
    create = [button("Create a ticket", Action.HOME_CREATE, kind.value)]
    return [
        section(_summary(counted)),
        *_rows(counted.urgent, counted.open, today),
        actions(
            *(create if _is_usable(facts) else []),
            button("View all tickets", Action.HOME_TICKETS, _list(TicketFilter.ALL, kind)),
            button("Manage ServiceNow configuration", Action.HOME_CONFIGURATION),
        ),
    ]


def _rows(urgent: Sequence[Ticket], count: int, today: date) -> list[Json]:
    more = count - len(urgent)
    rows = [section(ticket_line(each, today)) for each in urgent]
    return [*rows, context(plural(more, "more open ticket"))] if more > 0 else rows


def _list(which: TicketFilter, kind: TicketKind | None = None) -> str:
    return ListPlace(Selection(which=which, kind=kind)).value()


def _summary(counted: KindCount) -> str:
    first = joined(
        (
            _open(counted.open, counted.overdue) if counted.open else "None open.",
            f"⏳ {counted.waiting:,} on the way" if counted.waiting else "",
            f"✅ {counted.done:,} done" if counted.done else "",
        )
    )
    return "\n".join(line for line in (first, by_state(counted.states)) if line)


def _open(count: int, overdue: int) -> str:
    return joined((f"*{count:,} open*", f"🔴 {overdue:,} overdue" if overdue else ""))


def _score(facts: Home) -> list[Json]:
    score = facts.score
    if score is None:
        return [section("*Secure Score*\nNot read yet.")]
    press = button("Share an action", Action.HOME_SHARE, style="primary")
    said = "\n".join((f"*Secure Score: {total(score)}*", outlook(score), *trend(facts.days)))
    return [section(said, press if _is_usable(facts) else None)]


def _freshness(facts: Home) -> list[Json]:
    score = facts.score
    read = f"Microsoft's score of {day(score.day)}, read {moment(score.read_at)}." if score else ""
    told = (_tickets_as_of(facts), read)
    return [context(each) for each in told if each]


def _tickets_as_of(facts: Home) -> str:
    if stale := as_of(facts.connections):
        # A Home that never had tickets to read has none that could be old.
        return stale if _is_usable(facts) or facts.any_tickets else ""
    (there,) = (each for each in facts.connections if each.provider is Provider.SERVICENOW)
    last = there.last_success_at
    return f"Tickets as read from ServiceNow {moment(last)}." if last else ""
