"""The tables, as they came to be. A migration that has shipped is never changed.

Every table but ``health`` belongs to workspaces and carries ``workspace``. Times are integer
UTC microseconds, days ISO text, structures JSON text, truth 0 or 1. A module is named by the
number of its first migration, so that the order of the imports is the order of the migrations.
"""

from connector.store.migrations import (
    m001_tables,
    m002_sure_tickets,
    m007_servicenow,
    m015_notifying,
    m016_home,
    m017_sharing,
    m018_rights,
    m019_installs,
    m021_links,
    m022_delivery,
    m023_languages,
    m024_install_states,
    m025_upkeep,
)
from connector.store.migrations.series import MIGRATIONS

__all__ = [
    "MIGRATIONS",
    "m001_tables",
    "m002_sure_tickets",
    "m007_servicenow",
    "m015_notifying",
    "m016_home",
    "m017_sharing",
    "m018_rights",
    "m019_installs",
    "m021_links",
    "m022_delivery",
    "m023_languages",
    "m024_install_states",
    "m025_upkeep",
]
