"""Tickets put into the store as if they had been made, at an instance that is not asked."""

from datetime import timedelta

from bot.sandbox import accounts
from connector.models import ShareId, ShareState, TicketKind, UserId
from connector.store import shares, tickets
from connector.store.shares import ShareRecord
from tests.unit.bot import samples
from tests.unit.bot.kept_connections import TEAM

MIA = UserId(accounts.MIA.id)
STATES = ("New", "In Progress", "On Hold")


def ticket(number, **changes):
    """One of many: they differ in all that lists are chosen and ordered by."""
    ordinary = {
        "workspace": TEAM,
        "share": ShareId(f"{number:032x}"),
        "sys_id": f"{number:032x}",
        "number": f"INC{number:07}",
        "name": f"Ticket {number}",
        "kind": list(TicketKind)[number % 2],
        "state_label": STATES[number % 3],
        "priority": str(number % 5 + 1),
        "priority_label": f"{number % 5 + 1} - Priority",
        "requester": MIA,
        "created_at": samples.NOW + timedelta(seconds=number),
    }
    return samples.ticket(**ordinary | changes)


async def keep(database, *made):
    """Keep tickets with the shares that they were made of."""
    async with database.transaction(TEAM) as tx:
        for each in made:
            share = samples.share(
                id=each.share,
                workspace=TEAM,
                sys_id=each.sys_id,
                state=ShareState.ANNOUNCED,
                draft=samples.draft(kind=each.kind, name=each.name, requester=each.requester),
            )
            await shares.add(tx, share)
            await shares.save(tx, ShareRecord(share=share, ended_at=samples.NOW))
            await tickets.put(tx, each)
