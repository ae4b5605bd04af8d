"""Whose language is spoken: asked of the chat once a day, kept, and never in anybody's way."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from connector.errors import Provider, ProviderUnavailableError
from connector.models import Person, Right, UserId, WorkspaceId
from connector.services import languages as module
from connector.services.hearing import Hearing
from connector.services.languages import Languages
from connector.store import persons
from connector.store.database import Database
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, MIA, Clock, People
from tests.unit.connector.stage import Stage

DAY = timedelta(days=1).total_seconds()


@dataclass
class Counted(People):
    """People who count how often they are asked who somebody is, and answer when they may."""

    looked_up: int = 0
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def person(self, workspace: WorkspaceId, user: UserId) -> Person:
        self.looked_up += 1
        await self.may_answer.wait()
        return await super().person(workspace, user)


def speaks(locale: str) -> dict[UserId, Person]:
    return {MIA: Person(user=MIA, name="Mia Member", locale=locale)}


@pytest.fixture
def people() -> Counted:
    return Counted(known=speaks("fr-FR"))


@pytest.fixture
def languages(database: Database, people: Counted, clock: Clock) -> Languages:
    return Languages(database=database, directory=people, clock=clock)


async def test_a_language_is_asked_once_a_day_and_then_anew(
    languages: Languages, people: Counted, clock: Clock
) -> None:
    assert await languages.of(ACME, MIA) == "fr"
    people.known = speaks("en-GB")
    assert await languages.of(ACME, MIA) == "fr"
    assert people.looked_up == 1
    clock.jump(DAY + 1)
    assert await languages.of(ACME, MIA) == "en"
    assert await languages.kept(ACME, MIA) == "en"
    assert await languages.kept(GLOBEX, MIA) is None


async def test_many_at_once_ask_once(languages: Languages, people: Counted) -> None:
    people.may_answer.clear()
    asked = [asyncio.create_task(languages.of(ACME, MIA)) for _ in range(20)]
    async with asyncio.timeout(5):
        while not people.looked_up:
            await asyncio.sleep(0.001)
    people.may_answer.set()
    assert set(await asyncio.gather(*asked)) == {"fr"}
    assert people.looked_up == 1


async def test_whoever_waits_with_one_who_gives_up_is_answered(
    languages: Languages, people: Counted
) -> None:
    people.may_answer.clear()
    first, second = (asyncio.create_task(languages.of(ACME, MIA)) for _ in range(2))
    async with asyncio.timeout(5):
        while not people.looked_up:
            await asyncio.sleep(0.001)
    first.cancel()
    assert await asyncio.wait_for(second, 5) == "en"


async def test_what_cannot_be_told_in_time_is_what_was_last_told_and_else_english(
    languages: Languages, people: Counted, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    people.hangs = True
    assert await languages.of(ACME, MIA) == "en"
    people.hangs = False
    assert await languages.of(ACME, MIA) == "en", "not asked again within the minute"
    clock.jump(61)
    assert await languages.of(ACME, MIA) == "fr"
    people.trouble = ProviderUnavailableError(Provider.CHAT, "503")
    clock.jump(2 * DAY)
    assert await languages.of(ACME, MIA) == "fr"


async def test_nobody_known_and_a_store_that_fails_are_english(
    languages: Languages, database: Database
) -> None:
    assert await languages.of(ACME, UserId("U0NOBODY")) == "en"
    async with database.transaction_everywhere() as tx:
        await tx.run("DROP TABLE person_languages")
    assert await languages.of(ACME, MIA) == "fr"
    assert await languages.kept(ACME, MIA) is None
    await languages.note(ACME, MIA, "fr-FR")


async def test_whatever_is_asked_about_somebody_tells_their_language(
    languages: Languages, people: Counted
) -> None:
    hearing = Hearing(people, languages)
    await hearing.member(ACME, MIA)
    assert await languages.kept(ACME, MIA) == "fr"
    people.known = speaks("en-US")
    await hearing.person(ACME, MIA)
    assert await languages.of(ACME, MIA) == "en"
    people.known = speaks("")
    await hearing.member(ACME, MIA)
    assert await languages.of(ACME, MIA) == "en"


async def test_the_same_told_again_costs_a_row_an_hour_at_most(
    languages: Languages, database: Database, clock: Clock
) -> None:
    async def told_at() -> object:
        kept = await persons.language_of(database.view(ACME), MIA)
        return kept and kept[1]

    await languages.note(ACME, MIA, "fr-FR")
    first = await told_at()
    clock.jump(1800)
    await languages.note(ACME, MIA, "fr-CA")
    assert await told_at() == first
    clock.jump(1801)
    await languages.note(ACME, MIA, "fr-CA")
    assert await told_at() != first


async def test_deciding_on_a_right_needs_no_question_more(stage: Stage) -> None:
    stage.people.known[ADA] = Person(user=ADA, name="Ada Admin", locale="fr-FR")
    services = stage.connector.services
    await services.rights.require(ACME, ADA, Right.SHARE)
    stage.people.hangs = True
    assert await services.languages.of(ACME, ADA) == "fr"
