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
from bot.views.text import joined, moment, more, person, safe
from connector.models import (
    GIVEN_OUT,
    Right,
    RightRule,
    Rights,
    SettingChange,
    UserGroup,
    UserId,
)
from connector.words import later, tr

_OPTIONS: Final = 100
_SHOWN: Final = 12
_MOST_USERS: Final = 100
_MOST_GROUPS: Final = 10
_NAMES: Final[Mapping[Right, str]] = {
    Right.CONNECT: later("Connect and change settings"),
    Right.SHARE: later("Make tickets"),
    Right.CHANGE: later("Change tickets"),
}
_WHO: Final[Mapping[Right, str]] = {
    Right.CONNECT: later("Who may connect systems and change settings?"),
    Right.SHARE: later("Who may share actions and create tickets?"),
    Right.CHANGE: later("Who may comment, assign, set states and dates, attach files?"),
}
_PEOPLE: Final[Mapping[Right, str]] = {
    Right.CONNECT: later("People who may connect"),
    Right.SHARE: later("People who may make tickets"),
    Right.CHANGE: later("People who may change tickets"),
}
_GROUPS: Final[Mapping[Right, str]] = {
    Right.CONNECT: later("User groups who may connect"),
    Right.SHARE: later("User groups who may make tickets"),
    Right.CHANGE: later("User groups who may change tickets"),
}
_ALWAYS: Final = later(
    "Admins and owners of this workspace may do everything, always. Guests and people of other"
    " organisations may do nothing, whatever is chosen here; like everybody there, they read the"
    " cards and threads of the channels that they are in, without work notes."
)
_BY_DEFAULT: Final = later("the admins who connected ServiceNow and last changed this")
_APPROVERS: Final = later(
    "Whoever lacks a right can request it. These get a message with a button to allow it. Leave it"
    " empty, and the admins who connected ServiceNow and last changed this get it."
)


def rights_overview(rights: Rights, changed: SettingChange | None) -> list[Json]:
    """Show who may do what, with the button that changes it."""
    press = button(tr("Who may do what"), Action.RIGHTS)
    lines = [
        tr("*{right}:* {who}", right=tr(_NAMES[right]), who=_said(rights.of(right)))
        for right in GIVEN_OUT
    ]
    lines.append(tr("*Answer requests:* {who}", who=_approvers(rights.approvers)))
    return [header(tr("People")), section("\n".join(lines), press), *last_change(changed)]


def last_change(changed: SettingChange | None) -> list[Json]:
    """Say who changed a part of the settings last; nothing where nobody has."""
    if changed is None:
        return []
    return [context(tr("Last changed by {by}, {at}", by=person(changed.by), at=moment(changed.at)))]


def _said(rule: RightRule) -> str:
    if rule.everybody:
        return tr("every full member")
    groups = (safe(each.name, 80) for each in rule.groups)
    return joined((tr("admins"), *_some(map(person, rule.users)), *_some(groups)))


def _approvers(users: Sequence[UserId]) -> str:
    return joined(_some(map(person, users))) or tr(_BY_DEFAULT)


def _some(names: Iterable[str]) -> list[str]:
    every = list(names)
    left = len(every) - _SHOWN
    return [*every[:_SHOWN], *([more(left)] if left > 0 else [])]


def rights_form(rights: Rights) -> Json:
    """Let an admin say who may do what, and who answers those who ask."""
    blocks = [context(tr(_ALWAYS))]
    for right in GIVEN_OUT:
        blocks += _fields(right, rights.of(right))
    blocks += [header(tr("Requests")), _answering(rights.approvers)]
    return modal(
        Callback.RIGHTS_FORM, tr("Who may do what"), blocks, submit=tr("Save"), close=tr("Cancel")
    )


def _fields(right: Right, rule: RightRule) -> list[Json]:
    choices = [
        option(tr("Admins, and whom you choose below"), CHOSEN),
        option(tr("Every full member of this workspace"), EVERYBODY),
    ]
    who = entry(Block.RIGHT_FOR, tr(_WHO[right]), radio(choices, _choice(rule)))
    people = entry(Block.RIGHT_USERS, tr(_PEOPLE[right]), _users(rule.users), optional=True)
    groups = entry(Block.RIGHT_GROUPS, tr(_GROUPS[right]), _groups(rule.groups), optional=True)
    return [
        header(tr(_NAMES[right])),
        who | {"block_id": block_of(Block.RIGHT_FOR, right)},
        people | {"block_id": block_of(Block.RIGHT_USERS, right)},
        groups | {"block_id": block_of(Block.RIGHT_GROUPS, right)},
    ]


def _choice(rule: RightRule) -> str:
    return EVERYBODY if rule.everybody else CHOSEN


def _answering(approvers: Sequence[UserId]) -> Json:
    label = tr("People who answer requests")
    return entry(Block.APPROVERS, label, _users(approvers), hint=tr(_APPROVERS), optional=True)


def _users(chosen: Sequence[UserId]) -> Json:
    initial = {"initial_users": list(chosen)} if chosen else {}
    return {
        "type": "multi_users_select",
        "placeholder": plain(tr("Nobody in particular")),
        "max_selected_items": _MOST_USERS,
        **initial,
    }


def _groups(chosen: Sequence[UserGroup]) -> Json:
    initial = {"initial_options": [_option(each) for each in chosen]} if chosen else {}
    return {
        "type": "multi_external_select",
        "action_id": Action.RIGHT_GROUPS,
        "placeholder": plain(tr("No user group")),
        "min_query_length": 0,
        "max_selected_items": _MOST_GROUPS,
        **initial,
    }


def user_group_options(groups: Sequence[UserGroup]) -> Json:
    """Answer a search for user groups with at most 100 menu entries."""
    return {"options": [_option(each) for each in groups[:_OPTIONS]]}


def _option(group: UserGroup) -> Json:
    return option(group.name, group.id)
