"""What admins and browsers hand in to connect a remote system, and what they get back."""

from dataclasses import dataclass, field

from pydantic import SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNowForm:
    """What an admin knows of a ServiceNow instance; ``client_secret`` may be empty."""

    instance: str
    integration_user: str
    client_id: str
    client_secret: SecretStr = field(default_factory=lambda: SecretStr(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrosoftForm:
    """What an admin knows of a Microsoft 365 tenant and the app registered there."""

    tenant: str
    client_id: str
    client_secret: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A sign-in at ``host`` that waits for the admin's browser at ``url``.

    ``warns`` are sentences.
    """

    url: str = field(repr=False)
    expires_in_minutes: int
    host: str = ""
    warns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserStart:
    """Where to send the browser, and the cookie value that binds it to the sign-in."""

    redirect_url: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What a browser brings back; empty where it brings nothing."""

    state: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    error: str = ""
    browser: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInEnd:
    """How a sign-in ended, as a title and sentences for the admin.

    What can be typed stands between backticks. ``reference`` is where the log tells of a
    failure; it is empty without one.
    """

    ok: bool
    title: str
    sentences: tuple[str, ...]
    reference: str = ""
