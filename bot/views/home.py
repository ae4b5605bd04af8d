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
from bot.views.text import day, joined, moment
from bot.views.tickets import by_state, ticket_line
from bot.views.trend import trend
from connector.errors import CONNECT, Provider
from connector.models import (
    Home,
    KindCount,
    MyTickets,
    SecureScore,
    Selection,
    Ticket,
    TicketFilter,
    TicketKind,
)
from connector.words import later, number, tr, trn

_TITLE: Final = {
    TicketKind.CHANGE_REQUEST: later("Change management"),
    TicketKind.INCIDENT: later("Incident management"),
}
_ABOUT: Final = later(
    "Snowline shows your Microsoft Secure Score, shares its improvement actions to ServiceNow as"
    " incidents or change requests, and follows those tickets here."
)
_UNREAD: Final = later("Not read yet. This page shows it as soon as Microsoft has answered.")
_FORMS: Final = {
    Provider.SERVICENOW: Verb.CONNECT.value,
    Provider.MICROSOFT: f"{Verb.CONNECT} microsoft",
}
_NONE: Final = later("None open. What you ask for, and what is assigned to you, stands here.")


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
    hint = context(tr("`{command} help` lists all you can type", command=COMMAND))
    return {"type": "home", "blocks": [*blocks, hint]}


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
        *([] if facts.any_tickets or _is_usable(facts) else [section(tr(_ABOUT))]),
        *steps,
        *(_to_connect(each, admin=facts.may_administer) for each in todo),
    ]


def _to_connect(provider: Provider, *, admin: bool) -> Json:
    label = tr("Connect {provider}", provider=provider)
    press = button(label, Action.OPEN_AGAIN, _FORMS[provider]) if admin else None
    how = tr(
        "*To connect {provider}*\nAn admin types {connect}.",
        provider=provider,
        connect=CONNECT[provider],
    )
    return section(how, press)


def _mine(mine: MyTickets, today: date) -> list[Json]:
    said = _open(mine.open, mine.overdue) if mine.open else tr(_NONE)
    return [
        header(tr("My open tickets")),
        section(said),
        *_rows(mine.urgent, mine.open, today),
        actions(button(tr("View my tickets"), Action.HOME_TICKETS, _list(TicketFilter.MINE))),
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
    create = [button(tr("Create a ticket"), Action.HOME_CREATE, kind.value)]
    return [
        header(tr(_TITLE[kind])),
        section(_summary(counted)),
        *_rows(counted.urgent, counted.open, today),
        actions(
            *(create if _is_usable(facts) else []),
            button(tr("View all tickets"), Action.HOME_TICKETS, _list(TicketFilter.ALL, kind)),
            button(tr("Manage ServiceNow configuration"), Action.HOME_CONFIGURATION),
        ),
    ]


def _rows(urgent: Sequence[Ticket], count: int, today: date) -> list[Json]:
    more = count - len(urgent)
    rows = [section(ticket_line(each, today)) for each in urgent]
    if more <= 0:
        return rows
    said = trn("{count} more open ticket", "{count} more open tickets", more)
    return [*rows, context(said)]


def _list(which: TicketFilter, kind: TicketKind | None = None) -> str:
    return ListPlace(Selection(which=which, kind=kind)).value()


def _summary(counted: KindCount) -> str:
    first = joined(
        (
            _open(counted.open, counted.overdue) if counted.open else tr("None open."),
            tr("⏳ {count} on the way", count=number(counted.waiting)) if counted.waiting else "",
            trn("✅ {count} done", "✅ {count} done", counted.done) if counted.done else "",
        )
    )
    return "\n".join(line for line in (first, by_state(counted.states)) if line)


def _open(count: int, overdue: int) -> str:
    late = tr("🔴 {count} overdue", count=number(overdue)) if overdue else ""
    return joined((trn("*{count} open*", "*{count} open*", count), late))


def _score(facts: Home) -> list[Json]:
    score = facts.score
    if score is None:
        connected = any(each.provider is Provider.MICROSOFT for each in facts.connections)
        return [header("Secure Score"), section(tr(_UNREAD))] if connected else []
    press = button(tr("Share an action"), Action.HOME_SHARE, style="primary")
    said = "\n".join((f"*{total(score)}*", outlook(score), *trend(facts.days)))
    return [header("Secure Score"), section(said, press if _is_usable(facts) else None)]


def _freshness(facts: Home) -> list[Json]:
    told = (_tickets_as_of(facts), _score_as_of(facts.score))
    return [context(each) for each in told if each]


def _score_as_of(score: SecureScore | None) -> str:
    if score is None:
        return ""
    return tr(
        "Microsoft's score of {day}, read {when}.", day=day(score.day), when=moment(score.read_at)
    )


def _tickets_as_of(facts: Home) -> str:
    if stale := as_of(facts.connections):
        # A Home that never had tickets to read has none that could be old.
        return stale if _is_usable(facts) or facts.any_tickets else ""
    (there,) = (each for each in facts.connections if each.provider is Provider.SERVICENOW)
    last = there.last_success_at
    return tr("Tickets as read from ServiceNow {when}.", when=moment(last)) if last else ""
