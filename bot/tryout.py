"""The whole product on one machine: the sandbox's three systems and the bot between them."""

import secrets
import socket
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox import accounts
from bot.sandbox.everything import Sandbox, SandboxSettings, start_all
from bot.serving import Bot
from bot.settings import GivenSettings, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class TryoutSettings:
    """How to set the stage. ``usual_ports`` takes those that are free; durations in seconds.

    With ``oauth`` the bot has no token before a workspace installs it.
    """

    profiles: Path | None = None
    scores: Path | None = None
    usual_ports: bool = False
    socket_mode: bool = False
    honour_sys_id: bool = True
    longest_transaction: float = 4.0
    sync_every: float = 2.0
    score_every: float = 15.0
    call_deadline: float = 10.0
    slack_pace: float = 1.0
    chat_settle: float = 2.0
    webhook_secret: str | None = None
    oauth: bool = False
    token_seconds: float | None = None
    workspaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Tryout:
    """A sandbox and a bot that talk to each other over real HTTP."""

    sandbox: Sandbox
    bot: Bot
    settings: Settings

    @property
    def page(self) -> str:
        """The address of the small Slack to open in a browser."""
        return self.sandbox.slack.origin


@asynccontextmanager
async def staged(tryout: TryoutSettings) -> AsyncIterator[Tryout]:
    """Start everything on a store of its own that is gone afterwards.

    Raises:
        OSError: a port was taken in the last moment.
        ValueError: a profiles or scores file is not what Microsoft Graph answers.
    """
    with tempfile.TemporaryDirectory(prefix="snowline-") as folder:
        sandbox = await start_all(settings=_sandbox_settings(tryout))
        try:
            settings = bot_settings(tryout, sandbox, Path(folder) / "snowline.db")
            bot = await Bot.start(settings)
            try:
                if not tryout.socket_mode:
                    sandbox.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events")
                yield Tryout(sandbox, bot, settings)
            finally:
                await bot.stop()
        finally:
            await sandbox.stop()


def _sandbox_settings(tryout: TryoutSettings) -> SandboxSettings:
    return SandboxSettings(
        slack_port=_port(tryout, accounts.SLACK_PORT),
        servicenow_port=_port(tryout, accounts.SERVICENOW_PORT),
        microsoft_port=_port(tryout, accounts.MICROSOFT_PORT),
        profiles=tryout.profiles,
        scores=tryout.scores,
        honour_sys_id=tryout.honour_sys_id,
        longest_transaction=tryout.longest_transaction,
        token_seconds=tryout.token_seconds,
    )


def bot_settings(tryout: TryoutSettings, sandbox: Sandbox, database: Path) -> Settings:
    """Point a bot at a sandbox, as an operator would with ``SNOWLINE_*``."""
    # The bot must know its public address before it listens there: 0 is no answer.
    port = _port(tryout, accounts.BOT_PORT) or _left_alone()
    return GivenSettings(
        slack_bot_token=None if tryout.oauth else accounts.BOT_TOKEN,
        slack_client_id=accounts.SLACK_CLIENT_ID if tryout.oauth else "",
        slack_client_secret=accounts.SLACK_CLIENT_SECRET if tryout.oauth else None,
        slack_workspaces=tryout.workspaces,
        slack_app_token=accounts.APP_TOKEN if tryout.socket_mode else None,
        slack_signing_secret=accounts.SIGNING_SECRET,
        url=f"http://127.0.0.1:{port}",
        listen_port=port,
        database=database,
        keys=f"k{secrets.token_hex(4)}:{b64encode(secrets.token_bytes(32)).decode()}",
        allow_hosts=allowed_hosts(sandbox),
        servicenow_webhook_secret=tryout.webhook_secret,
        call_deadline=tryout.call_deadline,
        settle=tryout.longest_transaction,
        sync_every=tryout.sync_every,
        score_every=tryout.score_every,
        retry_base=0.5,
        slack_pace=tryout.slack_pace,
        chat_settle=tryout.chat_settle,
    )


def _port(tryout: TryoutSettings, usual: int) -> int:
    """Take the usual port if it is asked for and free; 0 takes any free one."""
    return (_bound(usual) if tryout.usual_ports else None) or 0


def _left_alone() -> int:
    """Choose a free port that nobody is given by chance before the bot listens there."""
    # From 32,768 on they are given to whoever connects somewhere.
    some = (secrets.choice(range(20_000, 32_000)) for _ in range(100))
    return next(filter(None, map(_bound, some)))


def _bound(port: int) -> int | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return None
        bound: int = probe.getsockname()[1]
        return bound


def allowed_hosts(sandbox: Sandbox) -> dict[str, str]:
    """Name the real hosts and the sandbox servers that stand in for them."""
    return {
        "slack.com": sandbox.slack.origin,
        accounts.INSTANCE_HOST: sandbox.servicenow.origin,
        "login.microsoftonline.com": sandbox.microsoft.origin,
        "graph.microsoft.com": sandbox.microsoft.origin,
    }
