"""Import sets: rows for a staging table, which a transform map turns into records at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.sandbox.servicenow import access, errors
from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.answers import json_answer
from bot.sandbox.servicenow.bodies import read_body
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.records import Row, new_sys_id
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.servicenow.table_api import TableApi, base_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformMap:
    """Which staging column becomes which field of ``table``.

    A record whose ``coalesce`` field has the row's value already is updated.
    """

    name: str
    table: str
    coalesce: str
    fields: Mapping[str, str]


STAGING: Final[Mapping[str, TransformMap]] = {
    "imp_user": TransformMap(
        name="User",
        table="sys_user",
        coalesce="user_name",
        fields={
            "user_id": "user_name",
            "first_name": "first_name",
            "last_name": "last_name",
            "email": "email",
        },
    ),
    "u_imp_incident": TransformMap(
        name="Incident",
        table="incident",
        coalesce="correlation_id",
        fields={
            name: name
            for name in (
                "correlation_id",
                "short_description",
                "description",
                "impact",
                "urgency",
                "state",
                "close_code",
                "close_notes",
            )
        },
    ),
}


@dataclass(frozen=True, slots=True)
class ImportSets:
    """Answers for ``/api/now/import``."""

    instance: Instance
    tables: TableApi

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            web.post(f"{prefix}/{{staging}}", self.insert),
            web.post(f"{prefix}/{{staging}}/insertMultiple", self.insert_many),
        ]

    async def insert(self, request: web.Request) -> web.Response:
        """Import one row and tell what became of it; a refused row is told with 201, too."""
        actor, found = self._checked(request)
        result = self._transform(found, await read_body(request), actor, base_of(request))
        answer = {
            "import_set": self.instance.records.number("ISET"),
            "staging_table": request.match_info["staging"],
            "result": [result],
        }
        return json_answer(answer, 201)

    async def insert_many(self, request: web.Request) -> web.Response:
        """Import many rows; what became of them is not told."""
        actor, found = self._checked(request)
        rows = (await read_body(request)).get("records")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise errors.bad_request("Invalid request body", "records must be a list of objects")
        for row in rows:
            self._transform(found, row, actor, base_of(request))
        answer = {"import_set_id": new_sys_id(), "multi_import_set_id": new_sys_id()}
        return json_answer(answer, 201)

    def _checked(self, request: web.Request) -> tuple[Actor, TransformMap]:
        actor = self.instance.authenticate(request)
        staging = request.match_info["staging"]
        found = STAGING.get(staging)
        if found is None:
            raise errors.no_such_table(staging)
        if not access.may_write(actor, found.table):
            raise errors.acl("Insert")
        return actor, found

    def _transform(
        self, found: TransformMap, staged: Mapping[str, Any], actor: Actor, base: str
    ) -> dict[str, str]:
        told = {"transform_map": found.name, "table": found.table}
        try:
            row, status = self._write(found, staged, actor)
        except errors.ApiError as refusal:
            return told | {"status": "error", "error_message": refusal.detail or refusal.message}
        display = TABLES[found.table].display
        return told | {
            "display_name": display,
            "display_value": row[display],
            "record_link": f"{base}/table/{found.table}/{row['sys_id']}",
            "status": status,
            "sys_id": row["sys_id"],
        }

    def _write(
        self, found: TransformMap, staged: Mapping[str, Any], actor: Actor
    ) -> tuple[Row, str]:
        table, writer = TABLES[found.table], self.instance.writer
        named = {found.fields[name]: each for name, each in staged.items() if name in found.fields}
        values = writer.read_values(table, named, actor, display=False)
        key = values.get(found.coalesce, "")
        old = self.instance.records.first(found.table, found.coalesce, key) if key else None
        if old is None:
            return writer.insert(table, values, actor), "inserted"
        before = dict(old)
        row = writer.update(table, old, values, actor)
        return row, "ignored" if row == before else "updated"
