"""The command line: ``python -m bot serve | try | check | export | servicenow | keys | …``."""

import asyncio
import sys
import webbrowser
from pathlib import Path
from typing import Any

import click

from bot import checkup, logs, serving, tour
from bot.installing import servicenow
from bot.sandbox import accounts
from bot.sandbox.commands import sandbox
from bot.settings import Settings, SettingsError, load
from bot.tryout import Tryout, TryoutSettings, staged
from connector.errors import ConnectorError
from connector.vault import new_key

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WELCOME = """
Snowline is up, on a Slack, a ServiceNow and a Microsoft 365 of this machine's own.

  Slack        {slack}        you are Ada, an admin; switch people at the top left
  ServiceNow   {servicenow}        tickets arrive here; change their state and watch the cards

First steps, in Slack:
  1  /snow connect            instance northwind, user snowline.integration,
                              client sandbox-servicenow-client / sandbox-servicenow-secret;
                              sign in there as snowline.integration / integration
  2  /snow connect microsoft  tenant {tenant},
                              client {client} / sandbox-microsoft-secret
  3  /snow score, /snow share, /snow tickets, /snow digest now

Ctrl-C ends it; nothing is kept.
"""
_INSTALL = """
  Before all that, let Snowline into a workspace: {address}
  The arrow beside a workspace's name leads to the others.
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Snowline turns Microsoft Secure Score actions into ServiceNow tickets, from Slack."""


@cli.command()
def serve() -> None:
    """Run the bot for a real workspace; settings come from SNOWLINE_* and .env."""
    settings = _settings()
    try:
        _begin_log(settings, settings.sealing_keys.get_secret_value())
        serving.run(settings)
    except (SettingsError, ConnectorError, OSError) as exc:
        raise click.ClickException(f"Snowline cannot start: {exc}") from exc


def _begin_log(settings: Settings, *more_secrets: str) -> None:
    try:
        logs.to_stderr(settings.log_level, *settings.secrets(), *more_secrets)
    except ValueError as exc:
        raise SettingsError(
            f"SNOWLINE_LOG_LEVEL is {settings.log_level!r};"
            " it can be DEBUG, INFO, WARNING, ERROR or CRITICAL"
        ) from exc


@cli.command()
def check() -> None:
    """Verify settings, keys, database and connections, and say what to mend."""
    settings = _settings()
    try:
        _begin_log(settings)
    except SettingsError as exc:
        raise click.ClickException(str(exc)) from exc
    sys.exit(0 if asyncio.run(_all_well(settings)) else 1)


async def _all_well(settings: Settings) -> bool:
    ok = True
    async for finding in checkup.check(settings):
        click.echo(str(finding))
        ok = ok and finding.ok
    return ok


@cli.command(name="try")
@click.option("--tour", "take_tour", is_flag=True, help="Drive the main job headless instead.")
@click.option("--profiles", type=_FILE, help="A dump of secureScoreControlProfiles.")
@click.option("--scores", type=_FILE, help="A dump of secureScores.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Tour: keep results.")
@click.option("--record", type=click.Path(path_type=Path), help="Tour: keep Block Kit payloads.")
@click.option("--socket", is_flag=True, help="Use Socket Mode instead of HTTP.")
@click.option("--oauth", is_flag=True, help="Install in the sandbox's workspaces by OAuth.")
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
def try_it(*, take_tour: bool, **options: Any) -> None:
    """Start the sandbox and the bot, and open the page: no account needed."""
    logs.to_stderr("ERROR" if take_tour else "WARNING")
    try:
        ok = asyncio.run(_tour(**options) if take_tour else _stay(**options))
    except (OSError, ValueError) as exc:
        raise click.ClickException(f"The sandbox cannot start: {exc}") from exc
    sys.exit(0 if ok else 1)


async def _tour(*, socket: bool, no_browser: bool, oauth: bool, **options: Any) -> bool:
    del no_browser, oauth  # a tour opens none, and installs in a step of its own
    return await tour.take(tour.TourOptions(socket_mode=socket, **options), click.echo)


async def _stay(*, socket: bool, no_browser: bool, oauth: bool, **options: Any) -> bool:
    settings = TryoutSettings(
        profiles=options["profiles"],
        scores=options["scores"],
        usual_ports=True,
        socket_mode=socket,
        oauth=oauth,
    )
    async with staged(settings) as tryout:
        click.echo(_welcome(tryout))
        if oauth:
            click.echo(_INSTALL.format(address=f"{tryout.settings.url}/slack/install"))
        if not no_browser:
            webbrowser.open(tryout.page)
        await serving.until_told_to_stop()
    return True


def _welcome(tryout: Tryout) -> str:
    return _WELCOME.format(
        slack=tryout.page,
        servicenow=tryout.sandbox.servicenow.origin,
        tenant=accounts.TENANT_ID,
        client=accounts.MICROSOFT_CLIENT_ID,
    )


@cli.command()
@click.argument("workspace")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(workspace: str, file: Path) -> None:
    """Write all that WORKSPACE owns, but secrets, to a new FILE; stop Snowline first."""
    settings = _settings()
    try:
        path = asyncio.run(serving.export(settings, workspace, file))
    except (SettingsError, ConnectorError) as exc:
        raise click.ClickException(f"nothing was exported: {exc}") from exc
    click.echo(f"{workspace} is in {path}")


@cli.command()
def keys() -> None:
    """Print a new key for SNOWLINE_KEYS."""
    click.echo(new_key())


def _settings() -> Settings:
    try:
        return load()
    except SettingsError as exc:
        raise click.ClickException(str(exc)) from exc


cli.add_command(sandbox)
cli.add_command(servicenow)

if __name__ == "__main__":
    cli()
