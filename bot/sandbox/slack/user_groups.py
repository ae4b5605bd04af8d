"""``usergroups.*``: groups of people, and who is in them."""

from typing import Final

from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json, SlackError


def usergroups_list(call: Call) -> Json:
    """List the groups; those that were switched off only if asked for."""
    groups = call.workspace.user_groups.values()
    with_users, with_count = call.flag("include_users"), call.flag("include_count")
    return {
        "usergroups": [
            each.wire(with_users=with_users, with_count=with_count)
            for each in groups
            if call.flag("include_disabled") or not each.deleted_at
        ]
    }


def usergroups_users_list(call: Call) -> Json:
    """List who is in a group."""
    (group,) = call.required("usergroup")
    known = call.workspace.user_groups.get(group)
    if known is None or (known.deleted_at and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(known.users)}


METHODS: Final = {
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
}
