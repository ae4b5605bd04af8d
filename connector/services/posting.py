"""Posts into conversations: not blindly repeated, and told privately where nobody can write."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from connector.clock import Clock
from connector.errors import (
    OutcomeUnknownError,
    PlaceGoneError,
    Provider,
    ProviderError,
    ThrottledError,
)
from connector.models import Place, UserId, WorkspaceId
from connector.services.notices import NoticeService
from connector.services.rights.leavers import Leavers
from connector.store import connections, conversations, posts
from connector.store.database import Database, Transaction

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a post is to be made: to its asker ``in_private``, and that it ``may_be_twice``."""

    in_private: bool
    may_be_twice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something to be posted once; ``key`` names it, ``make`` calls the chat system."""

    workspace: WorkspaceId
    key: str
    conversation: str
    asker: UserId
    make: Callable[[Way], Awaitable[Place]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Makes posts that must appear in the end.

    A post is noted before it is made. Where it stays unknown whether it was, also because the
    process ended meanwhile, it is made again only when ``unsure`` is over, and then says that it
    may be there twice: the chat system has no key by which it would refuse the second one, and
    lets nobody look for the first without the right to read everything that is said. In private
    nothing is posted to somebody who is no full member any more.
    """

    database: Database
    notices: NoticeService
    leavers: Leavers
    clock: Clock
    unsure: timedelta

    async def make(self, post: Post) -> Place | None:
        """Post into the conversation, else privately to its asker; None if neither can be reached.

        Whoever keeps the place calls ``settle`` in the same transaction.

        Raises:
            ThrottledError: it may have been made, and is not made again yet.
            ProviderError: it was not made.
        """
        if await self.leavers.had(post.workspace, post.conversation, post.asker):
            return None
        await self._be_sure(post)
        is_direct = post.conversation == post.asker
        try:
            place = await self._make(post, in_private=False)
        except PlaceGoneError as exc:
            _log.info("%s cannot be written to (%s)", post.conversation, exc)
            if is_direct:
                return None
            await self._note_lost(post, exc.reason)
            return await self._make_in_private(post)
        if not is_direct:
            await self._note_working(post)
        return place

    async def may_be_twice(self, workspace: WorkspaceId, key: str) -> bool:
        """Tell whether a post was made again although it may have been there."""
        row = await posts.get(self.database.view(workspace), key)
        return row is not None and row.repeated

    async def settle(self, tx: Transaction, key: str) -> None:
        """Note, with the place where it is kept, that a post was made."""
        await posts.settle(tx, key, self.clock())

    async def _be_sure(self, post: Post) -> None:
        """Hold a post back while nobody knows whether it was made just now."""
        row = await posts.get(self.database.view(post.workspace), post.key)
        if row is None or row.begun_at is None:
            return
        now = self.clock()
        # A time that was written by a clock that was ahead is none to wait for.
        until = min(row.begun_at, now) + self.unsure
        if now < until:
            raise ThrottledError(
                Provider.CHAT, "it may have been posted already", until=until, now=now
            )

    async def _make_in_private(self, post: Post) -> Place | None:
        if await self.leavers.had(post.workspace, post.asker, post.asker):
            return None
        try:
            return await self._make(post, in_private=True)
        except PlaceGoneError as exc:
            _log.warning("%s cannot be written to either (%s)", post.asker, exc)
            return None

    async def _make(self, post: Post, *, in_private: bool) -> Place:
        async with self.database.transaction(post.workspace) as tx:
            twice = await posts.begin(tx, post.key, self.clock())
        try:
            return await post.make(Way(in_private=in_private, may_be_twice=twice))
        except OutcomeUnknownError as exc:
            now = self.clock()
            raise ThrottledError(
                exc.provider, exc.reason, until=now + self.unsure, now=now
            ) from exc
        except (PlaceGoneError, ProviderError):
            async with self.database.transaction(post.workspace) as tx:
                await posts.settle(tx, post.key, self.clock())
            raise

    async def _note_working(self, post: Post) -> None:
        if not await conversations.works(self.database.view(post.workspace), post.conversation):
            async with self.database.transaction(post.workspace) as tx:
                await conversations.keep_working(tx, post.conversation)

    async def _note_lost(self, post: Post, reason: str) -> None:
        """Tell those who connected, once, of a conversation that could be written to before."""
        async with self.database.transaction(post.workspace) as tx:
            if not await conversations.lose(tx, post.conversation):
                return
            known = await connections.all_of(tx)
            for user in dict.fromkeys(each.connected_by for each in known):
                await self.notices.plan_of_place(tx, user, post.conversation, reason)
