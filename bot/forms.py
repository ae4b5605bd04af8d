"""What people fill in: a command's words and a submitted view, as typed values or an error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Self, TypeVar

from pydantic import SecretStr

from bot.identifiers import COMMAND, Action, Block, Verb
from connector.errors import OvertakenError, Provider
from connector.models import (
    ImprovementAction,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    TicketDraft,
    TicketKind,
    UserId,
)
from connector.services.forms import MicrosoftForm, ServiceNowForm
from connector.text import clean

View = Mapping[str, Any]

NAME_LENGTH: Final = 160
DESCRIPTION_LENGTH: Final = 3000
"""The most characters Slack's input lets through."""
ACCOUNT_LENGTH: Final = 255
LATEST_DUE: Final = date(2099, 12, 31)
_NO_PLANNING: Final = (
    f"A change request has no priority {Priority.PLANNING.label} in ServiceNow."
    f" Choose one from {Priority.CRITICAL.label} to {Priority.LOW.label}."
)
_PERSON_LENGTH: Final = 100

_Choice = TypeVar("_Choice", bound=Enum)


class FormError(Exception):
    """Some fields cannot be used; ``errors`` holds a sentence by block id."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Command:
    """A command as typed; ``verb`` is None when unknown, and ``words`` then holds everything."""

    verb: Verb | None
    words: str


def parse_command(text: str) -> Command:
    """Split a command's text into its verb and the words after it; nothing asks for help."""
    typed = _unescaped(text).split()
    if not typed:
        return Command(Verb.HELP, "")
    try:
        return Command(Verb(typed[0].casefold()), " ".join(typed[1:]))
    except ValueError:
        return Command(None, " ".join(typed))


def _unescaped(text: str) -> str:
    # Slack escapes these three, and no others, in a command's text.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass(frozen=True, slots=True)
class Where:
    """The kind of conversation a form was opened in; neither means a public channel."""

    private: bool = False
    direct: bool = False

    @classmethod
    def of(cls, channel_name: str) -> Self:
        """Tell from the name Slack sends along with a command or a click."""
        return cls(
            private=channel_name == "privategroup",
            direct=channel_name == "directmessage" or channel_name.startswith("mpdm-"),
        )


PUBLIC: Final = Where()
"""A public channel."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a modal remembers: where it was opened and, for a share, about which action."""

    channel: str
    where: Where = PUBLIC
    action: str = ""
    category: RecommendationCategory | None = None

    def metadata(self) -> str:
        """Write it down for the modal to carry."""
        kept = {
            "channel": self.channel,
            "private": self.where.private,
            "direct": self.where.direct,
            "action": self.action,
            "category": self.category,
        }
        return json.dumps({name: value for name, value in kept.items() if value})

    @classmethod
    def read(cls, view: View) -> Self:
        """Read what a modal carries; what it does not carry is empty."""
        kept = _json(str(view.get("private_metadata") or ""))
        named = [each for each in RecommendationCategory if each == kept.get("category")]
        return cls(
            channel=str(kept.get("channel", "")),
            where=Where(private=bool(kept.get("private")), direct=bool(kept.get("direct"))),
            action=str(kept.get("action", "")),
            category=named[0] if named else None,
        )


