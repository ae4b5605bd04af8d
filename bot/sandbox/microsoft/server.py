"""One server that is both the sign-in host and the Graph host of one tenant."""

from functools import partial
from typing import Final

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.microsoft import catalogue, dumps
from bot.sandbox.microsoft.control import Control
from bot.sandbox.microsoft.errors import failure
from bot.sandbox.microsoft.graph import Graph
from bot.sandbox.microsoft.settings import MicrosoftSettings
from bot.sandbox.microsoft.sign_in import SignIn
from bot.sandbox.microsoft.tenant import Tenant
from bot.sandbox.microsoft.times import today
from bot.sandbox.microsoft.tokens import Tokens

_FAILURES: Final = ("429", "500", "503", "expired-token")


class MicrosoftServer:
    """State and aiohttp application of one sandbox tenant."""

    def __init__(self, *, settings: MicrosoftSettings) -> None:
        self.tenant = _tenant(settings)
        tokens = Tokens(seconds=settings.token_seconds)
        self.faults = Faults(answers={name: partial(failure, name) for name in _FAILURES})
        self.app = web.Application(middlewares=[self.faults.middleware])
        self.app.add_routes(self.faults.routes())
        self.app.add_routes(Control(self.tenant).routes())
        self.app.add_routes(SignIn(tokens).routes())
        self.app.add_routes(Graph(self.tenant, tokens).routes())


def _tenant(settings: MicrosoftSettings) -> Tenant:
    if settings.profiles or settings.scores:
        return dumps.load(settings.profiles, settings.scores)
    return catalogue.build(today())
