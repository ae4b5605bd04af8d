"""``python -m bot servicenow install``: have an admin's account make what a connection needs."""

import asyncio
import sys
from typing import Final

import click
from pydantic import SecretStr

from bot import logs
from bot.settings import Settings, SettingsError, load
from bot.views.connecting_servicenow import how_to_connect
from connector import wiring
from connector.errors import ConnectorError
from connector.models import (
    USUAL_USER,
    Admin,
    Grant,
    Installed,
    InstallGrant,
    InstallOutcome,
    InstallStep,
    InstallWish,
)

_MARK: Final = {InstallOutcome.FAILED: "✗", InstallOutcome.PLANNED: "·", InstallOutcome.LEFT: "·"}
_GRANT: Final = {InstallGrant.CODE: Grant.CODE, InstallGrant.CLIENT_CREDENTIALS: Grant.CLIENT}
_NEXT: Final = """
In Slack, /snow connect:

  how to connect    {how}
  instance          {host}
  integration user  {user}
  client id         {client_id}
  client secret     {secret}
"""
_UNSEEN: Final = (
    "as it was shown when it was made; where it is lost, type a new one into the OAuth client in"
    " ServiceNow"
)
_FIRST_SIGN_IN: Final = (
    "The user signs in once in a browser: open {user} in ServiceNow, press *Set Password* and give"
    " it one first. No API can do that, and Snowline never asks for it."
)
_NO_KEY: Final = (
    "--notify needs SNOWLINE_SERVICENOW_WEBHOOK_SECRET, with which ServiceNow signs. Make one with"
    " `openssl rand -hex 32`, set it, start Snowline anew, and run this again."
)
_NO_WAY: Final = (
    "--notify needs SNOWLINE_URL: at this machine's own address ServiceNow does not reach Snowline."
)


@click.group()
def servicenow() -> None:
    """Prepare a ServiceNow instance for Snowline."""


@servicenow.command()
@click.argument("instance")
@click.option(
    "--grant",
    # Given the members themselves, click would offer their names in the code.
    type=click.Choice([each.value for each in InstallGrant]),
    default=InstallGrant.CODE.value,
    show_default=True,
    help="Sign in once in a browser, or as the OAuth client alone.",
)
@click.option("--user", default=USUAL_USER, show_default=True, help="The integration user.")
@click.option("--notify", is_flag=True, help="Have ServiceNow hint at changes, too.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--undo", is_flag=True, help="Remove what this command made, and nothing else.")
def install(
    *, instance: str, grant: InstallGrant, user: str, notify: bool, dry_run: bool, undo: bool
) -> None:
    """Make what a connection needs in INSTANCE: user, roles, OAuth client.

    An admin's user name and password are asked for, or read as two lines from standard input.
    They are used for this run and kept nowhere. What this command made is mended where it
    differs; what somebody else made is left as it is.
    """
    try:
        settings = load()
        wish = InstallWish(
            instance=instance,
            grant=InstallGrant(grant),
            user_name=user.strip(),
            webhook_secret=_key(settings) if notify and not undo else None,
            dry_run=dry_run,
        )
        admin = _admin()
        logs.to_stderr("WARNING", *settings.secrets(), admin.password.get_secret_value())
        installed = asyncio.run(_run(settings, wish, admin, undo=undo))
    except SettingsError as exc:
        raise click.ClickException(str(exc)) from exc
    except ConnectorError as exc:
        raise click.ClickException(exc.user_message) from exc
    if installed.ok and not undo and not dry_run:
        _tell_what_is_next(installed, wish)
    sys.exit(0 if installed.ok else 1)


def _key(settings: Settings) -> SecretStr:
    if settings.servicenow_webhook_secret is None:
        raise SettingsError(_NO_KEY)
    if settings.is_at_home:
        raise SettingsError(_NO_WAY)
    return settings.servicenow_webhook_secret


def _admin() -> Admin:
    """Ask who it is done as; a password is never shown, and never an argument."""
    typed = sys.stdin
    if typed.isatty():
        name = click.prompt("Admin's user name", default="admin")
        return Admin(user_name=name, password=SecretStr(click.prompt("Password", hide_input=True)))
    name, password = (typed.readline().rstrip("\r\n") for _ in range(2))
    if not name or not password:
        raise click.ClickException("Standard input holds no user name and password, a line each.")
    return Admin(user_name=name, password=SecretStr(password))


async def _run(settings: Settings, wish: InstallWish, admin: Admin, *, undo: bool) -> Installed:
    installer = wiring.installer(settings.connector())
    try:
        act = installer.undo(wish, admin) if undo else installer.install(wish, admin)
        installed = await act
    finally:
        await installer.close()
    for step in installed.steps:
        click.echo(_line(step))
    if not installed.steps:
        click.echo("· nothing that this command made is there")
    return installed


def _line(step: InstallStep) -> str:
    said = f"{step.outcome}, {step.detail}" if step.detail else str(step.outcome)
    remedy = f". {step.remedy}" if step.remedy else ""
    return f"{_MARK.get(step.outcome, '✓')} {step.what}: {said}{remedy}"


def _tell_what_is_next(installed: Installed, wish: InstallWish) -> None:
    made = installed.client_secret
    secret = made.get_secret_value() if made else _UNSEEN
    click.echo(
        _NEXT.format(
            how=how_to_connect(_GRANT[wish.grant]),
            host=installed.host,
            user=wish.user_name,
            client_id=installed.client_id,
            secret=secret,
        )
    )
    if made:
        click.echo("The secret is shown this once and kept nowhere.")
    if wish.grant is InstallGrant.CODE:
        click.echo(_FIRST_SIGN_IN.format(user=wish.user_name))
