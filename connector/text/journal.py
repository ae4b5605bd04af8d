"""What a person says in the chat, as an entry of a ServiceNow journal: written and known again."""

import re
from typing import Final

from connector.text.plain import clean, journal_safe

_LONGEST_NAME: Final = 100
_LONGEST_ENTRY: Final = 4000
_SIGNED: Final = re.compile(r"\S[^\n]* in Slack:\n")


def signed(name: str, text: str) -> str:
    """Write what somebody says as the integration user writes it: who, and then what.

    ``text`` beyond 4,000 characters is cut.
    """
    who = " ".join(clean(name, _LONGEST_NAME).split()) or "Somebody"
    return journal_safe(f"{who} in Slack:\n{clean(text, _LONGEST_ENTRY)}")


def is_signed(entry: str) -> bool:
    """Tell whether an entry has the form that ``signed`` writes; anybody may imitate it."""
    return _SIGNED.match(entry.replace("\r\n", "\n")) is not None
