"""The Attachment API: files that hang on records."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.servicenow import access, errors
from bot.sandbox.servicenow.answers import json_answer
from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.servicenow.table_api import Call, TableApi

_TABLE: Final = "sys_attachment"
_BYTES: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Attachments:
    """Answers for ``/api/now/attachment``."""

    instance: Instance
    tables: TableApi

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            web.get(prefix, self.list_files),
            web.post(f"{prefix}/file", self.add_raw),
            web.post(f"{prefix}/upload", self.add_form),
            web.get(f"{prefix}/{{sys_id}}", self.read),
            web.get(f"{prefix}/{{sys_id}}/file", self.download),
            web.delete(f"{prefix}/{{sys_id}}", self.delete),
        ]

    async def list_files(self, request: web.Request) -> web.Response:
        """Answer with what is known of the files of a query."""
        call = self.tables.call(request, _TABLE)
        rows, total = self.tables.select(call)
        result = [self._described(call, row) for row in rows]
        return json_answer({"result": result}, headers={"X-Total-Count": str(total)})

    async def add_raw(self, request: web.Request) -> web.Response:
        """Keep the body as a file."""
        call = self.tables.call(request, _TABLE)
        kind = request.headers.get("Content-Type", _BYTES)
        return self._add(call, request.query, kind, await request.read())

    async def add_form(self, request: web.Request) -> web.Response:
        """Keep the file of a multipart form."""
        call = self.tables.call(request, _TABLE)
        try:
            form = await request.post()
        except ValueError as exc:
            raise errors.bad_request("Invalid multipart body", str(exc)) from exc
        file = next((each for each in form.values() if isinstance(each, web.FileField)), None)
        if file is None:
            raise errors.bad_request("Missing uploadFile part")
        values = {name: each for name, each in form.items() if isinstance(each, str)}
        named = {"file_name": file.filename} | values
        return self._add(call, named, file.content_type, file.file.read())

    def _add(self, call: Call, named: Mapping[str, str], kind: str, content: bytes) -> web.Response:
        table, owner = self._owner(call, named)
        if not access.may_write(call.actor, table.name):
            raise errors.acl("Insert")
        values = {
            "file_name": named.get("file_name", "") or "file",
            "content_type": kind,
            "size_bytes": str(len(content)),
            "size_compressed": str(len(zlib.compress(content))),
            "hash": hashlib.sha256(content).hexdigest(),
            "table_name": table.name,
            "table_sys_id": owner["sys_id"],
        }
        row = self.instance.writer.insert(call.table, values, call.actor)
        self.instance.records.files[row["sys_id"]] = content
        described = self._described(call, row)
        location = {"Location": str(described["download_link"])}
        return json_answer({"result": described}, 201, location)

    def _owner(self, call: Call, named: Mapping[str, str]) -> tuple[Table, Row]:
        table = TABLES.get(named.get("table_name", ""))
        if table is None:
            raise errors.no_such_table(named.get("table_name", ""))
        row = self.instance.records.find(table.name, named.get("table_sys_id", ""))
        if row is None or not access.may_read(call.actor, table.name, row):
            raise errors.no_record()
        return table, row

    def _found(self, request: web.Request) -> tuple[Call, Row]:
        call = self.tables.call(request, _TABLE)
        row = self.instance.records.find(_TABLE, call.sys_id)
        if row is None or not access.may_read(call.actor, _TABLE, row):
            raise errors.no_record()
        return call, row

    async def read(self, request: web.Request) -> web.Response:
        """Answer with what is known of one file."""
        return json_answer({"result": self._described(*self._found(request))})

    async def download(self, request: web.Request) -> web.Response:
        """Answer with the file itself."""
        _, row = self._found(request)
        name = row["file_name"]
        plain = name.replace('"', "'").encode("ascii", "replace").decode()
        headers = {
            "Content-Type": row["content_type"],
            "Content-Disposition": (
                f"attachment;filename=\"{plain}\";filename*=UTF-8''{quote(name, safe='')}"
            ),
            "x-attachment-metadata": json.dumps(row),
        }
        return web.Response(
            body=self.instance.records.files.get(row["sys_id"], b""), headers=headers
        )

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a file."""
        call, row = self._found(request)
        if not access.may_write(call.actor, _TABLE):
            raise errors.acl("Delete")
        self.instance.records.remove(_TABLE, row)
        return web.Response(status=204)

    def _described(self, call: Call, row: Row) -> dict[str, Any]:
        link = f"{call.base}/attachment/{row['sys_id']}/file"
        return {**self.tables.rendered(call, row), "download_link": link}
