"""Incidents get the wanted priority by the matrix of their own instance."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.sandbox.servicenow.priority import LOOKUP
from connector.models import Priority, Share, TicketDraft, TicketKind
from connector.servicenow.priorities import SHIPPED, pair_for, to_matrix
from connector.store import matrices
from tests.unit.connector.fakes import ACME, until
from tests.unit.connector.stage import Stage

UPSIDE_DOWN = {pair: str(6 - int(made)) for pair, made in SHIPPED.items()}
NO_LOW = {("1", "1"): "1", ("2", "2"): "3", ("3", "3"): "5"}


def use(stage: Stage, matrix: Mapping[tuple[str, str], str]) -> None:
    """Have somebody in ServiceNow write other look-up rows."""
    records = stage.end.servicenow.instance.records
    for row in [*records.rows[LOOKUP].values()]:
        made = matrix.get((row["impact"], row["urgency"]))
        row.update({"active": "false"} if made is None else {"active": "true", "priority": made})


def looks(stage: Stage) -> int:
    return stage.end.requests.count(f"GET /api/now/table/{LOOKUP}")


async def made(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> Share:
    return (await stage.until_done(await stage.ask(draft, delivery))).share


@pytest.mark.parametrize("priority", list(Priority))
async def test_an_incident_gets_its_priority_by_the_matrix_of_the_instance(
    connected: Stage, draft: TicketDraft, priority: Priority
) -> None:
    use(connected, UPSIDE_DOWN)
    share = await made(connected, replace(draft, priority=priority))
    (row,) = connected.end.tickets()
    assert row["priority"] == str(priority.value)
    assert share.not_kept == ()


async def test_the_matrix_is_kept_over_a_restart_and_read_again_after_a_day(
    connected: Stage, draft: TicketDraft
) -> None:
    await made(connected, draft)
    await connected.restart()
    await made(connected, draft, "view-2")
    assert looks(connected) == 1
    connected.clock.jump(timedelta(days=1, seconds=1).total_seconds())
    await made(connected, draft, "view-3")
    assert looks(connected) == 2


async def test_connecting_again_has_the_matrix_read_again(
    connected: Stage, draft: TicketDraft
) -> None:
    await made(connected, draft)
    assert (await connected.connect()).ok
    await made(connected, draft, "view-2")
    assert looks(connected) == 2


async def test_a_change_request_needs_no_matrix(connected: Stage, draft: TicketDraft) -> None:
    await made(connected, replace(draft, kind=TicketKind.CHANGE_REQUEST))
    assert looks(connected) == 0


async def test_a_matrix_that_was_changed_is_noticed_and_read_again(
    connected: Stage, draft: TicketDraft
) -> None:
    await made(connected, draft)
    use(connected, UPSIDE_DOWN)
    assert (await made(connected, draft, "view-2")).not_kept == ("Priority",)
    assert (await made(connected, draft, "view-3")).not_kept == ()
    assert connected.end.tickets()[-1]["priority"] == str(draft.priority.value)


async def test_where_it_may_not_be_read_the_shipped_matrix_serves_and_is_not_asked_for_each_time(
    connected: Stage, draft: TicketDraft
) -> None:
    instance = connected.end.servicenow.instance
    closed = replace(instance.settings, closed=frozenset({LOOKUP}))
    object.__setattr__(instance, "settings", closed)
    for delivery in ("view-1", "view-2"):
        assert (await made(connected, draft, delivery)).not_kept == ()
    assert looks(connected) == 1


async def test_a_priority_that_no_pair_makes_is_raised_to_the_next_and_said(
    connected: Stage, draft: TicketDraft
) -> None:
    use(connected, NO_LOW)
    share = await made(connected, replace(draft, priority=Priority.LOW))
    (row,) = connected.end.tickets()
    assert row["priority"] == "3"
    assert share.not_kept == ("Priority (no impact and urgency make it 4 - Low there)",)


async def test_a_ticket_that_was_found_is_held_against_what_was_wanted(
    connected: Stage, draft: TicketDraft
) -> None:
    await made(connected, draft)
    use(connected, UPSIDE_DOWN)
    connected.end.servicenow.faults.arm("500-after-commit")
    share = await made(connected, draft, "view-2")
    assert share.not_kept == ("Priority",)


async def test_a_ticket_waits_for_a_matrix_that_cannot_be_reached_but_not_for_long(
    connected: Stage, draft: TicketDraft
) -> None:
    async def break_down(request: object) -> None:
        if LOOKUP in str(getattr(request, "path", "")):
            raise ConnectionError

    connected.end.listeners.append(break_down)
    share_id = await connected.ask(draft)
    await until(lambda: looks(connected) == 1)
    assert connected.end.inserts == 0
    record = await connected.until_done(share_id)
    assert record.share.not_kept == ()
    assert looks(connected) == 4


async def test_what_is_known_of_an_instance_is_forgotten_for_that_one_only(
    connected: Stage, draft: TicketDraft
) -> None:
    share = await made(connected, draft)
    async with connected.connector.database.transaction(ACME) as tx:
        known = await matrices.get(tx, share.instance)
        assert known is not None
        assert known.matrix == dict(SHIPPED)
        await matrices.put(tx, "other.service-now.com", known)
        await matrices.forget(tx, "other.service-now.com")
        assert await matrices.get(tx, "other.service-now.com") is None
        assert await matrices.get(tx, share.instance) == known


@pytest.mark.parametrize(
    ("rows", "matrix"),
    [
        pytest.param(
            [{"impact": "1", "urgency": "1", "priority": "1", "active": "false"}],
            {},
            id="not active",
        ),
        pytest.param([{"impact": "", "urgency": "1", "priority": "1"}], {}, id="open"),
        pytest.param([{"impact": "x", "urgency": {}, "priority": None}], {}, id="nonsense"),
        pytest.param(
            [
                {"impact": "1", "urgency": "1", "priority": "2", "order": "200"},
                {"impact": "1", "urgency": "1", "priority": "1", "order": "100"},
            ],
            {("1", "1"): "1"},
            id="the first by order decides",
        ),
        pytest.param([{}], {}, id="nothing readable"),
    ],
)
def test_only_what_says_something_is_read(rows, matrix):
    assert to_matrix(rows) == matrix


@pytest.mark.parametrize(
    ("matrix", "wanted", "pair"),
    [
        pytest.param({("1", "3"): "2", ("2", "2"): "2"}, 2, ("2", "2"), id="the balanced"),
        pytest.param({("2", "1"): "2", ("1", "2"): "2"}, 2, ("1", "2"), id="by impact"),
        pytest.param({("1", "1"): "1", ("3", "3"): "5"}, 4, ("3", "3"), id="the nearest"),
        pytest.param({("3", "3"): "5", ("2", "2"): "3"}, 4, ("2", "2"), id="the more urgent"),
    ],
)
def test_among_several_pairs_the_choice_is_always_the_same(matrix, wanted, pair):
    for items in (matrix.items(), reversed(matrix.items())):
        assert pair_for(Priority(wanted), dict(items)) == pair
