"""Columns that an instance's admins have added, and who may read the dictionary."""

import pytest

from bot.sandbox.servicenow.custom import SAMPLE
from tests.unit.sandbox.servicenow_desk import desk_at

NAMES = {field.name for field in SAMPLE}


@pytest.fixture
async def desk():
    async with desk_at(custom_columns=SAMPLE) as desk:
        yield desk


@pytest.mark.parametrize("table", ["incident", "change_request"])
async def test_a_record_shows_its_added_columns_among_all_and_by_name(desk, table):
    row = await desk.create(table, u_risk_team="blue", u_improvement_action="MFA")
    assert row.keys() >= NAMES
    shown = {"sysparm_fields": "u_risk_team", "sysparm_display_value": "all"}
    assert await desk.read(row, table, **shown) == {
        "u_risk_team": {"display_value": "Blue team", "value": "blue"}
    }


async def test_what_a_column_does_not_take_is_dropped_without_a_word(desk):
    row = await desk.create(
        u_risk_team="green", u_reviewed_by_audit="yes", u_secure_score_gain="much"
    )
    assert {row[name] for name in NAMES} == {""}


async def test_an_added_column_can_be_asked_for(desk):
    await desk.create(u_improvement_action="MFA")
    found = (await desk.table("incident", sysparm_query="u_improvement_action=MFA")).result
    assert len(found) == 1


async def test_without_added_columns_there_are_none():
    async with desk_at() as desk:
        assert not NAMES & (await desk.create(u_risk_team="blue")).keys()


async def test_the_dictionary_lists_every_column_for_admins_alone(desk):
    query = {"sysparm_query": "name=incident^element=assignment_group"}
    (entry,) = (await desk.table("sys_dictionary", user="admin", **query)).result
    assert (entry["column_label"], entry["reference"]) == ("Assignment group", "sys_user_group")
    assert (await desk.table("sys_dictionary", **query)).status == 403


async def test_the_record_page_shows_added_columns(desk):
    row = await desk.create(u_risk_team="blue")
    page = await desk.call("GET", f"/incident.do?sys_id={row['sys_id']}", user=None)
    assert "Risk team" in page.text
    assert "Blue team" in page.text
