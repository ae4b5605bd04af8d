"""The list of user preferences, as an administrator sees it."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sandbox.servicenow.answers import html_answer
from bot.sandbox.servicenow.html import tag
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.layout import page
from bot.sandbox.servicenow.list_page import time_tag
from bot.sandbox.servicenow.schema import TABLES

_TABLE: Final = "sys_user_preference"
_COLUMNS: Final = ("name", "user", "value", "sys_updated_on")


@dataclass(frozen=True, slots=True)
class PreferencePage:
    """The page ``sys_user_preference_list.do``."""

    instance: Instance

    def routes(self) -> list[web.RouteDef]:
        """List the page's address."""
        return [web.get(f"/{_TABLE}_list.do", self.show)]

    async def show(self, _request: web.Request) -> web.Response:
        """List every preference, the newest first."""
        fields, records = TABLES[_TABLE].fields, self.instance.records
        rows = [
            tag(
                "tr",
                tag("td", row["name"], class_="short"),
                tag("td", records.name_of("sys_user", row["user"]), class_="short"),
                tag("td", row["value"], class_="what"),
                tag("td", time_tag(row["sys_updated_on"]), class_="when"),
            )
            for row in reversed([*records.all(_TABLE)])
        ]
        if not rows:
            none = tag("td", "No records to display", colspan=str(len(_COLUMNS)), class_="none")
            rows = [tag("tr", none)]
        head = tag("tr", *(tag("th", fields[name].label) for name in _COLUMNS))
        listed = tag("table", tag("thead", head), tag("tbody", *rows), class_="list")
        title = tag("div", tag("h1", "User preferences"), class_="toolbar")
        return html_answer(
            page("User preferences", title, tag("div", listed, class_="scroll"), tab=_TABLE)
        )
