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
from connector.words import later, tr

_RULES: Final = {each.value: each for each in PreviewRule}
_WHICH: Final = later(
    "`{command} previews` takes `on`, `off` or `auto`, and that is not what was typed."
)


async def set_previews(args: AsyncArgs, services: Services) -> None:
    """Keep the rule that was typed, if one was, and say which holds here."""
    await args.ack()
    workspace, channel = workspace_of(args), origin_of(args).channel
    if words := words_of(args):
        rule = one_of(words, _RULES, tr(_WHICH, command=COMMAND))
        await services.links.keep_rule(workspace, channel, rule)
    await reply(args, rule_here(await services.links.rule(workspace, channel)))
