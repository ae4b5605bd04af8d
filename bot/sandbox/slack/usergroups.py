"""``usergroups.*``: the groups of people that can be mentioned together."""

from dataclasses import dataclass
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json, SlackError

_CREATED: Final = 1_700_000_000


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group; ``members`` are user ids."""

    id: str
    name: str
    handle: str
    members: tuple[str, ...]
    is_disabled: bool = False

    def wire(self, *, with_users: bool, with_count: bool) -> Json:
        """Build the user group object."""
        found: Json = {
            "id": self.id,
            "team_id": accounts.TEAM_ID,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": _CREATED,
            "date_update": _CREATED,
            "date_delete": _CREATED if self.is_disabled else 0,
            "auto_type": None,
            "auto_provision": False,
            "enterprise_subteam_id": "",
            "created_by": accounts.OLE.id,
            "updated_by": accounts.OLE.id,
            "deleted_by": accounts.OLE.id if self.is_disabled else None,
            "prefs": {"channels": [], "groups": []},
            "channel_count": 0,
            "is_section": False,
            "is_idp_group": False,
            "is_visible": True,
            "is_editing_restricted": False,
            "is_membership_locked": False,
            "is_org_level": False,
        }
        if with_users:
            found["users"] = list(self.members)
        return found | ({"user_count": len(self.members)} if with_count else {})


SECURITY_TEAM: Final = UserGroup(
    "S0SECTEAM", "Security Team", "security-team", (accounts.ADA.id, accounts.OLE.id)
)
FORMER_TEAM: Final = UserGroup(
    "S0FORMER", "Former Team", "former-team", (accounts.MIA.id,), is_disabled=True
)
GROUPS: Final = {each.id: each for each in (SECURITY_TEAM, FORMER_TEAM)}


def groups(call: Call) -> Json:
    """List the user groups; those that were switched off only when asked for."""
    found = [
        each.wire(with_users=call.flag("include_users"), with_count=call.flag("include_count"))
        for each in GROUPS.values()
        if call.flag("include_disabled") or not each.is_disabled
    ]
    return {"usergroups": found}


def members(call: Call) -> Json:
    """List who is in a user group."""
    (id_,) = call.required("usergroup")
    group = GROUPS.get(id_)
    if group is None or (group.is_disabled and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


METHODS: Final = {"usergroups.list": groups, "usergroups.users.list": members}
NEEDED: Final = dict.fromkeys(METHODS, ("usergroups:read",))
