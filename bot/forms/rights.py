"""The form in which an admin says who may do what."""

import re
from typing import Any, Final

from bot.forms.fields import View
from bot.identifiers import Action, Block
from connector.models import GIVEN_OUT, Right, RightRule, Rights, UserGroup, UserId
from connector.text import clean

EVERYBODY: Final = "everybody"
CHOSEN: Final = "chosen"
_USER: Final = re.compile(r"[UW][A-Z0-9]{1,30}")
_GROUP: Final = re.compile(r"(?:T[A-Z0-9]{1,30}/)?S[A-Z0-9]{1,30}")
_GROUP_NAME: Final = 80


def block_of(block: Block, right: Right) -> str:
    """Name the field of a right."""
    return f"{block} {right}"


def read_rights(view: View) -> Rights:
    """Read the form; what was left open as it was shown."""
    values: dict[str, Any] = dict((view.get("state") or {}).get("values") or {})
    rules = {right: _rule(values, right) for right in GIVEN_OUT}
    return Rights(
        connect=rules[Right.CONNECT],
        share=rules[Right.SHARE],
        change=rules[Right.CHANGE],
        approvers=_users(values, Block.APPROVERS),
    )


def _rule(values: dict[str, Any], right: Right) -> RightRule:
    chosen = _entered(values, block_of(Block.RIGHT_FOR, right), Action.INPUT)
    option = chosen.get("selected_option") or {}
    groups = _entered(values, block_of(Block.RIGHT_GROUPS, right), Action.RIGHT_GROUPS)
    return RightRule(
        everybody=option.get("value") == EVERYBODY,
        users=_users(values, block_of(Block.RIGHT_USERS, right)),
        groups=tuple(
            UserGroup(id=str(each["value"]), name=_name(each))
            for each in groups.get("selected_options") or ()
            if _GROUP.fullmatch(str(each.get("value")))
        ),
    )


def _users(values: dict[str, Any], block: str) -> tuple[UserId, ...]:
    chosen = _entered(values, block, Action.INPUT).get("selected_users") or ()
    return tuple(UserId(str(each)) for each in chosen if _USER.fullmatch(str(each)))


def _name(option: dict[str, Any]) -> str:
    words = str((option.get("text") or {}).get("text") or "")
    return clean(" ".join(words.split()), _GROUP_NAME)


def _entered(values: dict[str, Any], block: str, action: Action) -> dict[str, Any]:
    entered: dict[str, Any] = (values.get(block) or {}).get(action) or {}
    return entered
