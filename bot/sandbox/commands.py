"""``python -m bot sandbox slack | servicenow | microsoft``: one server alone, in the foreground."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import click
from aiohttp import web

from bot.sandbox import accounts, running, welcome
from bot.sandbox.faults import Faults
from bot.sandbox.microsoft import MicrosoftServer, MicrosoftSettings
from bot.sandbox.servicenow import ServiceNowServer, ServiceNowSettings
from bot.sandbox.servicenow.custom import SAMPLE
from bot.sandbox.servicenow.rate_limits import RateRule
from bot.sandbox.slack import EVENTS, EVERY_SCOPE, SlackServer, SlackSettings, entity_rules
from bot.sandbox.slack.settings import UNFURL_DOMAINS

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_Command = Callable[..., None]


class Server(Protocol):
    """What the three servers have in common."""

    app: web.Application
    faults: Faults


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and what to break from the start; ``tls`` is a certificate and its key.

    ``latency`` is in milliseconds.
    """

    port: int
    tls: tuple[Path, Path] | None
    fault: tuple[str, ...]
    latency: float


def _listening(port: int) -> Callable[[_Command], _Command]:
    """Add the options that all servers take."""

    def add(command: _Command) -> _Command:
        options = (
            click.option("--port", default=port, show_default=True, help="0 takes a free one."),
            click.option("--tls", nargs=2, type=_FILE, metavar="CERT KEY", help="Serve https."),
            click.option(
                "--fault", multiple=True, metavar="NAME[:N]", help="Let N requests fail so."
            ),
            click.option(
                "--latency",
                type=click.FloatRange(min=0),
                default=0.0,
                metavar="MS",
                help="Milliseconds that every request is on its way.",
            ),
        )
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.group()
def sandbox() -> None:
    """Run one server of the sandbox alone, for any client."""


@sandbox.command()
@_listening(accounts.SLACK_PORT)
@click.option("--request-url", help="Where Slack sends requests; without it: Socket Mode.")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(EVENTS),
    default=EVENTS,
    help="Subscribe to this event, more than once if you like; without it: to all of them.",
)
@click.option(
    "--unfurl-domain",
    "unfurl_domains",
    multiple=True,
    default=UNFURL_DOMAINS,
    help="Tell the app of links to this domain, more than once if you like.",
)
@click.option("--read-only", is_flag=True, help="Let nobody write in the app's Messages tab.")
def slack(
    *,
    request_url: str | None,
    events: tuple[str, ...],
    unfurl_domains: tuple[str, ...],
    read_only: bool,
    **listening: Any,
) -> None:
    """Run a Slack workspace with its page, Web API, Socket Mode and people."""
    settings = SlackSettings(
        request_url=request_url,
        events=events,
        unfurl_domains=unfurl_domains,
        entity_types=entity_rules.TYPES,
        read_only=read_only,
        scopes=EVERY_SCOPE,
    )
    _run(
        lambda: SlackServer(settings=settings),
        Listening(**listening),
        lambda origin: welcome.slack(origin, settings),
    )


@sandbox.command()
@_listening(accounts.SERVICENOW_PORT)
@click.option("--replace-sys-id", is_flag=True, help="Replace a sys_id that a client chose.")
@click.option(
    "--longest-transaction",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Seconds within which a late commit lands.",
)
@click.option(
    "--no-client-credentials", is_flag=True, help="Let no client in without somebody's sign-in."
)
@click.option(
    "--rate-limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Let each user ask the Table API N times an hour.",
)
def servicenow(
    *,
    replace_sys_id: bool,
    longest_transaction: float,
    no_client_credentials: bool,
    rate_limit: int | None,
    **listening: Any,
) -> None:
    """Run a ServiceNow instance with its Table API, OAuth and lists."""
    settings = ServiceNowSettings(
        honour_sys_id=not replace_sys_id,
        longest_transaction=longest_transaction,
        client_credentials=not no_client_credentials,
        custom_columns=SAMPLE,
        rate_rules=(RateRule(limit=rate_limit),) if rate_limit else (),
    )
    _run(lambda: ServiceNowServer(settings=settings), Listening(**listening), welcome.servicenow)


@sandbox.command()
@_listening(accounts.MICROSOFT_PORT)
@click.option("--profiles", type=_FILE, help="A dump of secureScoreControlProfiles.")
@click.option("--scores", type=_FILE, help="A dump of secureScores.")
def microsoft(*, profiles: Path | None, scores: Path | None, **listening: Any) -> None:
    """Run a Microsoft 365 tenant: token endpoint and Graph's Secure Score."""
    if (profiles is None) != (scores is None):
        click.echo("One dump without the other: the other collection stays empty.", err=True)
    settings = MicrosoftSettings(profiles=profiles, scores=scores)
    _run(lambda: MicrosoftServer(settings=settings), Listening(**listening), welcome.microsoft)


def _run(make: Callable[[], Server], listening: Listening, introduce: Callable[[str], str]) -> None:
    try:
        asyncio.run(_serve(make, listening, introduce))
    except running.PortTakenError as exc:
        raise click.ClickException(
            f"{exc}: end what listens there, or choose another port with --port."
        ) from exc
    except (OSError, ValueError) as exc:
        raise click.ClickException(str(exc)) from exc


async def _serve(
    make: Callable[[], Server], listening: Listening, introduce: Callable[[str], str]
) -> None:
    server = make()
    for spec in listening.fault:
        server.faults.arm(spec)
    server.faults.latency = listening.latency / 1000
    up = await running.start(server.app, listening.port, listening.tls)
    try:
        click.echo(introduce(up.origin))
        await _told_to_stop()
    finally:
        await up.stop()


async def _told_to_stop() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()
