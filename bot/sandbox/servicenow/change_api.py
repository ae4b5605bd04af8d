"""The Change Management API: change requests by their type, each field in both its forms."""

from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from bot.sandbox.servicenow import access, errors
from bot.sandbox.servicenow.answers import json_answer
from bot.sandbox.servicenow.bodies import read_body
from bot.sandbox.servicenow.change_states import approval, next_states
from bot.sandbox.servicenow.change_templates import TEMPLATES, ChangeTemplates, template_values
from bot.sandbox.servicenow.change_values import asked_of, kind_of, understood
from bot.sandbox.servicenow.change_view import change_view
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.table_api import Call, TableApi

_PREFIX: Final = "/api/sn_chg_rest{version:(?:/v[0-9]+)?}/change"
_KIND: Final = "{kind:normal|standard|emergency}"
_TABLE: Final = "change_request"
_EVERYTHING: Final = 10**9
_DECISIONS: Final = frozenset({"approved", "rejected"})


@dataclass(frozen=True, slots=True)
class ChangeApi:
    """Answers for ``/api/sn_chg_rest/change``."""

    instance: Instance
    tables: TableApi

    def routes(self) -> list[web.RouteDef]:
        """List the addresses; those with a word of their own come before those with an id."""
        ones = (f"{_PREFIX}/{{sys_id}}", f"{_PREFIX}/{_KIND}/{{sys_id}}")
        return [
            web.get(_PREFIX, self.list_changes),
            web.post(_PREFIX, self.create),
            *ChangeTemplates(self.instance, self.tables).routes(_PREFIX),
            web.post(f"{_PREFIX}/standard/{{template}}", self.create_standard),
            web.get(f"{_PREFIX}/{_KIND}", self.list_changes),
            web.post(f"{_PREFIX}/{{kind:normal|emergency}}", self.create),
            *(web.get(one, self.read) for one in ones),
            *(web.patch(one, self.change) for one in ones),
            *(web.delete(one, self.delete) for one in ones),
            web.get(f"{_PREFIX}/{{sys_id}}/nextstates", self.list_next_states),
            web.patch(f"{_PREFIX}/{{sys_id}}/approvals", self.decide),
        ]

    async def list_changes(self, request: web.Request) -> web.Response:
        """Answer with the change requests of a query, of one type if the address names it."""
        call = self.tables.call(request, _TABLE)
        whole = replace(call, params=replace(call.params, limit=_EVERYTHING, offset=0))
        rows, _ = self.tables.select(whole)
        kind = request.match_info.get("kind", "")
        found = [row for row in rows if kind in {"", row["type"]}]
        page = found[call.params.offset : call.params.offset + call.params.limit]
        result = [self._shown(call, row) for row in page]
        return json_answer({"result": result}, headers={"X-Total-Count": str(len(found))})

    async def create(self, request: web.Request) -> web.Response:
        """Make a change request; unlike the Table API this answers 200."""
        call = self.tables.call(request, _TABLE)
        return await self._create(call, {}, request.match_info.get("kind", ""))

    async def create_standard(self, request: web.Request) -> web.Response:
        """Make a standard change request from a template; what that fixes stays fixed."""
        call = self.tables.call(request, _TABLE)
        template = self.instance.records.find(TEMPLATES, request.match_info["template"])
        if template is None:
            raise errors.no_record()
        return await self._create(call, template_values(template), "standard")

    async def _create(self, call: Call, fixed: Row, kind: str) -> web.Response:
        asked = await asked_of(call)
        if not access.may_write(call.actor, _TABLE):
            raise errors.acl("Insert")
        values, ignored = understood(call, self.instance.writer, asked)
        values["type"] = kind or values.get("type", "") or kind_of(asked)
        row = self.instance.writer.insert(call.table, values | fixed, call.actor)
        return self._answer(call, row, ignored)

    async def read(self, request: web.Request) -> web.Response:
        """Answer with one change request."""
        call = self.tables.call(request, _TABLE)
        return json_answer({"result": self._shown(call, self._row(call))})

    async def change(self, request: web.Request) -> web.Response:
        """Change a change request."""
        call = self.tables.call(request, _TABLE)
        values, ignored = understood(call, self.instance.writer, await asked_of(call))
        return self._answer(call, self._update(call, values), ignored)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a change request and answer with what it was."""
        call = self.tables.call(request, _TABLE)
        row = self._row(call)
        if not call.actor.is_admin:
            raise errors.acl("Delete")
        shown = self._shown(call, row)
        self.instance.records.remove(_TABLE, row)
        return json_answer({"result": shown})

    async def list_next_states(self, request: web.Request) -> web.Response:
        """Answer with the states within reach and what stands in the way of each."""
        call = self.tables.call(request, _TABLE)
        needed = self.instance.settings.group_needed_beyond_new
        states = next_states(call.table, self._row(call), group_needed=needed)
        return json_answer({"result": states})

    async def decide(self, request: web.Request) -> web.Response:
        """Approve or reject a change request."""
        call = self.tables.call(request, _TABLE)
        decision = str((await read_body(request)).get("state", ""))
        if decision not in _DECISIONS:
            raise errors.bad_request("Invalid approval state", decision)
        return self._answer(call, self._update(call, approval(self._row(call), decision)), [])

    def _row(self, call: Call) -> Row:
        row = self.tables.row(call)
        if call.request.match_info.get("kind", row["type"]) != row["type"]:
            raise errors.no_record()
        return row

    def _update(self, call: Call, values: Row) -> Row:
        row = self._row(call)
        if not access.may_write(call.actor, _TABLE):
            raise errors.acl("Update")
        return self.instance.writer.update(call.table, row, values, call.actor)

    def _shown(self, call: Call, row: Row) -> dict[str, Any]:
        unreadable = self.instance.settings.unreadable
        return change_view(self.instance.records, call.actor, row, unreadable)

    def _answer(self, call: Call, row: Row, ignored: list[str]) -> web.Response:
        told = {"__meta": {"ignoredFields": ignored}}
        return json_answer({"result": self._shown(call, row) | told})
