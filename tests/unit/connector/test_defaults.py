"""What forms begin with: kept with who changed it, only where cards can be posted."""

from datetime import date

import pytest

from connector.errors import InvalidInputError
from connector.models import (
    DueRule,
    FormDefaults,
    Priority,
    RecommendationCategory,
    SettingTopic,
)
from connector.services.configuring.defaults import DefaultsService
from connector.store.database import Database
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, MIA, Clock, People

TODAY = date(2026, 11, 26)
IDENTITY, DATA = RecommendationCategory.IDENTITY, RecommendationCategory.DATA
CHANNELS = FormDefaults(channels=((IDENTITY, "C0IDENTITY"), (DATA, "C0DATA")))
BY_PRIORITY = FormDefaults(
    due=DueRule.BY_PRIORITY, by_priority=((Priority.CRITICAL, 3), (Priority.LOW, 60))
)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def service(database: Database, people: People, clock: Clock) -> DefaultsService:
    return DefaultsService(database=database, directory=people, clock=clock)


async def test_defaults_are_kept_for_one_workspace_with_who_set_them(
    service: DefaultsService,
) -> None:
    await service.keep(ACME, ADA, CHANNELS)
    assert await service.get(ACME) == CHANNELS
    assert await service.get(GLOBEX) == FormDefaults()
    (change,) = await service.last_changes(ACME)
    assert (change.topic, change.by) == (SettingTopic.DEFAULTS, ADA)


async def test_what_is_saved_unchanged_is_no_change(service: DefaultsService) -> None:
    await service.keep(ACME, ADA, CHANNELS)
    await service.keep(ACME, MIA, CHANNELS)
    (change,) = await service.last_changes(ACME)
    assert change.by == ADA


async def test_a_channel_that_cannot_be_written_to_is_said_at_its_field(
    service: DefaultsService, people: People
) -> None:
    people.closed.add("C0DATA")
    with pytest.raises(InvalidInputError, match="cannot write there") as refusal:
        await service.keep(ACME, ADA, CHANNELS)
    assert refusal.value.field == "channel Data"
    assert await service.get(ACME) == FormDefaults()


async def test_a_channel_that_stays_is_not_looked_at_again(
    service: DefaultsService, people: People
) -> None:
    await service.keep(ACME, ADA, CHANNELS)
    people.closed.add("C0DATA")
    await service.keep(ACME, ADA, FormDefaults(days=7, channels=CHANNELS.channels))
    assert (await service.get(ACME)).days == 7


async def test_without_an_answer_nothing_is_saved(service: DefaultsService, people: People) -> None:
    people.hangs = True
    with pytest.raises(InvalidInputError, match="did not say in time"):
        await service.keep(ACME, ADA, CHANNELS)
    assert await service.get(ACME) == FormDefaults()


@pytest.mark.parametrize(
    ("defaults", "proposed", "if_empty"),
    [
        pytest.param(FormDefaults(), date(2026, 12, 26), None, id="as it comes"),
        pytest.param(FormDefaults(due=DueRule.NONE), None, None, id="no date"),
        pytest.param(FormDefaults(days=7), date(2026, 12, 3), None, id="seven days"),
        pytest.param(BY_PRIORITY, None, date(2026, 11, 29), id="by priority"),
    ],
)
def test_the_due_date_follows_the_rule(
    defaults: FormDefaults, proposed: date | None, if_empty: date | None
) -> None:
    assert defaults.proposed_due(TODAY) == proposed
    assert defaults.due_if_empty(Priority.CRITICAL, TODAY) == if_empty


def test_a_priority_without_days_has_no_date() -> None:
    assert BY_PRIORITY.due_if_empty(Priority.HIGH, TODAY) is None


def test_each_category_has_its_channel_or_none() -> None:
    assert CHANNELS.channel_of(IDENTITY) == "C0IDENTITY"
    assert CHANNELS.channel_of(RecommendationCategory.APPS) == ""
    assert CHANNELS.channel_of(None) == ""
