"""The settings of the connector. Read by the front end, passed on by the composition root."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

VERSION: Final = "0.1.0"
"""What Snowline calls itself where it is named; ``pyproject.toml`` says the same."""


def lower_hosts(value: Mapping[str, str]) -> Mapping[str, str]:
    """Write the hosts as they are compared: a host has no capitals."""
    return {host.lower(): origin for host, origin in value.items()}


def lower_words(value: tuple[str, ...]) -> tuple[str, ...]:
    """Write suffixes of hosts as they are compared."""
    return tuple(word.lower() for word in value)


def addresses(value: str) -> str:
    """Refuse what names no IP address or network; several are separated by spaces or commas."""
    parts = value.replace(",", " ").split()
    for part in parts:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            # What stands there instead may be a secret that was meant for another setting.
            raise ValueError("it is an IP address or a network, or several") from None
    return ", ".join(parts)


class SharedSettings(BaseModel):
    """What an operator may set and the connector needs; all durations are in seconds."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database: Path = Path("snowline.db")
    exports: Path | None = None
    """Where what a workspace owned is written before it is erased; else beside the database."""
    allow_hosts: Annotated[Mapping[str, str], AfterValidator(lower_hosts)] = Field(
        default_factory=dict
    )
    """An exact host to an exact origin: ``{"acme.service-now.com": "http://127.0.0.1:4411"}``.

    It alone lifts the https, port and public-address rules.
    """
    instance_suffixes: Annotated[tuple[str, ...], AfterValidator(lower_words)] = (
        "service-now.com",
    )
    microsoft_login_url: str = "https://login.microsoftonline.com"
    graph_url: str = "https://graph.microsoft.com"
    portal_url: str = "https://security.microsoft.com"
    outgoing_address: Annotated[str, AfterValidator(addresses)] = ""
    """The address, or network, from which remotes see this machine call; empty if not known."""
    call_deadline: float = Field(default=10.0, gt=0)
    """The longest a single call to a remote may take."""
    settle: float = Field(default=90.0, ge=0)
    """How long after an unknown outcome the instance may still carry the write out."""
    chat_settle: float = Field(default=60.0, ge=0)
    """How long after a post of unknown outcome it is not made again."""
    sync_every: float = Field(default=60.0, gt=0)
    score_every: float = Field(default=3600.0, gt=0)
    retry_base: float = Field(default=2.0, gt=0)
    """The first wait before a retry; it doubles, with full jitter, up to five minutes."""


class ConnectorSettings(SharedSettings):
    """All that the connector needs to know."""

    keys: SecretStr
    """One or more ``id:base64`` keys of 32 bytes, newest first, separated by commas."""
    public_url: str = "http://localhost:4413"
    """Where an admin's browser reaches the web door: the base of the OAuth callback."""
    work_lane_size: int = Field(default=4, ge=1)
    """How many work items of one lane run at once."""
    oauth_state_seconds: float = 600.0
