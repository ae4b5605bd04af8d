"""Finds the ServiceNow record of a share that nobody confirmed, by whatever mark it may carry."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from connector.errors import ProviderError
from connector.models import Share
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.wire import Record
from connector.services.desks import Desk
from connector.services.progress import named
from connector.store import habits, tickets
from connector.store.database import Database
from connector.store.habits import Habits

_log = logging.getLogger(__name__)

_WITNESSES: Final = 3
_SKEW: Final = timedelta(days=1)
"""How far the instance's clock may be from ours when it is asked for what was made since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Looks a share up in ServiceNow, and knows what finding nothing is worth."""

    database: Database

    async def habits(self, share: Share) -> Habits | None:
        """Read what the share's instance was seen to keep; None where nothing was seen yet."""
        view = self.database.view(share.workspace)
        return await habits.get(view, share.instance, share.draft.kind)

    async def find(self, share: Share, desk: Desk[ServiceNowClient]) -> Record | None:
        """Find the record of a share.

        Raises:
            ProviderError: the instance did not answer, or not what it was asked.
        """
        seen = await self.habits(share)
        return await desk.ask(lambda client: _look(client, share, seen))

    async def can_see(self, share: Share, desk: Desk[ServiceNowClient]) -> bool:
        """Tell whether a ticket made before is in sight, so that finding none proves something.

        ServiceNow hides rows without a word from a user who has lost the right to read them.
        True where there is no such ticket.

        Raises:
            ProviderError: the instance did not answer, or not what it was asked.
        """
        kind, view = share.draft.kind, self.database.view(share.workspace)
        known = await tickets.newest(view, share.instance, kind, _WITNESSES)
        for sys_id in known:
            if await desk.ask(partial(ServiceNowClient.by_sys_id, kind=kind, sys_id=sys_id)):
                return True
        return not known

    async def find_if_readable(self, share: Share, desk: Desk[ServiceNowClient]) -> Record | None:
        """Find the record of a share; None also where it cannot be looked up."""
        try:
            return await self.find(share, desk)
        except ProviderError as exc:
            _log.warning("The ticket cannot be looked up: %s %s", exc, named(share))
            return None


async def _look(client: ServiceNowClient, share: Share, seen: Habits | None) -> Record | None:
    kind, reference = share.draft.kind, share.correlation_id
    found = await client.by_sys_id(kind, share.sys_id)
    if found is None and (seen is None or seen.keeps_correlation_id):
        found = await client.by_correlation_id(kind, reference)
    if found is None and (seen is None or seen.keeps_only_description):
        # A long search through text, made only where nothing better is known to be kept.
        found = await client.by_description(kind, reference, share.requested_at - _SKEW)
    return found


def seen_in(share: Share, record: Record) -> Habits:
    """Tell which of a share's marks its record carries."""
    return Habits(
        keeps_sys_id=record.sys_id == share.sys_id,
        keeps_correlation_id=record.correlation_id == share.correlation_id,
        keeps_description=share.correlation_id in record.description,
    )
