"""What admins and browsers hand in to connect a remote system, and what they get back."""

from dataclasses import dataclass, field

from pydantic import SecretStr

from connector.models import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNowForm:
    """What an admin knows of a ServiceNow instance.

    Where ``client_secret`` is empty, a one-time page asks for it.
    """

    instance: str
    integration_user: str
    client_id: str
    client_secret: SecretStr = field(default_factory=lambda: SecretStr(""))
    grant: Grant = Grant.CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrosoftForm:
    """What an admin knows of a Microsoft 365 tenant and the app registered there."""

    tenant: str
    client_id: str
    client_secret: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A sign-in at ``host`` that waits for the admin's browser at ``url``.

    With ``asks_secret`` it is the one-time page that asks for the client secret.
    """

    url: str = field(repr=False)
    expires_in_minutes: int
    host: str = ""
    grant: Grant = Grant.CODE
    asks_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPage:
    """What the one-time page shows and carries: ``state`` in its form, ``browser`` as cookie."""

    host: str
    integration_user: str
    client_id: str
    grant: Grant
    state: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSecret:
    """What the one-time page brings back; ``has_none`` says that the client has no secret."""

    ticket: str = field(repr=False)
    state: str = field(default="", repr=False)
    browser: str = field(default="", repr=False)
    secret: SecretStr = field(default_factory=lambda: SecretStr(""))
    has_none: bool = False


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
