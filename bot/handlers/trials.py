"""Test records."""

from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.settings import About
from bot.handlers.reading import chosen
from bot.handlers.showing import push_modal
from bot.identifiers import Action
from bot.listener import Bind, user_of, workspace_of
from bot.slack import ask, say
from bot.views.trial import made, made_modal, making
from connector.errors import ProviderRefusedError
from connector.models import Right
from connector.wiring import Services
from connector.words import later

_WAIT: Final = 25.0


async def make_test_record(args: AsyncArgs, services: Services) -> None:
    """Make one record for one click, and show what was kept of it."""
    await args.ack()
    kind, user = About.read(chosen(args)).kind, user_of(args)
    trigger = str(args.body["trigger_id"])
    share = await services.trials.make(workspace_of(args), user, kind, trigger)
    view_id = await push_modal(args, making(kind))
    record = await services.trials.result(share, _WAIT)
    try:
        await ask(args.client.views_update(view_id=view_id, view=made_modal(record)))
    except ProviderRefusedError:
        # The modal was closed meanwhile.
        await say(args.client, user, made(record))


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.TEST_RECORD)(
        bind(make_test_record, tried=later("Making a test record."), right=Right.CONNECT)
    )
