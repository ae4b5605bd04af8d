"""The people of the workspace and the bot among them, as the Web API shows them."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.sandbox import accounts
from bot.sandbox.accounts import SlackAccount
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.stamps import Clock

_ZONE: Final = "Europe/Copenhagen"
_AVATARS: Final = "https://avatars.northwind.example"
_SIZES: Final = (24, 32, 48, 72, 192, 512)
_BOT: Final = SlackAccount(accounts.BOT_USER_ID, "snowline", accounts.BOT_NAME, "")


@dataclass(slots=True)
class People:
    """Who belongs to the workspace. ``flags`` override single fields of a user object."""

    clock: Clock
    accounts: dict[str, SlackAccount] = field(
        default_factory=lambda: {
            each.id: each for each in (*accounts.SLACK_ACCOUNTS, *accounts.VISITORS)
        }
    )
    flags: dict[str, Json] = field(default_factory=dict)

    def __contains__(self, user: object) -> bool:
        """Tell whether a person of that id exists; the bot is no person."""
        return user in self.accounts

    def get(self, user: str) -> SlackAccount:
        """Find a person or the bot.

        Raises:
            SlackError: nobody has that id.
        """
        if user == _BOT.id:
            return _BOT
        if user not in self.accounts:
            raise SlackError("user_not_found")
        return self.accounts[user]

    def display_name(self, user: str) -> str:
        """Name whoever wrote a message."""
        return self.get(user).real_name

    def mark(self, user: str, **flags: Any) -> None:
        """Change fields of a user object: ``deleted=True``, ``is_restricted=True``."""
        self.flags.setdefault(user, {}).update(flags)

    def locale(self, user: str) -> str:
        """Tell the language that somebody has chosen."""
        return str(self.wire(user)["locale"])

    def everyone(self) -> list[SlackAccount]:
        """List the people and the bot."""
        return [*self.accounts.values(), _BOT]

    def wire(self, user: str, *, with_email: bool = True) -> Json:
        """Build the user object of ``users.info``."""
        account = self.get(user)
        is_bot = account.id == _BOT.id
        now = datetime.fromtimestamp(self.clock(), tz=ZoneInfo(_ZONE))
        offset = now.utcoffset()
        found: Json = {
            "id": account.id,
            "team_id": accounts.OTHER_TEAM_ID if account.is_stranger else accounts.TEAM_ID,
            "name": account.name,
            "deleted": False,
            "color": _avatar_hash(account.id)[:6],
            "real_name": account.real_name,
            "tz": _ZONE,
            "tz_label": "Central European Time",
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": _profile(account, with_email=with_email and not is_bot),
            "is_admin": account.is_admin or account.is_owner,
            "is_owner": account.is_owner,
            "is_primary_owner": account.is_owner,
            "is_restricted": account.is_guest,
            "is_ultra_restricted": False,
            "is_bot": is_bot,
            "is_app_user": False,
            "is_email_confirmed": account.is_email_confirmed and not is_bot,
            "is_stranger": account.is_stranger,
            "who_can_share_contact_card": "EVERYONE",
            "locale": account.locale,
            "updated": 1_700_000_000,
        }
        return found | self.flags.get(user, {})


def _avatar_hash(user: str) -> str:
    return hashlib.sha256(user.encode()).hexdigest()[:12]


def _profile(account: SlackAccount, *, with_email: bool) -> Json:
    first, _, last = account.real_name.partition(" ")
    profile: Json = {
        "title": "",
        "phone": "",
        "real_name": account.real_name,
        "real_name_normalized": account.real_name,
        "display_name": account.name,
        "display_name_normalized": account.name,
        "first_name": first,
        "last_name": last,
        "skype": "",
        "status_text": "",
        "status_text_canonical": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": _avatar_hash(account.id),
        "team": accounts.TEAM_ID,
    }
    if account.id == _BOT.id:
        profile |= {"api_app_id": accounts.APP_ID, "bot_id": accounts.BOT_ID, "always_active": True}
    profile |= {f"image_{n}": f"{_AVATARS}/{account.id}-{n}.png" for n in _SIZES}
    return profile | ({"email": account.email} if with_email else {})
