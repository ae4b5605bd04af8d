"""Which improvement actions are found, and how the score is kept up to date."""

import asyncio
from dataclasses import replace

import pytest

from bot.sandbox.microsoft.apps import TENANT_DOMAIN
from connector.errors import NotFoundError, Provider, ProviderUnavailableError
from connector.models import ImprovementAction, RecommendationCategory
from connector.store import connections, scores
from connector.words import speaking
from connector.work import Again
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME
from tests.unit.connector.stage import MICROSOFT_FORM, Stage

(ACTION,) = rows.score(ACME).actions
EXCHANGE = replace(
    ACTION,
    id="mdo_safelinks",
    title="Turn on Safe Links",
    category=RecommendationCategory.APPS,
    service="EXO",
)
DONE = replace(ACTION, id="done", title="Require MFA for all", score=ACTION.max_score)
ACCEPTED = replace(ACTION, id="accepted", title="Require MFA anyway", state="RiskAccepted")


async def keep(stage: Stage, *actions: ImprovementAction) -> None:
    """Have a connected tenant's score with these actions."""
    async with stage.connector.database.transaction(ACME) as tx:
        await connections.put(tx, rows.connection_row(ACME, Provider.MICROSOFT))
        await scores.put(tx, replace(rows.score(ACME), actions=actions))


@pytest.mark.parametrize(
    "words", ["safe LINKS", "apps", "exo", "mdo_safe", "links apps exo"], ids=str
)
async def test_an_action_is_found_by_title_category_service_and_id(
    stage: Stage, words: str
) -> None:
    await keep(stage, ACTION, EXCHANGE, DONE)
    assert await stage.connector.services.actions.search(ACME, words) == (EXCHANGE,)


@pytest.mark.parametrize("words", ["applications", "apps"], ids=str)
async def test_an_action_is_found_by_its_category_in_the_language_that_is_spoken(
    stage: Stage, words: str
) -> None:
    await keep(stage, ACTION, EXCHANGE)
    with speaking("fr"):
        assert await stage.connector.services.actions.search(ACME, words) == (EXCHANGE,)


async def test_at_most_a_hundred_actions_are_found(stage: Stage) -> None:
    await keep(stage, *(replace(ACTION, id=f"a{n}", rank=n) for n in range(101)))
    found = await stage.connector.services.actions.search(ACME, "")
    assert [each.rank for each in found] == list(range(100))


@pytest.mark.parametrize("closed", [DONE, ACCEPTED], ids=lambda each: each.id)
async def test_what_is_not_open_any_more_is_not_found(
    stage: Stage, closed: ImprovementAction
) -> None:
    await keep(stage, ACTION, closed)
    actions = stage.connector.services.actions
    assert await actions.search(ACME, "mfa") == (ACTION,)
    with pytest.raises(NotFoundError):
        await actions.find(ACME, closed.id)


async def test_a_score_that_cannot_be_understood_is_read_again_at_its_time(stage: Stage) -> None:
    await stage.connect_microsoft()
    kept = stage.end.microsoft.tenant.scores
    newest = kept[0]
    kept[0] = newest | {"maxScore": None}
    again = await stage.connector.services.actions.refresh(ACME, "score")
    assert isinstance(again, Again)
    (connection,) = await stage.connector.services.connections.all(ACME)
    assert connection.problem
    kept[0] = newest
    await stage.connector.services.actions.refresh(ACME, "score")
    (after,) = await stage.connector.services.connections.all(ACME)
    assert after.problem == ""
    assert after.last_success_at is not None
    assert connection.last_success_at is not None
    assert after.last_success_at > connection.last_success_at


async def test_a_tenant_connected_by_its_domain_is_kept_up_to_date_under_it(stage: Stage) -> None:
    await stage.connect_microsoft(replace(MICROSOFT_FORM, tenant=TENANT_DOMAIN))
    actions = stage.connector.services.actions
    before = await actions.known(ACME)
    await actions.refresh(ACME, "score")
    after = await actions.known(ACME)
    assert before is not None
    assert after is not None
    assert after.tenant == before.tenant == TENANT_DOMAIN
    assert after.read_at > before.read_at


async def test_a_search_gives_up_before_slack_does(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"call_deadline": 60})
    await stage.restart()
    await stage.connect_microsoft()
    async with stage.connector.database.transaction(ACME) as tx:
        for table in ("scores", "score_actions"):
            await tx.run(f"DELETE FROM {table} WHERE workspace = :workspace")  # noqa: S608  -- ours
    stage.end.microsoft.faults.arm("hang:20")
    async with asyncio.timeout(20):
        with pytest.raises(ProviderUnavailableError, match="within 2 s"):
            await stage.connector.services.actions.search(ACME, "mfa")
    stage.end.microsoft.faults.armed.clear()
