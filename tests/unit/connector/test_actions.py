import asyncio
from datetime import timedelta

import pytest

from connector.errors import NotConnectedError, NotFoundError, Provider, ProviderUnavailableError
from connector.models import SecureScore
from connector.store import scores
from connector.work import Again, Done
from tests.unit.connector.fakes import ACME, GLOBEX
from tests.unit.connector.stage import Stage


@pytest.fixture
async def scored(stage: Stage) -> Stage:
    await stage.connect_microsoft()
    return stage


async def kept(stage: Stage) -> SecureScore:
    score = await stage.connector.services.actions.known(ACME)
    assert score is not None
    return score


async def test_without_a_connection_there_is_no_score(stage: Stage) -> None:
    actions = stage.connector.services.actions
    assert await actions.known(ACME) is None
    with pytest.raises(NotConnectedError):
        await actions.score(ACME)
    with pytest.raises(NotConnectedError):
        await actions.search(ACME, "mfa")


async def test_a_young_score_is_not_read_again(scored: Stage) -> None:
    before = await kept(scored)
    assert await scored.connector.services.actions.score(ACME) == before


async def test_an_old_score_is_read_again_once_for_all_who_ask(scored: Stage) -> None:
    before = await kept(scored)
    scored.clock.jump(3601)
    asked = [scored.connector.services.actions.score(ACME) for _ in range(10)]
    (score,) = set(await asyncio.gather(*asked))
    assert score.read_at > before.read_at + timedelta(hours=1)


async def test_a_kept_score_stands_in_for_microsoft_and_says_its_age(scored: Stage) -> None:
    before = await kept(scored)
    scored.clock.jump(7200)
    scored.end.microsoft.faults.arm("503:20")
    assert await scored.connector.services.actions.score(ACME) == before
    (connection,) = await scored.connector.services.connections.all(ACME)
    assert connection.problem


async def test_search_finds_open_actions_with_all_words_best_first(scored: Stage) -> None:
    found = await scored.connector.services.actions.search(ACME, "second FACTOR")
    assert len(found) > 1
    assert all("second" in a.title and "factor" in a.title for a in found)
    assert [a.gain for a in found] == sorted((a.gain for a in found), reverse=True)
    everything = await scored.connector.services.actions.search(ACME, " ")
    assert everything == (await kept(scored)).open_actions[:100]
    assert await scored.connector.services.actions.search(ACME, "no such words here") == ()


async def test_an_action_is_found_while_it_is_open(scored: Stage) -> None:
    actions = scored.connector.services.actions
    wanted = (await kept(scored)).open_actions[0]
    assert await actions.find(ACME, wanted.id) == wanted
    for workspace, action_id in ((ACME, "unknown"), (GLOBEX, wanted.id)):
        with pytest.raises(NotFoundError):
            await actions.find(workspace, action_id)


async def test_one_score_a_day_is_kept_for_ever(scored: Stage) -> None:
    score = await kept(scored)
    view = scored.connector.database.view(ACME)
    async with scored.connector.database.transaction(ACME) as tx:
        for back in (1, 2, 2):
            older = SecureScore(
                tenant=score.tenant,
                day=score.day - timedelta(days=back),
                read_at=score.read_at - timedelta(days=back),
                current=back,
                maximum=score.maximum,
                profiles=score.profiles,
                actions=score.actions,
            )
            await scores.put(tx, older)
    history = await scores.history(view, score.tenant)
    assert [points for _, points, _ in history] == [2, 1, score.current]
    assert (await kept(scored)).day == score.day


async def test_refreshing_comes_again_and_ends_with_the_connection(scored: Stage) -> None:
    actions = scored.connector.services.actions
    assert isinstance(await actions.refresh(ACME, "score"), Again)
    scored.end.microsoft.faults.arm("503")
    with pytest.raises(ProviderUnavailableError):
        await actions.refresh(ACME, "score")
    await scored.disconnect(Provider.MICROSOFT)
    assert await actions.refresh(ACME, "score") == Done()
