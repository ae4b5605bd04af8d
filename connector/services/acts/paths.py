"""Where a ticket may go from its state, and what it may be closed with."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from connector.errors import ConnectorError
from connector.models import Choice, Paths, Ticket, TicketKind
from connector.servicenow import acts as remote
from connector.servicenow.acts import NextStates
from connector.servicenow.client import ServiceNowClient
from connector.services.configuring.states import StateService
from connector.services.desks import Desk, Desks
from connector.words import later, tr

_log = logging.getLogger(__name__)

_PATIENCE: Final = 1.8
"""Seconds for all that a form asks before it opens: Slack waits for three."""
_HOLD_REASONS: Final = {
    "1": later("Awaiting Caller"),
    "5": later("Awaiting Change"),
    "3": later("Awaiting Problem"),
    "4": later("Awaiting Vendor"),
}
_CLOSE_CODES: Final[Mapping[TicketKind, Mapping[str, str]]] = {
    TicketKind.INCIDENT: {
        each: each
        for each in (
            later("Solution provided"),
            later("Workaround provided"),
            later("Resolved by caller"),
            later("Resolved by change"),
            later("Resolved by problem"),
            later("Resolved by request"),
            later("Known error"),
            later("Duplicate"),
            later("User error"),
            later("No resolution provided"),
        )
    },
    TicketKind.CHANGE_REQUEST: {
        "successful": later("Successful"),
        "successful_issues": later("Successful with issues"),
        "unsuccessful": later("Unsuccessful"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PathService:
    """Knows what to offer where somebody changes a ticket's state."""

    states: StateService
    desks: Desks

    async def of(self, ticket: Ticket) -> Paths:
        """Ask the instance for a change request's next states and for codes in use.

        What it does not say in time is what ServiceNow ships and what was seen there; states
        have the names that they have in the chat.

        Raises:
            NotConnectedError: ServiceNow is not connected.
        """
        known = await self.states.known(ticket.workspace, ticket.kind)
        names = {each.value: each.name for each in known if each.name}
        there, codes = await self._asked(ticket)
        labels = {each.value: each.label for each in (there.states if there else known)}
        states = _choices({value: names.get(value, label) for value, label in labels.items()})
        return Paths(
            states=tuple(each for each in states if each.value != ticket.state),
            close_codes=_codes(codes, _CLOSE_CODES[ticket.kind]),
            hold_reasons=_shipped(_HOLD_REASONS) if ticket.kind is TicketKind.INCIDENT else (),
            barred=there.barred if there else (),
        )

    async def _asked(self, ticket: Ticket) -> tuple[NextStates | None, tuple[Choice, ...]]:
        try:
            async with asyncio.timeout(_PATIENCE):
                desk = await self.desks.servicenow(ticket.workspace)
                return await asyncio.gather(_next_states(desk, ticket), _close_codes(desk, ticket))
        except (ConnectorError, TimeoutError) as exc:
            _log.info("What a ticket may become is taken from what ServiceNow ships: %s", exc)
            return None, ()


async def _next_states(desk: Desk[ServiceNowClient], ticket: Ticket) -> NextStates | None:
    if ticket.kind is not TicketKind.CHANGE_REQUEST:
        return None
    return await desk.ask(partial(remote.next_states, sys_id=ticket.sys_id))


async def _close_codes(desk: Desk[ServiceNowClient], ticket: Ticket) -> tuple[Choice, ...]:
    return await desk.ask(partial(remote.close_codes, kind=ticket.kind))


def _choices(known: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=label) for value, label in known.items())


def _shipped(known: Mapping[str, str]) -> tuple[Choice, ...]:
    return _choices({value: tr(label) for value, label in known.items()})


def _codes(used: Iterable[Choice], shipped: Mapping[str, str]) -> tuple[Choice, ...]:
    """Offer the codes in use, then the others; those that are named as shipped are said here."""
    labels = {each.value: each.label for each in used}
    labels |= {value: label for value, label in shipped.items() if value not in labels}
    return _choices(
        {
            value: tr(label) if label == shipped.get(value) else label
            for value, label in labels.items()
        }
    )
