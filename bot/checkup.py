"""``python -m bot check``: verify settings, keys, database and connections; say what to mend."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Self

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import SlackDelivery
from bot.identifiers import SCOPES
from bot.people import SlackPeople
from bot.serving import slack_client
from bot.settings import Settings, SettingsError
from bot.slack import socket_address, whose
from connector import wiring
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
    client = slack_client(settings.slack_base_url, settings.slack_bot_token.get_secret_value())
    finding, team = await _slack(client)
    yield finding
    if settings.slack_app_token:
        yield await _socket_mode(settings, settings.slack_app_token)
    what = "keys and database can be used"
    try:
        async with _opened(settings, client) as connector:
            yield Finding(what, ok=True)
            async for each in _connections(connector, WorkspaceId(team)):
                yield each
    except (SettingsError, ConnectorError) as exc:
        yield Finding(what, ok=False, remedy=str(exc))


@asynccontextmanager
async def _opened(settings: Settings, client: AsyncWebClient) -> AsyncIterator[Connector]:
    connector = wiring.build(
        settings.connector(),
        announcer=SlackDelivery(client, pace=settings.slack_pace),
        directory=SlackPeople(client),
    )
    await connector.open()
    try:
        yield connector
    finally:
        await connector.stop()


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
    connections = await services.connections.all(workspace) if workspace else ()
    if workspace and not connections:
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
