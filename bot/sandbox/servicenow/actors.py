"""On whose behalf something happens."""

from dataclasses import dataclass
from typing import Final

ADMIN: Final = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """The user on whose behalf a request runs."""

    sys_id: str
    user_name: str
    name: str
    roles: frozenset[str]
    time_zone: str
    date_format: str = ""
    time_format: str = ""

    @property
    def is_admin(self) -> bool:
        """Tell whether every right is theirs."""
        return ADMIN in self.roles

    def has(self, *roles: str) -> bool:
        """Tell whether one of these roles is theirs; an administrator has all."""
        return self.is_admin or not self.roles.isdisjoint(roles)
