"""What the instance itself does when a record is written: states, policies, stamps, names."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.servicenow import times
from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.errors import business_rule, data_policy
from bot.sandbox.servicenow.priority import SHIPPED, Matrix, priority_of
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.schema import TABLES

RESOLVED: Final = "6"
CLOSED: Final = "7"
CANCELED: Final = "8"
_CHANGE_CANCELED: Final = "4"
_CHANGE_CLOSED: Final = "3"
_CHANGE_NEW: Final = "-5"
_PATHS: Final[Mapping[str, tuple[str, ...]]] = {
    "normal": ("-5", "-4", "-3", "-2", "-1", "0", "3"),
    "standard": ("-5", "-2", "-1", "0", "3"),
    "emergency": ("-5", "-3", "-2", "-1", "0", "3"),
}
_CANCEL_FROM: Final = frozenset({"-5", "-4", "-3", "-2", "-1"})
_BACK_TO_NEW_FROM: Final = frozenset({"-4", "-3"})


@dataclass(frozen=True, slots=True)
class Write:
    """One write under way: the row as it was (``None``: an insert) and as it shall become."""

    old: Row | None
    new: Row
    actor: Actor
    now: str
    group_needed_beyond_new: bool = False
    priorities: Matrix = field(default_factory=lambda: SHIPPED)

    def changed(self, name: str) -> bool:
        """Tell whether this write changes a field."""
        return self.old is None or self.old[name] != self.new[name]

    def was(self, name: str) -> str:
        """Tell a field's value before this write."""
        return self.old[name] if self.old else ""


def _incident(write: Write) -> None:
    new = write.new
    _mirror_state(write)
    new["priority"] = priority_of(new["impact"], new["urgency"], write.priorities)
    if new["state"] in {RESOLVED, CLOSED}:
        _demand(new, "close_code", "close_notes")
    if new["state"] != "3":
        new["hold_reason"] = ""
    if write.changed("state"):
        _stamp_incident(write)
    _count_reassignment(write)


def _mirror_state(write: Write) -> None:
    new = write.new
    if write.changed("state") or not write.changed("incident_state"):
        new["incident_state"] = new["state"]
    else:
        new["state"] = new["incident_state"]


def _stamp_incident(write: Write) -> None:
    new, state = write.new, write.new["state"]
    new["active"] = "false" if state in {CLOSED, CANCELED} else "true"
    if state in {RESOLVED, CLOSED} and not new["resolved_at"]:
        new |= {"resolved_at": write.now, "resolved_by": write.actor.sys_id}
        new |= _took(new["opened_at"], write.now)
    if state in {CLOSED, CANCELED}:
        new |= {"closed_at": write.now, "closed_by": write.actor.sys_id}
    if write.was("state") in {RESOLVED, CLOSED, CANCELED} and state in {"1", "2", "3"}:
        _reopen(write)


def _took(opened: str, now: str) -> Row:
    seconds = times.seconds(now) - times.seconds(opened)
    return {"calendar_stc": f"{seconds:.0f}", "calendar_duration": times.stored(seconds)}


def _reopen(write: Write) -> None:
    new = write.new
    new |= dict.fromkeys(("resolved_at", "resolved_by", "closed_at", "closed_by"), "")
    new |= {
        "reopen_count": str(int(new["reopen_count"] or 0) + 1),
        "reopened_time": write.now,
        "reopened_by": write.actor.sys_id,
    }


def _change(write: Write) -> None:
    new = write.new
    if write.old is None:
        new["state"] = _CHANGE_NEW
    if write.changed("approval") and new["approval"] == "rejected":
        new["state"] = _CHANGE_NEW
    elif write.changed("state") and write.old is not None:
        _move_change(write, write.old)
    _count_reassignment(write)


def _move_change(write: Write, old: Row) -> None:
    new, state = write.new, write.new["state"]
    if state not in next_change_states(old):
        raise business_rule(
            "change_request",
            "Change Model: Check State Transition",
            "bf2f7a1153d2301053e7ddeeff7b1274",
        )
    if write.group_needed_beyond_new and state not in {_CHANGE_NEW, _CHANGE_CANCELED}:
        _demand(new, "assignment_group")
    if state == _CHANGE_CLOSED:
        _demand(new, "close_code", "close_notes")
    new |= _change_stamps(state, write)


def _change_stamps(state: str, write: Write) -> Row:
    match state:
        case "-4" | "-3":
            return {"approval": "requested"}
        case "-2":
            return {"approval": "approved"}
        case "-1":
            return {"work_start": write.new["work_start"] or write.now}
        case "0":
            return {"work_end": write.new["work_end"] or write.now}
        case "3" | "4":
            return {"active": "false", "closed_at": write.now, "closed_by": write.actor.sys_id}
        case _:
            return {"approval": "not requested"}


def next_change_states(row: Row) -> tuple[str, ...]:
    """List the states a change request may move to, along the path of its type."""
    state = row["state"]
    path = _PATHS[row["type"] or "normal"]
    following = path[path.index(state) + 1 : path.index(state) + 2] if state in path else ()
    back = (_CHANGE_NEW,) if state in _BACK_TO_NEW_FROM else ()
    cancel = (_CHANGE_CANCELED,) if state in _CANCEL_FROM else ()
    return (*following, *back, *cancel)


def _demand(new: Row, *names: str) -> None:
    fields = TABLES[new["sys_class_name"]].fields
    missing = [fields[name].label for name in names if not new[name]]
    if missing:
        raise data_policy(missing)


def _count_reassignment(write: Write) -> None:
    for name in ("assignment_group", "assigned_to"):
        if write.was(name) and write.changed(name):
            count = int(write.new["reassignment_count"] or 0)
            write.new["reassignment_count"] = str(count + 1)
            return


def _user(write: Write) -> None:
    new = write.new
    if new["first_name"] or new["last_name"]:
        new["name"] = f"{new['first_name']} {new['last_name']}".strip()


def _registration(write: Write) -> None:
    new = write.new
    new["client_id"] = new["client_id"] or secrets.token_hex(16)
    if new["public_client"] != "true":
        new["client_secret"] = new["client_secret"] or secrets.token_urlsafe(16)


_RULES: Final[Mapping[str, Callable[[Write], None]]] = {
    "incident": _incident,
    "change_request": _change,
    "sys_user": _user,
    "oauth_entity": _registration,
}


def apply_rules(table: str, write: Write) -> None:
    """Let the rules of this table complete the new row, or refuse it.

    Raises:
        ApiError: 403; a mandatory field is empty, or the state cannot be reached from here.
    """
    rule = _RULES.get(table)
    if rule:
        rule(write)
