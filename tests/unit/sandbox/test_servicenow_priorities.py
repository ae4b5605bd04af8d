"""The sandbox's instance makes priorities by rows that may be read, and set."""

import pytest

from bot.sandbox.servicenow.priority import LOOKUP, SHIPPED
from tests.unit.sandbox.servicenow_desk import BOT, desk_at

FIELDS = {"sysparm_fields": "impact,urgency,priority"}


@pytest.fixture
async def desk():
    async with desk_at() as desk:
        yield desk


async def test_a_fulfiller_reads_the_matrix(desk):
    rows = (await desk.table(LOOKUP, user=BOT, **FIELDS)).result
    assert {(row["impact"], row["urgency"]): row["priority"] for row in rows} == SHIPPED


async def test_an_instance_may_begin_with_another_matrix():
    matrix = {("1", "1"): "4", ("3", "3"): "1"}
    async with desk_at(priorities=matrix) as desk:
        made = [
            (await desk.create(impact=impact, urgency=urgency))["priority"]
            for impact, urgency in (("1", "1"), ("3", "3"), ("2", "2"))
        ]
    assert made == ["4", "1", "5"]


@pytest.mark.parametrize(
    ("change", "priority"),
    [({"priority": "2"}, "2"), ({"active": "false"}, "5")],
    ids=["another priority", "switched off"],
)
async def test_a_changed_row_counts_from_then_on(desk, change, priority):
    records = desk.server.instance.records
    row = next(r for r in records.all(LOOKUP) if (r["impact"], r["urgency"]) == ("1", "1"))
    row.update(change)
    assert (await desk.create(impact="1", urgency="1"))["priority"] == priority


async def test_of_two_rows_for_a_pair_the_first_by_order_counts(desk):
    records = desk.server.instance.records
    row = next(r for r in records.all(LOOKUP) if (r["impact"], r["urgency"]) == ("1", "1"))
    twin = row | {"sys_id": "f" * 32, "priority": "3", "order": "50"}
    records.add(LOOKUP, twin)
    assert (await desk.create(impact="1", urgency="1"))["priority"] == "3"
