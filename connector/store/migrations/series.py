"""The series that all migrations are part of."""

from typing import Final

from sqlite_utils import Migrations

MIGRATIONS: Final = Migrations("snowline")
