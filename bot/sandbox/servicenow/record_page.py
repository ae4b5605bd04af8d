"""One ticket: its fields, the form to change it, its activity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.sandbox.servicenow.fields import Kind, Table
from bot.sandbox.servicenow.html import Markup, join, lines, tag
from bot.sandbox.servicenow.layout import page
from bot.sandbox.servicenow.list_page import priority_dot, state_badge, time_tag
from bot.sandbox.servicenow.records import Records, Row
from bot.sandbox.servicenow.render import JOURNAL_LABELS, Renderer
from bot.sandbox.servicenow.rules import next_change_states

EDITABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "incident": ("state", "impact", "urgency", "assigned_to", "due_date"),
    "change_request": ("state", "priority", "risk", "assigned_to", "due_date"),
}
CLOSING: Final = ("close_code", "close_notes")
_CLOSES_WITH: Final = {"incident": "6 7", "change_request": "3"}
_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "incident": (
        "caller_id",
        "category",
        "priority",
        "assignment_group",
        "opened_by",
        "opened_at",
        "resolved_at",
        "sys_updated_on",
        "correlation_id",
        "correlation_display",
    ),
    "change_request": (
        "requested_by",
        "type",
        "category",
        "approval",
        "assignment_group",
        "opened_by",
        "opened_at",
        "closed_at",
        "sys_updated_on",
        "correlation_id",
        "correlation_display",
    ),
}


@dataclass(frozen=True, slots=True)
class RecordView:
    """A ticket to show; ``typed`` are values of a form that was refused with ``error``."""

    table: Table
    row: Row
    records: Records
    renderer: Renderer
    typed: Mapping[str, str]
    error: str = ""
    saved: bool = False

    def label(self, name: str) -> str:
        """Tell a field's label."""
        return self.table.fields[name].label

    def shown(self, name: str) -> str:
        """Say a field's value."""
        return self.renderer.shown(self.table.fields[name], self.row) or ""

    def value(self, name: str) -> str:
        """Tell what the form starts with."""
        return self.typed.get(name, form_value(self.row, name))


def form_value(row: Row, name: str) -> str:
    """Tell a field's value as the form writes it: due dates are dates."""
    return row[name][:10] if name == "due_date" else row[name]


def record_page(view: RecordView) -> str:
    """Lay a record out."""
    told = _told(view)
    return page(
        view.row["number"],
        _heading(view),
        told,
        tag(
            "div",
            tag("section", _facts(view), _form(view), class_="panel"),
            tag("section", _activity(view), class_="panel", id="activity"),
            class_="record",
        ),
        tab=view.table.name,
    )


def _told(view: RecordView) -> Markup:
    if view.error:
        return tag("p", lines(view.error), class_="error", role="alert")
    return tag("p", "Record updated.", class_="saved", role="status") if view.saved else join()


def _heading(view: RecordView) -> Markup:
    return tag(
        "div",
        tag("a", "‹", href=f"/{view.table.name}_list.do", class_="back", aria_label="Back"),
        tag("div", tag("small", view.table.label), tag("h1", view.row["number"]), class_="title"),
        state_badge(view.row, view.shown("state")),
        class_="toolbar",
    )


def _facts(view: RecordView) -> Markup:
    facts = [
        join(tag("dt", view.label(name)), tag("dd", _fact(view, name)))
        for name in _FACTS[view.table.name]
    ]
    return join(
        tag("h2", view.row["short_description"] or "(no short description)"),
        tag("div", lines(view.row["description"]) or tag("i", "No description"), class_="text"),
        tag("dl", *facts),
        _closed_with(view),
    )


def _closed_with(view: RecordView) -> Markup:
    if not view.row["close_code"]:
        return join()
    return tag(
        "div",
        tag("b", f"{view.label('close_code')}: "),
        view.shown("close_code"),
        tag("br"),
        lines(view.row["close_notes"]),
        class_="text closed",
    )


