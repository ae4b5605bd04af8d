"""Why a sign-in connected nothing: in the log, and in words for the admin."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connector.errors import COMMAND, CONNECT, ConnectorError, Provider, ProviderRefusedError
from connector.models import FailedSignIn, Grant, StepName
from connector.services.connecting.candidates import Candidate
from connector.services.forms import SignInEnd
from connector.words import later, tr

_log = logging.getLogger(__name__)

_NOT_CONNECTED: Final = later("ServiceNow was not connected")
_CONNECT: Final = CONNECT[Provider.SERVICENOW]
_AGAIN: Final = later("Nothing was changed. Run {connect} in Slack to try again.")
_DENIED: Final = "access_denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A sign-in that failed: ``cause`` is for the log, the rest for the admin.

    ``field`` names what to mend in the form, where that is known; ``error`` is what went wrong.
    ``step`` is what is to be mended; ``told`` says what happened to whoever else looks, where the
    first sentence speaks to who signed in.
    """

    cause: str
    title: str = ""
    sentences: tuple[str, ...]
    field: str = ""
    error: ConnectorError | None = None
    step: StepName = StepName.AUTHORISE
    told: str = ""


Say = Callable[[], Refusal]
"""A refusal before it is said: a browser reads it, and Slack, where another language may be."""


def logged(refusal: Refusal, where: str) -> SignInEnd:
    """Write the refusal down under a new reference, and return what the admin reads."""
    reference = secrets.token_hex(4)
    _log.warning("A sign-in at %s failed: %s. reference=%s", where, refusal.cause, reference)
    return ended(refusal, reference)


def ended(refusal: Refusal, reference: str) -> SignInEnd:
    """Return what the admin reads."""
    return SignInEnd(
        ok=False,
        title=refusal.title or tr(_NOT_CONNECTED),
        sentences=refusal.sentences,
        reference=reference,
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
        title=tr("This sign-in is no longer valid"),
        sentences=(
            tr("It has expired, was used already, or was started in another browser."),
            tr(
                "If you have just connected, all is well: `{command} status` in Slack shows it.",
                command=COMMAND,
            ),
            tr("Otherwise run {connect} in Slack again.", connect=_CONNECT),
        ),
    )


def not_allowed(error: str) -> Refusal:
    """Refuse what came back without a code."""
    if error == _DENIED:
        return Refusal(
            cause="access was denied on the consent page",
            sentences=(
                tr("Access was denied on ServiceNow's page. Nothing was changed."),
                tr(
                    "Run {connect} in Slack to begin again, and choose Allow there.",
                    connect=_CONNECT,
                ),
            ),
        )
    # What else it says is anybody's text.
    return Refusal(
        cause="it came back without a code",
        sentences=(
            tr("ServiceNow ended the sign-in before it was complete."),
            tr(_AGAIN, connect=_CONNECT),
        ),
    )


def failed(what: str, exc: ConnectorError, step: StepName = StepName.AUTHORISE) -> Refusal:
    """Refuse because something after the consent did not succeed."""
    cause = f"{what}: {type(exc).__name__}: {exc}"
    # What could not be asked tells nothing of what was registered.
    blamed = step if isinstance(exc, ProviderRefusedError) else StepName.AUTHORISE
    return Refusal(
        cause=cause,
        sentences=(
            exc.user_message,
            tr(_AGAIN, connect=_CONNECT),
        ),
        error=exc,
        step=blamed,
    )


def wrong_account(who: str, row: Candidate) -> Refusal:
    """Refuse an account other than the integration user, and say how to change it."""
    if row.grant is Grant.CLIENT:
        return _wrong_application_user(who, row)
    way_out = tr(
        "Then choose “Not you?” on the page of {instance}, or open the new link in a private"
        " window, and sign in as {integration_user}.",
        instance=row.instance,
        integration_user=row.integration_user,
    )
    return Refusal(
        cause=f"it was made as {who!r} instead of {row.integration_user!r}",
        title=tr("That was the wrong ServiceNow account"),
        sentences=(
            tr(
                "You signed in as {who}, but Snowline is to act as {integration_user}.",
                who=who,
                integration_user=row.integration_user,
            ),
            tr(
                "Nothing was changed. Run {connect} in Slack again.",
                connect=_CONNECT,
            ),
            way_out,
        ),
        told=tr(
            "The sign-in was made as {who}, but Snowline is to act as {integration_user}.",
            who=who,
            integration_user=row.integration_user,
        ),
    )


def _wrong_application_user(who: str, row: Candidate) -> Refusal:
    seen = tr(
        "The client acts as {who}, but Snowline is to act as {integration_user}.",
        who=who,
        integration_user=row.integration_user,
    )
    way_out = tr(
        "Set {integration_user} as OAuth Application User of its registration at {instance},"
        " or name the other user in the form.",
        integration_user=row.integration_user,
        instance=row.instance,
    )
    return Refusal(
        cause=f"the client acts as {who!r} instead of {row.integration_user!r}",
        title=tr("That client acts as another ServiceNow user"),
        sentences=(seen, way_out),
        field="integration_user",
        step=StepName.USER,
    )


def no_admin() -> Refusal:
    """Refuse a person who may not connect anything any more."""
    return Refusal(
        cause="who asked for it is no admin any more",
        sentences=(
            tr(
                "Only admins and owners of this workspace may connect it, and you are none any"
                " more."
            ),
            tr(
                "Nothing was changed. Ask an admin to run {connect} in Slack.",
                connect=_CONNECT,
            ),
        ),
        told=tr("Whoever began the last sign-in may not connect this workspace any more."),
    )
