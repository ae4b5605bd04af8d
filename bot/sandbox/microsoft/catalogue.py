"""The tenant of a newcomer who has no dump of a real one: actions in words of our own.

``catalogue.json`` holds each action once, with its ``standing`` (how much of it is done,
``share`` 0 to 1; none where it does not count) and, where there is one, the tenant's decision.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from bot.sandbox import accounts
from bot.sandbox.microsoft.odata import Entity
from bot.sandbox.microsoft.tenant import Tenant, total
from bot.sandbox.microsoft.times import midnight

_FILE: Final = Path(__file__).with_name("catalogue.json")
_DAYS: Final = 30
_PEOPLE: Final = 340
_VENDOR: Final = {
    "provider": "SecureScore",
    "providerVersion": None,
    "subProvider": None,
    "vendor": "Microsoft",
}
_UNTOUCHED: Final = {
    "assignedTo": None,
    "comment": None,
    "state": "Default",
    "updatedBy": None,
    "updatedDateTime": None,
}


def build(today: date) -> Tenant:
    """Fill a tenant: every action, and thirty daily scores of which today's is the newest."""
    actions = json.loads(_FILE.read_text(encoding="utf-8"))
    profiles = {action["id"]: _profile(action, today) for action in actions}
    days = [_score(actions, today - timedelta(days=ago), ago) for ago in range(_DAYS)]
    return Tenant(profiles, days)


def _profile(action: Entity, today: date) -> Entity:
    decision = action.get("decision")
    history = [_UNTOUCHED, _decided(decision, today)] if decision else [_UNTOUCHED]
    return {
        "id": action["id"],
        "azureTenantId": accounts.TENANT_ID,
        "actionType": "Config",
        "actionUrl": action["actionUrl"].replace("{tenant}", accounts.TENANT_ID),
        "controlCategory": action["controlCategory"],
        "title": action["title"],
        "deprecated": False,
        "implementationCost": action["implementationCost"],
        "lastModifiedDateTime": None,
        "maxScore": action["maxScore"],
        "rank": action["rank"],
        "remediation": action["remediation"],
        "remediationImpact": action["remediationImpact"],
        "service": action["service"],
        "threats": action["threats"],
        "tier": action["tier"],
        "userImpact": action["userImpact"],
        "vendorInformation": _VENDOR,
        "complianceInformation": [],
        "controlStateUpdates": history,
    }


def _decided(decision: Entity, today: date) -> Entity:
    return {
        "assignedTo": "",
        "comment": decision["comment"],
        "state": decision["state"],
        "updatedBy": accounts.ADA.email,
        "updatedDateTime": f"{(today - timedelta(days=45)).isoformat()}T09:12:44.5187223Z",
    }


def _score(actions: list[Entity], day: date, ago: int) -> Entity:
    scored = [(place, action) for place, action in enumerate(actions) if "standing" in action]
    controls = [_control(action, day, done=_done(place, ago)) for place, action in scored]
    return {
        "id": f"{accounts.TENANT_ID}_{day.isoformat()}",
        "azureTenantId": accounts.TENANT_ID,
        "activeUserCount": _PEOPLE,
        "createdDateTime": midnight(day),
        "currentScore": total(control["score"] for control in controls),
        "enabledServices": ["HasEXOP2", "HasSPOP2", "HasAADP2", "HasMDEP2", "HasMDOP2"],
        "licensedUserCount": 0,
        "maxScore": total(action["maxScore"] for _, action in scored),
        "vendorInformation": _VENDOR,
        "averageComparativeScores": _averages(),
        "controlScores": controls,
    }


def _done(place: int, ago: int) -> bool:
    """Tell whether an action had reached its standing so long ago; every third is recent."""
    return place % 3 != 0 or ago < (place * 7) % _DAYS + 1


def _control(action: Entity, day: date, *, done: bool) -> Entity:
    standing = action["standing"]
    share = standing["share"] if done else 0.0
    control: dict[str, Any] = {
        "controlCategory": action["controlCategory"],
        "controlName": action["id"],
        "description": f"<p>{action['title']}.</p>",
        "score": round(action["maxScore"] * share, 2),
        "lastSynced": f"{day.isoformat()}T04:34:13Z",
        "implementationStatus": _status(standing, done=done),
    }
    return control | _measure(standing, done=done) | {"scoreInPercentage": round(100 * share, 2)}


def _measure(standing: Entity, *, done: bool) -> Entity:
    measure: Entity = {}
    if "on" in standing:
        measure["on"] = str(standing["on"] and done).lower()
    if "count" in standing:
        measure["count"] = str(standing["count"] if done or "total" not in standing else 0)
    if "total" in standing:
        measure["total"] = str(standing["total"])
    return measure


def _status(standing: Entity, *, done: bool) -> str:
    if "total" in standing:
        count = standing["count"] if done else 0
        return f"<p>{count} of {standing['total']} are set as recommended.&nbsp;</p>"
    if "on" in standing:
        return f"Setting in place: {str(standing['on'] and done).lower()}."
    return f"You currently have {standing['count']}." if "count" in standing else ""


def _averages() -> list[Entity]:
    everyone = {
        "basis": "AllTenants",
        "averageScore": 54.65,
        "appsScore": 29.7,
        "appsScoreMax": 79,
        "dataScore": 0.5,
        "dataScoreMax": 3.3,
        "deviceScore": 9.1,
        "deviceScoreMax": 16.8,
        "identityScore": 36.0,
        "identityScoreMax": 59.4,
        "infrastructureScore": 0,
        "infrastructureScoreMax": 0,
    }
    seats = {"SeatSizeRangeLowerValue": "301", "SeatSizeRangeUpperValue": "1000"}
    return [everyone, everyone | {"basis": "TotalSeats", "averageScore": 58.2} | seats]
