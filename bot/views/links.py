"""What links are shown as: Work Objects, and plain messages where those are not on.

A preview is read by everybody in the channel: number, name, state and priority, no more. The
pane beside it is one person's.

Source:
    https://docs.slack.dev/messaging/work-objects-implementation
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.forms.links import DUE_FIELD
from bot.identifiers import ENTITY_TYPES
from bot.views.blocks import Json, context, section
from bot.views.text import joined, link, one_line, points, safe
from bot.views.tickets import mark
from connector.models import (
    ImprovementAction,
    Preview,
    Ticket,
    TicketDetails,
    TicketKind,
    spoken_priority,
)
from connector.text import clean
from connector.words import later, tr

ACTION: Final = "improvement_action"
_TASK, _INCIDENT = ENTITY_TYPES
_TITLE: Final = 150
_WORD: Final = 100
_NAMELESS: Final = "–"
_LONG: Final = 3000
_DATE: Final = "slack#/types/date"
_USER: Final = "slack#/types/user"
_LINK: Final = "slack#/types/link"
_FIRST: Final = ("status", "priority", DUE_FIELD, "assigned_to", "assignee")
# Microsoft's words for them.
_LEVELS: Final = {
    "low": later("low"),
    "moderate": later("moderate"),
    "medium": later("medium"),
    "high": later("high"),
}


def entity(preview: Preview) -> Json:
    """Show what a link names to the whole channel, as a Work Object."""
    about = preview.about
    if isinstance(about, Ticket):
        shown = _ticket(about, _standing(about))
    else:
        shown = _action(about, {"status": _action_status(about)}, [_gain(about.gain)])
    return {"app_unfurl_url": preview.url, **shown}


def plainly(preview: Preview) -> Json:
    """Show the same as a message does."""
    about = preview.about
    if isinstance(about, Ticket):
        name = f"{mark(about)} {link(about.link, about.number)}  *{safe(about.name, 200)}*"
        facts = [about.kind_label, about.state_label, spoken_priority(about.priority_label)]
        told = joined(safe(each, _WORD) for each in facts)
        return {"blocks": [section(name), context(told)]}
    name = f"*{link(about.deep_link, about.title, 200)}*"
    facts = [tr("Improvement action"), _action_word(about), f"+{points(about.gain)}"]
    told = joined(safe(each, _WORD) for each in facts)
    return {"blocks": [section(name), context(told)]}


def ticket_pane(details: TicketDetails) -> Json:
    """Show a ticket to somebody who may read it; the due date can be changed there."""
    ticket = details.ticket
    fields, further = _standing(ticket), _further(details)
    due = _due(ticket)
    if ticket.kind is TicketKind.INCIDENT:
        further.insert(0, {"key": DUE_FIELD, "label": tr("Due date"), **due})
    else:
        fields[DUE_FIELD] = due
    fields |= _described(details)
    return {"metadata": _ticket(ticket, fields, further)}


def action_pane(action: ImprovementAction) -> Json:
    """Show an improvement action to a member of the workspace."""
    fields: Json = {"status": _action_status(action)}
    if described := clean(action.remediation, _LONG):
        fields["description"] = {"value": described, "long": True}
    told = (
        ("category", tr("Category"), tr(action.category) if action.category else ""),
        ("service", tr("Service"), action.service),
        ("user_impact", tr("User impact"), _level(action.user_impact)),
        ("cost", tr("Cost"), _level(action.implementation_cost)),
    )
    further = [_custom(key, label, value) for key, label, value in told if value]
    return {"metadata": _action(action, fields, [_gain(action.gain), *further])}


def _ticket(ticket: Ticket, fields: Json, further: Sequence[Json] = ()) -> Json:
    attributes = {
        "title": {"text": one_line(ticket.name, _TITLE) or _NAMELESS},
        "display_id": one_line(ticket.number, _WORD) or _NAMELESS,
        "display_type": ticket.kind_label,
        "product_name": "ServiceNow",
        "metadata_last_modified": _seconds(ticket.updated_at),
    }
    return {
        "entity_type": _INCIDENT if ticket.kind is TicketKind.INCIDENT else _TASK,
        "url": ticket.link,
        "external_ref": {"id": ticket.sys_id, "type": ticket.kind.value},
        "entity_payload": _payload(attributes, fields, further),
    }


def _action(action: ImprovementAction, fields: Json, further: Sequence[Json]) -> Json:
    attributes = {
        "title": {"text": one_line(action.title, _TITLE) or _NAMELESS},
        "display_type": tr("Improvement action"),
        "product_name": "Microsoft Secure Score",
    }
    return {
        "entity_type": _TASK,
        "url": action.deep_link,
        "external_ref": {"id": action.id, "type": ACTION},
        "entity_payload": _payload(attributes, fields, further),
    }


def _payload(attributes: Json, fields: Json, further: Sequence[Json]) -> Json:
    more: Json = {"custom_fields": list(further)} if further else {}
    order = sorted([*fields, *(each["key"] for each in further)], key=_rank)
    return {"attributes": attributes, "fields": fields, **more, "display_order": order}


def _rank(name: str) -> int:
    # What is looked for first stands first, and what is long last.
    return _FIRST.index(name) if name in _FIRST else len(_FIRST) + (name == "description")


def _standing(ticket: Ticket) -> Json:
    state = {
        "value": one_line(ticket.state_label, _WORD),
        "tag_color": "blue" if ticket.is_open else "green",
    }
    priority = {"value": one_line(spoken_priority(ticket.priority_label), _WORD)}
    told = {"status": state, "priority": priority}
    return {name: each for name, each in told.items() if each["value"]}


def _action_word(action: ImprovementAction) -> str:
    if action.is_open:
        return tr("Open")
    return tr("Done") if action.gain == 0 else one_line(action.state, _WORD)


def _action_status(action: ImprovementAction) -> Json:
    color = "blue" if action.is_open else "green"
    return {"value": _action_word(action), "tag_color": color}


def _gain(gain: float) -> Json:
    return _custom("gain", tr("Gain"), f"+{points(gain)}")


def _level(word: str) -> str:
    known = _LEVELS.get(word.lower())
    return tr(known).capitalize() if known else word


def _custom(key: str, label: str, value: str) -> Json:
    return {"key": key, "label": label, "type": "string", "value": one_line(value, _WORD)}


def _due(ticket: Ticket) -> Json:
    kept = {"value": ticket.due.isoformat()} if ticket.due else {}
    return {"type": _DATE, **kept, "edit": {"enabled": True, "optional": True}}


def _described(details: TicketDetails) -> Json:
    ticket = details.ticket
    fields: Json = {
        "created_by": {"type": _USER, "user": {"user_id": ticket.requester}},
        "date_created": {"value": _seconds(ticket.created_at)},
        "date_updated": {"value": _seconds(ticket.updated_at)},
    }
    if assigned := one_line(ticket.assigned_to, _WORD):
        name = "assigned_to" if ticket.kind is TicketKind.INCIDENT else "assignee"
        fields[name] = {"type": _USER, "user": {"text": assigned}}
    if described := clean(details.description, _LONG):
        fields["description"] = {"value": described, "long": True}
    return fields


def _further(details: TicketDetails) -> list[Json]:
    ticket = details.ticket
    told = (
        ("assignment_group", tr("Assignment group"), details.assignment_group),
        ("category", tr("Category"), tr(ticket.category)),
        ("source", tr("Source"), tr(ticket.source)),
    )
    further = [_custom(key, label, value) for key, label, value in told if value]
    further += [_gain(ticket.gain)] if ticket.gain is not None else []
    if ticket.action_link.startswith("https://"):
        action = {"key": "action", "label": tr("Improvement action"), "type": _LINK}
        further.append({**action, "value": ticket.action_link})
    return further


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
