"""Where a change request may go from here, as the Change Management API tells it."""

from typing import Any, Final

from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.rules import next_change_states

_WAITING_FOR_APPROVAL: Final = frozenset({"-4", "-3"})
_WITHOUT_GROUP: Final = frozenset({"-5", "4"})
"""Back to *New* or *Canceled* goes without an assignment group, wherever one is asked for."""


def next_states(table: Table, row: Row, *, group_needed: bool) -> dict[str, Any]:
    """List the states within reach, the present one last, and what stands in the way of each."""
    within_reach = next_change_states(row)
    states = (*within_reach, row["state"])
    labels = table.fields["state"].choices
    asked = [_group_set(row)] if group_needed else []
    transitions = [
        _transition(row, state, labels[state], [] if state in _WITHOUT_GROUP else asked)
        for state in within_reach
    ]
    return {
        "available_states": list(states),
        "state_transitions": [transitions],
        "state_label": {state: labels[state] for state in states},
    }


def _transition(
    row: Row, state: str, label: str, conditions: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "display_value": label,
        "from_state": row["state"],
        "to_state": state,
        "transition_available": all(each["passed"] for each in conditions),
        "automatic_transition": False,
        "conditions": conditions,
    }


def _group_set(row: Row) -> dict[str, Any]:
    return {
        "passed": row["assignment_group"] != "",
        "condition": {
            "name": "Assignment group is set",
            "description": "The change request needs an assignment group.",
        },
    }


def approval(row: Row, decision: str) -> Row:
    """Say what a decision changes: approving what waits for it moves it one state on."""
    if decision == "approved" and row["state"] in _WAITING_FOR_APPROVAL:
        return {"state": next_change_states(row)[0]}
    return {"approval": decision}
