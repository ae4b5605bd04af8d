"""In which order actions are offered, and which are not: with a real tenant's data, too."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connector.errors import Provider
from connector.models import ImprovementAction, SecureScore
from connector.securescore.wire import Profile, Score, to_secure_score
from connector.store import connections, scores
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME
from tests.unit.connector.stage import Stage

(ACTION,) = rows.score(ACME).actions
LEVELS = ("low", "Moderate", "medium", "High", "Unknown", "")


def action(name: str, **changes: Any) -> ImprovementAction:
    return replace(ACTION, id=name, title=name, **changes)


def ordered(*actions: ImprovementAction) -> list[str]:
    score = replace(rows.score(ACME), actions=actions)
    return [each.id for each in score.open_actions]


def test_most_gain_comes_first_then_least_cost_then_least_impact_then_rank_then_title() -> None:
    worst_first = [
        action("gain 1", max_score=1, implementation_cost="low", rank=0),
        action("rank 2 b", implementation_cost="low", user_impact="low", rank=2),
        action("rank 2 a", implementation_cost="low", user_impact="low", rank=2),
        action("rank 1", implementation_cost="low", user_impact="low", rank=1),
        action("high impact", implementation_cost="low", user_impact="High", rank=0),
        action("no word of cost", implementation_cost="", rank=0),
        action("high cost", implementation_cost="HIGH", user_impact="low", rank=0),
    ]
    assert ordered(*worst_first) == [
        "rank 1",
        "rank 2 a",
        "rank 2 b",
        "high impact",
        "high cost",
        "no word of cost",
        "gain 1",
    ]


def test_moderate_and_medium_are_one_and_what_is_unknown_comes_last() -> None:
    found = ordered(
        *(action(f"{n}", implementation_cost=word, rank=n) for n, word in enumerate(LEVELS))
    )
    assert found == ["0", "1", "2", "3", "4", "5"]
    turned = ordered(
        *(action(f"{n}", implementation_cost=word, rank=-n) for n, word in enumerate(LEVELS))
    )
    assert turned == ["0", "2", "1", "3", "5", "4"]


@pytest.mark.parametrize(
    "hidden",
    [
        action("completed", score=10),
        action("worth nothing", max_score=0),
        action("deprecated", state="Deprecated"),
        action("accepted", state="Ignored"),
        action("of a third party", state="ThirdParty"),
    ],
    ids=lambda each: each.id,
)
def test_what_is_done_or_decided_is_not_offered(hidden: ImprovementAction) -> None:
    assert ordered(hidden, ACTION) == [ACTION.id]


def test_an_id_that_is_too_long_has_a_short_name_of_its_own() -> None:
    long, longer = action("x" * 101), action("x" * 102)
    assert action("x" * 100).key == "x" * 100
    assert len(long.key) <= 100
    assert len({long.key, longer.key}) == 2


async def test_an_action_is_found_by_its_short_name(stage: Stage) -> None:
    long = action("x" * 400)
    async with stage.connector.database.transaction(ACME) as tx:
        await connections.put(tx, rows.connection_row(ACME, Provider.MICROSOFT))
        await scores.put(tx, replace(rows.score(ACME), actions=(long,)))
    actions = stage.connector.services.actions
    assert await actions.find(ACME, long.key) == long
    found = await actions.open_ones(ACME, ("gone", long.key))
    assert found == {long.key: long}


@pytest.fixture
def real(shared: Path) -> SecureScore:
    """A real tenant's score of one day, with 429 profiles of which 68 are scored."""
    data = shared / "data/secure-score"
    profiles = json.loads((data / "merged/secureScoreControlProfiles.json").read_text("utf-8"))
    days = json.loads((data / "heimdall2/secureScore.json").read_text("utf-8"))
    listed = days.get("value", [days]) if isinstance(days, dict) else days
    return to_secure_score(
        Score.model_validate(listed[0]),
        map(Profile.model_validate, profiles["value"]),
        portal_url="https://security.microsoft.com",
        read_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


@pytest.mark.shared
async def test_of_429_real_profiles_the_open_ones_are_offered_in_their_order(
    real: SecureScore, stage: Stage
) -> None:
    async with stage.connector.database.transaction(ACME) as tx:
        row = rows.connection_row(ACME, Provider.MICROSOFT)
        await connections.put(tx, row)
        await scores.put(tx, replace(real, tenant=row.connection.remote))
    actions = stage.connector.services.actions
    found = await actions.search(ACME, "")
    assert (real.profiles, len(real.actions), len(found)) == (429, 68, 40)
    assert sum(each.gain for each in found) == 146
    assert [each.worth for each in found] == sorted(each.worth for each in found)
    assert all(each.gain > 0 for each in found)
    for each in found:
        for words in (each.id, each.title, f"{each.service} {each.title.split()[0]}"):
            assert each in await actions.search(ACME, words.swapcase())
        backwards = " ".join(reversed(each.title.split()))
        assert each in await actions.search(ACME, backwards)
