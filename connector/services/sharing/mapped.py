"""Fills further columns of a ticket as the admin's rules say, and looks what was kept of it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from connector.errors import ConnectorError
from connector.models import FieldOutcome, Person, SentValue, Share
from connector.servicenow import columns, mapping
from connector.servicenow.mapping import Cell
from connector.servicenow.record import Record
from connector.services.desks import Desks
from connector.services.sharing.progress import named
from connector.store import mappings
from connector.store.database import Database

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Adds to a share's insert what the rules made of it, the same however often it is sent.

    What is sent first is kept before it leaves: a retry must be the same insert, also when an
    admin has changed a rule meanwhile, and what comes back is compared with just that.
    """

    database: Database
    desks: Desks

    async def onto(self, share: Share, person: Person, payload: dict[str, str]) -> dict[str, str]:
        """Add the share's values to the fields of its insert."""
        return mapping.with_mapped(payload, await self._values(share, person))

    async def _values(self, share: Share, person: Person) -> tuple[SentValue, ...]:
        view = self.database.view(share.workspace)
        kept = await mappings.sent(view, share.instance, share.id)
        if kept is not None or share.attempts:
            # A request that left without any values is repeated without any.
            return kept or ()
        rules = await mappings.rules(view, share.instance, share.draft.kind)
        made = mapping.mapped(share.draft, person, rules)
        if made:
            async with self.database.transaction(share.workspace) as tx:
                await mappings.keep_sent(tx, share.instance, share.id, made)
        return made

    async def not_kept(self, share: Share, record: Record) -> tuple[str, ...]:
        """Name the values that the record does not hold; of what cannot be read nothing is said.

        It is looked for them only where it was read without them.
        """
        sent = await self._sent(share)
        cells = record.further
        if sent and cells is None:
            cells = await self._cells(share, record.sys_id, sent)
        found = mapping.outcomes(sent, cells)
        return tuple(each.label for each in found if each.kept is False)

    async def outcomes(self, share: Share, sys_id: str) -> tuple[FieldOutcome, ...]:
        """Compare each value that was sent with what the record holds now."""
        sent = await self._sent(share)
        return mapping.outcomes(sent, await self._cells(share, sys_id, sent)) if sent else ()

    async def _sent(self, share: Share) -> tuple[SentValue, ...]:
        view = self.database.view(share.workspace)
        return await mappings.sent(view, share.instance, share.id) or ()

    async def _cells(
        self, share: Share, sys_id: str, sent: tuple[SentValue, ...]
    ) -> Mapping[str, Cell] | None:
        names = tuple(each.column for each in sent)
        try:
            desk = await self.desks.servicenow(share.workspace)
            ask = partial(columns.cells, kind=share.draft.kind, sys_id=sys_id, names=names)
            return await desk.ask(ask) if desk.remote == share.instance else None
        except ConnectorError as exc:
            _log.info("Whether the mapped fields were kept is not known: %s %s", exc, named(share))
            return None
