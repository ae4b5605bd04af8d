"""The list of a table, the newest ticket first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.html import Markup, join, tag
from bot.sandbox.servicenow.layout import page
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.render import Renderer

OPEN: Final = "active=true"
SEARCH: Final = "123TEXTQUERY321="
_COLUMNS: Final = {
    "incident": "number short_description state priority caller_id assigned_to due_date "
    "sys_updated_on",
    "change_request": "number short_description state priority requested_by assigned_to due_date "
    "sys_updated_on",
}
_TITLES: Final = {"incident": "Incidents", "change_request": "Change requests"}


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list shows: a page of ``rows`` out of ``total``."""

    table: Table
    rows: Sequence[Row]
    total: int
    query: str


def list_page(listing: Listing, renderer: Renderer) -> str:
    """Lay the list out."""
    columns = _COLUMNS[listing.table.name].split()
    heads = [tag("th", listing.table.fields[name].label) for name in columns]
    rows = [
        tag("tr", *(_cell(listing.table, row, name, renderer) for name in columns))
        for row in listing.rows
    ]
    if not rows:
        rows = [
            tag("tr", tag("td", "No records to display", colspan=str(len(columns)), class_="none"))
        ]
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="list")
    title = _TITLES[listing.table.name]
    return page(
        title, _toolbar(listing, title), tag("div", table, class_="scroll"), tab=listing.table.name
    )


def _toolbar(listing: Listing, title: str) -> Markup:
    shown = f"{len(listing.rows)} of {listing.total}" if listing.total > len(listing.rows) else ""
    return tag(
        "div",
        tag("h1", title, " ", tag("span", shown or str(listing.total), class_="count")),
        tag("div", _filter(listing, "Open", OPEN), _filter(listing, "All", ""), class_="switch"),
        _search(listing),
        class_="toolbar",
    )


def _filter(listing: Listing, label: str, query: str) -> Markup:
    address = f"/{listing.table.name}_list.do?sysparm_query={quote(query, safe='')}"
    return tag("a", label, href=address, class_="on" if listing.query == query else "")


def _search(listing: Listing) -> Markup:
    words = listing.query.removeprefix(SEARCH) if listing.query.startswith(SEARCH) else ""
    return tag(
        "form",
        tag(
            "input",
            type="search",
            name="search",
            value=words,
            placeholder="Search",
            aria_label="Search",
        ),
        method="get",
        action=f"/{listing.table.name}_list.do",
        class_="search",
    )


def _cell(table: Table, row: Row, name: str, renderer: Renderer) -> Markup:
    field = table.fields[name]
    text = renderer.shown(field, row) or ""
    inner, kind = _inner(table, row, name, text)
    return tag("td", inner, class_=kind) if kind else tag("td", inner)


def _inner(table: Table, row: Row, name: str, text: str) -> tuple[Markup, str]:
    match name:
        case "number":
            address = f"/{table.name}.do?sys_id={row['sys_id']}"
            inner, kind = tag("a", text, href=address), "number"
        case "state":
            inner, kind = state_badge(row, text), ""
        case "priority":
            inner, kind = join(priority_dot(row[name]), text), "short"
        case "due_date":
            inner, kind = join(row[name][:10]), "when"
        case "sys_updated_on":
            inner, kind = time_tag(row[name]), "when"
        case "short_description":
            inner, kind = join(text or tag("i", "no short description")), "what"
        case _:
            inner, kind = join(text), "short"
    return inner, kind


def state_badge(row: Row, label: str) -> Markup:
    """Show a state; closed ones are grey."""
    fresh = "new" if label == "New" else "under-way"
    kind = fresh if row["active"] == "true" else "over"
    return tag("span", label, class_=f"badge {'done' if label == 'Resolved' else kind}")


def priority_dot(priority: str) -> Markup:
    """Show a priority as a coloured dot."""
    return tag("span", class_=f"dot p{priority}")


def time_tag(stored: str) -> Markup:
    """Show a time; the page's script turns UTC into the reader's own time."""
    if not stored:
        return join("")
    return tag("time", f"{stored} UTC", datetime=f"{stored.replace(' ', 'T')}Z")
