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

_CONNECT: Final = CONNECT[Provider.SERVICENOW]
_DOCTOR: Final = f"`{COMMAND} doctor`"
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
        "Shows when it is connected.",
        "See in ServiceNow, in System Diagnostics > Stats.",
    )


def _rights(known: Known) -> Step:
    if known.works:
        return _done(StepName.RIGHTS, "Somebody with them has registered Snowline there.")
    return _unknown(
        StepName.RIGHTS,
        "You need them for steps 1 and 2. Snowline never has them.",
        "Ask an administrator of the instance to take those steps with you.",
    )


def _defaults(known: Known) -> Step:
    name, found = StepName.DEFAULTS, known.found(*_CUSTOMISED)
    for check in found:
        if check.outcome is _FAILED:
            return _as(name, check)
    if found and all(check.outcome is _PASSED for check in found):
        return _done(name, "Nothing that was checked is customised in Snowline's way.")
    return _unknown(name, "Customised tables and rules can break set-up. Shows with the tickets.")


def _registration(known: Known) -> Step:
    name = StepName.REGISTRATION
    for check in known.found("OAuth client"):
        if check.outcome is not _UNKNOWN:
            return _as(name, check)
    if known.works:
        return _done(name, "ServiceNow gave tokens to the client that was entered.")
    if (failed := _blamed(known, name)) is not None:
        return failed
    if known.form is not None:
        return _unknown(
            name,
            f"The client {known.form.client_id} was entered; the sign-in tells if it is right.",
            CLIENT_CAUSES
            if known.form.grant is Grant.CLIENT
            else f"Its redirect URL must be {known.redirect_uri}",
        )
    return _unknown(
        name,
        "Nothing has been entered yet.",
        f"Register an OAuth client in ServiceNow with the redirect URL {known.redirect_uri}",
    )


def _user(known: Known) -> Step:
    name, found = StepName.USER, known.found("Account", "Roles")
    for check in found:
        if check.outcome is _FAILED:
            return _as(name, check)
    if known.connection and found and _is_enough(known, found):
        return _done(name, f"{known.connection.identity} has what tickets need.")
    for check in found:
        if check.outcome is _UNKNOWN:
            return _as(name, check)
    if (failed := _blamed(known, name)) is not None:
        return failed
    return _unknown(
        name,
        f"{known.form.integration_user} was entered; the checks show whether it will do."
        if known.form
        else "Nothing has been entered yet.",
        "Make a user of its own there, with the roles itil and sn_change_write.",
    )


def _is_enough(known: Known, found: Sequence[Check]) -> bool:
    """Tell whether the user will do; where its roles are hidden, by what was made with it."""
    made = any(check.outcome is _PASSED for check in known.found("First ticket"))
    account, *roles = found
    return account.outcome is _PASSED and (made or all(r.outcome is _PASSED for r in roles))


def _authorise(known: Known) -> Step:
    name, connection = StepName.AUTHORISE, known.connection
    if connection is not None and known.works:
        return _done(name, f"Signed in at {connection.remote} as {connection.identity}.")
    if known.pending is not None:
        seen = "opened" if known.pending.opened else "not opened yet"
        return _unknown(
            name,
            f"A sign-in at {known.pending.instance} waits for a browser; its link was {seen}.",
            f"Go on in that browser, or begin anew with {_CONNECT}.",
        )
    if (failed := _blamed(known, name)) is not None:
        return failed
    if connection is not None:
        problem = connection.problem or "ServiceNow no longer accepts the sign-in."
        return _failed(name, problem, connect_again(Provider.SERVICENOW))
    return _unknown(name, "Nobody has signed in yet.", f"An admin types {_CONNECT}.")


def _checks(known: Known) -> Step:
    name, run = StepName.CHECKS, known.run
    if run is None:
        when = f"{_DOCTOR} runs them." if known.connection else "They follow the sign-in."
        return _unknown(name, "They have not run yet.", when)
    failed = [check for check in run.checks if check.outcome is _FAILED]
    if failed:
        more = f" ({len(failed) - 1} more: {_DOCTOR})" if len(failed) > 1 else ""
        return _failed(name, f"{failed[0].sentence}{more}", failed[0].remedy)
    passed = sum(check.outcome is _PASSED for check in run.checks)
    left = len(run.checks) - passed
    untold = f", {left} cannot be told yet" if left else ""
    return _done(name, f"{passed} passed{untold}. {_DOCTOR} shows each.")


def _blamed(known: Known, name: StepName) -> Step | None:
    failed = known.failed
    if failed is None or failed.step is not name:
        return None
    return _failed(
        name, f"The last sign-in at {failed.instance} failed. {failed.sentence}", failed.remedy
    )


def _as(name: StepName, check: Check) -> Step:
    return Step(name=name, outcome=check.outcome, sentence=check.sentence, remedy=check.remedy)


def _done(name: StepName, sentence: str) -> Step:
    return Step(name=name, outcome=_PASSED, sentence=sentence)


def _failed(name: StepName, sentence: str, remedy: str) -> Step:
    return Step(name=name, outcome=_FAILED, sentence=sentence, remedy=remedy)


def _unknown(name: StepName, sentence: str, remedy: str = "") -> Step:
    return Step(name=name, outcome=_UNKNOWN, sentence=sentence, remedy=remedy)
