"""Shortcuts: what works where slash commands do not, as in threads."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.messages import SourceMessage
from bot.handlers.create import required_servicenow, write
from bot.handlers.noting import form_note
from bot.handlers.share import find
from bot.handlers.showing import show_modal
from bot.identifiers import Block, Callback, Verb
from bot.listener import Bind, now_of, workspace_of
from bot.people import SlackPeople
from bot.slack import ask
from bot.views.shortcuts import message_form
from connector.errors import ConnectorError
from connector.models import Right, UserId
from connector.wiring import Services
from connector.words import later

_log = logging.getLogger(__name__)

_PATIENCE: Final = 1.0
"""Seconds for what a form is filled in with: Slack waits three for it to open."""


async def write_from_message(args: AsyncArgs, services: Services) -> None:
    """Open the form for a ticket, filled in with a message, who wrote it and its address."""
    await args.ack()
    source = SourceMessage.read(args.body)
    note = await form_note(args, services, await required_servicenow(args, services))
    names, permalink = await asyncio.gather(_names(args, source), _permalink(args, source))
    texts = {
        Block.NAME: source.title(names),
        Block.DESCRIPTION: source.description(names, permalink),
    }
    view = message_form(
        source.origin,
        texts,
        today=now_of(args).date(),
        note=note,
        defaults=await services.defaults.get(workspace_of(args)),
    )
    await show_modal(args, view, again=Verb.CREATE)


async def _permalink(args: AsyncArgs, source: SourceMessage) -> str:
    """Ask Slack for the address of a message; without an answer it is worked out."""
    try:
        async with asyncio.timeout(_PATIENCE):
            answer = await ask(
                args.client.chat_getPermalink(channel=source.channel, message_ts=source.stamp)
            )
    except (ConnectorError, TimeoutError) as exc:
        _log.info("The address of a message is worked out: %s", str(exc) or "no answer in time")
        return source.address
    return str(answer.get("permalink") or source.address)


async def _names(args: AsyncArgs, source: SourceMessage) -> Mapping[str, str]:
    people, workspace = SlackPeople(args.client), workspace_of(args)

    async def name(user: str) -> tuple[str, str]:
        try:
            async with asyncio.timeout(_PATIENCE):
                person = await people.person(workspace, UserId(user))
        except (ConnectorError, TimeoutError):
            return user, ""
        return user, person.name

    found = await asyncio.gather(*map(name, dict.fromkeys(source.people)))
    return {user: named for user, named in found if named}


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.global_shortcut(Callback.SHARE_SHORTCUT)(
        bind(find, tried=later("Opening the search for an action."), right=Right.SHARE)
    )
    app.global_shortcut(Callback.CREATE_SHORTCUT)(
        bind(write, tried=later("Opening the form for a ticket."), right=Right.SHARE)
    )
    app.message_shortcut(Callback.MESSAGE_SHORTCUT)(
        bind(
            write_from_message,
            tried=later("Opening the form for a ticket from that message."),
            right=Right.SHARE,
        )
    )
