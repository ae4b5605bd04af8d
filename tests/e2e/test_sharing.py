import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from tests.e2e.acts import SECURITY, card_with, create, number_of, records, strike

HOSTILE = "<!channel> ^state=1 javascript:gs.getUserName() [code]<b>bold</b>[/code] <@U0ADA> &amp;"


@pytest.mark.parametrize(
    "fault",
    [
        "429",
        "429-bare",
        "500-after-commit",
        "reset-before-commit",
        "reset-after-commit",
        "late-commit",
        "sleeping:2",
        "503",
        "expired-token",
        "slow-drip",
    ],
)
async def test_whatever_fails_on_the_way_there_is_one_ticket(connected, fault):
    strike(connected, fault)
    await create(connected.mia, "One only")
    await number_of(connected.mia, "One only")
    assert len(records(connected, "One only")) == 1


async def test_hostile_text_is_kept_and_never_interpreted(connected):
    await create(connected.mia, f"Hostile {HOSTILE}", Description=HOSTILE)
    await card_with(connected.mia, "Hostile", "INC")
    rows = connected.tryout.sandbox.servicenow_server.records("incident")
    stored = [row for row in rows if row["short_description"].startswith("Hostile")]
    assert len(stored) == 1
    assert "<!channel> ^state=1 javascript:gs.getUserName()" in stored[0]["description"]
    assert "[code]" not in stored[0]["description"].lower()
    for message in await connected.mia.messages(SECURITY):
        assert "<!channel>" not in str(message.get("blocks")) + message.get("text", "")


async def test_a_due_date_in_the_past_is_refused_at_its_field(connected):
    await connected.mia.command("/snow create", SECURITY)
    await connected.mia.modal(title="Create a ticket")
    values = {"Name": "Too late", "Category": "Data", "Due date": "2020-02-02"}
    errors = await connected.mia.submit(values)
    assert "past" in errors["Due date"]
    assert await connected.mia.submit({"Due date": "2030-02-02"}) == {}


async def test_a_description_of_5000_characters_is_refused_and_kept(connected):
    await connected.mia.command("/snow create", SECURITY)
    await connected.mia.modal(title="Create a ticket")
    values = {"Name": "Long", "Category": "Data", "Description": "x" * 5000}
    errors = await connected.mia.submit(values)
    assert "3000" in errors["Description"].replace(",", "")


async def test_an_action_that_is_gone_at_submit_becomes_a_free_ticket_with_all_that_was_typed(
    connected,
):
    score = await connected.tryout.bot.connector.services.actions.score(accounts.TEAM_ID)
    action = score.open_actions[0]
    await connected.mia.command("/snow score", SECURITY)
    message = await connected.mia.wait_for_message(SECURITY, text="points", ephemeral=True)
    await connected.mia.click(message, "Share")
    await connected.mia.modal(title="Share to ServiceNow")
    await remove(connected, action.id)
    await connected.mia.submit({"Name": "Typed with care"})
    modal = await connected.mia.modal(title="Create a ticket")
    assert "Typed with care" in visible_text(modal)
    assert await connected.mia.submit({"Category": "Identity"}) == {}
    await number_of(connected.mia, "Typed with care")


async def test_the_same_submission_delivered_twice_is_one_ticket(connected):
    await connected.mia.command("/snow create", SECURITY)
    await connected.mia.modal(title="Create a ticket")
    await connected.mia.submit({"Name": "Twice", "Category": "Data"})
    await number_of(connected.mia, "Twice")
    url = f"{connected.tryout.page}/_client/redeliver"
    async with connected.http.post(url, json={"times": 3}) as answer:
        assert answer.status == 200
    await create(connected.mia, "Afterwards")
    await number_of(connected.mia, "Afterwards")
    assert len(records(connected, "Twice")) == 1


async def test_people_servicenow_does_not_know_are_named_in_the_text(connected, stage):
    ned = type(stage.mia)(stage.http, stage.tryout.page, accounts.NED.id)
    await create(ned, "From Ned")
    await number_of(ned, "From Ned")
    (row,) = records(connected, "From Ned")
    assert row["caller_id"] == ""
    assert accounts.NED.real_name in row["description"]
    assert accounts.NED.id in row["description"]


async def remove(stage, action):
    origin = stage.tryout.sandbox.microsoft.origin
    async with stage.http.post(f"{origin}/_sandbox/remove", json={"id": action}) as answer:
        assert answer.status == 200
    await stage.tryout.bot.connector.services.actions.refresh(accounts.TEAM_ID, "")
