"""Calls of Slack's Web API, their failures in the connector's words; and answers to one person."""

import asyncio
import re
from collections.abc import Awaitable
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import aiohttp
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.limits import REFUSED, UNNAMED, PausedError, retry_after
from bot.views.blocks import Message
from connector.clock import utc_now
from connector.errors import (
    ConnectorError,
    NotFoundError,
    OutcomeUnknownError,
    PlaceGoneError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
    ThrottledError,
)
from connector.words import later

_WORD: Final = re.compile(r"[a-z0-9_]{1,80}", re.ASCII)
_ID: Final = re.compile(r"[A-Z0-9]{1,40}", re.ASCII)
_STAMP: Final = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}", re.ASCII)
_ANSWER_SECONDS: Final = 5.0
_TOKEN_SECONDS: Final = 5.0
_BUSY: Final = frozenset(
    {
        "message_limit_exceeded",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    }
)
# Of these Slack says that some of it may have been done all the same.
_HALF_DONE: Final = frozenset({"internal_error", "fatal_error"})
_GONE: Final = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "user_not_in_channel",
        "is_archived",
        "is_inactive",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "not_allowed_token_type",
        "no_permission",
        "ekm_access_denied",
        "messages_tab_disabled",
        "cannot_dm_bot",
        "user_disabled",
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "edit_window_closed",
    }
)
_TOKEN: Final = frozenset(
    {"token_expired", "invalid_auth", "token_revoked", "not_authed", "account_inactive"}
)
_TRIGGER: Final = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


class TriggerExpiredError(ProviderRefusedError):
    """A modal can no longer be opened for this click; a new click can."""

    advice = later("opens a form only within three seconds. Try again.")


class TokenRefusedError(ProviderRefusedError):
    """Slack does not take a token; only another one helps. ``setting`` is where it stands."""

    def __init__(self, error: str, setting: str = "SNOWLINE_SLACK_BOT_TOKEN") -> None:
        """Name the setting, Slack's own word, and what to do."""
        super().__init__(
            Provider.CHAT,
            f"{setting} is not accepted ({error});"
            " copy it anew from your Slack app and start Snowline again",
        )
        self.error = error

    advice = later(
        "no longer accepts Snowline's token. The person who runs Snowline installs the app again"
        " and sets SNOWLINE_SLACK_BOT_TOKEN."
    )


