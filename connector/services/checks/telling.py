"""The word after connecting, with what the checks found."""

from dataclasses import dataclass

from connector.announcer import NoticeKind
from connector.models import WorkspaceId
from connector.services.checks.service import ChecksService
from connector.services.notices import NoticeService
from connector.store import notices
from connector.work import Next


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Tells notices; that of a new connection is told when it has been checked."""

    notices: NoticeService
    checks: ChecksService

    async def tell(self, workspace: WorkspaceId, notice_id: str) -> Next:
        """Tell a notice, as ``NoticeService.tell`` does."""
        row = await notices.get(self.checks.database.view(workspace), notice_id)
        is_new = row is not None and row.kind is NoticeKind.CONNECTED
        found = await self.checks.servicenow(workspace, yields=True) if is_new else ()
        return await self.notices.tell(workspace, notice_id, found)
