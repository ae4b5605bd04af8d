"""The pages people work with in a browser; everything here is done as ``admin``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from aiohttp import web

from bot.sandbox.servicenow.actors import ADMIN, Actor
from bot.sandbox.servicenow.answers import html_answer
from bot.sandbox.servicenow.errors import ApiError
from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.list_page import OPEN, SEARCH, Listing, list_page
from bot.sandbox.servicenow.matching import Matcher
from bot.sandbox.servicenow.query import parse
from bot.sandbox.servicenow.record_page import record_page
from bot.sandbox.servicenow.record_view import CLOSING, EDITABLE, RecordView
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.render import JOURNAL_LABELS, Renderer
from bot.sandbox.servicenow.scripts import Scripts
from bot.sandbox.servicenow.signing_in import told

SHOWN: Final = 200
_TARGET: Final = re.compile(r"/?(incident|change_request)(_list)?\.do")
_NOON: Final = "12:00:00"


@dataclass(frozen=True, slots=True)
class TicketPages:
    """Lists and records of the ticket tables."""

    instance: Instance

    def routes(self) -> list[web.RouteDef]:
        """List the pages' addresses, those of deep links included."""
        return [
            web.get("/", self.home),
            web.get("/nav_to.do", self.deep_link),
            web.get("/now/nav/ui/classic/params/target/{target:.+}", self.deep_link),
            web.get("/{table:incident|change_request}_list.do", self.list_tickets),
            web.get("/{table:incident|change_request}.do", self.show),
            web.post("/{table:incident|change_request}.do", self.save),
        ]

    async def home(self, _request: web.Request) -> web.Response:
        """Start with the incidents."""
        return _go("/incident_list.do")

    async def deep_link(self, request: web.Request) -> web.Response:
        """Go where a deep link points, within this instance."""
        target = unquote(request.match_info.get("target", "")) or request.query.get("uri", "")
        parts = urlsplit(target)
        if parts.netloc or not _TARGET.fullmatch(parts.path):
            return html_answer(told("Page not found", "This link leads nowhere."), 404)
        query = f"?{parts.query}" if parts.query else ""
        return _go(f"/{parts.path.lstrip('/')}{query}")

    async def list_tickets(self, request: web.Request) -> web.Response:
        """List a table: what is open, all, or what is searched for."""
        table = self.instance.tables[request.match_info["table"]]
        words = request.query.get("search", "")
        query = f"{SEARCH}{words}" if words else request.query.get("sysparm_query", OPEN)
        scripts = Scripts(self._admin(), self.instance.settings.clock())
        matcher = Matcher(self.instance.records, table, scripts)
        asked = parse(query, table, scripts.evaluate)
        rows = [*reversed(self.instance.records.rows[table.name].values())]
        found = matcher.select(rows, asked)
        listing = Listing(table, found[:SHOWN], len(found), query)
        return html_answer(list_page(listing, self._renderer()))

    async def show(self, request: web.Request) -> web.Response:
        """Show a record."""
        table = self.instance.tables[request.match_info["table"]]
        row = self._row(request, table)
        if row is None:
            return html_answer(told("Record not found", "There is no such record."), 404)
        saved = request.query.get("sysparm_saved") == "true"
        return html_answer(record_page(self._view(table, row, {}, saved=saved)))

    async def save(self, request: web.Request) -> web.Response:
        """Write what a person changed; show the form again when the instance refuses."""
        table = self.instance.tables[request.match_info["table"]]
        row = self._row(request, table)
        if row is None or not _from_here(request):
            return html_answer(told("Record not found", "There is no such record."), 404)
        form = await request.post()
        typed = {name: str(value).replace("\r\n", "\n") for name, value in form.items()}
        try:
            self.instance.writer.update(table, row, _changes(table, typed), self._admin())
        except ApiError as error:
            view = self._view(table, row, typed, error=error.detail or error.message)
            return html_answer(record_page(view), error.status)
        return _go(f"/{table.name}.do?sys_id={row['sys_id']}&sysparm_saved=true", 303)

    def _row(self, request: web.Request, table: Table) -> Row | None:
        records = self.instance.records
        wanted = request.query.get("sys_id", "")
        query = request.query.get("sysparm_query", "")
        number = query.removeprefix("number=") if query.startswith("number=") else wanted
        return records.rows[table.name].get(wanted) or records.first(table.name, "number", number)

    def _view(
        self,
        table: Table,
        row: Row,
        typed: Mapping[str, str],
        *,
        error: str = "",
        saved: bool = False,
    ) -> RecordView:
        records, renderer = self.instance.records, self._renderer()
        return RecordView(table, row, records, renderer, typed, error, saved)

    def _admin(self) -> Actor:
        admin = self.instance.people.named(ADMIN)
        if admin is None:
            raise web.HTTPForbidden(text="The administrator's account is switched off.")
        return admin

    def _renderer(self) -> Renderer:
        return Renderer(self.instance.records, self._admin(), "")


def _changes(table: Table, typed: Mapping[str, str]) -> Row:
    names = (*EDITABLE[table.name], *CLOSING, "hold_reason")
    changes = {
        name: typed[name]
        for name in names
        if name in typed and typed[name] != typed.get(f"was.{name}", "")
    }
    if changes.get("due_date"):
        # Noon in UTC is the same calendar day nearly everywhere.
        changes["due_date"] = f"{changes['due_date']} {_NOON}"
    notes = {name: typed[name].strip() for name in JOURNAL_LABELS if typed.get(name, "").strip()}
    return changes | notes


def _from_here(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _go(address: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": address})
