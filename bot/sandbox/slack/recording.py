"""What the bot sent, kept for whoever wants to judge it."""

from dataclasses import dataclass, field

from bot.sandbox.slack.errors import Json, SlackError


@dataclass(slots=True)
class Record:
    """Every Block Kit payload the bot emitted, and every call that was refused."""

    payloads: list[Json] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)

    def keep(self, kind: str, payload: Json, name: str = "") -> None:
        """Keep a payload as it came."""
        entry: Json = {"kind": kind, "payload": payload}
        self.payloads.append(entry | ({"name": name} if name else {}))

    def refuse(self, method: str, error: SlackError) -> None:
        """Keep a refusal."""
        entry = {"method": method, "error": error.code, "messages": error.messages}
        self.refused.append(entry)
