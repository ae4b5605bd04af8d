"""What a tenant decides about an action: the body of a PATCH."""

import json
from typing import Any, Final

from bot.sandbox.microsoft.errors import provider_refused
from bot.sandbox.microsoft.odata import Entity
from bot.sandbox.microsoft.times import now

_STATES: Final = {
    state.casefold(): state for state in ("Default", "Ignored", "ThirdParty", "Reviewed")
}


def read_decision(body: bytes, profile: Entity, client_id: str) -> Entity:
    """Read the body and return the entry for the action's history.

    What the body leaves out stays as it was; states may be written in camel case. Device
    controls (``scid_…``) are decided elsewhere.

    Raises:
        GraphError: 400, the body lacks ``vendorInformation``, has an unknown state or wrong
            types, or the control cannot be changed here.
    """
    wish = _object(body)
    vendor = wish.get("vendorInformation")
    if not isinstance(vendor, dict) or not _ours(vendor):
        raise provider_refused()
    if profile["id"].startswith("scid_"):
        raise provider_refused()
    before = (profile.get("controlStateUpdates") or [{}])[-1]
    return {
        "assignedTo": _text(wish, "assignedTo", before),
        "comment": _text(wish, "comment", before),
        "state": _state(wish.get("state", before.get("state", "Default"))),
        "updatedBy": client_id,
        "updatedDateTime": now().isoformat().replace("+00:00", "Z"),
    }


def _object(body: bytes) -> dict[str, Any]:
    try:
        wish = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise provider_refused() from exc
    if not isinstance(wish, dict):
        raise provider_refused()
    return wish


def _ours(vendor: dict[str, Any]) -> bool:
    named = (str(vendor.get("vendor")).casefold(), str(vendor.get("provider")).casefold())
    return named == ("microsoft", "securescore")


def _text(wish: dict[str, Any], name: str, before: Entity) -> str | None:
    value = wish.get(name, before.get(name))
    if value is not None and not isinstance(value, str):
        raise provider_refused()
    return value


def _state(value: object) -> str:
    state = _STATES.get(value.casefold()) if isinstance(value, str) else None
    if state is None:
        raise provider_refused()
    return state
