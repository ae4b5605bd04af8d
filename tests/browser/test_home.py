"""App Home before and after connecting, and a long list that is turned, by clicking."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from bot.sandbox import accounts
from bot.tour import connecting
from bot.tour.stage import raised
from connector.models import (
    Priority,
    RecommendationCategory,
    RecommendationSource,
    TicketDraft,
    TicketKind,
    UserId,
    WorkspaceId,
)
from tests.browser.person import Person

pytestmark = pytest.mark.browser
TEAM = WorkspaceId(accounts.TEAM_ID)
TALL = {"width": 1280, "height": 1180}


@pytest.fixture
async def stage(tryout):
    """Everything beside the page: who connects, and what becomes of it."""
    async with raised(tryout) as stage:
        yield stage


@pytest.fixture
async def person(browser, tryout, pictures):
    """Ada, an admin, who has just opened App Home."""
    person = Person(await browser.new_page(), pictures)
    await person.page.goto(tryout.page)
    await open_home(person)
    yield person
    assert person.complaints == []


async def open_home(person):
    await person.page.get_by_role("link", name="Snowline").click()
    await person.page.get_by_role("tab", name="Home").click()


async def connect(stage):
    await stage.ada.command("/snow connect", accounts.SECURITY.id)
    await stage.ada.modal(title="Connect ServiceNow")
    await connecting.connect_as_integration_user(stage)
    direct = await stage.ada.direct_channel()
    await stage.ada.wait_for_message(direct, text="/snow doctor")
    await connecting.connect_microsoft(stage)
    await stage.ada.clear_modals()


async def make(stage, number, title):
    """Ask for one of many tickets."""
    today = datetime.now(tz=UTC).date()  # noqa: TID251 -- the real day
    draft = TicketDraft(
        kind=TicketKind.CHANGE_REQUEST if number % 5 == 3 else TicketKind.INCIDENT,
        name=title,
        description="",
        priority=list(Priority)[(number + 1) % 5],
        due=today + timedelta(days=2 * number - 12) if number % 4 else None,
        source=RecommendationSource.USER,
        category=RecommendationCategory.IDENTITY,
        requester=UserId(accounts.ADA.id),
        requester_name=accounts.ADA.real_name,
    )
    shares = stage.tryout.bot.connector.services.shares
    await shares.request(TEAM, draft, accounts.ADA.id, secrets.token_hex(8))


async def remember_scores(stage):
    """Keep the scores of the last month, as if they had been read day by day."""
    database = stage.tryout.bot.connector.database
    async with database.transaction(TEAM) as tx:
        (row,) = await tx.run("SELECT * FROM scores WHERE workspace = :workspace")
        newest = datetime.fromisoformat(row["day"])
        for ago in range(1, 31):
            await tx.run(
                "INSERT INTO scores (workspace, tenant, day, read_at, current, maximum, profiles,"
                " points) VALUES (:workspace, :tenant, :day, 0, :points, :maximum, 1, '{}')",
                tenant=row["tenant"],
                day=(newest - timedelta(days=ago)).date().isoformat(),
                points=row["current"] - ago // 4 * 3,
                maximum=row["maximum"],
            )


async def move_some(stage):
    """Begin some of the incidents in ServiceNow."""
    for row in (await stage.far.tickets("incident"))[:5]:
        await stage.far.change("incident", row["sys_id"]["value"], state="2")


async def test_app_home_says_how_to_begin_to_an_admin_and_to_a_member(person, browser, tryout):
    begin = person.page.get_by_role("button", name="Set up ServiceNow")
    await begin.wait_for()
    await person.look("home-1-before")
    await begin.click()
    await person.leave(person.dialog("Set up ServiceNow"))
    member = Person(await browser.new_page(), person.pictures)
    await member.page.goto(f"{tryout.page}/?user={accounts.MIA.id}")
    await open_home(member)
    await member.page.get_by_text("An admin or owner of this workspace can do that").wait_for()
    await expect(member.page.get_by_role("button", name="Set up ServiceNow")).to_be_hidden()
    await member.look("home-2-before-member")
    assert member.complaints == []


async def test_app_home_shows_my_tickets_both_cards_and_the_score(person, stage):
    await connect(stage)
    await remember_scores(stage)
    score = await stage.score()
    for number, action in enumerate(score.open_actions[:24]):
        await make(stage, number, action.title)
    region = person.page.get_by_role("region", name="App Home")
    await region.get_by_text("24 open", exact=False).first.wait_for()
    await move_some(stage)
    await region.get_by_text("In Progress 5").wait_for()
    await region.get_by_text("▲ Up 21 points").wait_for()
    await person.look("home")
    await person.page.set_viewport_size(TALL)
    await region.get_by_text("Secure Score").first.scroll_into_view_if_needed()
    await person.look("home-3-score")
    await turn_the_list(person)


async def turn_the_list(person):
    await person.page.get_by_role("button", name="View my tickets").click()
    shown = person.dialog("Tickets")
    await shown.get_by_text("1–20 of 24, the most urgent first").wait_for()
    await person.look("home-4-list")
    await shown.get_by_role("button", name="Next").click()
    await shown.get_by_text("21–24 of 24").wait_for()
    await shown.get_by_text("21–24 of 24").scroll_into_view_if_needed()
    await person.look("home-5-list-turned")
    await person.choose(shown, "Kind", "Inc", "Incidents")
    await person.dialog("Incidents").get_by_text(" of 19").wait_for()
    await person.look("home-6-list-narrowed")
    await person.leave(person.dialog("Incidents"))
