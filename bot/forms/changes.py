"""The fields that only a change request has."""

import re
from datetime import datetime
from typing import Final

from bot.forms.fields import Fields, View
from bot.identifiers import Action, Block
from connector.models import ChangePlan, ChangeTemplate, ChangeType, TicketKind
from connector.words import later, tr

_SYS_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NO_TEMPLATE: Final = later("Choose the template of this standard change.")
_ENDS_FIRST: Final = later("The planned end must be after the planned start.")


def read_plan(fields: Fields) -> ChangePlan:
    """Read how and when a change shall be made; what is wrong is kept in ``fields``."""
    plan = _plan(fields)
    if plan.type is ChangeType.STANDARD and plan.template is None:
        shown = Block.TEMPLATE if fields.has(Block.TEMPLATE) else Block.CHANGE_TYPE
        fields.errors[shown] = tr(_NO_TEMPLATE)
    if plan.starts_at and plan.ends_at and plan.ends_at <= plan.starts_at:
        fields.errors[Block.PLANNED_END] = tr(_ENDS_FIRST)
    return plan


def unfinished(view: View) -> tuple[TicketKind, ChangePlan]:
    """Read the kind and the plan of a form that is still being filled in."""
    fields = Fields(view)
    kind = fields.choice(Block.KIND, TicketKind, tr("a kind"), TicketKind.INCIDENT)
    return kind, _plan(fields)


def _plan(fields: Fields) -> ChangePlan:
    type_ = ChangeType.NORMAL
    if fields.has(Block.CHANGE_TYPE):
        type_ = fields.choice(Block.CHANGE_TYPE, ChangeType, tr("a type"), type_)
    return ChangePlan(
        type=type_,
        template=_template(fields) if type_ is ChangeType.STANDARD else None,
        starts_at=_moment(fields, Block.PLANNED_START),
        ends_at=_moment(fields, Block.PLANNED_END),
    )


def _template(fields: Fields) -> ChangeTemplate | None:
    value, name = fields.option(Block.TEMPLATE, Action.FIND_TEMPLATE)
    return ChangeTemplate(id=value, name=name) if _SYS_ID.fullmatch(value) else None


def _moment(fields: Fields, block: Block) -> datetime | None:
    return fields.moment(block) if fields.has(block) else None
