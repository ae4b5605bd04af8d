"""The sandbox's ServiceNow: one instance over HTTP."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.servicenow.aggregates import Aggregates
from bot.sandbox.servicenow.answers import (
    FAULT_ANSWERS,
    dress,
    error_answer,
    json_answer,
    too_long,
)
from bot.sandbox.servicenow.attachments import Attachments
from bot.sandbox.servicenow.batches import INSIDE, Batches
from bot.sandbox.servicenow.bodies import read_body
from bot.sandbox.servicenow.business_rules import BusinessRules
from bot.sandbox.servicenow.change_api import ChangeApi
from bot.sandbox.servicenow.consent import Consent
from bot.sandbox.servicenow.errors import ApiError, no_such_resource, no_such_table
from bot.sandbox.servicenow.import_sets import ImportSets
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.oauth import TokenEndpoint
from bot.sandbox.servicenow.preference_page import PreferencePage
from bot.sandbox.servicenow.records import Row, new_sys_id
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.servicenow.settings import ServiceNowSettings
from bot.sandbox.servicenow.signing_in import SigningIn
from bot.sandbox.servicenow.table_api import TableApi
from bot.sandbox.servicenow.ticket_pages import TicketPages

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LONGEST_ADDRESS: Final = 8192
_VERSION: Final = "{version:(?:/v[0-9]+)?}"
_STATIC: Final = Path(__file__).parent / "static"
_PAGES: Final = ("/_", "/nav_to.do", "/now/nav", "/incident", "/change_request", "/sys_user_pref")
"""Pages that poll, and control calls, never take a fault meant for a client."""


@dataclass(slots=True, kw_only=True, repr=False)
class ServiceNowServer:
    """An instance and everything that answers for it."""

    settings: ServiceNowSettings = field(default_factory=ServiceNowSettings)
    instance: Instance = field(init=False)
    faults: Faults = field(init=False)
    app: web.Application = field(init=False)

    def __post_init__(self) -> None:
        """Seed the instance and put the application together."""
        self.instance = Instance.fresh(self.settings)
        self.faults = Faults(
            answers=FAULT_ANSWERS, late_by=self.settings.longest_transaction, spare=_PAGES
        )
        key = secrets.token_urlsafe(16)
        self.app = web.Application(
            middlewares=[self.faults.middleware, _instance_middleware(self.instance, key)],
            # Addresses longer than the limit must arrive, to be refused as an instance does.
            handler_args={"max_line_size": 1 << 20},
            client_max_size=10 << 20,
        )
        self.app.add_routes(self._routes(key))
        rules = BusinessRules(self.instance)
        self.instance.writer.listeners.append(rules.heed)
        self.app.on_cleanup.append(rules.close)

    def records(self, table: str) -> list[Row]:
        """List the raw rows of a table, oldest first."""
        return list(self.instance.records.all(table))

    def _routes(self, key: str) -> list[web.AbstractRouteDef]:
        table, tokens = TableApi(self.instance), TokenEndpoint(self.instance)
        signing_in = SigningIn(self.instance)
        consent = Consent(self.instance, signing_in, secrets.token_urlsafe(16))
        prefix = f"/api/now{_VERSION}/table/{{table}}"
        return [
            web.route("*", prefix, table.on_table),
            web.route("*", f"{prefix}/{{sys_id}}", table.on_record),
            web.get("/oauth_auth.do", consent.show),
            web.post("/oauth_auth.do", consent.decide),
            web.post("/oauth_token.do", tokens.issue),
            web.route("*", "/oauth_revoke_token.do", tokens.revoke),
            web.get("/login.do", signing_in.show),
            web.post("/login.do", signing_in.log_in),
            web.get("/logout.do", signing_in.log_out),
            *Attachments(self.instance, table).routes(f"/api/now{_VERSION}/attachment"),
            web.get(f"/api/now{_VERSION}/stats/{{table}}", Aggregates(self.instance, table).answer),
            web.post(f"/api/now{_VERSION}/batch", Batches(self.instance, key).run),
            *ChangeApi(self.instance, table).routes(),
            *ImportSets(self.instance, table).routes(f"/api/now{_VERSION}/import"),
            web.post("/api/now/tinyurl", self._shorten),
            web.route("*", "/api/{rest:.*}", self._nowhere),
            web.static("/_static", _STATIC),
            *TicketPages(self.instance).routes(),
            *PreferencePage(self.instance).routes(),
            web.get("/_sandbox/records/{table}", self._dump),
            web.post("/_sandbox/expire-tokens", self._expire),
            web.post("/_sandbox/set-password", self._set_password),
            web.route("*", "/_sandbox/rate-limits", self.instance.limits.set_rules),
            *self.faults.routes(),
        ]

    async def _shorten(self, request: web.Request) -> web.Response:
        self.instance.authenticate(request)
        page, _, query = str((await read_body(request)).get("url", "")).partition("?")
        key = new_sys_id()
        self.instance.tiny[key] = query
        return json_answer({"result": f"{page}?sysparm_tiny={key}"})

    async def _nowhere(self, request: web.Request) -> web.Response:
        self.instance.authenticate(request)
        raise no_such_resource()

    async def _dump(self, request: web.Request) -> web.Response:
        name = request.match_info["table"]
        if name not in TABLES:
            raise no_such_table(name)
        return json_answer({"result": self.records(name)})

    async def _set_password(self, request: web.Request) -> web.Response:
        asked = await request.json()
        name, password = str(asked.get("user_name", "")), str(asked.get("password", ""))
        return json_answer({"set": self.instance.people.set_password(name, password)})

    async def _expire(self, request: web.Request) -> web.Response:
        asked = await request.json() if request.can_read_body else {}
        refresh = bool(asked.get("refresh"))
        return json_answer({"expired": self.instance.tokens.expire_all(refresh=refresh)})


def _instance_middleware(
    instance: Instance, key: str
) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Answer as an instance does; requests with ``key`` come from the instance itself."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        inside = request.headers.get(INSIDE) == key
        if len(request.raw_path) > LONGEST_ADDRESS and not inside:
            return too_long()
        try:
            response = await handler(request)
        except ApiError as error:
            response = error_answer(error)
        if request.path.startswith("/api/"):
            seconds = instance.settings.clock()
            dress(response, signed_in=response.status != 401, seconds=seconds)
        return response

    return answer
