"""The Table API: read, insert, change and delete rows over HTTP."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sandbox.servicenow import access, errors
from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.answers import json_answer
from bot.sandbox.servicenow.bodies import read_body
from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.matching import Matcher
from bot.sandbox.servicenow.params import Params, pages_header, read_params
from bot.sandbox.servicenow.query import Condition, Query, parse
from bot.sandbox.servicenow.records import Row, field_at, table_of
from bot.sandbox.servicenow.render import Renderer, known_names
from bot.sandbox.servicenow.scripts import Scripts


@dataclass(frozen=True, slots=True)
class Call:
    """One request, understood: who asks, of which table, with which parameters."""

    request: web.Request
    actor: Actor
    table: Table
    params: Params
    base: str

    @property
    def sys_id(self) -> str:
        """The record asked for."""
        return self.request.match_info["sys_id"].lower()


def base_of(request: web.Request) -> str:
    """Tell the API's address as this client called it, with its version if it gave one."""
    version = request.match_info.get("version", "")
    return f"{request.scheme}://{request.host}/api/now{version}"


def verb_of(request: web.Request) -> str:
    """Tell the method a client means."""
    return request.headers.get("X-HTTP-Method-Override", request.method).upper()


@dataclass(frozen=True, slots=True)
class TableApi:
    """Answers for ``/api/now/table``."""

    instance: Instance

    async def on_table(self, request: web.Request) -> web.Response:
        """Answer a request for a table: GET lists, POST inserts."""
        return await self._dispatch(request, _TABLE_VERBS)

    async def on_record(self, request: web.Request) -> web.Response:
        """Answer a request for one record."""
        return await self._dispatch(request, _RECORD_VERBS)

    async def _dispatch(
        self,
        request: web.Request,
        verbs: "Mapping[str, Callable[[TableApi, Call], Awaitable[web.Response]]]",
    ) -> web.Response:
        actor = self.instance.authenticate(request)
        limits = self.instance.limits.count(actor.user_name)
        try:
            answer = await self._answer(request, actor, verbs)
        except errors.ApiError as exc:
            exc.headers |= limits
            raise
        answer.headers.update(limits)
        return answer

    async def _answer(
        self,
        request: web.Request,
        actor: Actor,
        verbs: "Mapping[str, Callable[[TableApi, Call], Awaitable[web.Response]]]",
    ) -> web.Response:
        _check_accept(request)
        handler = verbs.get(verb_of(request))
        if handler is None:
            raise errors.ApiError(405, "Method not supported", f"{verb_of(request)} not supported")
        return await handler(self, self.call(request, request.match_info["table"], actor))

    def call(self, request: web.Request, name: str, actor: Actor | None = None) -> Call:
        """Understand a request about a table.

        Raises:
            ApiError: 401, or 400 when there is no such table.
        """
        actor = actor or self.instance.authenticate(request)
        if name not in self.instance.tables:
            raise errors.no_such_table(name)
        params = read_params(request, self.instance.tiny)
        return Call(request, actor, self.instance.tables[name], params, base_of(request))

    async def list_rows(self, call: Call) -> web.Response:
        """Answer with the rows of a query."""
        seen, total = self.select(call)
        if not seen and call.base.endswith("/v1"):
            raise errors.no_record()
        renderer = self._renderer(call)
        names = known_names(call.table, call.params.fields)
        result = [renderer.render(call.table, row, names) for row in seen]
        return json_answer({"result": result}, headers=_counted(call, total))

    def select(self, call: Call) -> tuple[list[Row], int]:
        """Find the page of rows a call asks for that its user may see, and the whole number.

        The count and the limit come before the access rules, as on a real instance.

        Raises:
            ApiError: 403; the table or a field of the query is closed to the user.
        """
        query = self._query(call)
        settings = self.instance.settings
        access.check_query(call.actor, call.table.name, query.paths, settings)
        scripts = Scripts(call.actor, settings.clock())
        matcher = Matcher(self.instance.records, call.table, scripts)
        found = matcher.select(self.instance.records.all(call.table.name), query)
        page = found[call.params.offset : call.params.offset + call.params.limit]
        seen = [row for row in page if self._may_read(call, row)]
        return seen, len(found)

    def _query(self, call: Call) -> Query:
        scripts = Scripts(call.actor, self.instance.settings.clock())
        if call.params.query or not call.params.named:
            return parse(call.params.query, call.table, scripts.evaluate)
        conditions = [
            (Condition(name, "=", self._raw(call.table, name, scripts.evaluate(value))),)
            for name, value in call.params.named
            if field_at(call.table, name)
        ]
        return Query((tuple(conditions),))

    def _raw(self, table: Table, name: str, value: str) -> str:
        field = field_at(table, name)
        if field is None or value in field.choices:
            return value
        labels = {label.casefold(): key for key, label in field.choices.items()}
        if field.target and self.instance.records.find(field.target, value) is None:
            return self.instance.writer.sys_id_of(field.target, value) or value
        return labels.get(value.casefold(), value)

    async def read_one(self, call: Call) -> web.Response:
        """Answer with one record."""
        return json_answer({"result": self.rendered(call, self.row(call))})

    async def insert(self, call: Call) -> web.Response:
        """Insert a record."""
        values = await self._values(call)
        if not access.may_write(call.actor, call.table.name, values):
            raise errors.acl("Insert")
        row = self.instance.writer.insert(call.table, values, call.actor)
        location = f"{call.base}/table/{call.table.name}/{row['sys_id']}"
        return self._written(call, row, 201, {"Location": location})

    async def update(self, call: Call) -> web.Response:
        """Change a record; PUT means the same as PATCH."""
        values = await self._values(call)
        row = self.row(call)
        frozen = self.instance.settings.frozen
        if not access.may_write(call.actor, table_of(call.table, row).name, row, frozen):
            raise errors.acl("Update")
        self.instance.writer.update(table_of(call.table, row), row, values, call.actor)
        return self._written(call, row, 200, {})

    async def delete(self, call: Call) -> web.Response:
        """Delete a record with its journal and attachments."""
        row = self.row(call)
        if not call.actor.is_admin:
            raise errors.acl("Delete")
        self.instance.records.remove(call.table.name, row)
        return web.Response(status=204)

    async def _values(self, call: Call) -> Row:
        body = await read_body(call.request)
        display = call.params.input_display
        return self.instance.writer.read_values(call.table, body, call.actor, display=display)

    def row(self, call: Call) -> Row:
        """Find the record a call asks for.

        Raises:
            ApiError: 404; there is none, or none that its user may see.
        """
        row = self.instance.records.find(call.table.name, call.sys_id)
        if row is None or not self._may_read(call, row):
            raise errors.no_record()
        return row

    def _may_read(self, call: Call, row: Row) -> bool:
        settings = self.instance.settings
        if row["sys_id"] in settings.out_of_sight and not call.actor.is_admin:
            return False
        return access.may_read(call.actor, call.table.name, row, settings.opened)

    def rendered(self, call: Call, row: Row) -> dict[str, object]:
        """Render a row as the call wants it."""
        names = known_names(call.table, call.params.fields)
        return self._renderer(call).render(call.table, row, names)

    def _renderer(self, call: Call) -> Renderer:
        return Renderer(
            self.instance.records,
            call.actor,
            call.base,
            call.params.shape,
            call.params.links,
            self.instance.settings.unreadable,
        )

    def _written(self, call: Call, row: Row, status: int, headers: dict[str, str]) -> web.Response:
        if call.request.headers.get("X-no-response-body", "").lower() == "true":
            return json_answer(None, status, headers)
        return json_answer({"result": self.rendered(call, row)}, status, headers)


_Verbs = Mapping[str, Callable[[TableApi, Call], Awaitable[web.Response]]]
_TABLE_VERBS: Final[_Verbs] = {
    "GET": TableApi.list_rows,
    "HEAD": TableApi.list_rows,
    "POST": TableApi.insert,
}
_RECORD_VERBS: Final[_Verbs] = {
    "GET": TableApi.read_one,
    "HEAD": TableApi.read_one,
    "PUT": TableApi.update,
    "PATCH": TableApi.update,
    "DELETE": TableApi.delete,
}


def _counted(call: Call, total: int) -> dict[str, str]:
    headers = {"X-Total-Count": str(total)} if call.params.with_count else {}
    pages = pages_header(call.request, call.params, total) if call.params.with_pages else ""
    return headers | ({"Link": pages} if pages else {})


def _check_accept(request: web.Request) -> None:
    accepted = request.headers.get("Accept", "*/*").lower()
    if not any(each in accepted for each in ("json", "*/*", "application/*")):
        raise errors.ApiError(406, "Not acceptable", f"{accepted} is not supported")
