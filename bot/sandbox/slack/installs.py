"""Who has installed the app, and which tokens that gave: codes, rotation, the end."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.stamps import Clock
from bot.sandbox.slack.teams import GRID, HOME, TEAMS, Team

CODE_SECONDS: Final = 600.0


@dataclass(slots=True, kw_only=True)
class Grant:
    """A bot token; ``where`` is a workspace's id, or the organisation's for all of it."""

    token: str
    where: str
    installer: str = accounts.ADA.id
    scopes: str = ""
    refresh: str = ""
    expires_at: float | None = None
    dead: str = ""
    """Slack's word for why it opens nothing any more."""

    @property
    def is_org_wide(self) -> bool:
        """Whether the organisation as a whole has installed the app."""
        return self.where == GRID.id


@dataclass(slots=True, kw_only=True)
class _Code:
    where: str
    installer: str
    scopes: str
    redirect_uri: str
    issued_at: float
    used: bool = False


@dataclass(slots=True)
class Installs:
    """The app's installations. The first workspace's is there from the start.

    With ``token_seconds`` new tokens end after that time and come with a refresh token.
    """

    clock: Clock
    token_seconds: float | None = None
    grants: list[Grant] = field(
        default_factory=lambda: [Grant(token=accounts.BOT_TOKEN, where=HOME.id)]
    )
    _codes: dict[str, _Code] = field(default_factory=dict)

    def of_token(self, token: str) -> Grant:
        """Find what a token opens.

        Raises:
            SlackError: nothing (any more).
        """
        grant = next((each for each in self.grants if each.token == token), None)
        if grant is None:
            raise SlackError("invalid_auth")
        if grant.dead:
            raise SlackError(grant.dead)
        if grant.expires_at is not None and self.clock() >= grant.expires_at:
            raise SlackError("token_expired")
        return grant

    def over(self, team: Team) -> Grant | None:
        """Find the installation that holds in a workspace: its own before its organisation's."""
        wheres = [team.id] + ([team.organisation.id] if team.organisation else [])
        for where in wheres:
            for grant in reversed(self.grants):
                if grant.where == where and not grant.dead:
                    return grant
        return None

    def give_code(self, where: str, installer: str, scopes: str, redirect_uri: str) -> str:
        """Make a code for an installation to which somebody has consented."""
        code = f"44104410.{secrets.token_hex(16)}"
        self._codes[code] = _Code(
            where=where,
            installer=installer,
            scopes=scopes,
            redirect_uri=redirect_uri,
            issued_at=self.clock(),
        )
        return code

    def exchange(self, code: str, redirect_uri: str) -> Grant:
        """Take a code, once, and make a token of it; one that lasts is given again.

        Raises:
            SlackError: it was never given, is used or too old, or was given to another address.
        """
        known = self._codes.get(code)
        if known is None:
            raise SlackError("invalid_code")
        if known.used:
            raise SlackError("code_already_used")
        if self.clock() - known.issued_at > CODE_SECONDS:
            raise SlackError("invalid_code")
        if redirect_uri != known.redirect_uri:
            raise SlackError("bad_redirect_uri")
        known.used = True
        before = next((g for g in self.grants if g.where == known.where and not g.dead), None)
        if before is not None and self.token_seconds is None and before.expires_at is None:
            before.installer, before.scopes = known.installer, known.scopes
            return before
        return self._new(known.where, known.installer, known.scopes)

    def renew(self, refresh: str) -> Grant:
        """Take a refresh token, once, and make the next token; the one before goes on to its end.

        Raises:
            SlackError: it is unknown, used up, or of an installation that has ended.
        """
        grant = next((g for g in self.grants if refresh and g.refresh == refresh), None)
        if grant is None or grant.dead:
            raise SlackError("invalid_refresh_token")
        grant.refresh = ""
        return self._new(grant.where, grant.installer, grant.scopes)

    def end(self, where: str, word: str = "account_inactive") -> bool:
        """End every token of an installation; tell whether there was one."""
        ended = [g for g in self.grants if g.where == where and not g.dead]
        for grant in ended:
            grant.dead = word
        return bool(ended)

    def _new(self, where: str, installer: str, scopes: str) -> Grant:
        seconds = self.token_seconds
        grant = Grant(
            token=f"{'xoxe.xoxb-1' if seconds else 'xoxb'}-{secrets.token_hex(12)}",
            where=where,
            installer=installer,
            scopes=scopes,
            refresh=f"xoxe-1-{secrets.token_hex(12)}" if seconds else "",
            expires_at=self.clock() + seconds if seconds else None,
        )
        self.grants.append(grant)
        return grant


def told(grant: Grant, seconds: float | None) -> Json:
    """Answer as ``oauth.v2.access`` does; an organisation's has no workspace."""
    team = next((each for each in TEAMS if each.id == grant.where), None)
    grid = GRID if team is None else team.organisation
    answer: Json = {
        "app_id": accounts.APP_ID,
        "authed_user": {"id": grant.installer},
        "scope": grant.scopes,
        "token_type": "bot",
        "access_token": grant.token,
        "bot_user_id": accounts.BOT_USER_ID,
        "team": {"id": team.id, "name": team.name} if team else None,
        "enterprise": {"id": grid.id, "name": grid.name} if grid else None,
        "is_enterprise_install": grant.is_org_wide,
    }
    if grant.refresh:
        answer |= {"refresh_token": grant.refresh, "expires_in": int(seconds or 0)}
    return answer
