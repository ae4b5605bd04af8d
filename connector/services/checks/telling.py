"""The word after connecting, with what the checks found."""

from dataclasses import dataclass

from connector.announcer import NoticeKind
from connector.models import Check, WorkspaceId
from connector.services.checks.service import ChecksService
from connector.services.languages import Languages
from connector.services.notices import NoticeService
from connector.store import notices
from connector.work import Next


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Tells notices; that of a new connection is told when it has been checked."""

    notices: NoticeService
    checks: ChecksService
    languages: Languages

    async def tell(self, workspace: WorkspaceId, notice_id: str) -> Next:
        """Tell a notice, as ``NoticeService.tell`` does."""
        row = await notices.get(self.checks.database.view(workspace), notice_id)
        found: tuple[Check, ...] = ()
        if row is not None and row.kind is NoticeKind.CONNECTED:
            async with self.languages.speaking_to(workspace, row.user):
                found = await self.checks.servicenow(workspace, yields=True)
        return await self.notices.tell(workspace, notice_id, found)
