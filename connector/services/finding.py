"""Finds the ServiceNow record of a share that nobody confirmed, by whatever mark it may carry."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from connector.errors import ProviderRefusedError, SignInExpiredError
from connector.models import Share
from connector.servicenow.client import Made, ServiceNowClient
from connector.servicenow.wire import Record, names_a_reference, short_description
from connector.services.desks import Desk
from connector.store import tickets
from connector.store.database import Database

_WITNESSES: Final = 3
_SKEW: Final = timedelta(days=1)
"""How far the instance's clock may be from ours when it is asked for what was made since."""


class NotFound(StrEnum):
    """What it is worth that no record was found."""

    ABSENT = "it is not there"
    HIDDEN = "none of the tickets made before is in sight"
    UNCLEAR = "it holds a ticket that may be this one, or does not show one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Looks a share up in ServiceNow, and knows what finding nothing is worth."""

    database: Database

    async def glance(self, share: Share, desk: Desk[ServiceNowClient]) -> Record | None:
        """Find the record of a share by what is quickly searched; None proves nothing.

        Raises:
            ProviderError: the instance did not answer, or not what it was asked.
        """
        return await desk.ask(partial(_by_our_ids, share=share))

    async def search(self, share: Share, desk: Desk[ServiceNowClient]) -> Record | NotFound:
        """Find the record of a share by every mark it may carry.

        The records that the integration user made are looked through last. One that carries
        no mark, or is not shown, may be the share's.

        Raises:
            ProviderError: the instance did not answer, or not what it was asked.
        """
        # First whether anything can be seen at all: it may come in sight between the two.
        sees = await self._sees_tickets(share, desk)
        found = await self.glance(share, desk)
        if found is not None:
            return found
        made = await desk.ask(partial(_made_since, share=share, user=desk.identity))
        ours = next((each for each in made.records if _is_ours(each, share)), None)
        if ours is not None:
            return ours
        if not sees:
            return NotFound.HIDDEN
        return NotFound.UNCLEAR if await self._may_hold(share, made) else NotFound.ABSENT

    async def _sees_tickets(self, share: Share, desk: Desk[ServiceNowClient]) -> bool:
        """Tell whether a ticket made before is in sight; True where there is no such ticket.

        ServiceNow hides rows without a word from a user who has lost the right to read them.
        """
        kind, view = share.draft.kind, self.database.view(share.workspace)
        known = await tickets.newest(view, share.instance, kind, _WITNESSES)
        for sys_id in known:
            if await desk.ask(partial(ServiceNowClient.by_sys_id, kind=kind, sys_id=sys_id)):
                return True
        return not known

    async def _may_hold(self, share: Share, made: Made) -> bool:
        known = await self._known(share)
        shown = {each.sys_id for each in made.records}
        if made.hidden > len(known - shown):
            return True
        strangers = (each for each in made.records if each.sys_id not in known)
        return any(_may_be(each, share) for each in strangers)

    async def _known(self, share: Share) -> set[str]:
        view = self.database.view(share.workspace)
        since, where = share.requested_at - _SKEW, (share.instance, share.draft.kind)
        every = await tickets.every(view, created_since=since)
        there = (each for each in every if (each.instance, each.kind) == where)
        return {each.sys_id for each in there if each.created_at >= since}


async def _by_our_ids(client: ServiceNowClient, *, share: Share) -> Record | None:
    found = await client.by_sys_id(share.draft.kind, share.sys_id)
    if found is not None:
        return found
    try:
        return await client.by_correlation_id(share.draft.kind, share.correlation_id)
    except SignInExpiredError:
        raise
    except ProviderRefusedError:
        # The field may not be read; other marks may.
        return None


async def _made_since(client: ServiceNowClient, *, share: Share, user: str) -> Made:
    return await client.made_by(user, share.draft.kind, share.requested_at - _SKEW)


def _is_ours(record: Record, share: Share) -> bool:
    reference = share.correlation_id
    return record.correlation_id == reference or reference in record.description


def _may_be(record: Record, share: Share) -> bool:
    """Tell whether a record without a mark may be a share's, by its name."""
    if names_a_reference(record):
        return False
    theirs, ours = record.name, short_description(share.draft.name)
    return theirs in ours or ours in theirs
