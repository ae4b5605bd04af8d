"""The only reader of the environment: every setting of the process, read once and passed on."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any, Final, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from connector.settings import ConnectorSettings, SharedSettings, lower_hosts, lower_words

PREFIX: Final = "SNOWLINE_"
_WHAT: Final = {
    "slack_bot_token": "the bot token (xoxb-…) from your Slack app, OAuth & Permissions",
    "keys": "the key that seals secrets; make one with `python -m bot keys`",
}
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+", re.ASCII)
_SHORTEST_KEY: Final = 32
_ORIGIN_FORM: Final = "an origin: http:// or https://, a host, a port if need be, and nothing more"
_URL_FORM: Final = (
    "it is https://, a host, and a port and a path if need be; http:// only on this machine"
    " (localhost) or for a host that SNOWLINE_ALLOW_HOSTS names"
)


class SettingsError(Exception):
    """The settings cannot work; the text names each and says what it is, one a line."""


def _pairs(value: object) -> object:
    """Read ``host=origin,host=origin``."""
    if not isinstance(value, str):
        return value
    entries = [each.strip() for each in value.split(",") if each.strip()]
    if bad := [each for each in entries if "=" not in each]:
        raise ValueError(f"{bad[0]!r} is not of the form host=origin")
    return {host.strip(): origin.strip() for host, _, origin in (e.partition("=") for e in entries)}


def _origins(value: dict[str, str]) -> dict[str, str]:
    """Keep origins without the slash that may end them; refuse what is none."""
    origins = {host: origin.removesuffix("/") for host, origin in lower_hosts(value).items()}
    for host, origin in origins.items():
        parts = _address(origin)
        if not host or parts is None or parts.path:
            # What stands there instead may hold a password.
            raise ValueError(f"{host!r} does not lead to {_ORIGIN_FORM}")
    return origins


def _words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _not_blank(value: SecretStr) -> SecretStr:
    """Refuse a secret of spaces alone: anybody could sign with it."""
    if not value.get_secret_value().strip():
        raise ValueError("there is nothing in it; set it, or leave it out where it is not needed")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    """Refuse a key that could be guessed, or that an instance would encode otherwise."""
    text = value.get_secret_value()
    if len(text) < _SHORTEST_KEY or not (text.isascii() and text.isprintable() and " " not in text):
        raise ValueError(
            f"it is {_SHORTEST_KEY} characters or more, of letters, digits and signs, by chance:"
            " openssl rand -hex 32"
        )
    return value


_Secret = Annotated[SecretStr, AfterValidator(_not_blank)]


class Settings(SharedSettings, BaseSettings):
    """All settings of the process. Durations are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: _Secret | None = None
    """The token of the one workspace; many workspaces each give one by OAuth instead."""
    slack_client_id: str = ""
    slack_client_secret: _Secret | None = None
    slack_workspaces: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = ()
    """The workspaces and organisations that may install Snowline; empty means any."""
    slack_app_token: _Secret | None = None
    """With it the bot uses Socket Mode; without, Slack must reach ``url``/slack/events."""
    slack_signing_secret: _Secret | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_pace: float = Field(default=1.0, ge=0)
    """At least this long between two messages to one channel."""

    servicenow_webhook_secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    """With it ServiceNow may hint at changes, at ``url``/servicenow/changed."""

    url: str = "http://localhost:4413"
    """Where an admin's browser reaches the web door; Slack too, without Socket Mode."""
    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=4413, ge=0, le=65535)

    keys: _Secret | None = None
    key_file: Path | None = None

    allow_hosts: Annotated[
        dict[str, str], NoDecode, BeforeValidator(_pairs), AfterValidator(_origins)
    ] = Field(default_factory=dict)
    instance_suffixes: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_words), AfterValidator(lower_words)
    ] = SharedSettings.model_fields["instance_suffixes"].default
    log_level: str = "INFO"

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Refuse what cannot start, in a sentence."""
        _check_tokens(bool(self.slack_bot_token), self.slack_client_id, self.slack_client_secret)
        if not self.slack_app_token and not self.slack_signing_secret:
            raise ValueError(
                "SNOWLINE_SLACK_APP_TOKEN (Socket Mode) or SNOWLINE_SLACK_SIGNING_SECRET (HTTP)"
                " is not set: Slack has no way in"
            )
        if not self.keys and not self.key_file:
            raise ValueError(f"SNOWLINE_KEYS or SNOWLINE_KEY_FILE is not set: {_WHAT['keys']}")
        if not self._url_is_safe:
            raise ValueError(f"SNOWLINE_URL cannot be used: {_URL_FORM}")
        if urlsplit(self.slack_base_url).scheme != "https" and not self._slack_is_allowed:
            raise ValueError(
                "SNOWLINE_SLACK_API_URL is plain http;"
                " allow that very host with SNOWLINE_ALLOW_HOSTS"
            )
        return self

    @property
    def _url_is_safe(self) -> bool:
        parts = _address(self.url)
        if parts is None:
            return False
        host = parts.hostname or ""
        return parts.scheme == "https" or host in self.allow_hosts or _is_loopback(host)

    @property
    def is_at_home(self) -> bool:
        """Whether ``url`` is this machine's own, which no other reaches."""
        return _is_loopback(urlsplit(self.url).hostname or "")

    @property
    def _slack_is_allowed(self) -> bool:
        return (urlsplit(self.slack_api_url).hostname or "") in self.allow_hosts

    @property
    def slack_base_url(self) -> str:
        """Where Slack's Web API is, after ``allow_hosts``; ends with a slash."""
        parts = urlsplit(self.slack_api_url)
        origin = self.allow_hosts.get(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")
        return f"{origin}{parts.path}".rstrip("/") + "/"

    @property
    def sealing_keys(self) -> SecretStr:
        """The keys, from the setting or the file.

        Raises:
            SettingsError: the file cannot be read.
        """
        if self.keys:
            return self.keys
        assert self.key_file is not None  # noqa: S101  -- the validator saw to it
        try:
            return SecretStr(self.key_file.read_text(encoding="ascii").strip())
        except (OSError, UnicodeDecodeError) as exc:
            raise SettingsError(
                f"{PREFIX}KEY_FILE {self.key_file} cannot be read: {type(exc).__name__}"
            ) from exc

    def secrets(self) -> tuple[str, ...]:
        """List the values that no log line may hold."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(v.get_secret_value() for v in values if isinstance(v, SecretStr))

    def connector(self) -> ConnectorSettings:
        """Pick out what the connector needs."""
        return ConnectorSettings(
            keys=self.sealing_keys,
            public_url=self.url.rstrip("/"),
            **{name: getattr(self, name) for name in SharedSettings.model_fields},
        )


def _check_tokens(one: bool, client_id: str, client_secret: SecretStr | None) -> None:
    if bool(client_id) != bool(client_secret):
        raise ValueError(
            "SNOWLINE_SLACK_CLIENT_ID and SNOWLINE_SLACK_CLIENT_SECRET go together; both stand at"
            " your Slack app, Basic Information"
        )
    if one and client_id:
        raise ValueError(
            "SNOWLINE_SLACK_BOT_TOKEN and SNOWLINE_SLACK_CLIENT_ID exclude each other: a token is"
            " for one workspace, the client for as many as install Snowline"
        )
    if not one and not client_id:
        raise ValueError(
            f"SNOWLINE_SLACK_BOT_TOKEN is not set: {_WHAT['slack_bot_token']}; for many workspaces"
            " set SNOWLINE_SLACK_CLIENT_ID and SNOWLINE_SLACK_CLIENT_SECRET instead"
        )


class GivenSettings(Settings):
    """Settings that come from the caller alone: neither environment nor ``.env`` is read."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  -- the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003  -- the library's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  -- the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  -- the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keep only what the caller gave."""
        return (init_settings,)


def _address(text: str) -> SplitResult | None:
    """Take a web address apart; None where it is none, or names a user or a query."""
    try:
        parts = urlsplit(text)
        usable = parts.port != 0
    except ValueError:
        return None
    whole = f"{parts.scheme}://{parts.netloc}{parts.path}" == text and "@" not in parts.netloc
    named = _HOST.fullmatch(parts.hostname or "") is not None
    return parts if usable and whole and named and parts.scheme in {"http", "https"} else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def load(**overrides: Any) -> Settings:
    """Read the environment and ``.env``.

    Raises:
        SettingsError: something is missing or malformed; one clear line each.
    """
    try:
        return Settings(**overrides)
    except ValidationError as exc:
        raise SettingsError("\n".join(_line(error) for error in exc.errors())) from None


def _line(error: Any) -> str:
    if not error["loc"]:
        return str(error["msg"]).removeprefix("Value error, ")
    name = str(error["loc"][0])
    setting = f"{PREFIX}{name.upper()}"
    if error["type"] == "missing":
        return f"{setting} is not set: {_WHAT.get(name, 'it is needed')}"
    return f"{setting} cannot be used: {str(error['msg']).removeprefix('Value error, ')}"
