"""``python -m bot check``: verify settings, keys, database and connections; say what to mend."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Self

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.clients import slack_client
from bot.identifiers import SCOPES
from bot.install_page import INSTALL_PATH
from bot.serving import build_connector
from bot.settings import Settings, SettingsError
from bot.slack import socket_address, whose
from connector.errors import ConnectorError, Provider
from connector.models import Check, CheckOutcome, ConnectionState, WorkspaceId
from connector.wiring import Connector


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; ``remedy`` is empty when all is well.

    What is ``unsure`` cannot be told, which is nothing to mend by itself.
    """

    what: str
    ok: bool
    remedy: str = ""
    unsure: bool = False

    def __str__(self) -> str:
        """Say it in one line."""
        mark = "?" if self.unsure else "✓" if self.ok else "✗"
        return f"{mark} {self.what}{f': {self.remedy}' if self.remedy else ''}"

    @classmethod
    def of(cls, check: Check, where: str) -> Self:
        """Say a check of the connection to ``where``."""
        return cls(
            f"{where}: {check.sentence.removesuffix('.')}",
            ok=check.outcome is not CheckOutcome.FAILED,
            remedy=check.remedy,
            unsure=check.outcome is CheckOutcome.UNKNOWN,
        )


async def check(settings: Settings) -> AsyncIterator[Finding]:
    """Run every check in the order in which to mend them."""
    yield Finding("settings can be read", ok=True)
    bot_token = settings.slack_bot_token
    client = slack_client(
        settings.slack_base_url, bot_token.get_secret_value() if bot_token else None
    )
    team = ""
    if bot_token:
        finding, team = await _slack(client)
        yield finding
    if settings.slack_app_token:
        yield await _socket_mode(settings, settings.slack_app_token)
    what = "keys and database can be used"
    try:
        async with _opened(settings, client) as connector:
            yield Finding(what, ok=True)
            if bot_token is None:
                async for each in _installs(settings, connector):
                    yield each
            elif team:
                async for each in _connections(connector, WorkspaceId(team)):
                    yield each
    except (SettingsError, ConnectorError) as exc:
        yield Finding(what, ok=False, remedy=str(exc))


@asynccontextmanager
async def _opened(settings: Settings, client: AsyncWebClient) -> AsyncIterator[Connector]:
    connector = build_connector(settings, client)
    await connector.open()
    try:
        yield connector
    finally:
        await connector.stop()


async def _installs(settings: Settings, connector: Connector) -> AsyncIterator[Finding]:
    installs = [
        each for each in await connector.services.installs.everywhere() if not each.ended_at
    ]
    if not installs:
        address = f"{settings.url.rstrip('/')}{INSTALL_PATH}"
        yield Finding("Snowline is installed nowhere yet", ok=True, remedy=f"open {address}")
    for install in installs:
        name = install.name or install.workspace
        try:
            token = await connector.services.installs.token(install.workspace)
        except ConnectorError as exc:
            yield Finding(f"there is a token for {name}", ok=False, remedy=exc.user_message)
            continue
        yield (await _slack(slack_client(settings.slack_base_url, token.get_secret_value())))[0]
        async for each in _connections(connector, install.workspace):
            yield each


async def _slack(client: AsyncWebClient) -> tuple[Finding, str]:
    what = "Slack knows the bot"
    try:
        answer = await whose(client)
    except ConnectorError as exc:
        return Finding(what, ok=False, remedy=str(exc)), ""
    granted = (answer.headers.get("x-oauth-scopes") or ",".join(SCOPES)).replace(" ", "")
    if missing := [scope for scope in SCOPES if scope not in granted.split(",")]:
        remedy = f"add the scopes {', '.join(missing)} and install the app again"
        return Finding(f"{what} well enough", ok=False, remedy=remedy), answer["team_id"]
    return Finding(f"{what} in {answer['team']}, with every scope", ok=True), answer["team_id"]


async def _socket_mode(settings: Settings, app_token: SecretStr) -> Finding:
    what = "Slack opens a Socket Mode connection"
    try:
        await socket_address(slack_client(settings.slack_base_url, app_token.get_secret_value()))
    except ConnectorError as exc:
        return Finding(what, ok=False, remedy=str(exc))
    return Finding(what, ok=True)


async def _attempt(what: str, do: Callable[[], Awaitable[object]]) -> Finding:
    try:
        await do()
    except ConnectorError as exc:
        return Finding(what, ok=False, remedy=exc.user_message)
    return Finding(what, ok=True)


async def _connections(connector: Connector, workspace: WorkspaceId) -> AsyncIterator[Finding]:
    services = connector.services
    connections = await services.connections.all(workspace)
    if not connections:
        yield Finding("nothing is connected yet", ok=True, remedy="type /snow connect in Slack")
    for connection in connections:
        if connection.provider is Provider.SERVICENOW:
            for each in await services.checks.servicenow(workspace):
                yield Finding.of(each, connection.remote)
            continue
        name = f"{connection.provider} {connection.remote}"
        if connection.state is not ConnectionState.CONNECTED:
            yield Finding(f"{name} is connected", ok=False, remedy=connection.problem)
        else:
            prove = partial(services.connections.prove, workspace, connection.provider)
            yield await _attempt(f"{name} answers", prove)
