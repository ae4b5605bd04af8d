"""What a client of the Change Management API wants written: read, and what of it is ignored."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.servicenow.bodies import read_body
from bot.sandbox.servicenow.change_models import kind_of_model
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.table_api import Call
from bot.sandbox.servicenow.writing import Writer


async def asked_of(call: Call) -> dict[str, Any]:
    """Read what to write: from the body, and from the plain pairs of the address.

    Raises:
        ApiError: 400 or 415, as for every body.
    """
    asked = dict(call.params.named) | await read_body(call.request)
    return {name: _plain(value) for name, value in asked.items()}


def understood(call: Call, writer: Writer, asked: Mapping[str, Any]) -> tuple[Row, list[str]]:
    """Turn it into column text, labels into their values; list the names that are ignored.

    A ``sys_id`` is among those: only the Table API is known to let a client choose it.
    """
    fields = call.table.fields
    known = {n: v for n, v in asked.items() if n in fields and not fields[n].read_only}
    values = writer.read_values(call.table, known, call.actor, display=False)
    ignored = [name for name in asked if name not in known and name != "chg_model"]
    return {name: fields[name].value_of(text) for name, text in values.items()}, ignored


def kind_of(asked: Mapping[str, Any]) -> str:
    """Tell the type of change request that the named model makes; without one it is normal."""
    return kind_of_model(str(asked.get("chg_model", ""))) or "normal"


def _plain(value: Any) -> Any:
    # This API answers whole numbers with a fraction; a client may send them back that way.
    return int(value) if isinstance(value, float) and value.is_integer() else value
