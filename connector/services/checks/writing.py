"""What the integration user may write, tried in ways that leave nothing behind."""

from typing import Final

from connector.errors import ProviderError, ProviderRefusedError
from connector.models import Check, TicketKind
from connector.servicenow.trials import Trial
from connector.services.checks.words import failed, named, not_answered, passed, tickets, unknown
from connector.words import later, tr

_SHOWN: Final = "Shown in ServiceNow"
_ROLE: Final = {
    TicketKind.INCIDENT: later("itil or sn_incident_write"),
    TicketKind.CHANGE_REQUEST: later("sn_change_write or itil"),
}


def changing(kind: TicketKind, tried: Trial | ProviderError | None) -> Check:
    """Judge whether tickets may be changed; None: there is no open one to try it with."""
    name, what = named("Changing", kind), tickets(kind)
    if tried is None:
        return unknown(
            name,
            tr(
                "Whether {what} can be changed is tried with an open one that Snowline made:"
                " there is none.",
                what=what,
            ),
            tr(
                "Share or create one and check again; or sign in to ServiceNow as the integration"
                " user and save a change of one of the {what}.",
                what=what,
            ),
        )
    if isinstance(tried, ProviderError):
        return not_answered(name, tried)
    if tried.refused:
        text = tr("The integration user may not change {what}.", what=what)
        remedy = tr(
            "Give it the role {role}, or mend the write rules of the table.", role=tr(_ROLE[kind])
        )
        return failed(name, text, remedy)
    if tried.unseen:
        text = tr(
            "Whether {what} can be changed is not known: the one to try it with is not shown.",
            what=what,
        )
        return unknown(name, text, tr("See first that {what} may be read.", what=what))
    if tried.traced:
        text = tr(
            "The integration user may change {what}; ServiceNow counts a write without change.",
            what=what,
        )
        return passed(name, text)
    return passed(
        name, tr("The integration user may change {what}; the trial changed nothing.", what=what)
    )


def shown(error: ProviderError | None) -> Check:
    """Judge whether ServiceNow's own people can see how the connection stands."""
    if error is None:
        text = tr(
            "ServiceNow shows how the connection stands, among the integration user's preferences."
        )
        return passed(_SHOWN, text)
    if not isinstance(error, ProviderRefusedError):
        return not_answered(_SHOWN, error)
    return unknown(
        _SHOWN,
        tr(
            "ServiceNow does not show how the connection stands: the integration user's"
            " preference could not be written. {why}",
            why=error.why,
        ),
        tr(
            "Nothing depends on it. To have it shown, let it write its own rows of"
            " sys_user_preference."
        ),
    )
