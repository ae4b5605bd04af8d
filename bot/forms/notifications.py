"""What somebody wants to be told, as they chose it."""

from enum import StrEnum
from typing import Any, Final

from bot.forms.fields import Fields, View
from bot.identifiers import Block
from connector.models import PersonalNews, Told
from connector.words import tr

BROADCASTS: Final = "broadcasts"
"""The one box that a conversation can tick."""


class Outcomes(StrEnum):
    """Of which outcomes of their own acts somebody is told."""

    FAILURES = "failures"
    EVERY = "every"

    @classmethod
    def of(cls, *, every: bool) -> "Outcomes":
        """Name the choice."""
        return cls.EVERY if every else cls.FAILURES


def read_personal(view: View) -> PersonalNews:
    """Read the form of one's own notifications.

    Raises:
        FormError: a choice is none of those that there are.
    """
    fields, what = Fields(view), tr("how much you are told")
    read = PersonalNews(
        asked=fields.choice(Block.ASKED_NEWS, Told, what, Told.NOTHING),
        followed=fields.choice(Block.FOLLOWED_NEWS, Told, what, Told.ALL),
        every_outcome=fields.choice(Block.OUTCOMES, Outcomes, what, Outcomes.FAILURES)
        is Outcomes.EVERY,
    )
    fields.check()
    return read


def ticked(action: dict[str, Any]) -> bool:
    """Tell whether the box of a conversation's settings is ticked."""
    chosen = action.get("selected_options") or []
    return any(each.get("value") == BROADCASTS for each in chosen)
