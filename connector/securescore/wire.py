"""What Microsoft Graph says about a Secure Score, in our words. Pure.

Numbers may come as text, texts as HTML, and undeclared fields may be missing.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from connector.models import ImprovementAction, RecommendationCategory, SecureScore
from connector.text import clean, html_to_text

_LONGEST_WORD: Final = 255
_LONGEST_URL: Final = 2000
_LAST_RANK: Final = 1_000_000
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_TENANT_PARAMETER: Final = re.compile(r"(?<=[?&#])(?:tid|tenant|tenantid)=[^&#]*&?", re.IGNORECASE)
_CATEGORIES: Final = {
    "device": RecommendationCategory.DEVICES,
    "devices": RecommendationCategory.DEVICES,
    "data": RecommendationCategory.DATA,
    "apps": RecommendationCategory.APPS,
    "identity": RecommendationCategory.IDENTITY,
    "infrastructure": RecommendationCategory.INFRASTRUCTURE,
}


def _text(raw: Any) -> Any:
    if raw is None:
        return ""
    # JSON can smuggle lone surrogates, which no database and no other JSON takes.
    return raw.encode("utf-8", "replace").decode() if isinstance(raw, str) else raw


def _default(value: Any) -> BeforeValidator:
    return BeforeValidator(lambda raw: value if raw is None else raw)


Text = Annotated[str, BeforeValidator(_text)]
Points = Annotated[float, Field(allow_inf_nan=False)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class ControlScore(_Wire):
    """What a tenant has reached in one action."""

    name: Text = Field(alias="controlName", min_length=1)
    category: Text = Field(default="", alias="controlCategory")
    score: Points


class Score(_Wire):
    """One day's score of a tenant."""

    tenant: Text = Field(alias="azureTenantId", min_length=1)
    created: datetime = Field(alias="createdDateTime")
    current: Points = Field(alias="currentScore")
    maximum: Points = Field(alias="maxScore")
    controls: tuple[ControlScore, ...] = Field(alias="controlScores")


class StateUpdate(_Wire):
    """One decision about an action; the newest one holds."""

    state: Text = ""
    at: Text = Field(default="", alias="updatedDateTime")


class Profile(_Wire):
    """What an action is about, whoever's tenant it is."""

    id: Text = Field(min_length=1)
    title: Text = ""
    category: Text = Field(default="", alias="controlCategory")
    service: Text = ""
    maximum: Points = Field(alias="maxScore")
    rank: Annotated[int, _default(_LAST_RANK)] = _LAST_RANK
    deprecated: Annotated[bool, _default(value=False)] = False
    remediation: Text = ""
    remediation_impact: Text = Field(default="", alias="remediationImpact")
    user_impact: Text = Field(default="", alias="userImpact")
    implementation_cost: Text = Field(default="", alias="implementationCost")
    action_url: Text = Field(default="", alias="actionUrl")
    updates: Annotated[tuple[StateUpdate, ...], _default(())] = Field(
        default=(), alias="controlStateUpdates"
    )


def to_secure_score(
    score: Score, profiles: Iterable[Profile], *, portal_url: str, read_at: datetime
) -> SecureScore:
    """Join a score with the profiles of its actions.

    An action that Microsoft scores but does not describe keeps its name and counts as done.
    """
    known = {profile.id: profile for profile in profiles}
    scored: dict[str, ControlScore] = {}
    for control in score.controls:
        scored.setdefault(control.name, control)
    return SecureScore(
        tenant=score.tenant,
        day=_day(score.created),
        read_at=read_at,
        current=score.current,
        maximum=score.maximum,
        profiles=len(known),
        actions=tuple(
            _action(control, known.get(name), score.tenant, portal_url)
            for name, control in scored.items()
        ),
    )


def state_of(profile: Profile) -> str:
    """Return the state decided last; ``Default`` means that nobody decided anything."""
    if profile.deprecated:
        return "Deprecated"
    if not profile.updates:
        return "Default"
    newest = max(enumerate(profile.updates), key=lambda item: (_at(item[1].at), item[0]))
    return clean(newest[1].state, _LONGEST_WORD) or "Default"


def _action(
    control: ControlScore, profile: Profile | None, tenant: str, portal_url: str
) -> ImprovementAction:
    about = profile or _undescribed(control)
    reached = max(control.score, 0.0)
    most = max(about.maximum, 0.0)
    return ImprovementAction(
        id=control.name,
        title=_word(about.title) or control.name,
        category=_CATEGORIES.get((about.category or control.category).casefold()),
        service=_word(about.service),
        score=min(reached, most),
        max_score=most,
        rank=about.rank,
        state=state_of(about),
        remediation=html_to_text(about.remediation),
        remediation_impact=html_to_text(about.remediation_impact),
        user_impact=_word(about.user_impact),
        implementation_cost=_word(about.implementation_cost),
        action_url=_without_tenant(about.action_url, tenant),
        deep_link=_deep_link(portal_url, control.name),
    )


def _deep_link(portal_url: str, name: str) -> str:
    return f"{portal_url}/securescore?viewid=actions&actionId={quote(name, safe='')}"


def _undescribed(control: ControlScore) -> Profile:
    seen: Mapping[str, Any] = {"id": control.name, "maxScore": max(control.score, 0.0)}
    return Profile.model_validate(seen)


def _without_tenant(url: str, tenant: str) -> str:
    # A tenant's id has no business in a ticket that others read.
    bare = _TENANT_PARAMETER.sub("", url).rstrip("?&#")
    usable = bare.startswith("https://") and len(bare) <= _LONGEST_URL and tenant not in bare
    return clean(bare, _LONGEST_URL) if usable else ""


def _at(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return _LONG_AGO
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _day(created: datetime) -> date:
    return (created if created.tzinfo else created.replace(tzinfo=UTC)).astimezone(UTC).date()


def _word(text: str) -> str:
    return clean(text, _LONGEST_WORD)
