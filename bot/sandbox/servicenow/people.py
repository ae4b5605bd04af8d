"""Who acts: the instance's users with their passwords and roles."""

from dataclasses import dataclass, field
from hmac import compare_digest

from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.records import Records, Row


@dataclass(slots=True)
class People:
    """Finds users and checks their passwords; ``passwords`` are by user name."""

    records: Records
    default_zone: str
    passwords: dict[str, str] = field(default_factory=dict)

    def sign_in(self, user_name: str, password: str) -> Actor | None:
        """Find the user of these credentials; inactive and locked ones have none."""
        expected = self.passwords.get(user_name)
        if expected is None or not compare_digest(expected.encode(), password.encode()):
            return None
        return self.named(user_name)

    def is_for_services(self, sys_id: str) -> bool:
        """Tell whether a user is for web services alone, and may open no page."""
        row = self.records.find("sys_user", sys_id)
        return row is not None and row["web_service_access_only"] == "true"

    def set_password(self, user_name: str, password: str) -> bool:
        """Do what *Set Password* does on the user's form; False where there is no such user."""
        known = self.records.first("sys_user", "user_name", user_name) is not None
        if known:
            self.passwords[user_name] = password
        return known

    def named(self, user_name: str) -> Actor | None:
        """Find an active user by name."""
        row = self.records.first("sys_user", "user_name", user_name)
        return self._actor(row) if row else None

    def get(self, sys_id: str) -> Actor | None:
        """Find an active user by ``sys_id``."""
        row = self.records.find("sys_user", sys_id)
        return self._actor(row) if row else None

    def _actor(self, row: Row) -> Actor | None:
        if row["active"] != "true" or row["locked_out"] == "true":
            return None
        return Actor(
            sys_id=row["sys_id"],
            user_name=row["user_name"],
            name=row["name"],
            roles=self._roles(row["sys_id"]),
            time_zone=row["time_zone"] or self.default_zone,
            date_format=row["date_format"],
            time_format=row["time_format"],
        )

    def _roles(self, user: str) -> frozenset[str]:
        return frozenset(
            self.records.name_of("sys_user_role", row["role"])
            for row in self.records.all("sys_user_has_role")
            if row["user"] == user
        )
