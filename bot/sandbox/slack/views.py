"""Views: each person's stack of modals and their App Home."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.elements import Values, state_of, with_ids
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.stamps import Clock, random_id

_DEEPEST: Final = 3
_HOME_TITLE: Final = {"type": "plain_text", "text": "View Title", "emoji": True}


def _filled(text: Json | None) -> Json | None:
    return None if text is None else {"emoji": True, **text}


@dataclass(slots=True, kw_only=True)
class View:
    """A view as it stands before a person; ``values`` are what was entered."""

    id: str
    user: str
    source: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    channel: str = ""
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None

    @property
    def blocks(self) -> list[Json]:
        """List the blocks, each with its id."""
        blocks: list[Json] = self.source["blocks"]
        return blocks

    def wire(self) -> Json:
        """Build the view object of the Web API and of interactions."""
        given = self.source
        is_home = given["type"] == "home"
        return {
            "id": self.id,
            "team_id": accounts.TEAM_ID,
            "type": given["type"],
            "blocks": self.blocks,
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": _HOME_TITLE if is_home else _filled(given.get("title")),
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "close": _filled(given.get("close")),
            "submit": _filled(given.get("submit")),
            "submit_disabled": given.get("submit_disabled", False),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": accounts.APP_ID,
            "external_id": given.get("external_id", ""),
            "app_installed_team_id": accounts.TEAM_ID,
            "bot_id": accounts.BOT_ID,
        }


@dataclass(slots=True)
class Views:
    """Every open modal and every published home."""

    clock: Clock
    feed: Feed
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def stack(self, user: str) -> list[View]:
        """List a person's modals, the one on top last."""
        return self.stacks.setdefault(user, [])

    def top(self, user: str) -> View | None:
        """Give the modal a person looks at."""
        stack = self.stack(user)
        return stack[-1] if stack else None

    def open(self, user: str, source: Json, channel: str = "") -> View:
        """Show a modal in place of whatever was open."""
        self._refuse_twins(source)
        view = self._new("V", user, source, channel)
        self.stacks[user] = [view]
        self.tell(user)
        return view

    def push(self, user: str, source: Json, channel: str = "") -> View:
        """Put a modal on top of the open one.

        Raises:
            SlackError: none is open, or three are.
        """
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= _DEEPEST:
            raise SlackError("push_limit_reached")
        self._refuse_twins(source)
        view = self._new("V", user, source, channel)
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        self.tell(user)
        return view

    def update(self, view: View, source: Json, hash_: str | None = None) -> View:
        """Show something else in a modal; what was entered stays where the ids stay.

        Raises:
            SlackError: ``hash_`` belongs to an older state of the view.
        """
        if hash_ and hash_ != view.hash:
            raise SlackError("hash_conflict")
        self._refuse_twins(source, view)
        view.source = source | {"blocks": with_ids(source["blocks"])}
        view.values = state_of(view.blocks, view.values, view.channel)
        view.hash = self._hash()
        view.errors, view.trouble = {}, None
        self.tell(view.user)
        return view

    def publish(self, user: str, source: Json, hash_: str | None = None) -> View:
        """Show a person's App Home.

        Raises:
            SlackError: ``hash_`` belongs to an older state of the home.
        """
        home = self.homes.get(user)
        if home is not None and hash_ and hash_ != home.hash:
            raise SlackError("hash_conflict")
        fresh = self._new("V", user, source, "")
        if home is not None:
            fresh.id = fresh.root_id = home.id
            fresh.values = state_of(fresh.blocks, home.values)
        self.homes[user] = fresh
        self.feed.tell([user], "home", view=fresh.wire())
        return fresh

    def find(self, view_id: str = "", external_id: str = "") -> View:
        """Find an open modal or a home by either id.

        Raises:
            SlackError: there is none, or it was closed.
        """
        for view in self._all():
            named = external_id and view.source.get("external_id") == external_id
            if named or (view_id and view.id == view_id):
                return view
        raise SlackError("not_found")

    def close(self, user: str, *, clear: bool) -> list[View]:
        """Take the top modal away, or all of them, and say which went."""
        stack = self.stack(user)
        count = len(stack) if clear else min(1, len(stack))
        closed = [stack.pop() for _ in range(count)]
        self.tell(user)
        return closed

    def remove(self, view: View) -> None:
        """Take one modal away, wherever it is in its stack by now."""
        stack = self.stack(view.user)
        if view in stack:
            stack.remove(view)
            self.tell(view.user)

    def complain(self, view: View, errors: dict[str, str], trouble: str | None = None) -> None:
        """Show errors at the fields of a modal, or a line of trouble above them."""
        view.errors, view.trouble = errors, trouble
        self.tell(view.user)

    def shown(self, user: str) -> Json:
        """Describe a person's modals to their client."""
        stack = self.stack(user)
        top = stack[-1] if stack else None
        return {
            "view": top.wire() if top else None,
            "stack": [view.wire() for view in stack],
            "errors": top.errors if top else {},
            "error": top.trouble if top else None,
        }

    def tell(self, user: str) -> None:
        """Let a person's client know that their modals changed."""
        self.feed.tell([user], "view", **self.shown(user))

    def _all(self) -> list[View]:
        modals = [view for stack in self.stacks.values() for view in stack]
        return [*modals, *self.homes.values()]

    def _refuse_twins(self, source: Json, itself: View | None = None) -> None:
        external_id = source.get("external_id")
        for view in self._all():
            same = external_id and view.source.get("external_id") == external_id
            if same and view is not itself:
                raise SlackError("duplicate_external_id")

    def _new(self, prefix: str, user: str, source: Json, channel: str) -> View:
        view_id = random_id(prefix)
        view = View(
            id=view_id,
            user=user,
            source=source | {"blocks": with_ids(source["blocks"])},
            hash=self._hash(),
            root_id=view_id,
            channel=channel,
        )
        view.values = state_of(view.blocks, {}, channel)
        return view

    def _hash(self) -> str:
        return f"{int(self.clock())}.{secrets.token_urlsafe(6)}"