def _json(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def action_of(view: View) -> str:
    """Name the improvement action a form is about; empty for a free ticket."""
    return Origin.read(view).action


class _Fields:
    """Reads a view's fields one by one and collects what is wrong with them."""

    def __init__(self, view: View) -> None:
        self._values = (view.get("state") or {}).get("values") or {}
        self.errors: dict[str, str] = {}

    def has(self, block: Block) -> bool:
        return block in self._values

    def text(self, block: Block, what: str, limit: int, *, required: bool = True) -> str:
        typed = self.exactly(block)
        value = clean(typed, len(typed)).strip()
        if required and not value:
            self.errors[block] = f"Enter {what}."
        elif len(value) > limit:
            self.errors[block] = (
                f"At most {limit:,} characters fit here; this has {len(value):,}. Shorten it."
            )
        return value

    def exactly(self, block: Block) -> str:
        return str(self._state(block).get("value") or "").strip()

    def choice(self, block: Block, kind: type[_Choice], what: str, default: _Choice) -> _Choice:
        value = (self._state(block).get("selected_option") or {}).get("value")
        for each in kind:
            if str(each.value) == value:
                return each
        self.errors[block] = f"Choose {what}."
        return default

    def day(self, block: Block, earliest: date) -> date | None:
        value = self._state(block).get("selected_date")
        if not value:
            return None
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.errors[block] = "This is not a date. Choose one from the calendar."
            return None
        if day < earliest:
            self.errors[block] = "This date is in the past. Choose today or later."
        elif day > LATEST_DUE:
            self.errors[block] = f"This date is too far away. Choose {LATEST_DUE} or earlier."
        return day

    def check(self) -> None:
        if self.errors:
            raise FormError(self.errors)

    def _state(self, block: Block) -> Mapping[str, Any]:
        state: Mapping[str, Any] = (self._values.get(block) or {}).get(Action.INPUT) or {}
        return state


@dataclass(frozen=True, slots=True)
class TicketForm:
    """A filled-in ticket: what to make, and where its card goes."""

    draft: TicketDraft
    origin: Origin

    @property
    def destination(self) -> str:
        """The conversation whose card this becomes."""
        return self.origin.channel

    @classmethod
    def read(
        cls,
        view: View,
        *,
        requester: UserId,
        requester_name: str,
        today: date,
        action: ImprovementAction | None,
    ) -> Self:
        """Read either ticket form; without ``action`` it is the user's own recommendation.

        ``today`` is the earliest day that is still today somewhere.

        Raises:
            FormError: a field is missing, too long, in the past, too far away, or does not go
                with another.
        """
        fields = _Fields(view)
        origin = Origin.read(view)
        draft = TicketDraft(
            kind=fields.choice(Block.KIND, TicketKind, "a kind", TicketKind.INCIDENT),
            name=" ".join(fields.text(Block.NAME, "a name", NAME_LENGTH).split()),
            description=fields.text(
                Block.DESCRIPTION, "a description", DESCRIPTION_LENGTH, required=False
            ),
            priority=fields.choice(Block.PRIORITY, Priority, "a priority", Priority.MODERATE),
            due=fields.day(Block.DUE, today),
            source=RecommendationSource.MICROSOFT if action else RecommendationSource.USER,
            category=_category(fields, action, origin),
            requester=requester,
            requester_name=clean(requester_name, _PERSON_LENGTH),
            action_id=action.id if action else "",
            action_link=action.deep_link if action else "",
            gain=action.gain if action else None,
        )
        if draft.kind is TicketKind.CHANGE_REQUEST and draft.priority is Priority.PLANNING:
            fields.errors[Block.PRIORITY] = _NO_PLANNING
        fields.check()
        return cls(draft=draft, origin=origin)


def _category(
    fields: _Fields, action: ImprovementAction | None, origin: Origin
) -> RecommendationCategory:
    known = action.category if action else origin.category
    if known is not None and not fields.has(Block.CATEGORY):
        return known
    default = RecommendationCategory.IDENTITY
    return fields.choice(Block.CATEGORY, RecommendationCategory, "a category", default)


@dataclass(frozen=True, slots=True)
class Ending:
    """Which connection a button ends: of its provider, the one made at ``connected_at``."""

    provider: Provider
    connected_at: datetime

    def value(self) -> str:
        """Write it down for the button to carry."""
        return f"{self.provider} {self.connected_at.isoformat()}"

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what a button carries.

        Raises:
            OvertakenError: an older Snowline made the button, and did not say which it ends.
        """
        provider, _, connected_at = value.rpartition(" ")
        try:
            return cls(Provider(provider), datetime.fromisoformat(connected_at))
        except ValueError as exc:
            raise OvertakenError(
                "the button names no connection",
                f"This button is too old to be used. Type `{COMMAND} disconnect` for a new one.",
            ) from exc


class ConnectForm:
    """The form that connects ServiceNow."""

    @staticmethod
    def read(view: View) -> ServiceNowForm:
        """Read it; the client secret may be empty.

        Raises:
            FormError: a field is missing or too long.
        """
        fields = _Fields(view)
        form = ServiceNowForm(
            instance=fields.text(Block.INSTANCE, "the instance's name", ACCOUNT_LENGTH),
            integration_user=fields.text(
                Block.INTEGRATION_USER, "the integration user's name", ACCOUNT_LENGTH
            ),
            client_id=fields.text(Block.CLIENT_ID, "the client ID", ACCOUNT_LENGTH),
            client_secret=_secret(fields, required=False),
        )
        fields.check()
        return form


class MicrosoftConnectForm:
    """The form that connects Microsoft 365."""

    @staticmethod
    def read(view: View) -> MicrosoftForm:
        """Read it.

        Raises:
            FormError: a field is missing or too long.
        """
        fields = _Fields(view)
        form = MicrosoftForm(
            tenant=fields.text(Block.TENANT, "the tenant ID", ACCOUNT_LENGTH),
            client_id=fields.text(Block.CLIENT_ID, "the client ID", ACCOUNT_LENGTH),
            client_secret=_secret(fields, required=True),
        )
        fields.check()
        return form


def _secret(fields: _Fields, *, required: bool) -> SecretStr:
    fields.text(Block.CLIENT_SECRET, "the client secret", ACCOUNT_LENGTH, required=required)
    return SecretStr(fields.exactly(Block.CLIENT_SECRET))
