"""What the states of tickets are called in the chat, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from connector.errors import OvertakenError
from connector.models import Meaning, StateChoice, TicketKind, TicketState, WorkspaceId
from connector.servicenow import columns
from connector.services.configuring.instances import instance_of
from connector.services.desks import Desks
from connector.store import states
from connector.store.database import Database
from connector.store.states import StateRow
from connector.words import later, tr

NAME_LENGTH: Final = 40
_ANOTHER: Final = later(
    "These are states of {instance}, and Snowline is connected to another instance now. Nothing was"
    " changed. Open the settings again."
)
_OPEN, _WAITING = Meaning.OPEN, Meaning.WAITING
_DONE, _CANCELLED = Meaning.DONE, Meaning.CANCELLED
SHIPPED: Final[Mapping[TicketKind, Mapping[str, tuple[str, Meaning]]]] = {
    TicketKind.INCIDENT: {
        "1": ("New", _OPEN),
        "2": ("In Progress", _OPEN),
        "3": ("On Hold", _WAITING),
        "6": ("Resolved", _DONE),
        "7": ("Closed", _DONE),
        "8": ("Canceled", _CANCELLED),
    },
    TicketKind.CHANGE_REQUEST: {
        "-5": ("New", _OPEN),
        "-4": ("Assess", _OPEN),
        "-3": ("Authorize", _WAITING),
        "-2": ("Scheduled", _OPEN),
        "-1": ("Implement", _OPEN),
        "0": ("Review", _OPEN),
        "3": ("Closed", _DONE),
        "4": ("Canceled", _CANCELLED),
    },
}
"""The states that every instance begins with, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateService:
    """Knows the states of the connected instance: shipped, seen on tickets, or found there."""

    database: Database
    desks: Desks

    async def known(self, workspace: WorkspaceId, kind: TicketKind) -> tuple[TicketState, ...]:
        """Read the states of a kind of ticket: the shipped ones in their order, then others.

        Raises:
            NotConnectedError: ServiceNow is not connected.
        """
        view = self.database.view(workspace)
        instance = await instance_of(view)
        rows = {row.value: row for row in await states.known(view, instance, kind)}
        values = dict.fromkeys([*SHIPPED[kind], *rows])
        return tuple(_state(kind, value, rows.get(value)) for value in values)

    async def look(self, workspace: WorkspaceId, kind: TicketKind) -> tuple[TicketState, ...]:
        """Ask the instance for its states, too, and keep what was found.

        Raises:
            NotConnectedError: ServiceNow is not connected.
            ProviderError: it cannot be asked.
        """
        desk = await self.desks.servicenow(workspace)
        found = await desk.ask(partial(columns.states, kind=kind))
        async with self.database.transaction(workspace) as tx:
            rows = {row.value for row in await states.known(tx, desk.remote, kind)}
            for value, (label, is_active) in found.items():
                if value not in rows:
                    await states.see(tx, desk.remote, kind, value, label, is_active=is_active)
        return await self.known(workspace, kind)

    async def judge(
        self,
        workspace: WorkspaceId,
        instance: str,
        kind: TicketKind,
        choices: tuple[StateChoice, ...],
    ) -> None:
        """Keep names and meanings of an instance's states; what people read follows them.

        That is lists and digests at once, and cards when they change. What is not shipped and
        chosen as it was shown goes on to mean what its records say.

        Raises:
            NotConnectedError: ServiceNow is not connected.
            OvertakenError: another instance is connected now.
        """
        known = {state.value: state for state in await self.known(workspace, kind)}
        async with self.database.transaction(workspace) as tx:
            if instance != await instance_of(tx):
                sentence = tr(_ANOTHER, instance=instance)
                raise OvertakenError("another instance's states", sentence)
            for choice in choices:
                state = known.get(choice.value)
                if state is None or not _is_left_alone(kind, state, choice):
                    label = state.label if state else choice.value
                    await states.judge(tx, instance, kind, label, choice)


def _is_left_alone(kind: TicketKind, state: TicketState, choice: StateChoice) -> bool:
    same = (choice.name, choice.meaning) == (state.name, state.meaning)
    return same and state.value not in SHIPPED[kind]


def _state(kind: TicketKind, value: str, row: StateRow | None) -> TicketState:
    label, meaning = SHIPPED[kind].get(value, (value, None))
    if row is None:
        return TicketState(value=value, label=label, meaning=meaning or Meaning.OPEN)
    by_activity = Meaning.OPEN if row.is_active else Meaning.DONE
    return TicketState(
        value=value,
        label=row.label or label,
        meaning=row.meaning or meaning or by_activity,
        name=row.name,
        is_set=row.meaning is not None,
    )
