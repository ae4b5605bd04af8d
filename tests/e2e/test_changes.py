"""Change requests, from the form in Slack to the record in ServiceNow and its card."""

import pytest

from bot.sandbox.driver import visible_text
from bot.tour.changing import choose_change
from bot.tour.stage import soon
from tests.e2e.acts import SECURITY, card_with, records, strike

STARTS, ENDS = "1796157000", "1796162400"  # 2026-12-01, 20:30 and 22:00 UTC
PLANNED = {"Planned start": STARTS, "Planned end": ENDS}
TEMPLATE = "Block legacy sign-ins"


async def follows(user, label, *, shown=True):
    """Wait until the form has a field, or has it no more."""

    async def look():
        view = await user.modal()
        labels = [(block.get("label") or {}).get("text") for block in view["blocks"]]
        return (label in labels) is shown

    await soon(look, f"the form did not follow; {label} is there: {not shown}")


async def open_form(user):
    await user.command("/snow create", SECURITY)
    await user.modal(title="Create a ticket")
    await choose_change(user)


async def choose_standard(user):
    await user.choose("Type", "", "Standard")
    await follows(user, "Template")


async def test_a_standard_change_is_made_from_a_template(connected):
    mia = connected.mia
    await open_form(mia)
    await choose_standard(mia)
    errors = await mia.submit({"Name": "Standard one", "Category": "Identity"})
    assert list(errors) == ["Template"]
    await mia.choose("Template", "legacy", TEMPLATE)
    assert await mia.submit(PLANNED) == {}
    card = await card_with(mia, "Standard one", "CHG")
    (row,) = records(connected, "Standard one", "change_request")
    assert (row["type"], row["start_date"]) == ("standard", "2026-12-01 20:30:00")
    assert row["implementation_plan"] == "Switch the policy on."
    assert "Standard change request" in visible_text(card)
    assert "did not keep" not in visible_text(card)
    await mia.close_modal()
    await mia.command("/snow tickets all", SECURITY)
    listed = await mia.wait_for_message(SECURITY, text="Standard one", ephemeral=True)
    assert "Standard change request" in visible_text(listed)


@pytest.mark.parametrize("fault", ["500-after-commit", "reset-after-commit", "late-commit"])
async def test_whatever_fails_on_the_way_there_is_one_standard_change(connected, fault):
    await open_form(connected.mia)
    await choose_standard(connected.mia)
    await connected.mia.choose("Template", "", TEMPLATE)
    strike(connected, fault)
    assert await connected.mia.submit({"Name": "One only", "Category": "Identity"}) == {}
    await card_with(connected.mia, "One only", "CHG")
    assert len(records(connected, "One only", "change_request")) == 1


async def test_an_end_before_the_start_is_refused_at_its_field_and_nothing_typed_is_lost(
    connected,
):
    mia = connected.mia
    await open_form(mia)
    wrong = {"Planned start": ENDS, "Planned end": STARTS}
    errors = await mia.submit({"Name": "Mended", "Category": "Data", "Type": "Emergency", **wrong})
    assert "after the planned start" in errors["Planned end"]
    assert await mia.submit({"Planned start": None}) == {}
    card = await card_with(mia, "Mended", "CHG")
    assert "Emergency change request" in visible_text(card)
    (row,) = records(connected, "Mended", "change_request")
    assert (row["type"], row["start_date"]) == ("emergency", "")
    assert row["end_date"] == "2026-12-01 20:30:00"


async def test_what_was_typed_stays_while_the_form_follows_the_kind(connected):
    mia = connected.mia
    await mia.command("/snow create", SECURITY)
    await mia.modal(title="Create a ticket")
    values = {"Name": "Typed with care", "Category": "Data", "Due date": "2020-01-31"}
    assert "Due date" in await mia.submit(values)
    await mia.choose("Kind", "", "Change request")
    await follows(mia, "Type")
    assert "Typed with care" in visible_text(await mia.modal())
    await mia.choose("Kind", "", "Incident")
    await follows(mia, "Type", shown=False)
    assert await mia.submit({"Due date": None}) == {}
    await card_with(mia, "Typed with care", "INC")
    assert len(records(connected, "Typed with care")) == 1


async def test_a_form_that_was_sent_meanwhile_does_not_come_back(connected):
    mia = connected.mia
    await mia.command("/snow create", SECURITY)
    await mia.modal(title="Create a ticket")
    await mia.submit({"Kind": "Change request", "Name": "In a hurry", "Category": "Data"})
    await card_with(mia, "In a hurry", "CHG")
    await mia.modal(title="On its way")
