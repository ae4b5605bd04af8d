"""The change models: one for each type of change request, as a fresh instance has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.sandbox.servicenow.choices import CHOICES
from bot.sandbox.servicenow.records import fixed_sys_id

_NORMAL: Final = "007c4001c343101035ae3f52c1d3aeb2"
"""A recorded instance's own ``sys_id`` of the model *Normal*."""


@dataclass(frozen=True, slots=True)
class ChangeModel:
    """What a change request of this ``kind`` goes through; ``name`` is what people read."""

    sys_id: str
    kind: str
    name: str


def _model(kind: str, name: str) -> ChangeModel:
    return ChangeModel(_NORMAL if kind == "normal" else fixed_sys_id("chg_model", kind), kind, name)


MODELS: Final[Mapping[str, ChangeModel]] = {
    kind: _model(kind, name) for kind, name in CHOICES["change_request"]["type"].items()
}


def kind_of_model(named: str) -> str:
    """Tell the type of change request a model makes; empty when there is no such model."""
    for model in MODELS.values():
        if named.casefold() in {model.sys_id, model.name.casefold()}:
            return model.kind
    return ""
