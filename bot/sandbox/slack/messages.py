"""Messages and threads, and who sees them."""

import contextlib
import uuid
from collections import Counter
from dataclasses import dataclass, field

from bot.sandbox import accounts
from bot.sandbox.slack.bots import PROFILE
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.elements import Values, with_ids
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.people import People
from bot.sandbox.slack.stamps import Stamps


@dataclass(slots=True, kw_only=True)
class Message:
    """One message; ``only_for`` names the one person who sees an ephemeral one.

    With ``broadcast`` a reply is shown in the channel, too.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json]
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    only_for: str | None = None
    edited: str | None = None
    reactions: list[Json] = field(default_factory=list)
    pinned_to: list[str] = field(default_factory=list)
    values: dict[str, Values] = field(default_factory=dict)
    unfurls: dict[str, Json] = field(default_factory=dict)

    @property
    def all_blocks(self) -> list[Json]:
        """List the blocks of the message, of its attachments and of its links' previews."""
        further = (*self.attachments, *self.unfurls.values())
        return [*self.blocks, *(b for each in further for b in each.get("blocks") or [])]

    def preview_of(self, block_id: str) -> Json | None:
        """Find the preview of a link that a block stands in, as other apps see it."""
        shown = (each for each in self.previews if "blocks" in each)
        return next((e for e in shown if block_id in {b["block_id"] for b in e["blocks"]}), None)

    @property
    def previews(self) -> list[Json]:
        """List the previews of links, numbered behind the attachments."""
        return [
            {"id": number, **{name: part for name, part in each.items() if name != "entity"}}
            for number, each in enumerate(self.unfurls.values(), len(self.attachments) + 1)
        ]

    @property
    def is_bot(self) -> bool:
        """Tell whether the bot wrote it."""
        return self.user == accounts.BOT_USER_ID

    def wire(self) -> Json:
        """Build the message object of the Web API and of interactions."""
        found: Json = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": accounts.TEAM_ID,
        }
        if self.is_bot:
            app = {"bot_id": accounts.BOT_ID, "app_id": accounts.APP_ID}
            found |= app | {"bot_profile": PROFILE}
        else:
            found["client_msg_id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, self.ts))
        optional = {
            "blocks": self.blocks,
            "attachments": [*self.attachments, *self.previews],
            "files": self.files,
            "metadata": self.metadata,
            "thread_ts": self.thread_ts,
            "reactions": self.reactions,
            "pinned_to": self.pinned_to,
        }
        found |= {key: value for key, value in optional.items() if value}
        if self.broadcast:
            found["subtype"] = "thread_broadcast"
        if self.edited:
            found["edited"] = {"user": self.user, "ts": self.edited}
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message says."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    metadata: Json | None = None


def _attached(content: Content) -> list[Json]:
    return [
        each | ({"blocks": with_ids(each["blocks"])} if each.get("blocks") else {})
        for each in content.attachments
    ]


@dataclass(slots=True)
class Messages:
    """Every message of the workspace, oldest first."""

    stamps: Stamps
    people: People
    feed: Feed
    _kept: dict[str, list[Message]] = field(default_factory=dict)
    _replies: Counter[tuple[str, str]] = field(default_factory=Counter)

    def post(
        self,
        place: Conversation,
        content: Content,
        *,
        user: str = accounts.BOT_USER_ID,
        thread_ts: str | None = None,
        broadcast: bool = False,
        only_for: str | None = None,
    ) -> Message:
        """Add a message where and for whom it is meant."""
        message = Message(
            ts=self.stamps.next(),
            channel=place.id,
            user=user,
            text=content.text,
            blocks=with_ids(content.blocks),
            attachments=_attached(content),
            files=content.files,
            metadata=content.metadata,
            thread_ts=thread_ts,
            broadcast=broadcast,
            only_for=only_for,
        )
        self._kept.setdefault(place.id, []).append(message)
        if thread_ts and only_for is None:
            self._replies[place.id, thread_ts] += 1
        self._tell(place, message, "message")
        self._tell_parent(place, message)
        return message

    def change(self, place: Conversation, message: Message, content: Content) -> None:
        """Put other words into a message; only a message of text alone is marked as edited."""
        message.text = content.text
        message.blocks = with_ids(content.blocks)
        message.attachments = _attached(content)
        message.metadata = content.metadata or message.metadata
        message.edited = message.edited if content.blocks else self.stamps.next()
        self._tell(place, message, "message_changed")

    def unfurl(self, place: Conversation, message: Message, previews: dict[str, Json]) -> None:
        """Show what a message's links lead to, in place of what was shown of them before."""
        message.unfurls |= previews
        self._tell(place, message, "message_changed")

    def mark(self, place: Conversation, message: Message) -> None:
        """Show that reactions to a message have changed."""
        self._tell(place, message, "message_changed")

    def remove(self, place: Conversation, message: Message) -> None:
        """Take a message away."""
        self._kept[place.id].remove(message)
        if message.thread_ts and message.only_for is None:
            self._replies[place.id, message.thread_ts] -= 1
        audience = [message.only_for] if message.only_for else place.audience
        self.feed.tell(audience, "message_deleted", channel=message.channel, ts=message.ts)

    def find(self, channel: str, ts: str) -> Message:
        """Find a message.

        Raises:
            SlackError: there is none, or it is gone.
        """
        for message in reversed(self._kept.get(channel, [])):
            if message.ts == ts:
                return message
        raise SlackError("message_not_found")

    def thread(self, channel: str, ts: str) -> list[Message]:
        """List a message and the replies to it."""
        return [m for m in self.public(channel) if ts in (m.ts, m.thread_ts)]

    def public(self, channel: str) -> list[Message]:
        """List what everybody in a conversation sees."""
        return [m for m in self._kept.get(channel, []) if m.only_for is None]

    def seen_by(self, user: str, channel: str) -> list[Message]:
        """List what one person sees in a conversation."""
        return [m for m in self._kept.get(channel, []) if m.only_for in (None, user)]

    def shown(self, message: Message) -> Json:
        """Describe a message to a person's client."""
        found: Json = {
            "ts": message.ts,
            "channel": message.channel,
            "user": message.user,
            "author": self.people.display_name(message.user),
            "text": message.text,
            "blocks": message.blocks,
            "unfurls": list(message.unfurls.values()),
        }
        flags = {
            "thread_ts": message.thread_ts,
            "broadcast": message.broadcast,
            "reply_count": self._replies[message.channel, message.ts],
            "edited": bool(message.edited),
            "ephemeral": message.only_for is not None,
            "bot": message.is_bot,
            "attachments": message.attachments,
            "files": message.files,
            "reactions": message.reactions,
        }
        return found | {key: value for key, value in flags.items() if value}

    def _tell(self, place: Conversation, message: Message, type_: str) -> None:
        audience = [message.only_for] if message.only_for else place.audience
        self.feed.tell(audience, type_, message=self.shown(message))

    def _tell_parent(self, place: Conversation, reply: Message) -> None:
        if reply.thread_ts is None or reply.only_for is not None:
            return
        with contextlib.suppress(SlackError):
            self._tell(place, self.find(place.id, reply.thread_ts), "message_changed")
