"""What a form connected the first time it came, however often Slack delivers it."""

from connector.errors import CONNECT, OvertakenError, Provider
from connector.models import Connection
from connector.store import connections, deliveries
from connector.store.database import Transaction
from connector.words import tr


async def made_before(tx: Transaction, connection: Connection, delivery: str) -> Connection | None:
    """Read what a delivery connected the first time; None if this is the first time.

    Raises:
        OvertakenError: what it connected has ended.
    """
    mark = connection.connected_at.isoformat()
    made = await deliveries.claim(tx, f"connect:{delivery}", mark, connection.connected_at)
    if made == mark:
        return None
    row = await connections.get(tx, connection.provider)
    if row is None or row.connection.connected_at.isoformat() != made:
        raise _sent_before(connection.provider)
    return row.connection


def _sent_before(provider: Provider) -> OvertakenError:
    return OvertakenError(
        f"the form for {provider} came again",
        tr(
            "This form was sent before, and what it connected has ended since. Type {connect} to"
            " connect {provider} again.",
            connect=CONNECT[provider],
            provider=provider,
        ),
    )
