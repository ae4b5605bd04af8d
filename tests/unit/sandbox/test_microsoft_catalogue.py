from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.sandbox import accounts
from bot.sandbox.microsoft import catalogue
from tests.unit.sandbox.tenant_client import open_gains

TODAY = date(2026, 3, 29)


@pytest.fixture(scope="module")
def tenant():
    return catalogue.build(TODAY)


def test_there_are_enough_actions_of_every_category(tenant):
    categories = Counter(profile["controlCategory"] for profile in tenant.profiles.values())
    assert categories.keys() == {"Identity", "Data", "Device", "Apps", "Infrastructure"}
    assert categories.total() >= 84


def test_about_half_of_the_actions_are_open(tenant):
    gains = open_gains(tenant.scores[0], tenant.profiles.values())
    assert len(tenant.scores[0]["controlScores"]) == 71
    assert len(gains) == 45


def test_every_day_adds_up(tenant):
    for score in tenant.scores:
        controls = score["controlScores"]
        assert score["currentScore"] == pytest.approx(sum(c["score"] for c in controls))
        maxima = [tenant.profiles[c["controlName"]]["maxScore"] for c in controls]
        assert score["maxScore"] == sum(maxima)
        assert all(0 <= c["score"] <= m for c, m in zip(controls, maxima, strict=True))


def test_the_newest_of_thirty_days_is_today(tenant):
    days = [score["createdDateTime"] for score in tenant.scores]
    assert days[0] == "2026-03-29T00:00:00Z"
    assert days[-1] == f"{TODAY - timedelta(days=29)}T00:00:00Z"
    assert tenant.scores[0]["id"] == f"{accounts.TENANT_ID}_2026-03-29"


def test_the_score_rose_over_the_month(tenant):
    points = [score["currentScore"] for score in reversed(tenant.scores)]
    assert points == sorted(points)
    assert points[-1] > points[0]


def test_decisions_are_the_last_word_of_a_history(tenant):
    states = Counter(p["controlStateUpdates"][-1]["state"] for p in tenant.profiles.values())
    assert states["Ignored"] == states["ThirdParty"] == 1
    assert {p["controlStateUpdates"][0]["state"] for p in tenant.profiles.values()} == {"Default"}


def test_the_wire_keeps_its_odd_habits(tenant):
    profiles = tenant.profiles.values()
    controls = tenant.scores[0]["controlScores"]
    assert max(len(profile["id"]) for profile in profiles) == 70
    assert any("." in profile["id"] for profile in profiles)
    assert len({profile["title"] for profile in profiles}) < len(profiles)
    assert any(profile["remediation"] == "" for profile in profiles)
    assert any("<DomainName>" in profile["remediation"] for profile in profiles)
    assert any("?tid=" in profile["actionUrl"] for profile in profiles)
    assert {control["on"] for control in controls if "on" in control} == {"true", "false"}
    assert any("count" in control and "total" not in control for control in controls)
    assert any({"on", "count", "total"}.isdisjoint(control) for control in controls)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["secureScoreControlProfile", "secureScore"])
def test_entities_fit_the_published_schema(tenant, shared, name):
    text = Path(shared, "data/secure-score/openapi-subset.yaml").read_text(encoding="utf-8")
    api = _nullable(yaml.safe_load(text))
    schema = {"$ref": f"#/components/schemas/microsoft.graph.{name}", **api}
    entities = tenant.scores if name == "secureScore" else tenant.profiles.values()
    validator = Draft7Validator(schema)
    assert [error.message for e in entities for error in validator.iter_errors(e)] == []


def _nullable(node):
    """Say OpenAPI's ``nullable`` in JSON Schema's words."""
    if isinstance(node, list):
        return [_nullable(item) for item in node]
    if not isinstance(node, dict):
        return node
    seen = {key: _nullable(value) for key, value in node.items()}
    if seen.get("nullable") is True and isinstance(seen.get("type"), str):
        seen["type"] = [seen["type"], "null"]
    return seen
