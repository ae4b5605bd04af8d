"""What can go wrong, named after what the caller can do next.

::

    ConnectorError
    ├── NotConnectedError              connect first
    │   └── OtherInstanceError         connect the instance that it belongs to
    ├── NotFoundError                  it is not there (any more)
    ├── InvalidInputError              the person can mend one field
    ├── PlaceGoneError                 a conversation cannot be written to: use another
    ├── StoppedError                   nothing was changed; its sentence says what to do
    │   ├── OvertakenError             it was about a connection that is another one now
    │   ├── AlreadySharedError         an action has a ticket that its sharer does not know of
    │   └── NotToSendAgainError        somebody else's share, or one that may be a ticket
    └── ProviderError
        ├── ProviderUnavailableError   surely nothing happened: try again
        │   ├── ThrottledError         the provider names, or we know, when it may be asked again
        │   └── NotInstalledError      the workspace has let Snowline go: it waits to be let in
        ├── OutcomeUnknownError        a write was sent, its fate is unknown: look first
        ├── ProviderRefusedError       ask an administrator
        │   └── SignInExpiredError     the connection must be made anew
        └── UnexpectedAnswerError      our bug or theirs: tell us

``str(error)`` is for the log; ``error.user_message`` is for the person: plain sentences that
say why it failed and what to do next, without codes and without secrets. ``error.why`` is for
a person who need not do it again, because Snowline does. Both are in the language that is spoken
when they are read, so what a ``sentence`` or ``remedy`` is made of is marked with ``later``; with
values in it, it is said at once.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from connector.words import later, tr

_TRY_AGAIN: Final = re.compile(
    r"[,;]?(?: (?:then|or|and))? try again[^.”]*| Try again[^.”]*\."
    r"|[,;]?(?: (?:puis|ou|et))? réessayez[^.”]*| Réessayez[^.”]*\."
)


_LONG_WAIT: Final = timedelta(seconds=20)


class Provider(StrEnum):
    """A remote system, by the name people know it by."""

    SERVICENOW = "ServiceNow"
    MICROSOFT = "Microsoft 365"
    CHAT = "Slack"


COMMAND: Final = "/snow"
"""What people type before a verb, wherever they chat."""
CONNECT: Final = {
    Provider.SERVICENOW: f"`{COMMAND} connect`",
    Provider.MICROSOFT: f"`{COMMAND} connect microsoft`",
}
"""What an admin types to connect a provider."""


def connect_again(provider: Provider) -> str:
    """Say who can mend a sign-in that has ended, and how."""
    return tr("An admin can connect it again with {connect}.", connect=CONNECT[provider])


def without_advice(sentences: str) -> str:
    """Leave out the advice to try again, in every language."""
    return _TRY_AGAIN.sub("", sentences)


class ConnectorError(Exception):
    """The root of everything this package raises on purpose."""

    advice = later("Try again; if it happens again, tell the person who runs Snowline.")

    @property
    def user_message(self) -> str:
        """Say why it failed and what to do next, for a person."""
        return tr(self.advice)

    @property
    def why(self) -> str:
        """Say why it failed, without the advice to try again."""
        return without_advice(self.user_message)


class NotConnectedError(ConnectorError):
    """The workspace has no usable connection to that provider."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(f"no connection to {provider}")
        self.provider = provider

    @property
    def user_message(self) -> str:
        """Name the provider and the command that connects it."""
        return tr(
            "{why} An admin can connect it with {connect}.",
            why=self.why,
            connect=CONNECT[self.provider],
        )

    @property
    def why(self) -> str:
        """Name the provider."""
        return tr("{provider} is not connected.", provider=self.provider)


class OtherInstanceError(NotConnectedError):
    """It belongs to an instance that is no longer the connected one; ``sentence`` names both."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Provider.SERVICENOW)
        self._sentence = sentence

    @property
    def why(self) -> str:
        """Name both instances."""
        return self._sentence


class NotFoundError(ConnectorError):
    """What was asked for is not there."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not found: {what}")
        self.what = what

    @property
    def user_message(self) -> str:
        """Name what is missing."""
        return tr(
            "{what} is not there any more. Look at the list again and pick another.",
            what=tr(self.what),
        )


