"""Everything one sandbox workspace holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from bot.sandbox.slack.announced import Uploads
from bot.sandbox.slack.conversations import Conversation, Conversations
from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.kept_files import Files
from bot.sandbox.slack.kept_groups import UserGroup, founded
from bot.sandbox.slack.messages import Messages
from bot.sandbox.slack.panes import Panes
from bot.sandbox.slack.people import People
from bot.sandbox.slack.recording import Record
from bot.sandbox.slack.response_urls import ResponseUrls
from bot.sandbox.slack.scheduled import Scheduled
from bot.sandbox.slack.settings import SlackSettings
from bot.sandbox.slack.shared_links import Shared, SharedLinks
from bot.sandbox.slack.stamps import Clock, Stamps
from bot.sandbox.slack.triggers import Triggers
from bot.sandbox.slack.views import Views


@dataclass(slots=True, kw_only=True)
class Workspace:
    """The state of one workspace. ``origin`` is where this Slack itself is reached."""

    settings: SlackSettings
    clock: Clock
    stamps: Stamps
    people: People
    feed: Feed
    messages: Messages
    scheduled: Scheduled
    views: Views
    triggers: Triggers
    response_urls: ResponseUrls
    conversations: Conversations = field(default_factory=Conversations)
    user_groups: dict[str, UserGroup] = field(default_factory=founded)
    files: Files = field(default_factory=Files)
    uploads: Uploads = field(default_factory=Uploads)
    record: Record = field(default_factory=Record)
    links: SharedLinks = field(default_factory=SharedLinks)
    panes: Panes = field(default_factory=Panes)
    tell_again: Callable[[Shared], None] | None = None
    origin: str = ""

    def is_read_only(self, place: Conversation) -> bool:
        """Tell whether people only read here: the Messages tab of an app that takes none."""
        return place.is_im and self.settings.read_only

    @classmethod
    def new(cls, settings: SlackSettings, clock: Clock) -> Self:
        """Found the workspace with its fixed accounts and empty channels."""
        stamps, people, feed = Stamps(clock), People(clock), Feed()
        messages = Messages(stamps, people, feed)
        return cls(
            settings=settings,
            clock=clock,
            stamps=stamps,
            people=people,
            feed=feed,
            messages=messages,
            scheduled=Scheduled(clock, messages),
            views=Views(clock, feed),
            triggers=Triggers(clock, settings.trigger_seconds),
            response_urls=ResponseUrls(clock),
        )
