"""What change requests are made from: change models, and templates of standard ones."""

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.sandbox.servicenow.answers import json_answer
from bot.sandbox.servicenow.change_models import MODELS
from bot.sandbox.servicenow.change_view import pair_of
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.table_api import TableApi

TEMPLATES: Final = "std_change_record_producer"


@dataclass(frozen=True, slots=True)
class ChangeTemplates:
    """Answers for ``/change/model`` and ``/change/standard/template``."""

    instance: Instance
    tables: TableApi

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """List the addresses."""
        return [
            web.get(f"{prefix}/model", self.list_models),
            web.get(f"{prefix}/standard/template", self.list_templates),
            web.get(f"{prefix}/standard/template/{{sys_id}}", self.read_template),
        ]

    async def list_models(self, request: web.Request) -> web.Response:
        """Answer with the change models."""
        self.instance.authenticate(request)
        shown = [
            {"sys_id": pair_of(model.sys_id), "name": pair_of(model.name)}
            for model in MODELS.values()
        ]
        return json_answer({"result": shown})

    async def list_templates(self, request: web.Request) -> web.Response:
        """Answer with the templates of a query."""
        rows, total = self.tables.select(self.tables.call(request, TEMPLATES))
        result = [_view(row) for row in rows]
        return json_answer({"result": result}, headers={"X-Total-Count": str(total)})

    async def read_template(self, request: web.Request) -> web.Response:
        """Answer with one template."""
        call = self.tables.call(request, TEMPLATES)
        return json_answer({"result": _view(self.tables.row(call))})


def template_values(template: Row) -> Row:
    """Read what a template fills in; it is written as the instance does: ``field=value^…^EQ``."""
    pairs = (each.partition("=") for each in template["template_value"].split("^"))
    fixed = {name: value for name, equals, value in pairs if equals}
    return fixed | {"std_change_producer_version": template["sys_id"]}


def _view(template: Row) -> dict[str, Any]:
    shown = {name: pair_of(value) for name, value in template.items()}
    named = pair_of(template["sys_id"], template["name"])
    return shown | {"active": pair_of(template["active"] == "true"), "template": named}
