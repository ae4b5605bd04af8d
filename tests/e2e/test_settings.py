"""The ServiceNow settings, as an admin goes through them in Slack."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import soon
from tests.e2e.acts import SECURITY, card_with, create, number_of, records, strike

TITLE = "ServiceNow settings"


async def modal_with(user, title, text):
    """Wait until the modal of that title shows a text."""

    async def look():
        view = await user.modal(title=title)
        return view if text in visible_text(view) else None

    return await soon(look, f"{title!r} never shows {text!r}: {visible_text(await user.modal())}")


async def open_settings(user):
    await user.command("/snow settings", SECURITY)
    await user.modal(title=TITLE)


async def choose_column(user, query, label, until):
    await user.click_in_modal("Add a rule")
    await user.modal(title="Incident: a rule")
    await user.choose("Column", query, label)
    await modal_with(user, "Incident: a rule", until)


async def add_rule(user, query, label, **values):
    await choose_column(user, query, label, "Fill it with")
    assert await user.submit({key.replace("_", " "): each for key, each in values.items()}) == {}
    await modal_with(user, TITLE, label)


async def test_a_rule_fills_a_custom_column_until_it_is_removed(connected):
    ada = connected.ada
    await open_settings(ada)
    await add_rule(
        ada, "category", "u_recommendation_category", Fill_it_with="Recommendation category"
    )
    await create(connected.mia, "With the category")
    await number_of(connected.mia, "With the category")
    (row,) = records(connected, "With the category")
    assert row["u_recommendation_category"] == "Identity"
    await ada.click_in_modal("Remove")
    await modal_with(ada, TITLE, "Tickets fill only Snowline's own fields.")
    await create(connected.mia, "Without")
    await number_of(connected.mia, "Without")
    assert records(connected, "Without")[0].get("u_recommendation_category", "") == ""


async def test_what_servicenow_does_not_keep_is_named_on_the_card(connected):
    ada = connected.ada
    await open_settings(ada)
    await choose_column(ada, "risk team", "Risk team", "Fill it with")
    errors = await ada.submit({})
    assert "Enter the value" in errors["Fixed value"]
    assert await ada.submit({"Fixed value": "green"}) == {}
    await modal_with(ada, TITLE, "always “green”")
    await create(connected.mia, "Not kept")
    await card_with(connected.mia, "Not kept", "did not keep: Risk team")


async def test_the_group_is_chosen_by_category(connected):
    ada = connected.ada
    await open_settings(ada)
    await choose_column(ada, "assignment", "Assignment group", "Group for Identity")
    assert await ada.submit({}) == {"Group": "Choose at least one group."}
    assert await ada.submit({"Group for Identity": "Security Operations"}) == {}
    await modal_with(ada, TITLE, "Identity: Security Operations")
    await create(connected.mia, "To the group")
    await number_of(connected.mia, "To the group")
    (row,) = records(connected, "To the group")
    groups = connected.tryout.sandbox.servicenow_server.records("sys_user_group")
    names = {group["sys_id"]: group["name"] for group in groups}
    assert names[row["assignment_group"]] == "Security Operations"


async def test_a_test_record_shows_what_is_kept_and_is_cancelled(connected):
    ada = connected.ada
    await open_settings(ada)
    await add_rule(ada, "improvement", "Improvement action", Fill_it_with="Link to the action")
    await add_rule(ada, "risk team", "Risk team", Fixed_value="green")
    await ada.click_in_modal("Make a test record")
    shown = visible_text(await modal_with(ada, "Test record", "is cancelled"))
    assert "was made in ServiceNow" in shown
    assert "✅ *Improvement action*" in shown
    assert "❌ *Risk team*: “green” was sent, the record is empty" in shown
    (row,) = records(connected, "Snowline test record, may be deleted")
    assert row["state"] == "8"
    direct = await ada.direct_channel()
    await card_with(ada, "Snowline test record", "Canceled", direct)


async def test_a_test_record_of_a_sleeping_instance_says_that_it_is_on_its_way(connected):
    ada = connected.ada
    await open_settings(ada)
    strike(connected, "503:3")
    await ada.click_in_modal("Make a test record")
    shown = visible_text(await modal_with(ada, "Test record", "is cancelled"))
    assert "No rule fills a further field yet." in shown


async def test_a_state_is_renamed_on_cards_and_lists_and_means_what_an_admin_says(connected):
    ada, mia = connected.ada, connected.mia
    await create(mia, "To be renamed")
    await number_of(mia, "To be renamed")
    await open_settings(ada)
    await ada.click_in_modal("States")
    await ada.modal(title="Incident states")
    words = {
        "New (1): name in Slack": "To do",
        "In Progress (2): name in Slack": "Doing",
        "On Hold (3): name in Slack": "Put by",
        "On Hold (3): meaning": "Done",
    }
    assert await ada.submit(words) == {}
    await modal_with(ada, TITLE, "New is shown as To do")
    await mia.command("/snow tickets", SECURITY)
    await mia.wait_for_message(SECURITY, text="To do", ephemeral=True)
    (row,) = records(connected, "To be renamed")
    await connected.far.change("incident", row["sys_id"], state="2")
    await card_with(mia, "To be renamed", "Doing")
    await mia.wait_for_message(SECURITY, text="To do → Doing")
    await connected.far.change("incident", row["sys_id"], state="3", hold_reason="1")
    await card_with(mia, "To be renamed", "Put by")
    assert "None open." in visible_text(await mia.home())


async def test_a_member_sees_the_configuration_and_no_button(connected):
    await connected.mia.home()
    await connected.mia.click_at_home("Manage ServiceNow configuration")
    shown = visible_text(await connected.mia.modal(title="Configuration"))
    assert TITLE not in shown
    await connected.mia.command("/snow settings", SECURITY)
    await connected.mia.wait_for_message(SECURITY, text="Only admins", ephemeral=True)


async def test_an_admin_comes_to_the_settings_from_home(connected):
    await connected.ada.home()
    await connected.ada.click_at_home("Manage ServiceNow configuration")
    await connected.ada.modal(title="Configuration")
    await connected.ada.click_in_modal(TITLE)
    await connected.ada.modal(title=TITLE)


@pytest.mark.parametrize("label", ["Add a rule", "States", "Make a test record"])
async def test_whoever_is_no_admin_any_more_changes_nothing(connected, label):
    await open_settings(connected.ada)
    connected.tryout.sandbox.slack_server.workspace.people.mark(accounts.ADA.id, is_admin=False)
    await connected.ada.click_in_modal(label)
    told = visible_text(await connected.ada.modal(title="That did not work"))
    assert "Only admins" in told
    assert records(connected, "Snowline test record, may be deleted") == []
