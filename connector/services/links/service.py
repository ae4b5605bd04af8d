"""Previews of links: what they name, and the rules for showing it.

What a channel reads along, everybody in it reads. So only what Snowline follows is shown, little
of it, and only where the ticket's own card stands, or where whoever posted may read the ticket.
"""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from connector.clock import Clock
from connector.errors import ConnectorError, Provider
from connector.http import Http
from connector.models import (
    Circle,
    ImprovementAction,
    Person,
    Place,
    Preview,
    PreviewRule,
    SharedLinks,
    Ticket,
    TicketDetails,
    TicketKind,
    WorkspaceId,
)
from connector.services.actions import ActionService
from connector.services.links.naming import (
    ActionName,
    RecordName,
    action_in,
    origin_of,
    record_in,
)
from connector.services.links.reading import Readers
from connector.settings import ConnectorSettings
from connector.store import acts, connections, deliveries, tickets, unfurls
from connector.store.database import Database, Session

_log = logging.getLogger(__name__)

TOO_MANY: Final = 3
"""From so many links on, a message is a list, and none of them is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkService:
    """Says what the links that people post may show."""

    database: Database
    http: Http
    actions: ActionService
    readers: Readers
    settings: ConnectorSettings
    clock: Clock

    async def named(self, workspace: WorkspaceId, shared: SharedLinks) -> tuple[Preview, ...]:
        """Find what is followed of what links name, from what is kept; of a list nothing."""
        if len(shared.urls) >= TOO_MANY:
            return ()
        found = [(url, await self.at(workspace, url)) for url in shared.urls]
        return tuple(Preview(url=url, about=about) for url, about in found if about is not None)

    async def to_show(
        self,
        workspace: WorkspaceId,
        shared: SharedLinks,
        found: Iterable[Preview],
        circle: Circle,
    ) -> tuple[Preview, ...]:
        """Keep what the rules let through, and note that it is shown; each delivery once."""
        if circle.poster is None or not circle.poster.email:
            return ()
        if shared.place is not None and not await self._is_open(workspace, shared.place, circle):
            return ()
        allowed = [
            each for each in found if await self._may_show(each, shared.place, circle.poster)
        ]
        return await self._claimed(workspace, shared, allowed) if allowed else ()

    async def take_back(
        self, workspace: WorkspaceId, shared: SharedLinks, shown: Iterable[Preview]
    ) -> None:
        """Note that it could not be shown after all."""
        if shared.place is None:
            return
        async with self.database.transaction(workspace) as tx:
            for each in shown:
                await unfurls.release(tx, shared.place, _target(each))

    async def rule(self, workspace: WorkspaceId, conversation: str) -> PreviewRule:
        """Read what an admin has said about previews in a conversation."""
        return await unfurls.rule(self.database.view(workspace), conversation)

    async def keep_rule(self, workspace: WorkspaceId, conversation: str, said: PreviewRule) -> None:
        """Keep what an admin says about previews in a conversation; who it is was asked before."""
        async with self.database.transaction(workspace) as tx:
            await unfurls.keep_rule(tx, conversation, said)

    async def at(self, workspace: WorkspaceId, url: str) -> Ticket | ImprovementAction | None:
        """Find what is followed of what one link names, in what is kept."""
        view = self.database.view(workspace)
        row = await connections.get(view, Provider.SERVICENOW)
        return await self._about(view, url, row.connection.remote if row else "")

    async def ticket(self, workspace: WorkspaceId, kind: str, sys_id: str) -> Ticket | None:
        """Find a followed ticket of the connected instance by what its preview is known by."""
        view = self.database.view(workspace)
        row = await connections.get(view, Provider.SERVICENOW)
        if row is None or kind not in set(TicketKind):
            return None
        name = RecordName(kind=TicketKind(kind), sys_id=sys_id)
        return await _ticket(view, name, row.connection.remote)

    async def action(self, workspace: WorkspaceId, action_id: str) -> ImprovementAction | None:
        """Find an improvement action, open or not, in what is kept."""
        kept = await self.actions.known(workspace)
        return next((each for each in (kept.actions if kept else ()) if each.id == action_id), None)

    async def details(self, ticket: Ticket, who: Person | None) -> TicketDetails | None:
        """Read a ticket for somebody; None where they may not.

        Raises:
            NotFoundError: it is not there any more.
            ConnectorError: ServiceNow is not connected or could not be asked.
        """
        return await self.readers.details(ticket, who)

    async def may_read(self, ticket: Ticket, who: Person | None) -> bool:
        """Tell whether somebody may read a ticket in ServiceNow.

        Raises:
            ConnectorError: ServiceNow is not connected or could not be asked.
        """
        return await self.readers.may_read(ticket, who)

    async def _about(
        self, view: Session, url: str, instance: str
    ) -> Ticket | ImprovementAction | None:
        if instance and (record := record_in(url, self._instance_origins(instance))):
            return await _ticket(view, record, instance)
        if name := action_in(url, frozenset({origin_of(self.settings.portal_url)})):
            return await self._action(view.workspace, name)
        return None

    def _instance_origins(self, instance: str) -> frozenset[str]:
        address = f"https://{instance}"
        return frozenset({address, origin_of(self.http.browser_url(address))})

    async def _action(self, workspace: WorkspaceId, name: ActionName) -> ImprovementAction | None:
        kept = await self.actions.known(workspace)
        if kept is None or name.tenant not in {"", kept.tenant}:
            return None
        return await self.action(workspace, name.id)

    async def _is_open(self, workspace: WorkspaceId, place: Place, circle: Circle) -> bool:
        match await self.rule(workspace, place.conversation):
            case PreviewRule.ON:
                return True
            case PreviewRule.OFF:
                return False
            case PreviewRule.AUTO:
                return not circle.outsiders

    async def _may_show(self, preview: Preview, place: Place | None, poster: Person) -> bool:
        about = preview.about
        if not isinstance(about, Ticket):
            return True
        if place and about.place and about.place.conversation == place.conversation:
            return True
        try:
            return await self.readers.may_read(about, poster)
        except ConnectorError as exc:
            _log.info("A link is not shown, as nobody can tell who may read it: %s", exc)
            return False

    async def _claimed(
        self, workspace: WorkspaceId, shared: SharedLinks, allowed: Iterable[Preview]
    ) -> tuple[Preview, ...]:
        now, this = self.clock(), secrets.token_hex(8)
        async with self.database.transaction(workspace) as tx:
            if await deliveries.claim(tx, f"links:{shared.delivery}", this, now) != this:
                return ()
            if shared.place is None:
                return tuple(allowed)
            return tuple(
                [
                    each
                    for each in allowed
                    if await unfurls.claim(tx, shared.place, _target(each), now)
                ]
            )


async def _ticket(view: Session, name: RecordName, instance: str) -> Ticket | None:
    ticket = await _by_number(view, name) if name.number else await _by_id(view, name, instance)
    fits = ticket is not None and ticket.instance == instance and name.kind in {None, ticket.kind}
    return ticket if ticket and fits and ticket.is_followed and not ticket.is_gone else None


async def _by_number(view: Session, name: RecordName) -> Ticket | None:
    share = await acts.ticket_numbered(view, name.number)
    return await tickets.get(view, share) if share else None


async def _by_id(view: Session, name: RecordName, instance: str) -> Ticket | None:
    for kind in (name.kind,) if name.kind else TicketKind:
        found = await tickets.by_sys_id(view, instance, kind, name.sys_id)
        if found is not None:
            return found
    return None


def _target(preview: Preview) -> str:
    about = preview.about
    if isinstance(about, Ticket):
        return f"{about.kind.value} {about.sys_id}"
    return f"action {about.id}"
