"""The bot as the Web API shows it: on its own, and within its messages."""

from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.errors import Json

_ICONS: Final = {
    f"image_{size}": f"https://a.slack-edge.com/80588/img/plugins/app/bot_{size}.png"
    for size in (36, 48, 72)
}
BOT: Final[Json] = {
    "id": accounts.BOT_ID,
    "deleted": False,
    "name": accounts.BOT_NAME,
    "updated": 1_700_000_000,
    "app_id": accounts.APP_ID,
    "user_id": accounts.BOT_USER_ID,
    "icons": _ICONS,
}
PROFILE: Final[Json] = BOT | {"team_id": accounts.TEAM_ID}
