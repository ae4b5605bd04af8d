"""What Slack tells of links, and of a date that is changed beside one."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.forms.fields import Fields, FormError, View
from bot.identifiers import Action, Block
from connector.models import Place, SharedLinks

DUE_FIELD: Final = "due_date"
"""A preview's field; Slack sends what is typed there as the field's own ``.input``."""
_MOST_LINKS: Final = 100


def read_shared(body: Mapping[str, Any]) -> SharedLinks:
    """Read which links were posted, and where; nowhere yet while somebody still writes."""
    event: Mapping[str, Any] = body["event"]
    links = [each for each in event.get("links") or [] if isinstance(each, Mapping)]
    return SharedLinks(
        urls=tuple(dict.fromkeys(str(each.get("url") or "") for each in links[:_MOST_LINKS])),
        delivery=str(body["event_id"]),
        place=_place(event),
    )


def by_app(body: Mapping[str, Any], bot_user: str | None) -> bool:
    """Tell whether an app posted, be it this one."""
    event: Mapping[str, Any] = body["event"]
    return bool(event.get("bot_id")) or str(event.get("user") or "") in {"", bot_user}


def where(body: Mapping[str, Any]) -> dict[str, str]:
    """Name the message that a preview is for, as ``chat.unfurl`` wants it."""
    event: Mapping[str, Any] = body["event"]
    if _place(event) is None:
        return {"unfurl_id": str(event.get("unfurl_id") or ""), "source": "composer"}
    return {"channel": str(event["channel"]), "ts": str(event["message_ts"])}


def reference(about: Mapping[str, Any]) -> tuple[str, str]:
    """Read the kind and the id that a preview is known by; both empty where Slack gives none."""
    ref = about.get("external_ref")
    known: Mapping[str, Any] = ref if isinstance(ref, Mapping) else {}
    return str(known.get("type") or ""), str(known.get("id") or "")


def read_due(view: View, today: date) -> date | None:
    """Read the due date that was chosen; ``today`` is the earliest day that is today somewhere.

    Raises:
        FormError: it is in the past or too far away.
    """
    values: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    entered = (values.get(DUE_FIELD) or {}).get(f"{DUE_FIELD}.input") or {}
    fields = Fields({"state": {"values": {Block.DUE: {Action.INPUT: entered}}}})
    day = fields.day(Block.DUE, today)
    if fields.errors:
        raise FormError({DUE_FIELD: fields.errors[Block.DUE]})
    return day


def _place(event: Mapping[str, Any]) -> Place | None:
    channel, message = str(event.get("channel") or ""), str(event.get("message_ts") or "")
    if event.get("source") == "composer" or channel in {"", "COMPOSER"}:
        return None
    return Place(conversation=channel, message=message)
