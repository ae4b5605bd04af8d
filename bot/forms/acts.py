"""The forms in which people say what is to be done with a ticket."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from bot.forms.fields import Fields, FormError, View
from bot.identifiers import Action, Block
from connector.models import ActDraft, ActKind, Priority, Setting, ShareId, UserId
from connector.words import later, tr

SAID_LENGTH: Final = 3000
"""The most characters Slack's input lets through."""
_CHOSEN: Final = (
    (Block.STATE, Action.ACT_STATE_CHOSEN, "state"),
    (Block.HOLD_REASON, Action.INPUT, "hold_reason"),
    (Block.CLOSE_CODE, Action.INPUT, "close_code"),
    (Block.PERSON, Action.ACT_PERSON, "assigned_to"),
    (Block.GROUP, Action.ACT_GROUP, "assignment_group"),
)
_AWAITING_CALLER: Final = "1"
_NOBODY: Final = later("Choose a person or a group.")
_STATE: Final = later("Choose a state.")
_ASK_CALLER: Final = later("Tell the caller what you wait for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a form is about, as it remembers that."""

    ticket: ShareId
    kind: ActKind

    def metadata(self) -> str:
        """Write it down for the modal to carry."""
        return json.dumps({"ticket": self.ticket, "kind": self.kind.name})

    @classmethod
    def read(cls, view: View) -> Self:
        """Read what a modal carries."""
        kept = json.loads(str(view["private_metadata"]))
        return cls(ticket=ShareId(str(kept["ticket"])), kind=ActKind[kept["kind"]])


def read_act(view: View, *, by: UserId, by_name: str, today: date) -> ActDraft:
    """Read any of the forms; ``today`` is the earliest day that is still today somewhere.

    Raises:
        FormError: a field is missing, too long, in the past or too far away.
    """
    about, fields = About.read(view), Fields(view)
    settings = _chosen(view)
    if about.kind is ActKind.DUE:
        settings.append(_due(fields, today))
    if about.kind is ActKind.UPDATE:
        settings += _changed(fields, today)
    if fields.has(Block.CLOSE_NOTES):
        notes = fields.text(Block.CLOSE_NOTES, tr("the close notes"), SAID_LENGTH)
        settings.append(Setting(column="close_notes", value=notes, shown=notes))
    text = _said(fields, about.kind) if fields.has(Block.SAID) else ""
    _check(fields, about.kind, {each.column: each.value for each in settings}, text)
    return ActDraft(
        kind=about.kind,
        ticket=about.ticket,
        by=by,
        by_name=by_name,
        settings=tuple(settings),
        text=text,
    )


def chosen_state(view: View) -> str:
    """Read the state that is chosen in a form; empty where none is."""
    return str(chosen_option(view, Block.STATE, Action.ACT_STATE_CHOSEN).get("value") or "")


def _chosen(view: View) -> list[Setting]:
    found = [(column, chosen_option(view, block, action)) for block, action, column in _CHOSEN]
    return [
        Setting(column=column, value=str(each["value"]), shown=str(each["text"]["text"]))
        for column, each in found
        if each
    ]


def chosen_option(view: View, block: Block, action: Action) -> dict[str, Any]:
    """Read the option that is chosen in a field; empty where none is."""
    values = (view.get("state") or {}).get("values") or {}
    entered = (values.get(block) or {}).get(action) or {}
    option: dict[str, Any] = entered.get("selected_option") or {}
    return option


def _due(fields: Fields, today: date) -> Setting:
    return due_setting(fields.day(Block.DUE, today))


def due_setting(day: date | None) -> Setting:
    """Say what sets a due date, or takes it away."""
    if day is None:
        return Setting(column="due_date", value="", shown="none")
    # Noon UTC is that same day in nearly every time zone.
    value = f"{day.isoformat()} 12:00:00"
    return Setting(column="due_date", value=value, shown=day.isoformat())


def _changed(fields: Fields, today: date) -> list[Setting]:
    """Read what an update changes: a field that was left empty stays as it is."""
    due = _due(fields, today)
    settings = [due] if due.value else []
    if fields.chosen(Block.PRIORITY):
        priority = fields.choice(Block.PRIORITY, Priority, tr("a priority"), Priority.MODERATE)
        value = str(priority.value)
        settings.append(Setting(column="priority", value=value, shown=priority.label))
    return settings


def _said(fields: Fields, kind: ActKind) -> str:
    required = kind in {ActKind.COMMENT, ActKind.NOTE, ActKind.UPDATE}
    return fields.text(Block.SAID, tr("what you want to say"), SAID_LENGTH, required=required)


def _check(fields: Fields, kind: ActKind, chosen: dict[str, str], text: str) -> None:
    if kind is ActKind.STATE and not chosen.get("state"):
        fields.errors[Block.STATE] = tr(_STATE)
    if kind is ActKind.ASSIGN and not chosen:
        fields.errors[Block.PERSON] = tr(_NOBODY)
    if chosen.get("hold_reason") == _AWAITING_CALLER and not text:
        fields.errors[Block.SAID] = tr(_ASK_CALLER)
    if fields.errors:
        raise FormError(fields.errors)
