"""One instance: its rows, its people, its tokens, and who a request comes from."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.custom import choices, dictionary, tables_of
from bot.sandbox.servicenow.errors import not_authenticated, second_factor_missing
from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.people import People
from bot.sandbox.servicenow.rate_limits import RateLimits
from bot.sandbox.servicenow.records import Records
from bot.sandbox.servicenow.seed import seed
from bot.sandbox.servicenow.settings import ServiceNowSettings
from bot.sandbox.servicenow.tokens import Tokens
from bot.sandbox.servicenow.writing import Writer

_BASIC_ROLE: Final = "snc_basic_auth_api_access"


@dataclass(frozen=True, slots=True, repr=False)
class Instance:
    """Everything the instance's pages and APIs share.

    ``sessions`` are user names by cookie, ``tiny`` query strings too long for an address.
    """

    settings: ServiceNowSettings
    records: Records
    people: People
    writer: Writer
    tokens: Tokens
    tables: Mapping[str, Table]
    limits: RateLimits
    sessions: dict[str, str] = field(default_factory=dict)
    tiny: dict[str, str] = field(default_factory=dict)

    @classmethod
    def fresh(cls, settings: ServiceNowSettings) -> "Instance":
        """Set an instance up and seed it."""
        records = Records(settings.clock)
        people = People(records, settings.time_zone)
        seed(records, people, settings)
        tables = tables_of(settings)
        for row in dictionary(tables, settings.clock()):
            records.add("sys_dictionary", row)
        for row in choices(settings, settings.clock()):
            records.add("sys_choice", row)
        limits = RateLimits(rules=list(settings.rate_rules), clock=settings.clock)
        writer, tokens = Writer(records, settings), Tokens(settings)
        return cls(settings, records, people, writer, tokens, tables, limits)

    def authenticate(self, request: web.Request) -> Actor:
        """Find out who asks: by password or by token.

        Raises:
            ApiError: 401, for no, wrong and expired credentials alike.
        """
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        actor: Actor | None = None
        if scheme.lower() == "basic":
            actor = self.people.sign_in(*basic_credentials(credentials))
            self._check_basic(actor)
        elif scheme.lower() == "bearer":
            actor = self.people.get(self.tokens.user_of(credentials.strip()) or "")
        if actor is None:
            raise not_authenticated()
        return actor

    def _check_basic(self, actor: Actor | None) -> None:
        """Hold a sign-in by password against the settings for it."""
        if actor is None:
            return
        if self.settings.basic_second_factor:
            raise second_factor_missing()
        is_free = self.people.is_for_services(actor.sys_id) or _BASIC_ROLE in actor.roles
        if self.settings.basic_restricted and not is_free:
            raise not_authenticated()


def basic_credentials(encoded: str) -> tuple[str, str]:
    """Read HTTP Basic credentials; what cannot be read is nobody's."""
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    name, _, password = text.partition(":")
    return name, password
