"""How the steps of setting ServiceNow up are judged, by what is known. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from connector.errors import COMMAND, CONNECT, Provider, connect_again
from connector.models import (
    Check,
    CheckOutcome,
    CheckRun,
    Connection,
    ConnectionState,
    FailedSignIn,
    Grant,
    PendingSignIn,
    Step,
    StepName,
)
from connector.oauth.servicenow import CLIENT_CAUSES
from connector.store.connections import FormRow
from connector.words import later, tr

_CONNECT: Final = CONNECT[Provider.SERVICENOW]
_DOCTOR: Final = f"`{COMMAND} doctor`"
_OPENED: Final = later("A sign-in at {instance} waits for a browser; its link was opened.")
_NOT_OPENED: Final = later(
    "A sign-in at {instance} waits for a browser; its link was not opened yet."
)
_ALL_PASSED: Final = later("{passed} passed. {doctor} shows each.")
_SOME_PASSED: Final = later("{passed} passed, {left} cannot be told yet. {doctor} shows each.")
_CUSTOMISED: Final = ("Fields of", "sys_id of", "Shown in")
_PASSED, _FAILED, _UNKNOWN = CheckOutcome.PASSED, CheckOutcome.FAILED, CheckOutcome.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is kept of setting up.

    ``failed`` is the last sign-in where it failed and none was begun since, ``run`` the last
    checks of this very connection.
    """

    form: FormRow | None
    pending: PendingSignIn | None
    failed: FailedSignIn | None
    connection: Connection | None
    run: CheckRun | None
    redirect_uri: str

    @property
    def works(self) -> bool:
        """Whether somebody has signed in, and still is."""
        connection = self.connection
        return connection is not None and connection.state is ConnectionState.CONNECTED

    def found(self, *beginnings: str) -> tuple[Check, ...]:
        """Return what the last checks found, by the beginnings of their names."""
        return self.run.named(*beginnings) if self.run else ()


def prerequisites(known: Known) -> tuple[Step, ...]:
    """Judge what must be there before the first step."""
    return _release(known), _rights(known), _defaults(known)


def steps(known: Known) -> tuple[Step, ...]:
    """Judge the steps, in the order in which they are taken."""
    return _registration(known), _user(known), _authorise(known), _checks(known)


def _release(known: Known) -> Step:
    for check in known.found("Release"):
        return _as(StepName.RELEASE, check)
    return _unknown(
        StepName.RELEASE,
        tr("Shows when it is connected."),
        tr("See in ServiceNow, in System Diagnostics > Stats."),
    )


def _rights(known: Known) -> Step:
    if known.works:
        return _done(StepName.RIGHTS, tr("Somebody with them has registered Snowline there."))
    return _unknown(
        StepName.RIGHTS,
        tr("You need them for steps 1 and 2. Snowline never has them."),
        tr("Ask an administrator of the instance to take those steps with you."),
    )


def _defaults(known: Known) -> Step:
    name, found = StepName.DEFAULTS, known.found(*_CUSTOMISED)
    for check in found:
        if check.outcome is _FAILED:
            return _as(name, check)
    if found and all(check.outcome is _PASSED for check in found):
        return _done(name, tr("Nothing that was checked is customised in Snowline's way."))
    return _unknown(
        name, tr("Customised tables and rules can break set-up. Shows with the tickets.")
    )


def _registration(known: Known) -> Step:
    name = StepName.REGISTRATION
    for check in known.found("OAuth client"):
        if check.outcome is not _UNKNOWN:
            return _as(name, check)
    if known.works:
        return _done(name, tr("ServiceNow gave tokens to the client that was entered."))
    if (failed := _blamed(known, name)) is not None:
        return failed
    if known.form is not None:
        return _unknown(
            name,
            tr(
                "The client {client_id} was entered; the sign-in tells if it is right.",
                client_id=known.form.client_id,
            ),
            tr(CLIENT_CAUSES)
            if known.form.grant is Grant.CLIENT
            else tr("Its redirect URL must be {redirect_uri}", redirect_uri=known.redirect_uri),
        )
    return _unknown(
        name,
        tr("Nothing has been entered yet."),
        tr(
            "Register an OAuth client in ServiceNow with the redirect URL {redirect_uri}",
            redirect_uri=known.redirect_uri,
        ),
    )


