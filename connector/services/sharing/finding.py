"""Finds the ServiceNow record of a share that nobody confirmed, by whatever mark it may carry."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from connector.errors import InvalidInputError, ProviderRefusedError, SignInExpiredError
from connector.models import Share
from connector.servicenow.client import MOST_ASKED_FOR, ServiceNowClient, Sight
from connector.servicenow.marks import reference_of
from connector.servicenow.record import Record
from connector.servicenow.wording import short_description
from connector.services.desks import Desk
from connector.store import tickets
from connector.store.database import Database
from connector.store.shares import ShareRecord


class NotFound(StrEnum):
    """What it is worth that no record was found."""

    ABSENT = "it is not there"
    BLIND = "not one of the tickets made before is shown"
    GONE = "a ticket made before is not there"
    NAMESAKE = "there is a ticket of that name without a reference"
    NOT_SHOWN = "a ticket made lately is not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """How many of the newest tickets are shown, are there but hidden, and are not there."""

    shown: int
    hidden: int
    gone: int


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

    async def search(self, record: ShareRecord, desk: Desk[ServiceNowClient]) -> Record | NotFound:
        """Find the record of a share by every mark it may carry.

        All that its integration user made lately is looked through last. One that carries no
        mark, or is not shown, may be the share's.

        Raises:
            ProviderError: the instance did not answer, or not what it was asked.
        """
        share = record.share
        # First whether anything can be seen at all: it may come in sight between the two.
        before = await self._look_before(share, desk)
        found = await self.glance(share, desk)
        if found is not None:
            return found
        user = record.sent_as or desk.identity
        made = await desk.ask(partial(_made_lately, share=share, user=user))
        free = [each for each in made.records if await self._is_free(each, share)]
        ours = next((each for each in free if _is_ours(each, share)), None)
        if ours is not None:
            return ours
        namesakes = any(_may_be(each, share) for each in free)
        return _worth(before, made, namesakes=namesakes)

    async def _look_before(self, share: Share, desk: Desk[ServiceNowClient]) -> _Before:
        """Look which tickets made before can be seen.

        ServiceNow hides rows without a word from a user who has lost the right to read them.
        """
        kind, view = share.draft.kind, self.database.view(share.workspace)
        known = await tickets.newest(view, share.instance, kind, MOST_ASKED_FOR)
        if not known:
            return _Before(shown=0, hidden=0, gone=0)
        sight = await desk.ask(partial(ServiceNowClient.sight_of, kind=kind, sys_ids=known))
        shown = len(sight.records)
        return _Before(shown=shown, hidden=sight.hidden, gone=len(known) - shown - sight.hidden)

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


async def _made_lately(client: ServiceNowClient, *, share: Share, user: str) -> Sight:
    try:
        return await client.made_lately(user, share.draft.kind)
    except SignInExpiredError:
        raise
    except (ProviderRefusedError, InvalidInputError):
        # Who made a record may not be read, or not be asked: then any may be hidden.
        return Sight(records=(), hidden=1)


def _worth(before: _Before, made: Sight, *, namesakes: bool) -> NotFound:
    if before.hidden and not before.shown:
        return NotFound.BLIND
    if namesakes:
        return NotFound.NAMESAKE
    if before.gone:
        return NotFound.GONE
    return NotFound.NOT_SHOWN if made.hidden else NotFound.ABSENT


def _is_ours(found: Record, share: Share) -> bool:
    return reference_of(found) == share.correlation_id


def _may_be(found: Record, share: Share) -> bool:
    """Tell whether a record without a mark may be a share's, by its name or its type."""
    if reference_of(found):
        return False
    if "short_description" in found.unread:
        return True
    if share.draft.is_standard and found.type in {"", share.draft.plan.type.value}:
        # A template may have given it any name.
        return True
    theirs, ours = found.name, short_description(share.draft.name)
    return bool(theirs) and (theirs in ours or ours in theirs)
