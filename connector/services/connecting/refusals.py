"""Why a sign-in connected nothing: in the log, and in words for the admin."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connector.errors import COMMAND, CONNECT, ConnectorError, Provider, ProviderRefusedError
from connector.models import FailedSignIn, Grant, StepName
from connector.services.connecting.candidates import Candidate
from connector.services.forms import SignInEnd

_log = logging.getLogger(__name__)

_NOT_CONNECTED: Final = "ServiceNow was not connected"
_RUN: Final = f"{CONNECT[Provider.SERVICENOW]} in Slack"
_AGAIN: Final = f"Nothing was changed. Run {_RUN} to try again."
_DENIED: Final = "access_denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A sign-in that failed: ``cause`` is for the log, the rest for the admin.

    ``field`` names what to mend in the form, where that is known; ``error`` is what went wrong.
    ``step`` is what is to be mended; ``told`` says what happened to whoever else looks, where the
    first sentence speaks to who signed in.
    """

    cause: str
    title: str = _NOT_CONNECTED
    sentences: tuple[str, ...]
    field: str = ""
    error: ConnectorError | None = None
    step: StepName = StepName.AUTHORISE
    told: str = ""


def logged(refusal: Refusal, where: str) -> SignInEnd:
    """Write the refusal down under a new reference, and return what the admin reads."""
    reference = secrets.token_hex(4)
    _log.warning("A sign-in at %s failed: %s. reference=%s", where, refusal.cause, reference)
    return SignInEnd(
        ok=False, title=refusal.title, sentences=refusal.sentences, reference=reference
    )


def kept(refusal: Refusal, row: Candidate, at: datetime) -> FailedSignIn:
    """Return what the installation checklist remembers of it."""
    first, *rest = refusal.sentences
    return FailedSignIn(
        instance=row.instance,
        step=refusal.step,
        sentence=refusal.told or first,
        remedy=" ".join(rest),
        at=at,
    )


def no_longer_valid(cause: str) -> Refusal:
    """Refuse what came back too late, twice, or from another browser."""
    return Refusal(
        cause=cause,
        title="This sign-in is no longer valid",
        sentences=(
            "It has expired, was used already, or was started in another browser.",
            f"If you have just connected, all is well: `{COMMAND} status` in Slack shows it.",
            f"Otherwise run {_RUN} again.",
        ),
    )


def not_allowed(error: str) -> Refusal:
    """Refuse what came back without a code."""
    if error == _DENIED:
        return Refusal(
            cause="access was denied on the consent page",
            sentences=(
                "Access was denied on ServiceNow's page. Nothing was changed.",
                f"Run {_RUN} to begin again, and choose Allow there.",
            ),
        )
    # What else it says is anybody's text.
    return Refusal(
        cause="it came back without a code",
        sentences=("ServiceNow ended the sign-in before it was complete.", _AGAIN),
    )


def failed(what: str, exc: ConnectorError, step: StepName = StepName.AUTHORISE) -> Refusal:
    """Refuse because something after the consent did not succeed."""
    cause = f"{what}: {type(exc).__name__}: {exc}"
    # What could not be asked tells nothing of what was registered.
    blamed = step if isinstance(exc, ProviderRefusedError) else StepName.AUTHORISE
    return Refusal(cause=cause, sentences=(exc.user_message, _AGAIN), error=exc, step=blamed)


def wrong_account(who: str, row: Candidate) -> Refusal:
    """Refuse an account other than the integration user, and say how to change it."""
    if row.grant is Grant.CLIENT:
        return _wrong_application_user(who, row)
    way_out = (
        f"Then choose “Not you?” on the page of {row.instance}, or open the new link in a private"
        f" window, and sign in as {row.integration_user}."
    )
    return Refusal(
        cause=f"it was made as {who!r} instead of {row.integration_user!r}",
        title="That was the wrong ServiceNow account",
        sentences=(
            f"You signed in as {who}, but Snowline is to act as {row.integration_user}.",
            f"Nothing was changed. Run {_RUN} again.",
            way_out,
        ),
        told=f"The sign-in was made as {who}, but Snowline is to act as {row.integration_user}.",
    )


def _wrong_application_user(who: str, row: Candidate) -> Refusal:
    seen = f"The client acts as {who}, but Snowline is to act as {row.integration_user}."
    way_out = (
        f"Set {row.integration_user} as OAuth Application User of its registration at"
        f" {row.instance}, or name the other user in the form."
    )
    return Refusal(
        cause=f"the client acts as {who!r} instead of {row.integration_user!r}",
        title="That client acts as another ServiceNow user",
        sentences=(seen, way_out),
        field="integration_user",
        step=StepName.USER,
    )


def no_admin() -> Refusal:
    """Refuse a person who may not connect anything any more."""
    return Refusal(
        cause="who asked for it is no admin any more",
        sentences=(
            "Only admins and owners of this workspace may connect it, and you are none any more.",
            f"Nothing was changed. Ask an admin to run {_RUN}.",
        ),
        told="Whoever began the last sign-in may not connect this workspace any more.",
    )
