"""Refusals of the sandbox's Slack, in Slack's own words."""

from collections.abc import Sequence
from typing import Any, Final

Json = dict[str, Any]
_POINTED: Final = frozenset({"invalid_blocks", "invalid_metadata_format"})
"""What says beside its messages, in ``errors``, where it is wrong."""


class SlackError(Exception):
    """A call was refused; ``code`` is Slack's name for it, ``messages`` say where and why."""

    def __init__(self, code: str, messages: Sequence[str] = (), **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.more = more

    def body(self) -> Json:
        """Answer as the Web API does: ``ok`` is false at HTTP status 200."""
        answer: Json = {"ok": False, "error": self.code, **self.more}
        if self.messages:
            if self.code in _POINTED:
                answer["errors"] = [each.removeprefix("[ERROR] ") for each in self.messages]
            answer["response_metadata"] = {"messages": self.messages}
        return answer


class DeliveryError(Exception):
    """The bot did not take a delivery; ``code`` is what Slack tells the person."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code
        self.reason = reason or code
