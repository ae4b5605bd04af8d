"""Goes through all that a connection needs, as an admin, and says of each what became of it."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from pydantic import SecretStr

from connector.errors import Provider, ProviderError, ProviderRefusedError
from connector.http import Http
from connector.models import (
    Admin,
    Installed,
    InstallGrant,
    InstallOutcome,
    InstallStep,
    InstallWish,
    TicketKind,
)
from connector.servicenow.administration import Administration
from connector.services.connecting.sign_ins import redirect_uri
from connector.services.installing import wanted
from connector.services.installing.rows import Ensured, Rows
from connector.services.installing.wanted import Wanted
from connector.settings import ConnectorSettings
from connector.text import instance_host, query_value

_NO_ROLE: Final = "Turn on the application it belongs to, or give the user another role by hand."
_AGAIN: Final = "Then run this again: what is there is found."


@dataclass(slots=True)
class _Report:
    """What is known so far."""

    steps: list[InstallStep] = field(default_factory=list)
    client_id: str = ""
    client_secret: SecretStr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installer:
    """Makes what a connection needs in an instance, or takes it away again.

    An admin's password lives as long as a call.
    """

    http: Http
    settings: ConnectorSettings

    async def install(self, wish: InstallWish, admin: Admin) -> Installed:
        """Make what is missing, mend what this command made, and leave all else alone.

        What cannot be done is a step that failed; the rest goes on where it can.

        Raises:
            InvalidInputError: the instance or the user cannot be called so.
            ProviderError: nothing was written: the admin is not let in, or nobody answers.
        """
        host = instance_host(wish.instance, self.settings.instance_suffixes)
        query_value(wish.user_name)
        rows = await self._rows(host, admin, dry_run=wish.dry_run)
        report = _Report()
        try:
            await _everything(rows, wish, self.settings.public_url, report)
        except ProviderError as exc:
            report.steps.append(_stopped(exc))
        return Installed(
            host=host,
            steps=tuple(report.steps),
            client_id=report.client_id,
            client_secret=report.client_secret,
        )

    async def undo(self, wish: InstallWish, admin: Admin) -> Installed:
        """Remove what this command made, and nothing else.

        Raises:
            InvalidInputError, ProviderError: as for ``install``.
        """
        host = instance_host(wish.instance, self.settings.instance_suffixes)
        rows = await self._rows(host, admin, dry_run=wish.dry_run)
        steps: list[InstallStep] = []
        try:
            steps += [step async for step in _removals(rows, wish.user_name)]
        except ProviderError as exc:
            steps.append(_stopped(exc))
        return Installed(host=host, steps=tuple(steps))

    async def close(self) -> None:
        """Close every connection."""
        await self.http.close()

    async def _rows(self, host: str, admin: Admin, *, dry_run: bool) -> Rows:
        known = Administration(
            http=self.http, host=host, user_name=admin.user_name, password=admin.password
        )
        await known.check()
        return Rows(admin=known, dry_run=dry_run)


async def _everything(rows: Rows, wish: InstallWish, public_url: str, report: _Report) -> None:
    person = wanted.user(wish.user_name, wish.grant)
    user = await _ensured(rows, person, report)
    user_id = user.row["sys_id"] if user.row else person.sys_id
    if user.row is not None or user.ours:
        await _roles(rows, wish.user_name, user_id, report, may_make=user.ours)
    await _client(rows, wish, user_id, redirect_uri(public_url), report)
    if wish.grant is InstallGrant.CLIENT_CREDENTIALS:
        await _ensured(rows, wanted.client_credentials(), report)
    if wish.webhook_secret is not None:
        secret = wanted.webhook_secret(wish.webhook_secret.get_secret_value())
        await _ensured(rows, secret, report)
        await _hints(rows, wish, public_url, report)


async def _hints(rows: Rows, wish: InstallWish, public_url: str, report: _Report) -> None:
    message = await _ensured(rows, wanted.message(public_url), report)
    if message.step.outcome is InstallOutcome.FAILED:
        return
    message_id = message.row["sys_id"] if message.row else wanted.message(public_url).sys_id
    await _ensured(rows, wanted.method(public_url, message_id), report)
    for kind in TicketKind:
        await _ensured(rows, wanted.rule(kind, wish.user_name), report)


async def _roles(
    rows: Rows, user_name: str, user_id: str, report: _Report, *, may_make: bool
) -> None:
    for name in wanted.ROLES:
        role = await rows.admin.find("sys_user_role", f"name={name}")
        if role is None:
            what = f"its role {name}"
            failed = InstallOutcome.FAILED
            detail = "the instance has no such role"
            step = InstallStep(what=what, outcome=failed, detail=detail, remedy=_NO_ROLE)
            report.steps.append(step)
            continue
        each = wanted.role(name, role["sys_id"], user_name, user_id, may_make=may_make)
        await _ensured(rows, each, report)


async def _client(
    rows: Rows, wish: InstallWish, user_id: str, redirect: str, report: _Report
) -> None:
    new = {"client_id": secrets.token_hex(16), "client_secret": secrets.token_urlsafe(24)}
    client = await _ensured(rows, wanted.client(redirect, wish.grant, user_id, new), report)
    report.client_id = (client.row or {}).get("client_id", "")
    if client.step.outcome is InstallOutcome.MADE:
        report.client_secret = SecretStr(new["client_secret"])


async def _ensured(rows: Rows, each: Wanted, report: _Report) -> Ensured:
    """See to one row; a refusal is a step that failed, and the next may still be done."""
    try:
        ensured = await rows.ensure(each)
    except ProviderRefusedError as exc:
        ensured = Ensured(_failed(each.what, exc))
    report.steps.append(ensured.step)
    return ensured


async def _removals(rows: Rows, user_name: str) -> AsyncIterator[InstallStep]:
    for each in wanted.everything(user_name):
        try:
            step = await rows.removed(each)
        except ProviderRefusedError as exc:
            step = _failed(each.what, exc)
        if step is not None:
            yield step
    other = await rows.admin.find("sys_user", wanted.other_users(user_name))
    if other is not None and wanted.is_own_user(other):
        yield _other_user(other["user_name"])


def _other_user(name: str) -> InstallStep:
    what, detail = wanted.user(name, InstallGrant.CODE).what, "it was made with another --user"
    remedy = f"To remove it, too, run this again with --user {name}"
    return InstallStep(what=what, outcome=InstallOutcome.LEFT, detail=detail, remedy=remedy)


def _failed(what: str, exc: ProviderError) -> InstallStep:
    return InstallStep(what=what, outcome=InstallOutcome.FAILED, remedy=exc.user_message)


def _stopped(exc: ProviderError) -> InstallStep:
    remedy = f"{exc.user_message} {_AGAIN}"
    what = f"the rest at {Provider.SERVICENOW}"
    detail = "not done"
    return InstallStep(what=what, outcome=InstallOutcome.FAILED, detail=detail, remedy=remedy)
