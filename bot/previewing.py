"""Previews of links and the panes beside them, into Slack."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import ask
from bot.views.links import entity, plainly
from connector.errors import ConnectorError, ProviderError, ProviderRefusedError
from connector.models import Preview

_log = logging.getLogger(__name__)

_FINAL: Final = frozenset(
    {
        "cannot_find_channel",
        "cannot_find_message",
        "cannot_find_service",
        "cannot_prompt",
        "cannot_unfurl_message",
        "cannot_unfurl_url",
        "invalid_source",
        "invalid_unfurl_id",
        "missing_scope",
    }
)
"""Refusals of a message or its link, whatever it is to be shown as."""
_DROPPED: Final = "invalid_metadata_format"


async def unfurl(
    client: AsyncWebClient, where: Mapping[str, str], shown: Iterable[Preview]
) -> bool:
    """Show previews as Work Objects or, where those are not on, plainly; False where neither."""
    previews = tuple(shown)
    objects = {"metadata": {"entities": [entity(each) for each in previews]}}
    plain = {"unfurls": {each.url: plainly(each) for each in previews}}
    try:
        return await _taken(client, where, objects) or await _taken(client, where, plain)
    except ConnectorError as exc:
        # The message is gone or forbids it, or Slack has no time: nobody waits for a preview.
        _log.info("A link was not shown: %s", exc)
        return False


async def _taken(client: AsyncWebClient, where: Mapping[str, str], content: Any) -> bool:
    """Try one way; False where another may be taken."""
    arguments: dict[str, Any] = {**where, **content}
    try:
        answer = await ask(client.chat_unfurl(**arguments))
    except ProviderRefusedError as exc:
        if exc.reason in _FINAL:
            raise
        _log.info("A link was not shown as this: %s", exc.reason)
        return False
    # An object that Slack does not understand may be dropped, and the answer is still ok.
    return answer.get("warning") != _DROPPED


async def present(client: AsyncWebClient, trigger: str, pane: Mapping[str, Any]) -> None:
    """Fill the pane that somebody opened; it may have been closed or filled meanwhile."""
    arguments: dict[str, Any] = {"trigger_id": trigger, **pane}
    try:
        await ask(client.entity_presentDetails(**arguments))
    except ProviderError as exc:
        _log.info("The details of a link were not shown: %s", exc)
