"""The work that every connection wants again and again."""

from typing import Final

from connector.errors import Provider
from connector.models import Connection, TicketKind
from connector.services.connecting.sign_outs import SIGN_OUT_KEY
from connector.services.notices import LANE
from connector.work import Job

SCORE_KEY: Final = "score"
ERASE_KEY: Final = "erase"


def following_lane(instance: str) -> str:
    """Name the lane in which tickets are followed, beside what people ask of the instance."""
    return f"following {instance}"


def recurring(connection: Connection) -> list[tuple[Job, str, str]]:
    """Name each work by job, key and lane."""
    if connection.provider is Provider.MICROSOFT:
        return [(Job.REFRESH_SCORE, SCORE_KEY, connection.remote)]
    lane = following_lane(connection.remote)
    wanted = [(Job.SYNC_TICKETS, kind.value, lane) for kind in TicketKind]
    if connection.signs_out_at is not None:
        wanted.append((Job.WARN_OF_SIGN_OUT, SIGN_OUT_KEY, LANE))
    return wanted
