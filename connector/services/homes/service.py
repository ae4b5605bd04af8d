"""Shows App Home: when somebody opens it, and anew when what it tells has changed."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from connector.announcer import Announcer
from connector.clock import Clock
from connector.errors import ConnectorError, ProviderUnavailableError
from connector.models import UserId, WorkspaceId
from connector.services.homes.counterparts import Counterparts, plan_show
from connector.services.homes.facts import HomeFacts
from connector.services.languages import Languages
from connector.store import homes
from connector.store.database import Database
from connector.store.homes import LATELY
from connector.work import Done, Handler, Next, Work

_log = logging.getLogger(__name__)

_MOST: Final = 20
"""To how many people App Home is shown anew; it is up to date for others when they open it."""
_LEAST_SECONDS: Final = 3.0
_SECONDS_EACH: Final = 0.6
"""So that all of them together stay below the hundred a minute that Slack takes at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeService:
    """Shows App Home as work of its own, one at a time to a person.

    What is shown is read when its turn comes, so that an older state never follows a newer one.
    """

    database: Database
    work: Work
    announcer: Announcer
    facts: HomeFacts
    counterparts: Counterparts
    languages: Languages
    clock: Clock

    async def open(self, workspace: WorkspaceId, user: UserId) -> None:
        """Have App Home shown to somebody who looks at it now."""
        async with self.database.transaction(workspace) as tx:
            await homes.note_opened(tx, user, self.clock())
            await plan_show(self.work, tx, user)
            await self.counterparts.want(tx, user)

    async def show(self, workspace: WorkspaceId, user_id: str) -> Next:
        """Show App Home to somebody, as things are now; not to who has not opened it lately.

        Nor to whoever is no full member any more: what is there is left as it is.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        user, now = UserId(user_id), self.clock()
        lately = await homes.opened_at(self.database.view(workspace), user)
        if lately is None or lately < now - LATELY or await self._is_out(workspace, user):
            return Done()
        async with self.database.transaction(workspace) as tx:
            await homes.note_shown(tx, user, now)
        try:
            async with self.languages.speaking_to(workspace, user):
                await self.announcer.home(await self.facts.gather(workspace, user))
        except ProviderUnavailableError:
            raise
        except ConnectorError as exc:
            _log.warning("App Home is not shown: %s", exc)
        return Done()

    async def _is_out(self, workspace: WorkspaceId, user: UserId) -> bool:
        """Tell whether somebody is surely no full member; they were one when they opened it."""
        try:
            return not (await self.facts.rights.membership(workspace, user)).is_full
        except ProviderUnavailableError:
            return False

    async def refresh(self, workspace: WorkspaceId) -> None:
        """Have App Home shown anew, soon, to those who have opened it lately.

        It never fails what has changed it.
        """
        try:
            await self._plan(workspace)
        except ConnectorError as exc:
            _log.warning("App Home shows an older state until it is opened again: %s", exc)

    async def _plan(self, workspace: WorkspaceId) -> None:
        now = self.clock()
        view = self.database.view(workspace)
        lately = await homes.opened_since(view, now - LATELY, _MOST)
        apart = timedelta(seconds=max(_LEAST_SECONDS, _SECONDS_EACH * len(lately)))
        unplanned = [each for each in lately if not each.is_planned]
        if not unplanned:
            return
        async with self.database.transaction(workspace) as tx:
            for each in unplanned:
                soon = min(each.shown_at, now) + apart
                await plan_show(self.work, tx, each.user, at=max(now, soon))

    def after(self, step: Handler) -> Handler:
        """Make a step of work that changes what App Home tells have it shown anew."""

        async def stepped(workspace: WorkspaceId, key: str) -> Next:
            following = await step(workspace, key)
            await self.refresh(workspace)
            return following

        return stepped
