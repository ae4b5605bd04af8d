"""Tokens, and the check that comes before any of them exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from connector.errors import Provider, ProviderRefusedError, UnexpectedAnswerError
from connector.http import Answer
from connector.words import later

_TEN_YEARS: Final = 10 * 366 * 24 * 3600
_Token = Annotated[str, Field(min_length=1, max_length=16_384, pattern=r"^[\x21-\x7e]+$")]


class SignInRefusedError(ProviderRefusedError):
    """The provider gave no tokens; ``field`` names what to mend in the form, where known."""

    advice = later("did not accept the sign-in. Check what was entered and try again.")

    def __init__(
        self, provider: Provider, reason: str, *, remedy: str = "", field: str = ""
    ) -> None:
        super().__init__(provider, reason, remedy=remedy)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """What Snowline is registered as; a public client has no secret."""

    client_id: str
    secret: SecretStr | None = None

    @property
    def form(self) -> Mapping[str, str]:
        """The client's part of a token request; ServiceNow and Microsoft read it in the body."""
        if self.secret is None:
            return {"client_id": self.client_id}
        return {"client_id": self.client_id, "client_secret": self.secret.get_secret_value()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens that were checked to be tokens; ``expires_at`` (aware UTC) is the access token's."""

    access: SecretStr
    refresh: SecretStr | None
    expires_at: datetime


class _TokenAnswer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    access_token: _Token
    refresh_token: _Token | None = None
    token_type: str = Field(default="Bearer", pattern=r"(?i)^bearer$")
    expires_in: float = Field(gt=0, le=_TEN_YEARS)


def read_tokens(provider: Provider, answer: Answer, now: datetime) -> Tokens:
    """Make tokens of a token endpoint's answer.

    Raises:
        UnexpectedAnswerError: it holds none; what is stored stays as it is.
    """
    try:
        checked = _TokenAnswer.model_validate(answer.body)
    except ValidationError as exc:
        wrong = ", ".join(".".join(map(str, error["loc"])) or "body" for error in exc.errors())
        raise UnexpectedAnswerError(provider, f"token answer without usable {wrong}") from exc
    refresh = checked.refresh_token
    return Tokens(
        access=SecretStr(checked.access_token),
        refresh=None if refresh is None else SecretStr(refresh),
        expires_at=now + timedelta(seconds=checked.expires_in),
    )
