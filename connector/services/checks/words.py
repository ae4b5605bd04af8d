"""How the checks are told."""

from collections.abc import Awaitable
from typing import Final, TypeVar

from connector.errors import ConnectorError, ProviderError, ThrottledError
from connector.models import Check, CheckOutcome, TicketKind
from connector.words import later, tr

Answer = TypeVar("Answer")
_IN_A_MINUTE: Final = later("Check again in a minute.")


async def seen(question: Awaitable[Answer]) -> Answer | ProviderError:
    """Return what a remote answers, or how it failed to."""
    try:
        return await question
    except ProviderError as exc:
        return exc


def passed(name: str, sentence: str) -> Check:
    """Say that all is well."""
    return Check(name=name, outcome=CheckOutcome.PASSED, sentence=sentence)


def failed(name: str, sentence: str, remedy: str) -> Check:
    """Say what is wrong and what to do."""
    return Check(name=name, outcome=CheckOutcome.FAILED, sentence=sentence, remedy=remedy)


def unknown(name: str, sentence: str, remedy: str = "") -> Check:
    """Say what cannot be told, and how to find it out."""
    return Check(name=name, outcome=CheckOutcome.UNKNOWN, sentence=sentence, remedy=remedy)


def not_answered(name: str, error: ProviderError) -> Check:
    """Say that the question for it was not answered."""
    again = tr("Check again then.") if isinstance(error, ThrottledError) else tr(_IN_A_MINUTE)
    return unknown(name, tr("It was not found out: {why}", why=error.why), again)


def apart(error: ConnectorError) -> tuple[str, str]:
    """Take an error's words apart: why it failed, and what to do."""
    why, stop, next_step = error.user_message.partition(". ")
    return f"{why}{stop.strip()}", next_step


def named(what: str, kind: TicketKind) -> str:
    """Name a check of a kind of tickets, as it is kept and compared."""
    return f"{what} {kind.value.replace('_', ' ')}s"


def ticket(kind: TicketKind) -> str:
    """Name one ticket of a kind within a sentence."""
    return tr("incident") if kind is TicketKind.INCIDENT else tr("change request")


def tickets(kind: TicketKind) -> str:
    """Name several tickets of a kind within a sentence."""
    return tr("incidents") if kind is TicketKind.INCIDENT else tr("change requests")
