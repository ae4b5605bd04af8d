"""The templates from which standard change requests are made."""

from dataclasses import dataclass
from functools import partial

from connector.errors import InvalidInputError
from connector.models import ChangeTemplate, WorkspaceId
from connector.servicenow.changes import standard_templates
from connector.services.desks import Desks


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTemplateService:
    """Finds templates in the connected instance; they are read anew each time."""

    desks: Desks

    async def search(self, workspace: WorkspaceId, words: str) -> tuple[ChangeTemplate, ...]:
        """Find the active templates whose names hold every word, by name; at most 100.

        Raises:
            NotConnectedError: no instance is connected.
            ProviderError: the instance did not answer, or does not show its templates.
        """
        desk = await self.desks.servicenow(workspace)
        try:
            return await desk.ask(partial(standard_templates, words=words.split()))
        except InvalidInputError:
            return ()
