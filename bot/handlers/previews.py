"""Whether links of tickets are shown in a channel: an admin says so there."""

from typing import Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import one_of, origin_of, words_of
from bot.identifiers import COMMAND
from bot.listener import workspace_of
from bot.slack import reply
from bot.views.link_notices import rule_here
from connector.models import PreviewRule
from connector.wiring import Services

_RULES: Final = {each.value: each for each in PreviewRule}
_WHICH: Final = f"`{COMMAND} previews` takes `on`, `off` or `auto`, and that is not what was typed."


async def set_previews(args: AsyncArgs, services: Services) -> None:
    """Keep the rule that was typed, if one was, and say which holds here."""
    await args.ack()
    workspace, channel = workspace_of(args), origin_of(args).channel
    if words := words_of(args):
        await services.links.keep_rule(workspace, channel, one_of(words, _RULES, _WHICH))
    await reply(args, rule_here(await services.links.rule(workspace, channel)))
