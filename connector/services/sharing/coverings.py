"""Knows which improvement actions were shared already, and holds a share back for that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.errors import AlreadySharedError, Provider
from connector.models import BulkWish, Covering, Mark, ShareId, WorkspaceId
from connector.store import connections, covered, shares, tickets
from connector.store.database import Database, Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverings:
    """Reads what actions were shared as, at the instance that is connected."""

    database: Database

    async def of(self, workspace: WorkspaceId, action: str) -> tuple[Covering, ...]:
        """Read what an action was shared as: what is open or on its way first, then newest first.

        Empty where ServiceNow is not connected.
        """
        view = self.database.view(workspace)
        row = await connections.get(view, Provider.SERVICENOW)
        if row is None:
            return ()
        named = await covered.covering(view, row.connection.remote, action)
        found = [await _read(view, share) for share in named]
        return tuple(sorted(filter(None, found), key=lambda each: not each.is_live))

    async def marks(self, workspace: WorkspaceId) -> Mapping[str, Mark]:
        """Read, by action, the newest ticket that is open or on its way."""
        view = self.database.view(workspace)
        row = await connections.get(view, Provider.SERVICENOW)
        if row is None:
            return {}
        found = await covered.marked(view, row.connection.remote)
        return {action: Mark(number=number, state=state) for action, number, state in found}


async def check(tx: Transaction, instance: str, wish: BulkWish) -> None:
    """Let nothing pass by which an action gets a second ticket that its sharer knows nothing of.

    Raises:
        AlreadySharedError: an action has an open ticket, or one on its way, that is not among
            those ``seen``; names all such actions.
    """
    actions = dict.fromkeys(each for draft in wish.drafts for each in draft.action_ids)
    unseen = [each for each in actions if await _is_unseen(tx, instance, each, wish.seen)]
    if unseen:
        raise AlreadySharedError(unseen)


async def _is_unseen(tx: Transaction, instance: str, action: str, seen: Iterable[ShareId]) -> bool:
    known = set(seen)
    for share in await covered.covering(tx, instance, action):
        found = await _read(tx, share) if share not in known else None
        if found is not None and found.is_live:
            return True
    return False


async def _read(session: Session, share: ShareId) -> Covering | None:
    record = await shares.get(session, share)
    if record is None:
        return None
    return Covering(share=record.share, ticket=await tickets.get(session, share))
