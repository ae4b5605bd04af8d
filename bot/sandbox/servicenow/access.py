"""What a role may see and do: the access rules of a fresh instance."""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.errors import may_not_query
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.settings import ServiceNowSettings

_READERS: Final[Mapping[str, tuple[str, ...]]] = {
    "task": ("itil",),
    "incident": ("itil", "sn_incident_read", "sn_incident_write"),
    "change_request": ("itil", "sn_change_read", "sn_change_write"),
    "problem": ("itil",),
    "sys_attachment": ("itil",),
}
_WRITERS: Final[Mapping[str, tuple[str, ...]]] = {
    "task": ("itil",),
    "incident": ("itil", "sn_incident_write"),
    "change_request": ("itil", "sn_change_write"),
    "sys_attachment": ("itil",),
}
_FOR_ADMINS: Final[Mapping[str, tuple[str, ...]]] = {
    "oauth_entity": ("oauth_admin", "mi_admin"),
    "sys_user_role": (),
    "sys_script": (),
    "sys_rest_message": (),
    "sys_rest_message_fn": (),
    "sys_dictionary": (),
}
_OWN: Final = frozenset({"sys_user_preference"})
"""Of these everybody reads and writes the rows that are about themselves."""
_EMPTY_FOR_OTHERS: Final = frozenset({"sys_properties", "sys_journal_field"})
_STRIPPED: Final[Mapping[str, frozenset[str]]] = {
    "sys_choice": frozenset({"name", "element", "value"}),
}


def check_query(actor: Actor, table: str, fields: set[str], settings: ServiceNowSettings) -> None:
    """Refuse a query of a table or by a field that the user may not read.

    Raises:
        ApiError: 403.
    """
    if actor.is_admin:
        return
    if table in settings.closed - settings.opened:
        raise may_not_query()
    admins_only = table in _FOR_ADMINS and table not in settings.opened and bool(actor.roles)
    if admins_only and not actor.has(*_FOR_ADMINS[table]):
        raise may_not_query()
    if fields & (_STRIPPED.get(table, frozenset()) | settings.unreadable):
        raise may_not_query("Field(s) present in the query do not have permission to be read")


def may_read(actor: Actor, table: str, row: Row, opened: frozenset[str] = frozenset()) -> bool:
    """Tell whether a row shows up for this user; what does not is left out without a word."""
    if actor.is_admin or table in opened:
        return True
    if not actor.roles or table in _EMPTY_FOR_OTHERS:
        return False
    if table in _FOR_ADMINS:
        return actor.has(*_FOR_ADMINS[table])
    if table == "sys_user_has_role" or table in _OWN:
        return row["user"] == actor.sys_id
    return actor.has(*_READERS.get(table, tuple(actor.roles)))


def may_write(
    actor: Actor, table: str, row: Row | None = None, frozen: frozenset[str] = frozenset()
) -> bool:
    """Tell whether the user may insert into and update this table, or this row of it."""
    if table in frozen and not actor.is_admin:
        return False
    if table in _OWN and row is not None:
        return actor.is_admin or row.get("user") == actor.sys_id
    return actor.has(*_WRITERS.get(table, ()))


def hidden_fields(actor: Actor, table: str, unreadable: frozenset[str]) -> frozenset[str]:
    """Name the fields that are left out for this user."""
    return frozenset() if actor.is_admin else _STRIPPED.get(table, frozenset()) | unreadable
