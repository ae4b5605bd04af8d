"""What can be seen of an instance before signing in: is it there, does it let us in, its clock."""

from datetime import timedelta
from typing import Final

from connector.errors import ProviderError
from connector.models import Check
from connector.servicenow.probes import Knock
from connector.services.checks.words import failed, passed, unknown
from connector.words import later, tr

_AWAKE: Final = "Awake"
_LET_IN: Final = "Let in"
_CLOCK: Final = "Clock"
_MOST_SKEW: Final = timedelta(minutes=5)
_BEHIND: Final = later(
    "The clock of the machine that runs Snowline is {minutes} minutes behind ServiceNow's."
)
_AHEAD: Final = later(
    "The clock of the machine that runs Snowline is {minutes} minutes ahead of ServiceNow's."
)


def awake(knocked: Knock | ProviderError, host: str, home: str) -> Check:
    """Judge whether the instance answers; ``home`` is where a browser finds it."""
    if isinstance(knocked, ProviderError):
        return failed(
            _AWAKE,
            tr("{host} gives no usable answer: {why}", host=host, why=knocked.why),
            tr(
                "Open {home} in a browser; if it is well there, check the network of the machine"
                " that runs Snowline.",
                home=home,
            ),
        )
    if knocked.is_elsewhere and not knocked.is_sign_in:
        return failed(
            _AWAKE,
            tr("{host} sends Snowline on to another address instead of answering.", host=host),
            tr(
                "Open {home} in a browser: the instance may be asleep, renamed or retired.",
                home=home,
            ),
        )
    if not knocked.is_data and not knocked.is_closed and not knocked.is_sign_in:
        return failed(
            _AWAKE,
            tr("{host} is asleep: it answers with a web page instead of data.", host=host),
            tr("Open {home} in a browser to wake it, then check again.", home=home),
        )
    return passed(_AWAKE, tr("{host} answers and is awake.", host=host))


def let_in(knocked: Knock, address: str) -> Check:
    """Judge whether the instance lets this machine in; ``address`` is ours, where known."""
    if not knocked.is_closed:
        return passed(_LET_IN, tr("ServiceNow lets this machine in."))
    if knocked.is_data:
        return failed(
            _LET_IN,
            tr(
                "ServiceNow refuses its REST API before any sign-in, as a REST API access policy"
                " does."
            ),
            tr(
                "Let the access policy of the Table API (System Web Services) admit OAuth from"
                " {address}.",
                address=address or tr("the address of the machine that runs Snowline"),
            ),
        )
    return failed(
        _LET_IN,
        tr(
            "ServiceNow does not let this machine in: it refuses before any sign-in, as IP address"
            " access control does."
        ),
        _allow(address),
    )


def clock(knocked: Knock) -> Check:
    """Judge whether the instance's clock and ours agree."""
    if knocked.ahead is None:
        return unknown(_CLOCK, tr("ServiceNow does not say what time it is."))
    minutes = int(abs(knocked.ahead) / timedelta(minutes=1))
    if abs(knocked.ahead) > _MOST_SKEW:
        return failed(
            _CLOCK,
            tr(_BEHIND if knocked.ahead > timedelta(0) else _AHEAD, minutes=minutes),
            tr("Let that machine set its clock by a time server (NTP)."),
        )
    return passed(_CLOCK, tr("Snowline's clock and ServiceNow's agree."))


def _allow(address: str) -> str:
    if address:
        return tr(
            "Allow {address} in System Security > IP Address Access Control.", address=address
        )
    return tr(
        "Allow the machine that runs Snowline in System Security > IP Address Access Control, by"
        " the address from which it reaches the internet. Set as SNOWLINE_OUTGOING_ADDRESS, it is"
        " named here."
    )
