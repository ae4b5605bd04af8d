"""Finds the ServiceNow record of a share that nobody confirmed, by whatever mark it may carry."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from connector.errors import ProviderRefusedError, SignInExpiredError
from connector.models import Share
from connector.servicenow.client import MOST_ASKED_FOR, ServiceNowClient, Sight
from connector.servicenow.wire import Record, reference_of, short_description
from connector.services.desks import Desk
from connector.store import tickets
from connector.store.database import Database
from connector.store.shares import ShareRecord

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
        found = await desk.ask(partial(_by_our_ids, share=share))
        return found if found and await self._is_free(found, share) else None

    async def is_blind(self, share: Share, desk: Desk[ServiceNowClient]) -> bool:
        """Tell whether tickets made before are there, and not one of them is shown.

        ServiceNow hides rows without a word from a user who has lost the right to read them.

        Raises:
            ProviderError: the instance did not answer, or not what it was asked.
        """
        sight = await self._sight_of_known(share, desk)
        return sight is not None and not sight.records and sight.hidden > 0

    async def search(self, record: ShareRecord, desk: Desk[ServiceNowClient]) -> Record | NotFound:
        """Find the record of a share that was sent, by every mark it may carry.

        All that its integration user made since is looked through last. One that carries no
        mark, or is not shown, may be the share's.

        Raises:
            ProviderError: the instance did not answer, or not what it was asked.
        """
        share = record.share
        # First whether anything can be seen at all: it may come in sight between the two.
        before = await self._sight_of_known(share, desk)
        found = await self.glance(share, desk)
        if found is not None:
            return found
        made = await desk.ask(
            partial(_made_since, share=share, user=record.sent_as or desk.identity)
        )
        ours = next((each for each in made.records if _is_ours(each, share)), None)
        if ours is not None and await self._is_free(ours, share):
            return ours
        if before is not None and not before.records:
            return NotFound.HIDDEN
        strangers = [each for each in made.records if await self._is_free(each, share)]
        unclear = made.hidden > 0 or any(_may_be(each, share) for each in strangers)
        return NotFound.UNCLEAR if unclear else NotFound.ABSENT

    async def _sight_of_known(self, share: Share, desk: Desk[ServiceNowClient]) -> Sight | None:
        """Look whether tickets made before can be seen; None where there are none."""
        kind, view = share.draft.kind, self.database.view(share.workspace)
        known = await tickets.newest(view, share.instance, kind, MOST_ASKED_FOR)
        if not known:
            return None
        return await desk.ask(partial(ServiceNowClient.sight_of, kind=kind, sys_ids=known))

    async def _is_free(self, found: Record, share: Share) -> bool:
        """Tell whether a record is not the ticket of another share."""
        view = self.database.view(share.workspace)
        ticket = await tickets.by_sys_id(view, share.instance, found.kind, found.sys_id)
        return ticket is None or ticket.share == share.id


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


async def _made_since(client: ServiceNowClient, *, share: Share, user: str) -> Sight:
    return await client.made_by(user, share.draft.kind, share.requested_at - _SKEW)


def _is_ours(found: Record, share: Share) -> bool:
    return reference_of(found) == share.correlation_id


def _may_be(found: Record, share: Share) -> bool:
    """Tell whether a record without a mark may be a share's, by its name."""
    if reference_of(found):
        return False
    theirs, ours = found.name, short_description(share.draft.name)
    return theirs in ours or ours in theirs
