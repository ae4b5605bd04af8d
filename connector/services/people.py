"""Who somebody is in the chat, where that is told soon."""

import asyncio
import logging

from connector.announcer import Directory
from connector.errors import ConnectorError
from connector.models import Person, UserId, WorkspaceId

_log = logging.getLogger(__name__)


async def person_soon(
    directory: Directory, workspace: WorkspaceId, user: UserId, *, seconds: float
) -> Person | None:
    """Look somebody up, for at most so many ``seconds``; None where that is not told by then."""
    try:
        async with asyncio.timeout(seconds):
            return await directory.person(workspace, user)
    except (ConnectorError, TimeoutError) as exc:
        _log.info("A person is not known: %s", str(exc) or f"no answer within {seconds:g} s")
        return None
