"""What is wanted in an instance, row by row. Pure.

The rows of this command are known by their sys_ids, which follow from what they are for: a chosen
sys_id is kept on insert, every table has one, no field has to be given up for a mark, nobody
changes it by hand, and a clone of the instance carries it along. It does not depend on the
instance for that last reason.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from connector.models import InstallGrant, TicketKind
from connector.servicenow import notifying
from connector.text import query_value

ROLES: Final = ("itil", "sn_change_write")
NAME: Final = "Snowline"
_ALLOWED: Final = "glide.oauth.inbound.client.credential.grant_type.enabled"
_PERSON: Final = {"first_name": NAME, "last_name": "Integration"}
_MADE_BY: Final = "Made by `python -m bot servicenow install`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One row: ``what`` people call it, and the ``values`` that it must have.

    ``same`` is the query for a row of somebody else that has its name. ``first`` is given only
    when the row is made. Of the ``either`` columns one is enough: which of them an instance has
    is not documented. Without ``may_make`` it is looked for alone.
    """

    table: str
    sys_id: str
    what: str
    same: str
    values: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict, repr=False)
    either: frozenset[str] = frozenset()
    may_make: bool = True


def own_sys_id(*words: str) -> str:
    """Tell the sys_id of a row of this command, by its table and what it is for."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("snowline:install", *words))).hex


def user(name: str, grant: InstallGrant) -> Wanted:
    """Want the integration user.

    Raises:
        InvalidInputError: a user cannot have that name.
    """
    services_only = grant is InstallGrant.CLIENT_CREDENTIALS
    return Wanted(
        table="sys_user",
        sys_id=own_sys_id("sys_user", name),
        what=f"integration user {name}",
        same=f"user_name={query_value(name)}",
        values={
            "user_name": name,
            "active": "true",
            "web_service_access_only": "true" if services_only else "false",
        },
        first=_PERSON,
    )


def other_users(name: str) -> str:
    """Ask for users that this command may have made under another name than that."""
    named = "^".join(f"{column}={value}" for column, value in _PERSON.items())
    return f"{named}^user_name!={query_value(name)}"


def is_own_user(row: Mapping[str, str]) -> bool:
    """Tell whether this command made a user."""
    return row["sys_id"] == own_sys_id("sys_user", row["user_name"])


def role(name: str, role_id: str, user_name: str, user_id: str, *, may_make: bool) -> Wanted:
    """Want a role of the integration user; another role that contains it will do."""
    return Wanted(
        table="sys_user_has_role",
        sys_id=own_sys_id("sys_user_has_role", user_name, name),
        what=f"its role {name}",
        same=f"user={user_id}^role={role_id}",
        first={"user": user_id, "role": role_id},
        may_make=may_make,
    )


def client(redirect_uri: str, grant: InstallGrant, user_id: str, new: Mapping[str, str]) -> Wanted:
    """Want the OAuth client; ``new`` holds the id and the secret it gets when it is made."""
    values = {"name": NAME, "active": "true", "type": "client", "redirect_url": redirect_uri}
    either: frozenset[str] = frozenset()
    if grant is InstallGrant.CLIENT_CREDENTIALS:
        either = frozenset({"user", "oauth_application_user"})
        values |= {"default_grant_type": "client_credentials", **dict.fromkeys(either, user_id)}
    return Wanted(
        table="oauth_entity",
        sys_id=own_sys_id("oauth_entity"),
        what=f"OAuth client {NAME}",
        same=f"name={NAME}^type=client",
        values=values,
        first={"comments": _MADE_BY, **new},
        either=either,
    )


def client_credentials() -> Wanted:
    """Want the property that allows the client credentials grant."""
    return Wanted(
        table="sys_properties",
        sys_id=own_sys_id("sys_properties", _ALLOWED),
        what=f"property {_ALLOWED}",
        same=f"name={_ALLOWED}",
        values={"name": _ALLOWED, "value": "true"},
        first={"type": "boolean", "description": _MADE_BY},
    )


def webhook_secret(value: str) -> Wanted:
    """Want the property that holds the key of the business rules."""
    return Wanted(
        table="sys_properties",
        sys_id=own_sys_id("sys_properties", notifying.SECRET_PROPERTY),
        what=f"property {notifying.SECRET_PROPERTY}",
        same=f"name={notifying.SECRET_PROPERTY}",
        values={
            "name": notifying.SECRET_PROPERTY,
            "value": value,
            "is_private": "true",
            "read_roles": "admin",
            "write_roles": "admin",
        },
        first={"type": "string", "description": _MADE_BY},
    )


def message(public_url: str) -> Wanted:
    """Want the outbound REST message by which the business rules send, and its address."""
    return Wanted(
        table="sys_rest_message",
        sys_id=own_sys_id("sys_rest_message"),
        what=f"outbound REST message {notifying.MESSAGE}",
        same=f"name={notifying.MESSAGE}",
        values={
            "name": notifying.MESSAGE,
            "rest_endpoint": f"{public_url}{notifying.PATH}",
            "authentication_type": "no_authentication",
        },
        first={"description": _MADE_BY},
    )


def method(public_url: str, message_id: str) -> Wanted:
    """Want the one HTTP method of the outbound REST message."""
    return Wanted(
        table="sys_rest_message_fn",
        sys_id=own_sys_id("sys_rest_message_fn"),
        what=f"its HTTP method {notifying.METHOD}",
        same=f"rest_message={message_id}^function_name={notifying.METHOD}",
        values={
            "rest_message": message_id,
            "function_name": notifying.METHOD,
            "http_method": "post",
            "rest_endpoint": f"{public_url}{notifying.PATH}",
            "authentication_type": "no_authentication",
        },
    )


def rule(kind: TicketKind, user_name: str) -> Wanted:
    """Want the business rule of one kind of ticket."""
    return Wanted(
        table="sys_script",
        sys_id=own_sys_id("sys_script", kind.value),
        what=f"business rule for {kind.value.replace('_', ' ')}s",
        same=f"name={notifying.RULE}^collection={kind.value}",
        values={
            "name": notifying.RULE,
            "collection": kind.value,
            "when": "async",
            "action_insert": "true",
            "action_update": "true",
            "active": "true",
            "advanced": "true",
            "filter_condition": notifying.condition(user_name),
            "script": notifying.script(),
        },
        first={"description": _MADE_BY},
    )


def everything(user_name: str) -> tuple[Wanted, ...]:
    """Name all that this command may have made, in the order in which to remove it."""
    person = user(user_name, InstallGrant.CODE)
    return (
        *(rule(kind, user_name) for kind in TicketKind),
        method("", own_sys_id("sys_rest_message")),
        message(""),
        webhook_secret(""),
        client_credentials(),
        client("", InstallGrant.CODE, "", {}),
        *(role(name, "", user_name, "", may_make=False) for name in reversed(ROLES)),
        person,
    )
