"""What the integration user may write, tried in ways that leave nothing behind."""

from typing import Final

from connector.errors import ProviderError, ProviderRefusedError
from connector.models import Check, TicketKind
from connector.servicenow.trials import Trial
from connector.services.checks.words import failed, many, not_answered, passed, unknown

_SHOWN: Final = "Shown in ServiceNow"
_ROLE: Final = {
    TicketKind.INCIDENT: "itil or sn_incident_write",
    TicketKind.CHANGE_REQUEST: "sn_change_write or itil",
}


def changing(kind: TicketKind, tried: Trial | ProviderError | None) -> Check:
    """Judge whether tickets may be changed; None: there is no open one to try it with."""
    name, what = f"Changing {many(kind)}", many(kind)
    if tried is None:
        return unknown(
            name,
            f"Whether {what} can be changed is tried with an open one that Snowline made: there is"
            " none.",
            "Share or create one and check again; or sign in to ServiceNow as the integration user"
            f" and save a change of one of the {what}.",
        )
    if isinstance(tried, ProviderError):
        return not_answered(name, tried)
    if tried.refused:
        text = f"The integration user may not change {what}."
        remedy = f"Give it the role {_ROLE[kind]}, or mend the write rules of the table."
        return failed(name, text, remedy)
    if tried.unseen:
        text = f"Whether {what} can be changed is not known: the one to try it with is not shown."
        return unknown(name, text, f"See first that {what} may be read.")
    if tried.traced:
        text = f"The integration user may change {what}; ServiceNow counts a write without change."
        return passed(name, text)
    return passed(name, f"The integration user may change {what}; the trial changed nothing.")


def shown(error: ProviderError | None) -> Check:
    """Judge whether ServiceNow's own people can see how the connection stands."""
    if error is None:
        text = (
            "ServiceNow shows how the connection stands, among the integration user's preferences."
        )
        return passed(_SHOWN, text)
    if not isinstance(error, ProviderRefusedError):
        return not_answered(_SHOWN, error)
    return unknown(
        _SHOWN,
        "ServiceNow does not show how the connection stands: the integration user's preference"
        f" could not be written. {error.why}",
        "Nothing depends on it. To have it shown, let it write its own rows of"
        " sys_user_preference.",
    )