async def ask(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Wait for one call's answer.

    Raises:
        ProviderUnavailableError: try again, after ``retry_after`` seconds where Slack named it.
        ThrottledError: Slack allows no more calls of this method yet.
        PlaceGoneError: the conversation or message cannot be written to.
        NotFoundError: there is no such user.
        TriggerExpiredError: the click is too old to open a modal.
        TokenRefusedError: Slack does not take the bot token.
        ProviderRefusedError: Slack said no for another reason.
    """
    try:
        return await ask_once(call)
    except OutcomeUnknownError as exc:
        raise ProviderUnavailableError(Provider.CHAT, exc.reason) from exc


async def ask_once(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Wait for the answer of a call that does harm if it is made twice.

    Raises:
        OutcomeUnknownError: it may have been carried out.
        ConnectorError: it was not; as for ``ask``.
    """
    try:
        return await call
    except PausedError as exc:
        raise _throttled(str(exc), exc.seconds) from exc
    except SlackApiError as exc:
        raise _meaning(exc) from exc
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
        raise ProviderUnavailableError(Provider.CHAT, type(exc).__name__) from exc
    except (aiohttp.ClientError, TimeoutError, OSError) as exc:
        raise OutcomeUnknownError(Provider.CHAT, type(exc).__name__) from exc
    except AttributeError as exc:
        # slack_sdk reads an answer of type text/plain, as proxies send it, as if it were JSON.
        raise OutcomeUnknownError(Provider.CHAT, "the answer is not JSON") from exc


async def whose(client: AsyncWebClient) -> AsyncSlackResponse:
    """Ask whom the bot token belongs to, for at most five seconds.

    Raises:
        TokenRefusedError: Slack does not take the token.
        ProviderUnavailableError: Slack cannot be asked.
    """
    return await _tested("SNOWLINE_SLACK_BOT_TOKEN", client.auth_test())


async def socket_address(client: AsyncWebClient) -> str:
    """Have an address for one Socket Mode connection made, with the app token ``client`` holds.

    Raises:
        TokenRefusedError: Slack does not take the token.
        ProviderUnavailableError: Slack cannot be asked.
    """
    opened = client.apps_connections_open(app_token=client.token or "")
    return str((await _tested("SNOWLINE_SLACK_APP_TOKEN", opened)).get("url"))


async def _tested(setting: str, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    try:
        return await ask(asyncio.wait_for(call, _TOKEN_SECONDS))
    except ProviderUnavailableError as exc:
        reason = f"{exc.reason}; check the network and SNOWLINE_SLACK_API_URL"
        wait = exc.retry_after
        raise ProviderUnavailableError(Provider.CHAT, reason, retry_after=wait) from exc
    except ConnectorError as exc:
        error = exc.error if isinstance(exc, TokenRefusedError) else str(exc)
        raise TokenRefusedError(error, setting) from exc


def _meaning(exc: SlackApiError) -> ConnectorError:
    response = exc.response
    if not isinstance(response, AsyncSlackResponse):
        return OutcomeUnknownError(Provider.CHAT, "the answer is not JSON")
    error = _word((response.data if isinstance(response.data, dict) else {}).get("error") or "")
    wait = retry_after(response.headers.get("retry-after"))
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS or error in REFUSED:
        return _throttled(error or f"HTTP {status}", wait or UNNAMED)
    reason = error or f"HTTP {status}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or error in _HALF_DONE or not error:
        return OutcomeUnknownError(Provider.CHAT, reason)
    if status != HTTPStatus.OK or error in _BUSY:
        return ProviderUnavailableError(Provider.CHAT, reason, retry_after=wait)
    return _refusal(error)


def _throttled(reason: str, seconds: float) -> ThrottledError:
    now = utc_now()
    until = now + timedelta(seconds=seconds)
    return ThrottledError(Provider.CHAT, reason, until=until, now=now)


def _word(error: object) -> str:
    """Take one of Slack's words for an error; what else stands there may be what we sent."""
    text = str(error)
    return text if not text or _WORD.fullmatch(text) else "an error without a name"


def _refusal(error: str) -> ConnectorError:
    if error in _GONE:
        return PlaceGoneError(error)
    if error == "user_not_found":
        return NotFoundError(later("That person"))
    if error in _TOKEN:
        return TokenRefusedError(error)
    kind = TriggerExpiredError if error in _TRIGGER else ProviderRefusedError
    return kind(Provider.CHAT, error)


async def reply(args: AsyncArgs, message: Message, *, replace: bool = False) -> None:
    """Tell whoever typed or clicked, and nobody else; ``replace`` puts it over what was clicked.

    The answer goes to the request's own address, else beside the conversation, else privately.

    Raises:
        ConnectorError: as for ``ask``.
    """
    if await _respond(args, message, replace=replace):
        return
    try:
        await _say_beside(args, message)
    except PlaceGoneError:
        await say(args.client, str(args.context.user_id), message)


async def say(
    client: AsyncWebClient,
    conversation: str,
    message: Message,
    *,
    thread: str = "",
    broadcast: bool = False,
) -> tuple[str, str]:
    """Post a message, a user's id being their direct messages; return where it stands.

    With ``broadcast`` a reply in a thread is shown in the conversation, too.

    Raises:
        ConnectorError: as for ``ask_once``.
    """
    answer = await ask_once(
        client.chat_postMessage(
            channel=conversation,
            text=message.text,
            blocks=message.blocks,
            thread_ts=thread or None,
            reply_broadcast=broadcast or None,
            unfurl_links=False,
            unfurl_media=False,
        )
    )
    channel, stamp = str(answer.get("channel")), str(answer.get("ts"))
    if not _ID.fullmatch(channel) or not _STAMP.fullmatch(stamp):
        raise OutcomeUnknownError(Provider.CHAT, "the answer does not say where the message is")
    return channel, stamp


async def _say_beside(args: AsyncArgs, message: Message) -> None:
    channel = args.context.channel_id
    if channel is None:
        raise PlaceGoneError("no conversation")
    await ask(
        args.client.chat_postEphemeral(
            channel=channel,
            user=str(args.context.user_id),
            text=message.text,
            blocks=message.blocks,
        )
    )


async def _respond(args: AsyncArgs, message: Message, *, replace: bool) -> bool:
    if args.context.response_url is None:
        return False
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            answer = await args.respond(
                text=message.text,
                blocks=message.blocks,
                response_type="ephemeral",
                replace_original=replace,
                unfurl_links=False,
                unfurl_media=False,
            )
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
    return bool(answer.status_code == HTTPStatus.OK)
