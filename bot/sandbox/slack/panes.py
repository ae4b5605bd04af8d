"""The panes beside Work Objects, as they stand before people."""

from dataclasses import dataclass, field

from bot.sandbox.slack.errors import Json


@dataclass(slots=True, kw_only=True)
class Pane:
    """What one person sees of one object; ``at`` is when the app filled it last."""

    user: str
    channel: str
    ts: str
    preview: Json
    thread_ts: str | None = None
    details: Json | None = None
    error: Json | None = None
    sign_in: str = ""
    waits: bool = True
    at: float = 0.0

    @property
    def entity(self) -> Json:
        """The object that is shown under the message."""
        shown: Json = self.preview["entity"]
        return shown

    def shown(self) -> Json:
        """Describe it to the person's client."""
        return {
            "channel": self.channel,
            "ts": self.ts,
            "app_unfurl_url": self.preview["app_unfurl_url"],
            "entity": self.details or self.entity,
            "filled": self.details is not None,
            "error": self.error,
            "sign_in": self.sign_in,
            "waits": self.waits,
        }

    def context(self) -> Json:
        """Name the object and its message, as events and submissions do."""
        found: Json = {
            "external_ref": dict(self.entity["external_ref"]),
            "entity_url": self.entity["url"],
            "app_unfurl_url": self.preview["app_unfurl_url"],
            "channel": self.channel,
            "message_ts": self.ts,
        }
        return found | ({"thread_ts": self.thread_ts} if self.thread_ts else {})


@dataclass(slots=True)
class Panes:
    """Every pane that was opened, by person and object and by what the app was asked with."""

    kept: dict[tuple[str, str], Pane] = field(default_factory=dict)
    asked: dict[str, Pane] = field(default_factory=dict)
