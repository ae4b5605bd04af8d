"""The short form of the kill test; ``make chaos`` runs the long one."""

import pytest

from tests.chaos.kill import Outcome, Plan, run


@pytest.mark.parametrize(
    "honour",
    [pytest.param(True, id="sys_id honoured"), pytest.param(False, id="sys_id replaced")],
)
async def test_a_bot_killed_again_and_again_makes_exactly_one_ticket_per_share(honour):
    outcome = await run(Plan(kills=4, shares=40, honour_sys_id=honour))
    assert counted(outcome) == (40, 0, 0, 0), str(outcome)


async def test_looking_up_without_waiting_makes_duplicates():
    always_late = {"late-commit": 0.6}
    plan = Plan(kills=0, shares=12, honour_sys_id=False, settle=0.0, faults=always_late)
    outcome = await run(plan)
    assert outcome.duplicates > 0, f"the kill test would not notice: {outcome}"


def counted(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.acknowledged, outcome.lost, outcome.duplicates, outcome.wrong
