"""A directory that keeps which language people speak, whatever it was asked about them."""

from dataclasses import dataclass

from connector.announcer import Directory
from connector.models import Member, Person, UserGroup, UserId, WorkspaceId
from connector.services.languages import Languages


@dataclass(frozen=True, slots=True)
class Hearing:
    """Asks another directory; what that says of a language needs no question of its own."""

    directory: Directory
    languages: Languages

    async def person(self, workspace: WorkspaceId, user: UserId) -> Person:
        """Look a user up, as for ``Directory.person``."""
        person = await self.directory.person(workspace, user)
        await self.languages.note(workspace, user, person.locale)
        return person

    async def member(self, workspace: WorkspaceId, user: UserId) -> Member:
        """Tell what a user is to the workspace, as for ``Directory.member``."""
        member = await self.directory.member(workspace, user)
        await self.languages.note(workspace, user, member.locale)
        return member

    async def user_groups(self, workspace: WorkspaceId) -> tuple[UserGroup, ...]:
        """List the groups of users, as for ``Directory.user_groups``."""
        return await self.directory.user_groups(workspace)

    async def group_members(self, workspace: WorkspaceId, group: str) -> frozenset[UserId]:
        """Tell who is in a group, as for ``Directory.group_members``."""
        return await self.directory.group_members(workspace, group)

    def is_direct(self, conversation: str) -> bool:
        """Tell whether one user alone reads there, as for ``Directory.is_direct``."""
        return self.directory.is_direct(conversation)

    async def is_closed(self, workspace: WorkspaceId, conversation: str) -> bool:
        """Tell whether full members alone read there, as for ``Directory.is_closed``."""
        return await self.directory.is_closed(workspace, conversation)

    async def may_post(self, workspace: WorkspaceId, conversation: str) -> bool:
        """Tell whether cards can be posted somewhere, as for ``Directory.may_post``."""
        return await self.directory.may_post(workspace, conversation)
