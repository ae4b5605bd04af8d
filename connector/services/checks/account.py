"""Whose sign-in it is, and what that user may do."""

from typing import Final

from connector.errors import (
    CONNECT,
    Provider,
    ProviderError,
    ProviderRefusedError,
    SignInExpiredError,
)
from connector.http import BrowserSignInError, SecondFactorError, UnauthorizedError
from connector.models import Check, Connection, Grant, Person
from connector.oauth.servicenow import CLIENT_CAUSES
from connector.servicenow.probes import Glimpse, Knock
from connector.services.checks.words import apart, failed, not_answered, passed, unknown
from connector.words import all_of, any_of, later, tr

_WAY_IN: Final = "Single sign-on"
_SIGN_IN: Final = "Sign-in"
_ACCOUNT: Final = "Account"
_ROLES: Final = "Roles"
_CONNECT: Final = CONNECT[Provider.SERVICENOW]
_USERS: Final = later("User Administration > Users")
_ALL_RIGHTS: Final = "admin"
_OR_ENTRA: Final = later(
    " Or use, for the time of connecting, an Entra user of the same name and e-mail address."
)
_NEEDED: Final = (
    (later("incidents"), ("itil", "sn_incident_write")),
    (later("change requests"), ("sn_change_write",)),
)


def sign_in(who: Glimpse | ProviderError, connection: Connection) -> Check:
    """Judge whether the instance accepts the sign-in."""
    if isinstance(who, SignInExpiredError):
        return failed(
            _SIGN_IN,
            tr(
                "ServiceNow no longer accepts the sign-in of {identity}.",
                identity=connection.identity,
            ),
            _sign_in_anew(connection),
        )
    if isinstance(who, ProviderError):
        said_no = isinstance(who, ProviderRefusedError) or _is_unauthorized(who)
        return failed(_SIGN_IN, *apart(who)) if said_no else not_answered(_SIGN_IN, who)
    return passed(_SIGN_IN, tr("ServiceNow accepts the sign-in."))


def way_in(who: Glimpse | ProviderError, knocked: Knock) -> Check:
    """Judge whether single sign-on or a second factor stands before the API."""
    if isinstance(who, SecondFactorError):
        return failed(
            _WAY_IN,
            tr("ServiceNow asks for a second factor (MFA) where Snowline has a token."),
            tr(
                "Exempt the integration user from multi-factor authentication, and sign in anew"
                " with {connect}: “Not you?” there, then as the integration user.{or_entra}",
                connect=_CONNECT,
                or_entra=tr(_OR_ENTRA),
            ),
        )
    if isinstance(who, BrowserSignInError) or knocked.is_sign_in:
        return failed(
            _WAY_IN,
            tr(
                "Single sign-on is in the way: ServiceNow asks for a browser sign-in where"
                " Snowline has a token."
            ),
            tr(
                "Type {connect}, choose “Not you?” and sign in as the integration user.{or_entra}",
                connect=_CONNECT,
                or_entra=tr(_OR_ENTRA),
            ),
        )
    return passed(_WAY_IN, tr("Neither single sign-on nor a second factor (MFA) is in the way."))


def account(who: Glimpse, connection: Connection, admin: Person | None) -> Check:
    """Judge whether it is the integration user's; ``admin`` is who connected it, where known."""
    names = who.values("user_name")
    if len(names) != 1:
        return failed(
            _ACCOUNT,
            tr(
                "ServiceNow does not let Snowline read its own user record, so nobody can tell"
                " whose sign-in it is."
            ),
            tr(
                "Give {identity} the role itil or snc_platform_rest_api_access.",
                identity=connection.identity,
            ),
        )
    if names[0].casefold() != connection.identity.casefold():
        return failed(
            _ACCOUNT,
            tr(
                "The sign-in belongs to {user}, and Snowline is to act as {identity}.",
                user=names[0],
                identity=connection.identity,
            ),
            _as_whom(connection),
        )
    if admin is not None and _is_of(admin, who):
        return failed(
            _ACCOUNT,
            tr(
                "{user} has the e-mail address of {name}, who connected it: it looks like a"
                " person's own account.",
                user=names[0],
                name=admin.name,
            ),
            tr(
                "Make an integration user with an address of its own, or with none, and sign in"
                " as that one: {connect}.",
                connect=_CONNECT,
            ),
        )
    return passed(_ACCOUNT, tr("Snowline acts as {user}, the integration user.", user=names[0]))


def roles(held: Glimpse | ProviderError | None, connection: Connection) -> Check:
    """Judge whether the user has the roles that tickets need; None where nobody could ask."""
    if isinstance(held, ProviderError):
        return not_answered(_ROLES, held)
    names = set(held.values("role.name")) if held else set()
    if not names:
        return unknown(
            _ROLES,
            tr(
                "ServiceNow does not show which roles {identity} has.", identity=connection.identity
            ),
            tr(
                "See in {users} that it has itil (or sn_incident_write) and sn_change_write.",
                users=tr(_USERS),
            ),
        )
    lacking = [
        tr("{roles} (for {tickets})", roles=any_of(either), tickets=tr(what))
        for what, either in _NEEDED
        if names.isdisjoint({*either, _ALL_RIGHTS})
    ]
    if lacking:
        return failed(
            _ROLES,
            tr(
                "{identity} lacks a role: {roles}.",
                identity=connection.identity,
                roles=all_of(lacking),
            ),
            tr("Give it in {users}, among the user's roles.", users=tr(_USERS)),
        )
    text = tr(
        "{identity} has the roles for incidents and change requests.", identity=connection.identity
    )
    return passed(_ROLES, text)


def _sign_in_anew(connection: Connection) -> str:
    if connection.grant is Grant.CLIENT:
        return tr(
            "{client_causes} When all of it is so, an admin types {connect}.",
            client_causes=tr(CLIENT_CAUSES),
            connect=_CONNECT,
        )
    return tr(
        "See in {users} that this user is active and not locked out; then an admin types"
        " {connect} and signs in anew.",
        users=tr(_USERS),
        connect=_CONNECT,
    )


def _as_whom(connection: Connection) -> str:
    if connection.grant is Grant.CLIENT:
        return tr(
            "Set {identity} as OAuth Application User of the client's registration, or type"
            " {connect} and name the other user.",
            identity=connection.identity,
            connect=_CONNECT,
        )
    return tr(
        "Type {connect} and sign in as the integration user: choose “Not you?” there or, with"
        " single sign-on, use for that time an Entra user of the same name and e-mail"
        " address.",
        connect=_CONNECT,
    )


def _is_unauthorized(error: ProviderError) -> bool:
    return isinstance(error.__cause__, UnauthorizedError)


def _is_of(admin: Person, who: Glimpse) -> bool:
    mails = {mail.casefold() for mail in who.values("email")}
    return bool(admin.email) and admin.email.casefold() in mails
