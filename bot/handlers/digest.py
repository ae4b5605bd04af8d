"""The digest of a conversation."""

from typing import Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import delivery_of, one_of, origin_of, words_of
from bot.identifiers import COMMAND
from bot.listener import user_of, workspace_of
from bot.slack import reply
from bot.views.digest import digest_coming
from connector.wiring import Services
from connector.words import later, tr

_WORDS: Final = {"now": True}
_WHICH: Final = later(
    "`{command} digest` takes one word, `now`, and that is not what was typed."
    " `{command} digest now` posts this conversation's digest for everybody in it."
)


async def post_digest(args: AsyncArgs, services: Services) -> None:
    """Take on this conversation's digest; it is posted by the work."""
    one_of(words_of(args), _WORDS, tr(_WHICH, command=COMMAND))
    origin = origin_of(args)
    delivery = delivery_of(args)
    await services.digests.request(workspace_of(args), user_of(args), origin.channel, delivery)
    await args.ack()
    await reply(args, digest_coming(origin.channel, origin.where))
