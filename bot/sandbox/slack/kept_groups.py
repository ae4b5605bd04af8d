"""The user groups of the workspace."""

from dataclasses import dataclass
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.errors import Json

_SINCE: Final = 1_700_000_000


@dataclass(slots=True)
class UserGroup:
    """A user group; one that was switched off has ``deleted_at``, seconds since 1970."""

    id: str
    handle: str
    name: str
    users: list[str]
    deleted_at: int = 0

    def wire(self, *, with_users: bool, with_count: bool) -> Json:
        """Build the object of ``usergroups.list``."""
        found: Json = {
            "id": self.id,
            "team_id": accounts.TEAM_ID,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": _SINCE,
            "date_update": _SINCE,
            "date_delete": self.deleted_at,
            "auto_type": None,
            "auto_provision": False,
            "enterprise_subteam_id": "",
            "created_by": accounts.OLE.id,
            "updated_by": accounts.OLE.id,
            "deleted_by": accounts.OLE.id if self.deleted_at else None,
            "prefs": {"channels": [], "groups": []},
            "channel_count": 0,
            "is_section": False,
            "is_idp_group": False,
            "is_visible": True,
            "is_editing_restricted": False,
            "is_membership_locked": False,
            "is_org_level": False,
        }
        found |= {"users": list(self.users)} if with_users else {}
        return found | ({"user_count": len(self.users)} if with_count else {})


def founded() -> dict[str, UserGroup]:
    """Make the groups that the workspace begins with."""
    groups = (
        UserGroup(each.id, each.handle, each.name, list(each.members))
        for each in accounts.USER_GROUPS
    )
    return {each.id: each for each in groups}
