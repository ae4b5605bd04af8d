"""In which language a request is answered: that of whoever typed, clicked or opened something."""

from datetime import timedelta
from typing import Any, Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from connector.models import UserId, WorkspaceId
from connector.wiring import Services
from connector.words import ENGLISH, language_of

_SEEN_AGAIN: Final = timedelta(seconds=10)
"""How soon after the last look App Home is opened in a language that was changed since."""


async def spoken_to(
    args: AsyncArgs, workspace: WorkspaceId, services: Services, *, asks: bool
) -> str:
    """Choose the language to answer in: a word of ``connector.words.LANGUAGES``.

    Where nothing is kept of the person, Slack is asked within a second, unless not ``asks`` or
    what happened is an event: what comes of those is not for that person alone.
    """
    user = UserId(args.context.user_id or "")
    event: dict[str, Any] = args.event or {}
    if not user:
        return ENGLISH
    if locale := str(event.get("user_locale") or ""):
        await services.languages.note(workspace, user, locale)
        return language_of(locale)
    if event.get("type") == "app_home_opened":
        # A change of language starts Slack anew, and App Home is what is looked at then.
        return await services.languages.of(workspace, user, lasting=_SEEN_AGAIN)
    if event or not asks:
        return await services.languages.kept(workspace, user) or ENGLISH
    return await services.languages.of(workspace, user)
