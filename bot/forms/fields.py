"""The fields of a submitted view, read one by one."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Final, TypeVar

from pydantic import SecretStr

from bot.identifiers import Action, Block
from connector.text import clean
from connector.words import number, tr

View = Mapping[str, Any]

ACCOUNT_LENGTH: Final = 255
LATEST_DUE: Final = date(2099, 12, 31)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_Choice = TypeVar("_Choice", bound=Enum)


class FormError(Exception):
    """Some fields cannot be used; ``errors`` holds a sentence by block id."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


class Fields:
    """Reads a view's fields one by one and collects what is wrong with them."""

    def __init__(self, view: View) -> None:
        self._values = (view.get("state") or {}).get("values") or {}
        self.errors: dict[str, str] = {}

    def has(self, block: Block) -> bool:
        """Tell whether the view has the field."""
        return block in self._values

    def text(self, block: Block, what: str, limit: int, *, required: bool = True) -> str:
        """Read a text; ``what`` names it in a sentence, ``limit`` is its most characters."""
        typed = self.exactly(block)
        value = clean(typed, len(typed)).strip()
        if required and not value:
            self.errors[block] = tr("Enter {what}.", what=what)
        elif len(value) > limit:
            self.errors[block] = tr(
                "At most {limit} characters fit here; this has {length}. Shorten it.",
                limit=number(limit),
                length=number(len(value)),
            )
        return value

    def exactly(self, block: Block) -> str:
        """Read a text as it was typed."""
        return str(self._state(block).get("value") or "").strip()

    def chosen(self, block: Block) -> str:
        """Read the value of what was chosen; empty where nothing was."""
        return str((self._state(block).get("selected_option") or {}).get("value") or "")

    def conversation(self, block: Block) -> str:
        """Read the id of the conversation that was chosen; empty where none was."""
        return str(self._state(block).get("selected_conversation") or "")

    def several(self, block: Block, action: Action) -> dict[str, str]:
        """Read the values of all that was chosen, in that order, with their words."""
        entered = (self._values.get(block) or {}).get(action) or {}
        chosen = entered.get("selected_options") or ()
        words = {str(each.get("value") or ""): each.get("text") or {} for each in chosen}
        return {value: str(text.get("text") or "") for value, text in words.items() if value}

    def choice(self, block: Block, kind: type[_Choice], what: str, default: _Choice) -> _Choice:
        """Read what was chosen; ``default`` stands in where that is wrong."""
        value = (self._state(block).get("selected_option") or {}).get("value")
        for each in kind:
            if str(each.value) == value:
                return each
        self.errors[block] = tr("Choose {what}.", what=what)
        return default

    def day(self, block: Block, earliest: date) -> date | None:
        """Read a date from ``earliest`` on; None where none was chosen."""
        value = self._state(block).get("selected_date")
        if not value:
            return None
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.errors[block] = tr("This is not a date. Choose one from the calendar.")
            return None
        if day < earliest:
            self.errors[block] = tr("This date is in the past. Choose today or later.")
        elif day > LATEST_DUE:
            self.errors[block] = tr(
                "This date is too far away. Choose {day} or earlier.", day=LATEST_DUE
            )
        return day

    def moment(self, block: Block) -> datetime | None:
        """Read a time, aware UTC; None where none was chosen."""
        value = self._state(block).get("selected_date_time")
        if not value:
            return None
        try:
            at = _EPOCH + timedelta(seconds=int(value))
        except (TypeError, ValueError, OverflowError):
            self.errors[block] = tr("This is not a time. Choose one from the calendar.")
            return None
        if at.date() > LATEST_DUE:
            self.errors[block] = tr(
                "This time is too far away. Choose {day} or earlier.", day=LATEST_DUE
            )
        return at

    def option(self, block: Block, action: Action) -> tuple[str, str]:
        """Read the value and the words of what was chosen; both empty where nothing was."""
        entered = (self._values.get(block) or {}).get(action) or {}
        chosen = entered.get("selected_option") or {}
        words = (chosen.get("text") or {}).get("text") or ""
        return str(chosen.get("value") or ""), str(words)

    def check(self) -> None:
        """Raise what was found.

        Raises:
            FormError: a field is wrong.
        """
        if self.errors:
            raise FormError(self.errors)

    def _state(self, block: Block) -> Mapping[str, Any]:
        state: Mapping[str, Any] = (self._values.get(block) or {}).get(Action.INPUT) or {}
        return state


def secret(fields: Fields, *, required: bool) -> SecretStr:
    """Read the client secret, exactly as it was typed."""
    fields.text(Block.CLIENT_SECRET, tr("the client secret"), ACCOUNT_LENGTH, required=required)
    return SecretStr(fields.exactly(Block.CLIENT_SECRET))
