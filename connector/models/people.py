"""Who asks and where something stands."""

from dataclasses import dataclass
from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
UserId = NewType("UserId", str)
ShareId = NewType("ShareId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in the chat: a conversation and, once posted, a message in it."""

    conversation: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the workspace; ``email`` is empty unless the chat system has verified it.

    ``locale`` is as the chat system writes it, ``fr-FR``; empty where it did not say.
    """

    user: UserId
    name: str
    email: str = ""
    locale: str = ""
