"""Channels and direct messages: who is where, and where the bot may speak."""

from dataclasses import dataclass, field
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.stamps import random_id

_CREATED: Final = 1_700_000_000
_UNSET: Final[Json] = {"value": "", "creator": "", "last_set": 0}


@dataclass(slots=True)
class Conversation:
    """A channel, or a direct message of ``partner`` with the bot."""

    id: str
    name: str
    members: list[str]
    is_private: bool = False
    is_archived: bool = False
    partner: str = ""
    is_ext_shared: bool = False
    is_mpim: bool = False
    creator: str = accounts.OLE.id
    topic: Json = field(default_factory=dict)
    purpose: Json = field(default_factory=dict)
    previous_names: list[str] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        """Tell whether this is a direct message."""
        return bool(self.partner)

    @property
    def name_for_apps(self) -> str:
        """Give the name that commands and interactions carry: Slack hides private ones."""
        if self.is_im:
            return "directmessage"
        return "privategroup" if self.is_private else self.name

    @property
    def has_bot(self) -> bool:
        """Tell whether the bot is a member."""
        return accounts.BOT_USER_ID in self.members

    @property
    def audience(self) -> list[str]:
        """List the people who see what is posted here."""
        return [member for member in self.members if member != accounts.BOT_USER_ID]

    def wire(self) -> Json:
        """Build the channel object of ``conversations.info``."""
        common: Json = {
            "id": self.id,
            "created": _CREATED,
            "is_archived": self.is_archived,
            "is_im": self.is_im,
            "is_mpim": self.is_mpim,
            "is_org_shared": False,
            "context_team_id": accounts.TEAM_ID,
            "updated": _CREATED * 1000,
        }
        if self.is_im:
            own = {"user": self.partner, "is_user_deleted": False, "is_open": True}
            return common | own | {"priority": 0, "properties": {}}
        return common | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not (self.is_private or self.is_mpim),
            "is_group": self.is_private and not self.is_mpim,
            "is_private": self.is_private,
            "is_general": self.name == "general",
            "is_member": self.has_bot,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_pending_ext_shared": False,
            "creator": self.creator,
            "num_members": len(self.members),
            "topic": self.topic or _UNSET,
            "purpose": self.purpose or _UNSET,
            "previous_names": self.previous_names,
            "unlinked": 0,
            "shared_team_ids": [accounts.TEAM_ID],
            "pending_shared": [],
            "pending_connected_team_ids": [],
            "parent_conversation": None,
            "properties": {"tabs": [], "tabz": []},
        }

    def shown(self) -> Json:
        """Describe it to a person's client."""
        found: Json = {
            "id": self.id,
            "name": self.name,
            "is_private": self.is_private,
            "is_im": self.is_im,
            "is_archived": self.is_archived,
            "members": self.members,
            "bot_is_member": self.has_bot,
        }
        return found | ({"user": self.partner} if self.is_im else {})


def kind_of(place: Conversation) -> str:
    """Name the kind of a conversation as ``types`` does."""
    if place.is_im or place.is_mpim:
        return "im" if place.is_im else "mpim"
    return "private_channel" if place.is_private else "public_channel"


def direct_channel_id(user: str) -> str:
    """Name the direct message of a person with the bot."""
    return "D" + user.removeprefix("U")


def _is_open_to(place: Conversation, user: str) -> bool:
    # Guests and strangers find only the channels that they were invited to.
    is_visitor = any(user == each.id for each in accounts.VISITORS)
    return user in place.members or not (place.is_private or is_visitor)


def _initial() -> dict[str, Conversation]:
    channels = [
        Conversation(
            each.id,
            each.name,
            list(each.members),
            each.is_private,
            is_ext_shared=each.is_shared,
        )
        for each in accounts.SLACK_CHANNELS
    ]
    direct = [
        Conversation(
            direct_channel_id(each.id),
            accounts.BOT_NAME,
            [each.id, accounts.BOT_USER_ID],
            is_private=True,
            partner=each.id,
        )
        for each in (*accounts.SLACK_ACCOUNTS, *accounts.VISITORS)
    ]
    return {each.id: each for each in (*channels, *direct)}


@dataclass(slots=True)
class Conversations:
    """Every conversation of the workspace."""

    by_id: dict[str, Conversation] = field(default_factory=_initial)

    def seen_by_bot(self, channel: str) -> Conversation:
        """Find what the bot can know of: public channels, and where it is a member.

        A user id means the direct message with that person.

        Raises:
            SlackError: Slack hides private channels from those outside.
        """
        found = self.by_id.get(channel) or self._by_name(channel.removeprefix("#"))
        if found is None and channel.startswith(("U", "W")):
            found = self.by_id.get(direct_channel_id(channel))
        if found is None or (found.is_private and not found.has_bot):
            raise SlackError("channel_not_found")
        return found

    def of_several(self, users: list[str]) -> Conversation:
        """Find the direct message of the bot with several people, or begin it."""
        members = [*sorted(set(users)), accounts.BOT_USER_ID]
        for known in self.by_id.values():
            if known.is_mpim and known.members == members:
                return known
        name = "mpdm-" + "--".join(user.removeprefix("U0").lower() for user in members) + "-1"
        begun = Conversation(random_id("C"), name, members, is_private=True, is_mpim=True)
        self.by_id[begun.id] = begun
        return begun

    def _by_name(self, name: str) -> Conversation | None:
        named = (each for each in self.by_id.values() if not each.is_im and each.name == name)
        return next(named, None)

    def open_to(self, user: str) -> list[Conversation]:
        """List what a person finds in their sidebar."""
        return [each for each in self.by_id.values() if _is_open_to(each, user)]

    def entered_by(self, user: str, channel: str) -> Conversation:
        """Find a conversation for one of its members.

        Raises:
            SlackError: there is none for this person.
        """
        found = self.by_id.get(channel)
        if found is None or not _is_open_to(found, user):
            raise SlackError("channel_not_found")
        return found
