"""Until when a sign-in lasts, in words."""

from datetime import datetime

from connector.words import long_day, tr


def lasts_until(at: datetime, *, is_assumed: bool) -> str:
    """Say until which day a sign-in lasts, and what that is taken from where nobody said it.

    No full stop at the end.
    """
    if is_assumed:
        return tr(
            "The sign-in lasts until about {day} if the instance keeps ServiceNow's default of"
            " 100 days",
            day=long_day(at.date()),
        )
    return tr("The sign-in lasts until about {day}", day=long_day(at.date()))
