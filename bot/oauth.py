"""Slack's OAuth: the consent page's address, a code for an installation, a token for its next."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clients import slack_client
from bot.identifiers import SCOPES
from bot.slack import TokenRefusedError, ask
from connector.clock import Clock
from connector.errors import (
    ConnectorError,
    Provider,
    ProviderUnavailableError,
    UnexpectedAnswerError,
)
from connector.models import ChatInstall, ChatToken, UserId, WorkspaceId

_SECONDS: Final = 5.0
_TEST_SECONDS: Final = 2.0
REDIRECT_PATH: Final = "/slack/oauth_redirect"


class _Named(BaseModel):
    id: str = Field(pattern=r"^[A-Z0-9]{1,40}$")
    name: str = ""


class _Installer(BaseModel):
    id: str = Field(pattern=r"^[A-Z0-9]{1,40}$")


class _Granted(BaseModel):
    """What we rely on of an answer of ``oauth.v2.access``."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    token_type: Literal["bot"]
    access_token: str = Field(min_length=1)
    refresh_token: str | None = Field(default=None, min_length=1)
    expires_in: int | None = Field(default=None, gt=0)
    bot_user_id: str = Field(pattern=r"^[A-Z0-9]{1,40}$")
    scope: str = ""
    team: _Named | None = None
    enterprise: _Named | None = None
    is_enterprise_install: bool = False
    authed_user: _Installer | None = None

    def where(self) -> _Named | None:
        """Tell what has installed the app: the organisation as a whole, or one workspace."""
        return self.enterprise if self.is_enterprise_install else self.team

    def token(self, now: datetime) -> ChatToken:
        """Take the token out."""
        rotates = self.refresh_token is not None and self.expires_in is not None
        return ChatToken(
            access=SecretStr(self.access_token),
            refresh=SecretStr(self.refresh_token) if rotates and self.refresh_token else None,
            expires_at=now + timedelta(seconds=self.expires_in) if self.expires_in else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOAuth:
    """Installs and renews; implements ``connector.announcer.Chat`` for many workspaces."""

    base_url: str
    client_id: str
    client_secret: SecretStr
    redirect_uri: str
    clock: Clock

    def consent_url(self, state: str) -> str:
        """Make the address of Slack's page on which somebody lets Snowline in."""
        parts = urlsplit(self.base_url)
        query = {
            "client_id": self.client_id,
            "scope": ",".join(SCOPES),
            "state": state,
            "redirect_uri": self.redirect_uri,
        }
        return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize?{urlencode(query)}"

    async def installed(self, code: str) -> tuple[ChatInstall, ChatToken]:
        """Exchange a code, once, for an installation and its token.

        Raises:
            ProviderUnavailableError: Slack did not answer.
            ProviderRefusedError: Slack does not take the code, or the client.
            UnexpectedAnswerError: what came is no installation of a bot.
        """
        answer = await self._access(code=code, redirect_uri=self.redirect_uri)
        granted, now = _granted(answer), self.clock()
        return _install(granted, now), granted.token(now)

    async def renew(self, workspace: WorkspaceId, refresh: SecretStr) -> ChatToken:
        """Have a token renewed; ``refresh`` is used up by it.

        Raises:
            ProviderUnavailableError, ProviderRefusedError: as for ``installed``.
            UnexpectedAnswerError: what came is no token of this workspace.
        """
        answer = await self._access(
            grant_type="refresh_token", refresh_token=refresh.get_secret_value()
        )
        granted = _granted(answer)
        token, where = granted.token(self.clock()), granted.where()
        if where is None or where.id != workspace or token.refresh is None:
            raise UnexpectedAnswerError(Provider.CHAT, "the token is not this workspace's next")
        return token

    async def takes(self, workspace: WorkspaceId, token: SecretStr | None) -> bool:  # noqa: ARG002  -- its token says which
        """Tell whether a token works; there is none in the settings."""
        if token is None:
            return False
        return await works(slack_client(self.base_url, token.get_secret_value()))

    async def take_back(self, token: ChatToken) -> None:
        """Have Slack forget a token that is kept nowhere; where it cannot be asked, so be it."""
        client = slack_client(self.base_url, token.access.get_secret_value())
        with suppress(ConnectorError):
            await _bounded(client.auth_revoke())

    async def _access(self, **given: str) -> AsyncSlackResponse:
        # slack_sdk's own method takes the secret along in a way that aiohttp warns of.
        client = {
            "client_id": self.client_id,
            "client_secret": self.client_secret.get_secret_value(),
        }
        asked = slack_client(self.base_url, None)
        return await _bounded(asked.api_call("oauth.v2.access", data=client | given))


@dataclass(frozen=True, slots=True)
class OneToken:
    """The bot token of the settings; implements ``connector.announcer.Chat`` for one workspace."""

    client: AsyncWebClient

    async def renew(self, workspace: WorkspaceId, refresh: SecretStr) -> ChatToken:  # noqa: ARG002  -- the port's signature
        """Refuse: what stands in the settings is renewed by nobody here."""
        raise TokenRefusedError("it is not Snowline's to renew")

    async def takes(self, workspace: WorkspaceId, token: SecretStr | None) -> bool:  # noqa: ARG002  -- there is one
        """Tell whether the bot token opens this workspace."""
        return await works(self.client, workspace)


async def works(client: AsyncWebClient, workspace: WorkspaceId | None = None) -> bool:
    """Ask whether a token works, in ``workspace`` if one is named; for two seconds.

    Raises:
        ProviderUnavailableError: Slack did not say.
    """
    try:
        known = await ask(asyncio.wait_for(client.auth_test(), _TEST_SECONDS))
    except ProviderUnavailableError:
        raise
    except ConnectorError:
        return False
    return workspace is None or workspace in {known.get("team_id"), known.get("enterprise_id")}


async def _bounded(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    return await ask(asyncio.wait_for(call, _SECONDS))


def _granted(answer: AsyncSlackResponse) -> _Granted:
    data: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    try:
        granted = _Granted.model_validate(data)
    except ValidationError as exc:
        fields = ", ".join(sorted({str(each["loc"][0]) for each in exc.errors() if each["loc"]}))
        raise UnexpectedAnswerError(Provider.CHAT, f"no bot was installed: {fields}") from None
    if granted.where() is None:
        raise UnexpectedAnswerError(Provider.CHAT, "the answer does not say where")
    return granted


def _install(granted: _Granted, now: datetime) -> ChatInstall:
    where = granted.where()
    assert where is not None  # noqa: S101  -- seen to when it was read
    return ChatInstall(
        workspace=WorkspaceId(where.id),
        name=where.name,
        bot_user=UserId(granted.bot_user_id),
        installed_by=UserId(granted.authed_user.id if granted.authed_user else ""),
        installed_at=now,
        scopes=tuple(each for each in granted.scope.replace(" ", ",").split(",") if each),
    )
