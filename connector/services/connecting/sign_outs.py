"""The end of sign-ins: a refresh token dies on its day, however often it is used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connector.announcer import NoticeKind
from connector.clock import Clock
from connector.errors import CONNECT, Provider
from connector.models import Connection, ConnectionState, WorkspaceId
from connector.services.languages import Languages
from connector.services.notices import NoticeService
from connector.store import connections
from connector.store.connections import ConnectionRow
from connector.store.database import Database, Transaction
from connector.text import lasts_until
from connector.words import speaking, tr, trn
from connector.work import Again, Done, Next

SIGN_OUT_KEY: Final = "sign-out"
_DEFAULT: Final = timedelta(seconds=8_640_000)
"""How long ServiceNow lets refresh tokens live, where nobody changes it: 100 days."""
_DAY: Final = timedelta(days=1)
_WARNED_BEFORE: Final = (14, 3, 1)
"""Days before the end."""
_LOOK_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """When a sign-in ends (aware UTC); ``is_assumed`` where the instance did not say so.

    Where nobody signed in, nothing ends.
    """

    at: datetime | None
    is_assumed: bool = False


def assumed_sign_out(signed_in_at: datetime) -> SignOut:
    """Take it that the instance keeps ServiceNow's default."""
    return SignOut(at=signed_in_at + _DEFAULT, is_assumed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOuts:
    """Warns whoever connected 14, 3 and 1 days before the sign-in ends.

    Each warning of a connection is given once. Of several that are due, as after a time
    switched off, only the nearest to the end is given.
    """

    database: Database
    notices: NoticeService
    languages: Languages
    clock: Clock

    async def warn(self, workspace: WorkspaceId, _key: str) -> Next:
        """Give the warning that is due, if one is, and look again when the next may be."""
        now = self.clock()
        known = await connections.get(self.database.view(workspace), Provider.SERVICENOW)
        if known is None:
            return Done()
        language = await self.languages.of(workspace, known.connection.connected_by)
        async with self.database.transaction(workspace) as tx:
            row = await connections.get(tx, Provider.SERVICENOW)
            if row is None or row.connection.state is ConnectionState.EXPIRED:
                return Done()
            with speaking(language):
                await self._warn(tx, row, now)
        times = [*_times(row.connection).values(), now + _LOOK_EVERY]
        return Again(min(at for at in times if at > now))

    async def _warn(self, tx: Transaction, row: ConnectionRow, now: datetime) -> None:
        connection, ends = row.connection, row.connection.signs_out_at
        days = _due(row, now)
        # What has ended already is found out, and told, by whoever asks ServiceNow next.
        if days is None or ends is None or ends <= now:
            return
        await connections.keep_warned(tx, connection, (*row.warned, days))
        text, user = _warning(connection, ends, ends - now), connection.connected_by
        kind, about = NoticeKind.SIGN_IN_ENDS, connection.provider
        await self.notices.plan(tx, user, kind, text, about)


def _due(row: ConnectionRow, now: datetime) -> int | None:
    """Name the warning to give now, by days before the end."""
    times = _times(row.connection)
    nearest = min((days for days, at in times.items() if at <= now), default=None)
    if nearest is None or nearest in row.warned:
        return None
    # A clock that is set back a little, as after a start, brings no farther warning up after
    # a nearer one; one that was far ahead when that was given takes no warning away.
    given = [days for days in row.warned if days < nearest and times[days] - now < _DAY]
    return None if given else nearest


def _times(connection: Connection) -> dict[int, datetime]:
    """Tell when to give which warning; a sign-in that is shorter has none of that length."""
    if connection.signs_out_at is None:
        return {}
    times = {days: connection.signs_out_at - days * _DAY for days in _WARNED_BEFORE}
    return {days: at for days, at in times.items() if at > connection.connected_at}


def _warning(connection: Connection, ends: datetime, left: timedelta) -> str:
    until = lasts_until(ends, is_assumed=connection.sign_out_assumed)
    days = -(-left // _DAY)
    span = trn("{count} day", "{count} days", days) if days > 1 else tr("less than a day")
    return tr(
        "{until}; that is in {span}. ServiceNow does not prolong it. Type {connect} and sign"
        " in as the integration user again; nothing is lost: tickets, their cards and waiting"
        " shares go on.",
        until=until,
        span=span,
        connect=CONNECT[connection.provider],
    )