def _fact(view: RecordView, name: str) -> Markup:
    if view.table.fields[name].kind is Kind.DATETIME:
        return time_tag(view.row[name]) or join("–")
    if name == "priority":
        return join(priority_dot(view.row[name]), view.shown(name))
    return join(view.shown(name) or "–")


def _form(view: RecordView) -> Markup:
    inputs = [_labelled(view, name, _input(view, name)) for name in EDITABLE[view.table.name]]
    closes = _CLOSES_WITH[view.table.name]
    closing = [_labelled(view, name, _input(view, name)) for name in CLOSING]
    if view.table.name == "incident":
        hold = tag(
            "div",
            _labelled(view, "hold_reason", _input(view, "hold_reason")),
            data_when="3",
            class_="grid",
        )
    else:
        hold = join()
    return tag(
        "form",
        tag("h3", "Change this record"),
        tag("div", *inputs, class_="grid"),
        hold,
        tag("div", *closing, data_when=closes, class_="grid"),
        tag(
            "div",
            *(_labelled(view, name, _area(view, name)) for name in JOURNAL_LABELS),
            class_="grid",
        ),
        _as_it_was(view),
        tag("button", "Update", type="submit", class_="primary"),
        method="post",
        action=f"/{view.table.name}.do?sys_id={view.row['sys_id']}",
        class_="change",
    )


def _as_it_was(view: RecordView) -> Markup:
    # Only what the person changed is written: the bot may have changed the rest meanwhile.
    names = [*EDITABLE[view.table.name], *CLOSING]
    names += ["hold_reason"] if view.table.name == "incident" else []
    return join(
        *(
            tag("input", type="hidden", name=f"was.{name}", value=form_value(view.row, name))
            for name in names
        )
    )


def _labelled(view: RecordView, name: str, control: Markup) -> Markup:
    return tag("label", tag("span", view.label(name)), control)


def _input(view: RecordView, name: str) -> Markup:
    if name == "due_date":
        return tag("input", type="date", name=name, value=view.value(name))
    if name == "close_notes":
        return _area(view, name)
    options = _people(view) if name == "assigned_to" else _options(view, name)
    return _select(name, options, view.value(name))


def _options(view: RecordView, name: str) -> dict[str, str]:
    choices = view.table.fields[name].choices
    if (view.table.name, name) == ("change_request", "state"):
        reachable = {view.row["state"], *next_change_states(view.row)}
        choices = {value: label for value, label in choices.items() if value in reachable}
    return dict(choices)


def _people(view: RecordView) -> dict[str, str]:
    return {
        user["sys_id"]: user["name"]
        for user in view.records.all("sys_user")
        if user["active"] == "true"
    }


def _select(name: str, options: Mapping[str, str], chosen: str) -> Markup:
    none = {} if name in {"state", "impact", "urgency", "priority", "risk"} else {"": "-- None --"}
    return tag(
        "select",
        *(
            tag("option", label, value=value, selected=value == chosen)
            for value, label in {**none, **options}.items()
        ),
        name=name,
    )


def _area(view: RecordView, name: str) -> Markup:
    return tag("textarea", view.value(name), name=name, rows="3")


def _activity(view: RecordView) -> Markup:
    entries = view.records.entries(view.row["sys_id"], *JOURNAL_LABELS)
    opened = view.records.name_of("sys_user", view.row["opened_by"])
    return join(
        tag("h3", f"Activity ({len(entries)})"),
        *(_entry(view, entry) for entry in entries),
        tag(
            "article",
            tag("b", opened),
            tag("small", "Opened · ", time_tag(view.row["opened_at"])),
            class_="entry opened",
        ),
    )


def _entry(view: RecordView, entry: Row) -> Markup:
    user = view.records.first("sys_user", "user_name", entry["sys_created_by"])
    kind = JOURNAL_LABELS[entry["element"]]
    return tag(
        "article",
        tag("b", user["name"] if user else entry["sys_created_by"]),
        tag("small", f"{kind} · ", time_tag(entry["sys_created_on"])),
        tag("div", lines(entry["value"])),
        class_=f"entry {entry['element']}",
    )
