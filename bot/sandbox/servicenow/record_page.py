"""One ticket: its fields, the form to change it, its activity."""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.servicenow.fields import Kind
from bot.sandbox.servicenow.html import Markup, join, lines, tag
from bot.sandbox.servicenow.layout import page
from bot.sandbox.servicenow.list_page import priority_dot, state_badge, time_tag
from bot.sandbox.servicenow.record_form import record_form
from bot.sandbox.servicenow.record_view import CLOSING, EDITABLE, RecordView
from bot.sandbox.servicenow.records import Change, Row
from bot.sandbox.servicenow.render import JOURNAL_LABELS

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
_ALSO_TOLD: Final = ("short_description", "priority", "assignment_group", "hold_reason")


def record_page(view: RecordView) -> str:
    """Lay a record out."""
    told = _told(view)
    return page(
        view.row["number"],
        _heading(view),
        told,
        tag(
            "div",
            tag("section", _facts(view), record_form(view), class_="panel"),
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
        for name in (*_FACTS[view.table.name], *view.added)
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


def _activity(view: RecordView) -> Markup:
    entries = _entries(view)
    opened = view.records.name_of("sys_user", view.row["opened_by"])
    return join(
        tag("h3", f"Activity ({len(entries)})"),
        *entries,
        tag(
            "article",
            tag("b", opened),
            tag("small", "Opened · ", time_tag(view.row["opened_at"])),
            class_="entry opened",
        ),
    )


def _entries(view: RecordView) -> list[Markup]:
    """List what was said and what was changed, the newest first."""
    sys_id = view.row["sys_id"]
    said = view.records.entries(sys_id, *JOURNAL_LABELS)
    dated = [(entry["sys_created_on"], _said(view, entry)) for entry in said]
    dated += [
        (change.at, _entry(view, change.by, "Field changes", change.at, fields))
        for change in reversed(view.records.changes.get(sys_id, []))
        if (fields := _changed(view, change))
    ]
    return [entry for _, entry in sorted(dated, key=lambda each: each[0], reverse=True)]


def _said(view: RecordView, entry: Row) -> Markup:
    element, told = entry["element"], lines(entry["value"])
    by, at = entry["sys_created_by"], entry["sys_created_on"]
    return _entry(view, by, JOURNAL_LABELS[element], at, told, element)


def _changed(view: RecordView, change: Change) -> Markup:
    names = dict.fromkeys((*EDITABLE[view.table.name], *_ALSO_TOLD, *CLOSING))
    return lines(
        "\n".join(
            f"{view.label(name)}: {view.shown(name, change.after) or '(empty)'}"
            f" was {view.shown(name, change.before) or '(empty)'}"
            for name in names
            if change.after.get(name) != change.before.get(name)
        )
    )


def _entry(
    view: RecordView, by: str, kind: str, at: str, told: Markup, class_: str = "changes"
) -> Markup:
    user = view.records.first("sys_user", "user_name", by)
    return tag(
        "article",
        tag("b", user["name"] if user else by),
        tag("small", f"{kind} · ", time_tag(at)),
        tag("div", told),
        class_=f"entry {class_}",
    )
