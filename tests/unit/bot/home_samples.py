"""What App Home and lists of tickets show: ordinary facts, and the same with any replaced."""

from collections import Counter
from datetime import timedelta

from connector.models import (
    CheckOutcome,
    Home,
    Installation,
    KindCount,
    MyTickets,
    ScoreDay,
    Selection,
    Step,
    StepName,
    TicketKind,
    TicketPage,
)
from tests.unit.bot import samples

BOTH = (samples.connection(), samples.microsoft())
KEY = (1, 2, "2026-12-31 INC0010001", "5" * 32)


def installation(*, connected=True, **outcomes):
    """A checklist on which all is done, but for the steps named."""
    every = [
        Step(
            name=name,
            outcome=outcomes.get(name.name, CheckOutcome.PASSED),
            sentence=f"What is known of {name}.",
            remedy=f"How to mend {name}.",
        )
        for name in StepName
    ]
    return Installation(prerequisites=tuple(every[:3]), steps=tuple(every[3:]), connected=connected)


def not_begun():
    unknown = dict.fromkeys((name.name for name in StepName), CheckOutcome.UNKNOWN)
    return installation(connected=False, **unknown)


def kind_of(kind, tickets=(), **changes):
    """How the tickets of a kind stand, as the store counts them."""
    ours = [each for each in tickets if each.kind is kind]
    still_open = [each for each in ours if each.is_open and each.is_followed]
    counted = {
        "kind": kind,
        "states": tuple(Counter(each.state_label for each in still_open).items()),
        "overdue": sum(1 for each in still_open if each.is_overdue(samples.TODAY)),
        "done": len(ours) - len(still_open),
        "urgent": tuple(still_open[:5]),
    }
    return KindCount(**counted | changes)


def facts(tickets=(), **changes):
    ordinary = {
        "workspace": samples.ACME,
        "user": samples.ADA,
        "at": samples.NOW,
        "connections": BOTH,
        "installation": installation(),
        "mine": MyTickets(),
        "kinds": tuple(kind_of(kind, tickets) for kind in TicketKind),
        "any_tickets": bool(tickets),
    }
    return Home(**ordinary | changes)


def days(*points, every=1, maximum=274.0):
    """Scores up to today, oldest first, so many days apart."""
    return tuple(
        ScoreDay(
            day=samples.TODAY - timedelta(days=every * (len(points) - 1 - index)),
            points=each,
            maximum=maximum,
        )
        for index, each in enumerate(points)
    )


def page(tickets=(), before=0, total=None, **chosen):
    return TicketPage(
        selection=Selection(**chosen),
        tickets=tuple(tickets),
        before=before,
        total=before + len(tickets) if total is None else total,
        first=KEY if tickets else None,
        last=KEY if tickets else None,
    )
