"""Gathers what App Home tells somebody from what is kept."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from connector.clock import Clock
from connector.models import (
    Home,
    KindCount,
    MyTickets,
    Right,
    ScoreDay,
    SecureScore,
    Selection,
    TicketFilter,
    UserId,
    WorkspaceId,
)
from connector.services.actions import ActionService
from connector.services.connecting.installation import InstallationService
from connector.services.rights.service import RightsService
from connector.services.tickets.lists import reader
from connector.store import connections, follows, news_settings, scores, shares, ticket_lists
from connector.store.database import Database, Session
from connector.store.ticket_lists import Reader

URGENT: Final = 5
_CONNECTIONS: Final = 2
"""ServiceNow and Microsoft 365."""
_MONTH: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """Knows what App Home tells; asks no provider, and the chat only who may administer."""

    database: Database
    rights: RightsService
    installation: InstallationService
    actions: ActionService
    clock: Clock

    async def gather(self, workspace: WorkspaceId, user: UserId) -> Home:
        """Read all that App Home tells somebody now."""
        view, now = self.database.view(workspace), self.clock()
        who = await reader(view, user, now)
        installation = await self.installation.checklist(workspace)
        score = await self.actions.known(workspace)
        connected = await connections.all_of(view)
        to_do = not installation.is_done or len(connected) < _CONNECTIONS
        return Home(
            workspace=workspace,
            user=user,
            at=now,
            connections=connected,
            installation=installation,
            mine=await _mine(view, who),
            kinds=await _kinds(view, who),
            score=score,
            days=await _days(view, score) if score else (),
            # The button's own handler asks again: without an answer there is only no button.
            may_administer=to_do and await self.rights.may(workspace, user, Right.CONNECT),
            any_tickets=await ticket_lists.any_known(view),
            news=await news_settings.personal(view, user),
            followed=await follows.count(view, user),
        )


async def _mine(view: Session, who: Reader) -> MyTickets:
    count, overdue = await ticket_lists.count_mine(view, who)
    mine = Selection(which=TicketFilter.MINE)
    urgent = await ticket_lists.urgent(view, mine, who, URGENT) if count else ()
    return MyTickets(open=count, overdue=overdue, urgent=urgent)


async def _kinds(view: Session, who: Reader) -> tuple[KindCount, ...]:
    waiting = Counter(each.draft.kind for each in await shares.unfinished(view))
    kinds = []
    for each in await ticket_lists.count_kinds(view, who.now):
        urgent = await ticket_lists.urgent(view, Selection(kind=each.kind), who, URGENT)
        kinds.append(replace(each, waiting=waiting[each.kind], urgent=urgent))
    return tuple(kinds)


async def _days(view: Session, score: SecureScore) -> tuple[ScoreDay, ...]:
    kept = await scores.history(view, score.tenant, score.day - _MONTH)
    return tuple(
        ScoreDay(day=day, points=points, maximum=maximum)
        for day, points, maximum in kept
        if day <= score.day
    )
