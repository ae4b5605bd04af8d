"""The only place where work calls Slack: a message is posted, or changed where it stands."""

from dataclasses import dataclass

from bot.clients import Clients, client_of
from bot.delivery.pace import Pace
from bot.slack import ask, say
from bot.views.blocks import Json, Message
from connector.models import Place, UserId, WorkspaceId


@dataclass(frozen=True, slots=True)
class Posting:
    """Posts and changes messages of a workspace at a pace."""

    clients: Clients
    pace: Pace

    async def post(
        self,
        workspace: WorkspaceId,
        conversation: str,
        message: Message,
        thread: str = "",
        *,
        broadcast: bool = False,
    ) -> Place:
        """Post a message, a user's id being their direct messages; return where it stands.

        With ``broadcast`` a reply in a thread is shown in the conversation, too.

        Raises:
            ConnectorError: as for ``bot.slack.say``.
        """
        await self.pace.turn(f"{workspace} {conversation}")
        client = await client_of(self.clients, workspace)
        channel, stamp = await say(
            client, conversation, message, thread=thread, broadcast=broadcast
        )
        return Place(conversation=channel, message=stamp)

    async def change(self, workspace: WorkspaceId, place: Place, message: Message) -> None:
        """Change a message where it stands.

        Raises:
            ConnectorError: as for ``bot.slack.ask``.
        """
        await self.pace.turn(f"{workspace} {place.conversation} update")
        client = await client_of(self.clients, workspace)
        await ask(
            client.chat_update(
                channel=place.conversation,
                ts=place.message,
                text=message.text,
                blocks=message.blocks,
            )
        )

    async def publish(self, workspace: WorkspaceId, user: UserId, view: Json) -> None:
        """Show a user their App Home.

        Raises:
            ConnectorError: as for ``bot.slack.ask``.
        """
        client = await client_of(self.clients, workspace)
        await ask(client.views_publish(user_id=user, view=view))
