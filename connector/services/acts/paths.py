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

_log = logging.getLogger(__name__)

_PATIENCE: Final = 1.8
"""Seconds for all that a form asks before it opens: Slack waits for three."""
_HOLD_REASONS: Final = {
    "1": "Awaiting Caller",
    "5": "Awaiting Change",
    "3": "Awaiting Problem",
    "4": "Awaiting Vendor",
}
_CLOSE_CODES: Final[Mapping[TicketKind, Mapping[str, str]]] = {
    TicketKind.INCIDENT: {
        each: each
        for each in (
            "Solution provided",
            "Workaround provided",
            "Resolved by caller",
            "Resolved by change",
            "Resolved by problem",
            "Resolved by request",
            "Known error",
            "Duplicate",
            "User error",
            "No resolution provided",
        )
    },
    TicketKind.CHANGE_REQUEST: {
        "successful": "Successful",
        "successful_issues": "Successful with issues",
        "unsuccessful": "Unsuccessful",
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
            close_codes=_merged(codes, _choices(_CLOSE_CODES[ticket.kind])),
            hold_reasons=_choices(_HOLD_REASONS) if ticket.kind is TicketKind.INCIDENT else (),
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


def _merged(first: Iterable[Choice], then: Iterable[Choice]) -> tuple[Choice, ...]:
    merged: dict[str, Choice] = {}
    for each in (*first, *then):
        merged.setdefault(each.value, each)
    return tuple(merged.values())
