"""Who may do what: as the settings show it, and the form that changes it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.forms.rights import CHOSEN, EVERYBODY, block_of
from bot.identifiers import Action, Block, Callback
from bot.views.blocks import (
    Json,
    button,
    context,
    entry,
    header,
    modal,
    option,
    plain,
    radio,
    section,
)
from bot.views.text import joined, moment, person, safe
from connector.models import (
    GIVEN_OUT,
    Right,
    RightRule,
    Rights,
    SettingChange,
    UserGroup,
    UserId,
)

_OPTIONS: Final = 100
_SHOWN: Final = 12
_MOST_USERS: Final = 100
_MOST_GROUPS: Final = 10
_NAMES: Final[Mapping[Right, str]] = {
    Right.CONNECT: "Connect and change settings",
    Right.SHARE: "Make tickets",
    Right.CHANGE: "Change tickets",
}
_WHO: Final[Mapping[Right, str]] = {
    Right.CONNECT: "Who may connect systems and change settings?",
    Right.SHARE: "Who may share actions and create tickets?",
    Right.CHANGE: "Who may comment, assign, set states and dates, attach files?",
}
_PEOPLE: Final[Mapping[Right, str]] = {
    Right.CONNECT: "People who may connect",
    Right.SHARE: "People who may make tickets",
    Right.CHANGE: "People who may change tickets",
}
_GROUPS: Final[Mapping[Right, str]] = {
    Right.CONNECT: "User groups who may connect",
    Right.SHARE: "User groups who may make tickets",
    Right.CHANGE: "User groups who may change tickets",
}
_ALWAYS: Final = (
    "Admins and owners of this workspace may do everything, always. Guests and people of other"
    " organisations may do nothing, whatever is chosen here; like everybody there, they read the"
    " cards and threads of the channels that they are in, without work notes."
)
_BY_DEFAULT: Final = "the admins who connected ServiceNow and last changed this"
_APPROVERS: Final = (
    "Whoever lacks a right can request it. These get a message with a button to allow it. Leave it"
    " empty, and the admins who connected ServiceNow and last changed this get it."
)


def rights_overview(rights: Rights, changed: SettingChange | None) -> list[Json]:
    """Show who may do what, with the button that changes it."""
    press = button("Who may do what", Action.RIGHTS)
    lines = [f"*{_NAMES[right]}:* {_said(rights.of(right))}" for right in GIVEN_OUT]
    lines.append(f"*Answer requests:* {_approvers(rights.approvers)}")
    return [header("People"), section("\n".join(lines), press), *last_change(changed)]


def last_change(changed: SettingChange | None) -> list[Json]:
    """Say who changed a part of the settings last; nothing where nobody has."""
    if changed is None:
        return []
    return [context(f"Last changed by {person(changed.by)}, {moment(changed.at)}")]


def _said(rule: RightRule) -> str:
    if rule.everybody:
        return "every full member"
    groups = (safe(each.name, 80) for each in rule.groups)
    return joined(("admins", *_some(map(person, rule.users)), *_some(groups)))


def _approvers(users: Sequence[UserId]) -> str:
    return joined(_some(map(person, users))) or _BY_DEFAULT


def _some(names: Iterable[str]) -> list[str]:
    every = list(names)
    more = len(every) - _SHOWN
    return [*every[:_SHOWN], *([f"{more:,} more"] if more > 0 else [])]


def rights_form(rights: Rights) -> Json:
    """Let an admin say who may do what, and who answers those who ask."""
    blocks = [context(_ALWAYS)]
    for right in GIVEN_OUT:
        blocks += _fields(right, rights.of(right))
    blocks += [header("Requests"), _answering(rights.approvers)]
    return modal(Callback.RIGHTS_FORM, "Who may do what", blocks, submit="Save", close="Cancel")


def _fields(right: Right, rule: RightRule) -> list[Json]:
    choices = [
        option("Admins, and whom you choose below", CHOSEN),
        option("Every full member of this workspace", EVERYBODY),
    ]
    who = entry(Block.RIGHT_FOR, _WHO[right], radio(choices, _choice(rule)))
    people = entry(Block.RIGHT_USERS, _PEOPLE[right], _users(rule.users), optional=True)
    groups = entry(Block.RIGHT_GROUPS, _GROUPS[right], _groups(rule.groups), optional=True)
    return [
        header(_NAMES[right]),
        who | {"block_id": block_of(Block.RIGHT_FOR, right)},
        people | {"block_id": block_of(Block.RIGHT_USERS, right)},
        groups | {"block_id": block_of(Block.RIGHT_GROUPS, right)},
    ]


def _choice(rule: RightRule) -> str:
    return EVERYBODY if rule.everybody else CHOSEN


def _answering(approvers: Sequence[UserId]) -> Json:
    label = "People who answer requests"
    return entry(Block.APPROVERS, label, _users(approvers), hint=_APPROVERS, optional=True)


def _users(chosen: Sequence[UserId]) -> Json:
    initial = {"initial_users": list(chosen)} if chosen else {}
    return {
        "type": "multi_users_select",
        "placeholder": plain("Nobody in particular"),
        "max_selected_items": _MOST_USERS,
        **initial,
    }


def _groups(chosen: Sequence[UserGroup]) -> Json:
    initial = {"initial_options": [_option(each) for each in chosen]} if chosen else {}
    return {
        "type": "multi_external_select",
        "action_id": Action.RIGHT_GROUPS,
        "placeholder": plain("No user group"),
        "min_query_length": 0,
        "max_selected_items": _MOST_GROUPS,
        **initial,
    }


def user_group_options(groups: Sequence[UserGroup]) -> Json:
    """Answer a search for user groups with at most 100 menu entries."""
    return {"options": [_option(each) for each in groups[:_OPTIONS]]}


def _option(group: UserGroup) -> Json:
    return option(group.name, group.id)
