"""Where the chat system lets Snowline speak, and by which token."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from connector.models.people import UserId, WorkspaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatToken:
    """What opens one workspace; with ``refresh`` it ends at ``expires_at`` and is renewed."""

    access: SecretStr
    refresh: SecretStr | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatInstall:
    """One workspace, or one organisation as a whole, that has installed Snowline.

    It has ended at ``ended_at``, and what it owns is erased at ``erase_at`` unless it is installed
    again before. ``problem`` says why it has no token any more though it has not ended.
    """

    workspace: WorkspaceId
    name: str
    bot_user: UserId
    installed_by: UserId
    installed_at: datetime
    scopes: tuple[str, ...] = ()
    ended_at: datetime | None = None
    erase_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatInstallStart:
    """A begun installation: what the chat's consent page is given, and what the browser keeps."""

    state: str
    browser: str
