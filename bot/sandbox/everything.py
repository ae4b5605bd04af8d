"""The whole sandbox: a Slack, a ServiceNow and a Microsoft 365 that belong together."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.microsoft import MicrosoftServer, MicrosoftSettings
from bot.sandbox.running import Running, start
from bot.sandbox.servicenow import ServiceNowServer, ServiceNowSettings
from bot.sandbox.servicenow.custom import SAMPLE
from bot.sandbox.slack import SlackServer, SlackSettings
from bot.sandbox.slack.settings import UNFURL_DOMAINS


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """Where the three servers listen and how they behave.

    Port 0 takes a free one. ``request_url`` is the bot's address for Slack's requests; without
    one Slack speaks over Socket Mode. With ``token_seconds`` its new tokens end and are renewed.
    ``longest_transaction`` is ServiceNow's, in seconds.
    """

    slack_port: int = 0
    servicenow_port: int = 0
    microsoft_port: int = 0
    profiles: Path | None = None
    scores: Path | None = None
    honour_sys_id: bool = True
    longest_transaction: float = 60.0
    request_url: str | None = None
    token_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sandbox:
    """The three servers, up, and what is inside them."""

    slack: Running
    servicenow: Running
    microsoft: Running
    slack_server: SlackServer
    servicenow_server: ServiceNowServer
    microsoft_server: MicrosoftServer

    def deliver_to(self, request_url: str | None) -> None:
        """Let Slack send its requests to a bot whose address is known only now."""
        self.slack_server.deliver_to(request_url)

    async def stop(self) -> None:
        """Close all three ports and every connection on them."""
        servers = (self.slack, self.servicenow, self.microsoft)
        await asyncio.gather(*(server.stop() for server in servers))


async def start_all(*, settings: SandboxSettings) -> Sandbox:
    """Start all three, or none.

    Raises:
        OSError: a port is taken, or a dump cannot be read.
        ValueError: a dump is not what Microsoft Graph answers.
    """
    microsoft_server = MicrosoftServer(
        settings=MicrosoftSettings(profiles=settings.profiles, scores=settings.scores)
    )
    servicenow_server = ServiceNowServer(
        settings=ServiceNowSettings(
            honour_sys_id=settings.honour_sys_id,
            longest_transaction=settings.longest_transaction,
            custom_columns=SAMPLE,
            # As an admin does who lets previews be read by whoever may read their tickets.
            opened=frozenset({"sys_user_has_role"}),
        )
    )
    async with AsyncExitStack() as stack:
        microsoft = await _up(stack, microsoft_server.app, settings.microsoft_port)
        servicenow = await _up(stack, servicenow_server.app, settings.servicenow_port)
        # Its page links to ServiceNow, whose port is known only now.
        slack_server = SlackServer(
            settings=SlackSettings(
                request_url=settings.request_url,
                servicenow_url=servicenow.origin,
                token_seconds=settings.token_seconds,
                # What stands in this ServiceNow's address bar, beside what a real one's is.
                unfurl_domains=(*UNFURL_DOMAINS, urlsplit(servicenow.origin).netloc),
            )
        )
        slack = await _up(stack, slack_server.app, settings.slack_port)
        slack_server.origin = slack.origin
        stack.pop_all()
    return Sandbox(
        slack=slack,
        servicenow=servicenow,
        microsoft=microsoft,
        slack_server=slack_server,
        servicenow_server=servicenow_server,
        microsoft_server=microsoft_server,
    )


async def _up(stack: AsyncExitStack, app: web.Application, port: int) -> Running:
    running = await start(app, port)
    stack.push_async_callback(running.stop)
    return running
