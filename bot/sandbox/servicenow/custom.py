"""Columns that an instance's admins have added, and the dictionary that lists all columns."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.sandbox.servicenow import times
from bot.sandbox.servicenow.fields import Field, Kind, Table
from bot.sandbox.servicenow.records import Row, fixed_sys_id
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.servicenow.settings import ServiceNowSettings

_TICKETS: Final = ("incident", "change_request")
_TYPES: Final = {
    Kind.REFERENCE: "reference",
    Kind.DATETIME: "glide_date_time",
    Kind.JOURNAL: "journal_input",
}
SAMPLE: Final = (
    Field(name="u_recommendation_category", label="Recommendation category"),
    Field(name="u_secure_score_gain", label="Secure Score gain", kind=Kind.INTEGER),
    Field(name="u_improvement_action", label="Improvement action", length=1000),
    Field(
        name="u_risk_team",
        label="Risk team",
        choices={"blue": "Blue team", "red": "Red team"},
    ),
    # What a business rule takes out again, whoever fills it in.
    Field(name="u_reviewed_by_audit", label="Reviewed by audit", read_only=True),
)
"""The added columns of the instance that people try the bot on."""


def tables_of(settings: ServiceNowSettings) -> Mapping[str, Table]:
    """Name the tables of an instance, its own columns among the rest."""
    added = {field.name: field for field in settings.custom_columns}
    own = {
        name: replace(TABLES[name], fields={**TABLES[name].fields, **added}) for name in _TICKETS
    }
    return {**TABLES, **own}


def choices(settings: ServiceNowSettings, now: float) -> Iterator[Row]:
    """Make the rows of ``sys_choice`` for the added columns."""
    at = times.stored(now)
    for table in _TICKETS:
        for field in settings.custom_columns:
            for index, (value, label) in enumerate(field.choices.items()):
                yield {
                    **TABLES["sys_choice"].defaults,
                    "sys_id": fixed_sys_id("sys_choice", table, field.name, value),
                    "sys_created_on": at,
                    "sys_updated_on": at,
                    "name": table,
                    "element": field.name,
                    "value": value,
                    "label": label,
                    "sequence": str(index),
                }


def dictionary(tables: Mapping[str, Table], now: float) -> Iterator[Row]:
    """Make the rows of ``sys_dictionary`` for the ticket tables."""
    at = times.stored(now)
    for name in _TICKETS:
        for field in tables[name].fields.values():
            yield {
                **TABLES["sys_dictionary"].defaults,
                "sys_id": fixed_sys_id("sys_dictionary", name, field.name),
                "sys_created_on": at,
                "sys_updated_on": at,
                "name": name,
                "element": field.name,
                "column_label": field.label,
                "internal_type": _TYPES.get(field.kind, field.kind.value),
                "reference": field.target,
                "choice": "3" if field.choices else "",
                "max_length": str(field.length),
            }
