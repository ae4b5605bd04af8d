"""Who was told of tickets in private, and is no full member any more."""

from dataclasses import dataclass

from connector.models import Share, UserId, WorkspaceId
from connector.services.rights.service import RightsService


@dataclass(frozen=True, slots=True, kw_only=True)
class Leavers:
    """Knows the conversations in which nothing more is said of tickets.

    A card in a channel stays what it is: there others read it, too.
    """

    rights: RightsService

    async def had(self, workspace: WorkspaceId, conversation: str, user: UserId) -> bool:
        """Tell whether a conversation is a user's own, who is no full member any more.

        Raises:
            ProviderUnavailableError: the chat system did not say in time.
        """
        if not self.rights.directory.is_direct(conversation):
            return False
        member = await self.rights.membership(workspace, user)
        return not member.is_full

    async def had_card(self, share: Share) -> bool:
        """Tell whether the card of a share stands, or would, in private with such a user.

        Raises:
            ProviderUnavailableError: the chat system did not say in time.
        """
        where = share.place.conversation if share.place else share.destination
        return await self.had(share.workspace, where, share.draft.requester)
