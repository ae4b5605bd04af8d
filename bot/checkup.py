"""``python -m bot check``: verify settings, keys, database and connections; say what to mend."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import SlackDelivery
from bot.people import SlackPeople
from bot.serving import slack_client
from bot.settings import Settings
from connector import wiring
from connector.errors import ConnectorError
from connector.models import ConnectionState, WorkspaceId
from connector.wiring import Connector

_SCOPES = ("commands", "chat:write", "chat:write.public", "users:read", "users:read.email")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; ``remedy`` is empty when all is well."""

    what: str
    ok: bool
    remedy: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{'✓' if self.ok else '✗'} {self.what}{f': {self.remedy}' if self.remedy else ''}"


async def check(settings: Settings) -> AsyncIterator[Finding]:
    """Run every check in the order in which to mend them."""
    yield Finding("settings can be read", ok=True)
    client = slack_client(settings.slack_base_url, settings.slack_bot_token.get_secret_value())
    finding, team = await _slack(client)
    yield finding
    if settings.slack_app_token:
        yield await _socket_mode(settings)
    connector = wiring.build(
        settings.connector(),
        announcer=SlackDelivery(client, pace=settings.slack_pace),
        directory=SlackPeople(client),
    )
    opened = await _attempt("keys and database can be used", connector.open)
    yield opened
    if opened.ok:
        try:
            async for each in _connections(connector, team):
                yield each
        finally:
            await connector.stop()


async def _slack(client: AsyncWebClient) -> tuple[Finding, str]:
    try:
        answer = await client.auth_test()
    except (TimeoutError, SlackApiError, OSError) as exc:
        return Finding("Slack knows the bot token", ok=False, remedy=_slack_remedy(exc)), ""
    granted = set((answer.headers.get("x-oauth-scopes") or "").replace(" ", "").split(","))
    missing = [scope for scope in _SCOPES if scope not in granted] if granted != {""} else []
    if missing:
        remedy = f"add the scopes {', '.join(missing)} and install the app again"
        return Finding("Slack has granted every scope", ok=False, remedy=remedy), answer["team_id"]
    return Finding(f"Slack knows the bot in {answer['team']}", ok=True), answer["team_id"]


def _slack_remedy(exc: Exception) -> str:
    if isinstance(exc, SlackApiError):
        return f"Slack says {exc.response['error']}; copy SNOWLINE_SLACK_BOT_TOKEN anew"
    return f"Slack cannot be reached ({type(exc).__name__}); check the network and the proxy"


async def _socket_mode(settings: Settings) -> Finding:
    assert settings.slack_app_token is not None  # noqa: S101  -- the caller looked
    token = settings.slack_app_token.get_secret_value()
    client = slack_client(settings.slack_base_url, token)
    try:
        await client.apps_connections_open(app_token=token)
    except (TimeoutError, SlackApiError, OSError) as exc:
        remedy = _slack_remedy(exc).replace("BOT_TOKEN", "APP_TOKEN")
        return Finding("Slack opens a Socket Mode connection", ok=False, remedy=remedy)
    return Finding("Slack opens a Socket Mode connection", ok=True)


async def _attempt(what: str, do: Callable[[], Awaitable[object]]) -> Finding:
    try:
        await do()
    except (ConnectorError, OSError) as exc:
        remedy = exc.user_message if isinstance(exc, ConnectorError) else str(exc)
        return Finding(what, ok=False, remedy=remedy)
    return Finding(what, ok=True)


async def _connections(connector: Connector, team: str) -> AsyncIterator[Finding]:
    services, workspace = connector.services, WorkspaceId(team)
    connections = await services.connections.all(workspace)
    if not connections:
        yield Finding("nothing is connected yet", ok=True, remedy="type /snow connect in Slack")
    for connection in connections:
        name = f"{connection.provider} {connection.remote}"
        if connection.state is not ConnectionState.CONNECTED:
            yield Finding(f"{name} is connected", ok=False, remedy=connection.problem)
        else:
            yield await _attempt(
                f"{name} answers",
                lambda which=connection.provider: services.connections.prove(workspace, which),
            )
