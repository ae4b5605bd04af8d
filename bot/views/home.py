"""App Home: what is left to set up; my tickets, the two cards, and the score."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from bot.forms.lists import ListPlace
from bot.identifiers import COMMAND, Action, Verb
from bot.views.blocks import Json, actions, button, context, divider, header, section
from bot.views.connect import PROVIDERS, as_of, trouble
from bot.views.installation import checklist
from bot.views.notifications import summary_blocks
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
_UNREAD: Final = "Not read yet. This page shows it as soon as Microsoft has answered."
_FORMS: Final = {
    Provider.SERVICENOW: Verb.CONNECT.value,
    Provider.MICROSOFT: f"{Verb.CONNECT} microsoft",
}
_NONE: Final = "None open. What you ask for, and what is assigned to you, stands here."


def home(facts: Home) -> Json:
    """Show what is left to set up, then my tickets, both cards and the score, and how old it is."""
    parts = [_setup(facts)]
    # Before ServiceNow is connected the steps stand for what would lead there.
    begun = _is_usable(facts) or facts.any_tickets
    if begun:
        parts += [_mine(facts.mine, facts.at.date()), *_cards(facts)]
    parts.append(_score(facts))
    told = summary_blocks(facts.news, facts.followed) if begun else []
    blocks = [*_divided(parts), *_freshness(facts), *told]
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
    return [
        *(section(f"⚠️ {each}") for each in wrong if each),
        *([] if facts.any_tickets or _is_usable(facts) else [section(_ABOUT)]),
        *steps,
        *(_to_connect(each, admin=facts.may_administer) for each in todo),
    ]


def _to_connect(provider: Provider, *, admin: bool) -> Json:
    press = button(f"Connect {provider}", Action.OPEN_AGAIN, _FORMS[provider]) if admin else None
    return section(f"*To connect {provider}*\nAn admin types {CONNECT[provider]}.", press)


def _mine(mine: MyTickets, today: date) -> list[Json]:
    said = _open(mine.open, mine.overdue) if mine.open else _NONE
    return [
        header("My open tickets"),
        section(said),
        *_rows(mine.urgent, mine.open, today),
        actions(button("View my tickets", Action.HOME_TICKETS, _list(TicketFilter.MINE))),
    ]


def _divided(parts: Iterable[Sequence[Json]]) -> list[Json]:
    """Draw a line between the parts there are."""
    blocks: list[Json] = []
    for part in parts:
        blocks += [*([divider()] if blocks and part else []), *part]
    return blocks


def _cards(facts: Home) -> list[list[Json]]:
    known = {each.kind: each for each in facts.kinds}
    return [_card(known.get(kind, KindCount(kind=kind)), facts) for kind in _TITLE]


def _card(counted: KindCount, facts: Home) -> list[Json]:
    kind, today = counted.kind, facts.at.date()
    create = [button("Create a ticket", Action.HOME_CREATE, kind.value)]
    return [
        header(_TITLE[kind]),
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
        connected = any(each.provider is Provider.MICROSOFT for each in facts.connections)
        return [header("Secure Score"), section(_UNREAD)] if connected else []
    press = button("Share an action", Action.HOME_SHARE, style="primary")
    said = "\n".join((f"*{total(score)}*", outlook(score), *trend(facts.days)))
    return [header("Secure Score"), section(said, press if _is_usable(facts) else None)]


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
