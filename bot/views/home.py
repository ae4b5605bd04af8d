"""App Home: the score and the two cards, change management and incident management."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.identifiers import COMMAND, Action
from bot.views.blocks import Json, actions, button, context, divider, header, section
from bot.views.connect import PROVIDERS, as_of, trouble
from bot.views.installation import checklist
from bot.views.score import outlook, total
from bot.views.text import joined, plural
from bot.views.tickets import by_state, ticket_line
from connector.errors import CONNECT, Provider
from connector.models import (
    Connection,
    Installation,
    SecureScore,
    Share,
    ShareState,
    Ticket,
    TicketKind,
)

_SHOWN: Final = 5
_CARDS: Final = (
    (TicketKind.CHANGE_REQUEST, "Change management"),
    (TicketKind.INCIDENT, "Incident management"),
)


def home(
    connections: Sequence[Connection],
    tickets: Sequence[Ticket],
    waiting: Sequence[Share],
    score: SecureScore | None,
    today: date,
    installation: Installation | None = None,
) -> Json:
    """Show what is left to set up, the score, and a card for each kind of ticket."""
    # Before ServiceNow is connected the set-up step stands for the buttons that would lead there.
    usable = any(each.provider is Provider.SERVICENOW for each in connections)
    # A Home that never had tickets to read has none that could be old.
    stale = as_of(connections) if usable or tickets else ""
    blocks = [*_setup(connections, installation), *_score(score, usable=usable)]
    blocks += [context(stale)] if stale else []
    for kind, title in _CARDS:
        ours = [each for each in tickets if each.kind is kind and each.is_open]
        ahead = sum(1 for each in waiting if each.draft.kind is kind and _is_under_way(each))
        blocks += [divider(), header(title), *_card(kind, ours, ahead, today, usable=usable)]
    return {
        "type": "home",
        "blocks": [*blocks, context(f"`{COMMAND} help` lists all you can type")],
    }


def _is_under_way(share: Share) -> bool:
    return share.state is not ShareState.REJECTED


def _setup(connections: Sequence[Connection], installation: Installation | None) -> list[Json]:
    steps = checklist(installation) if installation else []
    failed = {each.sentence for each in installation.failed} if installation else set()
    wrong = [trouble(each) for each in connections if each.problem not in failed]
    known = {each.provider for each in connections}
    # The checklist is about ServiceNow, whether it is connected or not.
    covered = known | {Provider.SERVICENOW} if steps else known
    todo = [provider for provider in PROVIDERS if provider not in covered]
    blocks = [
        *(section(f"⚠️ {each}") for each in wrong if each),
        *steps,
        *(section(f"*To connect {each}*\nAn admin types {CONNECT[each]}.") for each in todo),
    ]
    return [*blocks, divider()] if blocks else []


def _score(score: SecureScore | None, *, usable: bool) -> list[Json]:
    if score is None:
        return [section("*Secure Score*\nNot read yet.")]
    press = button("Share an action", Action.HOME_SHARE, style="primary") if usable else None
    return [section(f"*Secure Score: {total(score)}*\n{outlook(score)}", press)]


def _card(
    kind: TicketKind, ours: Sequence[Ticket], waiting: int, today: date, *, usable: bool
) -> list[Json]:
    rows = [section(ticket_line(each, today)) for each in ours[:_SHOWN]]
    more = len(ours) - _SHOWN
    create = [button("Create a ticket", Action.HOME_CREATE, kind.value)] if usable else []
    return [
        section(_summary(ours, waiting, today)),
        *rows,
        *([context(f"{plural(more, 'more open ticket')}")] if more > 0 else []),
        actions(
            *create,
            button("View all tickets", Action.HOME_TICKETS, kind.value),
            button("Manage configuration", Action.HOME_CONFIGURATION),
        ),
    ]


def _summary(ours: Sequence[Ticket], waiting: int, today: date) -> str:
    overdue = sum(1 for each in ours if each.is_overdue(today))
    first = joined(
        (
            f"*{len(ours):,} open*" if ours else "None open.",
            f"🔴 {overdue:,} overdue" if overdue else "",
            f"⏳ {waiting:,} on the way" if waiting else "",
        )
    )
    states = by_state(Counter(each.state_label for each in ours).items())
    return "\n".join(line for line in (first, states) if line)