class InvalidInputError(ConnectorError):
    """One field holds something that cannot work; ``field`` names it, ``sentence`` says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field
        self.sentence = sentence

    @property
    def user_message(self) -> str:
        """Say what is wrong with the field."""
        return tr(self.sentence)


class PlaceGoneError(ConnectorError):
    """A conversation cannot be written to and will not be by waiting.

    ``reason`` is the chat system's own word for why.
    """

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason

    advice = later("Snowline cannot write there. Invite it with `/invite @Snowline` and try again.")


class ThreadGoneError(PlaceGoneError):
    """A thread cannot be written to any more; the conversation that it was in may still be."""


class StoppedError(ConnectorError):
    """Something came in between, or stands in the way; nothing was changed."""

    def __init__(self, reason: str, sentence: str) -> None:
        """Keep ``reason`` for the log and ``sentence`` for the person."""
        super().__init__(reason)
        self.sentence = sentence

    @property
    def user_message(self) -> str:
        """Say what it is and what to do."""
        return tr(self.sentence)


class OvertakenError(StoppedError):
    """It was about a connection that has ended or is another one now."""


class AlreadySharedError(StoppedError):
    """Actions have an open ticket, or one on its way; ``actions`` names them by their ids."""

    def __init__(self, actions: Iterable[str]) -> None:
        self.actions = tuple(actions)
        sentence = later("Somebody has shared it meanwhile. Open the form again to see as what.")
        super().__init__(f"{len(self.actions)} actions have a ticket already", sentence)


class NotToSendAgainError(StoppedError):
    """A share may not be sent again by that user, or not any more."""


class NotAllowedError(StoppedError):
    """The user lacks a right; ``may_ask`` tells whether they can request the one named."""

    def __init__(self, sentence: str, *, right: str, may_ask: bool = False) -> None:
        super().__init__(f"the right to {right} is missing", sentence)
        self.right = right
        self.may_ask = may_ask


class ProviderError(ConnectorError):
    """A remote system did not do what was asked."""

    def __init__(self, provider: Provider, reason: str, *, remedy: str = "") -> None:
        """Keep ``reason`` for the log and ``remedy``, a sentence, for the person."""
        super().__init__(f"{provider}: {reason}")
        self.provider = provider
        self.reason = reason
        self.remedy = remedy

    @property
    def user_message(self) -> str:
        """Name the provider, then say what to do."""
        return f"{self.provider} {tr(self.remedy or self.advice)}"


class ProviderUnavailableError(ProviderError):
    """Surely nothing happened; ``retry_after`` is in seconds where the provider named it."""

    advice = later("cannot be reached right now. Try again in a minute.")

    def __init__(
        self, provider: Provider, reason: str, *, remedy: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(provider, reason, remedy=remedy)
        self.retry_after = retry_after


class ThrottledError(ProviderUnavailableError):
    """More was asked than the provider allows; ``until`` (aware UTC) nothing may be asked.

    A wait that ``is_long`` is told with its end; a short one is over before it is read.
    """

    def __init__(self, provider: Provider, reason: str, *, until: datetime, now: datetime) -> None:
        wait = max(until - now, timedelta())
        self.until = until
        self.is_long = wait >= _LONG_WAIT
        super().__init__(provider, reason, retry_after=wait.total_seconds())

    @property
    def user_message(self) -> str:
        """Name the provider, and the end of a long wait."""
        remedy = (
            tr(
                "allows no more requests until {minute}. Try again then.",
                minute=_minute(self.until),
            )
            if self.is_long
            else tr("asks for fewer requests right now. Try again in a minute.")
        )
        return f"{self.provider} {remedy}"


class NotInstalledError(ProviderUnavailableError):
    """Snowline has no token for a workspace, or none any more."""

    advice = later(
        "is not open to Snowline in this workspace. An admin of it installs the app again."
    )

    def __init__(self, workspace: str) -> None:
        super().__init__(Provider.CHAT, f"Snowline is not installed in {workspace}")


def _minute(at: datetime) -> str:
    """Name the minute that a time is over with, as people read it."""
    return f"{at.astimezone(UTC) + timedelta(seconds=59, microseconds=999_999):%H:%M} UTC"


class OutcomeUnknownError(ProviderError):
    """A write was sent and never confirmed. It may or may not have happened."""

    advice = later("did not confirm. Look there before trying again.")


class UnseenError(OutcomeUnknownError):
    """A write was carried out for sure, and what came of it may not be read."""

    advice = later("made it but does not let Snowline read it. Look there before trying again.")


class ProviderRefusedError(ProviderError):
    """The provider understood and said no."""

    advice = later("refused. Ask its administrator for the missing right.")


class SignInExpiredError(ProviderRefusedError):
    """The provider no longer accepts our sign-in; only connecting again helps."""

    @property
    def user_message(self) -> str:
        """Name the provider and the command that connects it."""
        return f"{self.why} {connect_again(self.provider)}"

    @property
    def why(self) -> str:
        """Name the provider."""
        return tr("{provider} no longer accepts the sign-in.", provider=self.provider)


class UnexpectedAnswerError(ProviderError):
    """The answer lacks something we rely on."""

    advice = later(
        "answered in a way Snowline does not understand. Tell the person who runs Snowline."
    )