def _user(known: Known) -> Step:
    name, found = StepName.USER, known.found("Account", "Roles")
    for check in found:
        if check.outcome is _FAILED:
            return _as(name, check)
    if known.connection and found and _is_enough(known, found):
        return _done(
            name, tr("{identity} has what tickets need.", identity=known.connection.identity)
        )
    for check in found:
        if check.outcome is _UNKNOWN:
            return _as(name, check)
    if (failed := _blamed(known, name)) is not None:
        return failed
    return _unknown(
        name,
        tr(
            "{integration_user} was entered; the checks show whether it will do.",
            integration_user=known.form.integration_user,
        )
        if known.form
        else tr("Nothing has been entered yet."),
        tr("Make a user of its own there, with the roles itil and sn_change_write."),
    )


def _is_enough(known: Known, found: Sequence[Check]) -> bool:
    """Tell whether the user will do; where its roles are hidden, by what was made with it."""
    made = any(check.outcome is _PASSED for check in known.found("First ticket"))
    account, *roles = found
    return account.outcome is _PASSED and (made or all(r.outcome is _PASSED for r in roles))


def _authorise(known: Known) -> Step:
    name, connection = StepName.AUTHORISE, known.connection
    if connection is not None and known.works:
        return _done(
            name,
            tr(
                "Signed in at {remote} as {identity}.",
                remote=connection.remote,
                identity=connection.identity,
            ),
        )
    if known.pending is not None:
        seen = _OPENED if known.pending.opened else _NOT_OPENED
        return _unknown(
            name,
            tr(seen, instance=known.pending.instance),
            tr("Go on in that browser, or begin anew with {connect}.", connect=_CONNECT),
        )
    if (failed := _blamed(known, name)) is not None:
        return failed
    if connection is not None:
        problem = connection.problem or tr("ServiceNow no longer accepts the sign-in.")
        return _failed(name, problem, connect_again(Provider.SERVICENOW))
    return _unknown(
        name, tr("Nobody has signed in yet."), tr("An admin types {connect}.", connect=_CONNECT)
    )


def _checks(known: Known) -> Step:
    name, run = StepName.CHECKS, known.run
    if run is None:
        when = (
            tr("{doctor} runs them.", doctor=_DOCTOR)
            if known.connection
            else tr("They follow the sign-in.")
        )
        return _unknown(name, tr("They have not run yet."), when)
    failed = [check for check in run.checks if check.outcome is _FAILED]
    if failed:
        more = len(failed) - 1
        told = tr("({more} more: {doctor})", more=more, doctor=_DOCTOR) if more else ""
        return _failed(name, f"{failed[0].sentence} {told}".strip(), failed[0].remedy)
    passed = sum(check.outcome is _PASSED for check in run.checks)
    left = len(run.checks) - passed
    told = _SOME_PASSED if left else _ALL_PASSED
    return _done(name, tr(told, passed=passed, left=left, doctor=_DOCTOR))


def _blamed(known: Known, name: StepName) -> Step | None:
    failed = known.failed
    if failed is None or failed.step is not name:
        return None
    return _failed(
        name,
        tr(
            "The last sign-in at {instance} failed. {sentence}",
            instance=failed.instance,
            sentence=failed.sentence,
        ),
        failed.remedy,
    )


def _as(name: StepName, check: Check) -> Step:
    return Step(name=name, outcome=check.outcome, sentence=check.sentence, remedy=check.remedy)


def _done(name: StepName, sentence: str) -> Step:
    return Step(name=name, outcome=_PASSED, sentence=sentence)


def _failed(name: StepName, sentence: str, remedy: str) -> Step:
    return Step(name=name, outcome=_FAILED, sentence=sentence, remedy=remedy)


def _unknown(name: StepName, sentence: str, remedy: str = "") -> Step:
    return Step(name=name, outcome=_UNKNOWN, sentence=sentence, remedy=remedy)
