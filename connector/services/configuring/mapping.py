"""The rules by which further columns of tickets are filled, as an admin makes them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from connector.clock import Clock
from connector.errors import InvalidInputError, NotFoundError
from connector.models import (
    ByCategory,
    Column,
    Copied,
    FieldRule,
    Fixed,
    Group,
    RuleSource,
    RuleWish,
    TicketKind,
    WorkspaceId,
)
from connector.servicenow import columns
from connector.servicenow.mapping import may_be_mapped
from connector.servicenow.record import is_sys_id
from connector.services.configuring.instances import instance_of
from connector.services.desks import Desks
from connector.store import mappings
from connector.store.database import Database
from connector.words import later, tr

MOST_RULES: Final = 25
_KNOWN_FOR: Final = timedelta(minutes=2)
_LISTED: Final = 100
_Known = tuple[datetime, tuple[Column, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingService:
    """Keeps the rules of the connected instance; its columns are read there, never typed.

    Columns are remembered for two minutes: a menu asks for them with every letter.
    """

    database: Database
    desks: Desks
    clock: Clock
    known: dict[tuple[WorkspaceId, str, TicketKind], _Known] = field(default_factory=dict)

    async def instance(self, workspace: WorkspaceId) -> str:
        """Name the instance that the rules are for.

        Raises:
            NotConnectedError: ServiceNow is not connected.
        """
        return await instance_of(self.database.view(workspace))

    async def rules(self, workspace: WorkspaceId, kind: TicketKind) -> tuple[FieldRule, ...]:
        """Read the rules for a kind of ticket.

        Raises:
            NotConnectedError: ServiceNow is not connected.
        """
        view = self.database.view(workspace)
        return await mappings.rules(view, await instance_of(view), kind)

    async def columns(
        self, workspace: WorkspaceId, kind: TicketKind, words: str = ""
    ) -> tuple[Column, ...]:
        """Find at most 100 columns whose name or label holds all the words.

        Raises:
            NotConnectedError: ServiceNow is not connected.
            ProviderError: it cannot be asked.
        """
        wanted = words.casefold().split()
        every = await self._columns(workspace, kind)
        fitting = (each for each in every if all(word in _named(each) for word in wanted))
        return tuple(fitting)[:_LISTED]

    async def column(self, workspace: WorkspaceId, kind: TicketKind, name: str) -> Column:
        """Read one column, with its choices as far as they are known.

        Raises:
            NotConnectedError: ServiceNow is not connected.
            NotFoundError: the instance has no such column, or none that a rule may fill.
            ProviderError: it cannot be asked.
        """
        for each in await self._columns(workspace, kind):
            if each.name == name and may_be_mapped(name):
                desk = await self.desks.servicenow(workspace)
                choices = await desk.ask(partial(columns.choices, kind=kind, column=name))
                return replace(each, choices=choices)
        raise NotFoundError(later("That column"))

    async def groups(self, workspace: WorkspaceId, words: str = "") -> tuple[Group, ...]:
        """Find at most 100 groups by a part of their name.

        Raises:
            NotConnectedError: ServiceNow is not connected.
            ProviderError: it cannot be asked.
        """
        desk = await self.desks.servicenow(workspace)
        return await desk.ask(partial(columns.groups, words=words))

    async def groups_of(self, workspace: WorkspaceId, sys_ids: tuple[str, ...]) -> dict[str, Group]:
        """Read groups by their sys_ids.

        Raises:
            NotConnectedError: ServiceNow is not connected.
            NotFoundError: one of them is not there.
            ProviderError: it cannot be asked.
        """
        desk = await self.desks.servicenow(workspace)
        found = await desk.ask(partial(columns.groups_of, sys_ids=sys_ids))
        if set(sys_ids) - found.keys():
            raise NotFoundError(later("That group"))
        return found

    async def make(self, workspace: WorkspaceId, wish: RuleWish) -> None:
        """Keep the rule that an admin has filled in, once the instance has proved it possible.

        Raises:
            NotConnectedError: ServiceNow is not connected.
            NotFoundError: the column or a group is not there.
            InvalidInputError: something is missing or does not go with the column.
            ProviderError: it cannot be asked.
        """
        column = await self.column(workspace, wish.kind, wish.column)
        source = await self._groups(workspace, wish) if column.holds_group else _value(column, wish)
        rule = FieldRule(column=column.name, label=column.label, source=source)
        await self.put(workspace, wish.kind, rule)

    async def _groups(self, workspace: WorkspaceId, wish: RuleWish) -> ByCategory:
        if not wish.groups:
            raise InvalidInputError("group", later("Choose at least one group."))
        known = await self.groups_of(workspace, tuple(sys_id for _, sys_id in wish.groups))
        chosen = {category: known[sys_id] for category, sys_id in wish.groups}
        otherwise = chosen.pop(None, None)
        named = tuple((category, group) for category, group in chosen.items() if category)
        return ByCategory(groups=named, otherwise=otherwise)

    async def put(self, workspace: WorkspaceId, kind: TicketKind, rule: FieldRule) -> None:
        """Keep a rule from the next ticket on; it takes the place of the column's former one.

        Raises:
            NotConnectedError: ServiceNow is not connected.
            InvalidInputError: no rule may fill that column, or there are too many.
        """
        if not may_be_mapped(rule.column):
            raise InvalidInputError(
                "rule", later("Snowline needs this column itself. Choose another.")
            )
        async with self.database.transaction(workspace) as tx:
            instance = await instance_of(tx)
            others = [
                r for r in await mappings.rules(tx, instance, kind) if r.column != rule.column
            ]
            if len(others) >= MOST_RULES:
                sentence = tr("There are {most} rules already. Remove one first.", most=MOST_RULES)
                raise InvalidInputError("rule", sentence)
            await mappings.put(tx, instance, kind, rule)

    async def remove(self, workspace: WorkspaceId, kind: TicketKind, column: str) -> None:
        """Forget a rule; doing it again does no harm.

        Raises:
            NotConnectedError: ServiceNow is not connected.
        """
        async with self.database.transaction(workspace) as tx:
            await mappings.remove(tx, await instance_of(tx), kind, column)

    async def _columns(self, workspace: WorkspaceId, kind: TicketKind) -> tuple[Column, ...]:
        desk = await self.desks.servicenow(workspace)
        key, now = (workspace, desk.remote, kind), self.clock()
        known = self.known.get(key)
        if known is None or now - known[0] > _KNOWN_FOR:
            self.known[key] = known = now, await desk.ask(partial(columns.columns, kind=kind))
        return known[1]


def _value(column: Column, wish: RuleWish) -> RuleSource:
    if wish.field is not None:
        return Copied(field=wish.field)
    if not wish.value:
        raise InvalidInputError("fixed", later("Enter the value that every ticket gets."))
    if column.points_at and not is_sys_id(wish.value):
        sentence = tr(
            "This column refers to a record of {table}. Enter its sys_id.",
            table=column.points_at,
        )
        raise InvalidInputError("fixed", sentence)
    return Fixed(value=wish.value, shown=dict(column.choices).get(wish.value, wish.value))


def _named(column: Column) -> str:
    return f"{column.label} {column.name}".casefold()
