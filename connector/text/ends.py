"""Until when a sign-in lasts, in words."""

from datetime import datetime


def lasts_until(at: datetime, *, is_assumed: bool) -> str:
    """Say until which day a sign-in lasts, and what that is taken from where nobody said it.

    No full stop at the end.
    """
    until = f"The sign-in lasts until about {at.day} {at:%B %Y}"
    if is_assumed:
        return f"{until} if the instance keeps ServiceNow's default of 100 days"
    return until
