"""The form that changes a ticket."""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.servicenow.html import Markup, join, tag
from bot.sandbox.servicenow.record_view import CLOSING, EDITABLE, RecordView, form_value
from bot.sandbox.servicenow.render import JOURNAL_LABELS
from bot.sandbox.servicenow.rules import next_change_states

_CLOSES_WITH: Final = {"incident": "6 7", "change_request": "3"}


def record_form(view: RecordView) -> Markup:
    """Lay the form out; its script shows what the chosen state asks for."""
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
