"""ServiceNow's Table API, one method per question.

Source: REST API reference, "Table API", ``/api/now/table/{tableName}``.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import SecretStr

from connector.errors import (
    InvalidInputError,
    OutcomeUnknownError,
    Provider,
    ProviderRefusedError,
    SignInExpiredError,
    UnexpectedAnswerError,
    UnseenError,
)
from connector.http import Answer, Call, Http, MissingError, UnknownHostError
from connector.models import TicketKind
from connector.servicenow.mapping import further_in
from connector.servicenow.marks import MARK
from connector.servicenow.parts import Part
from connector.servicenow.priorities import FIELDS, Matrix, to_matrix
from connector.servicenow.record import (
    Record,
    fields_of,
    followed_fields,
    is_sys_id,
    to_moment,
    to_record,
)
from connector.servicenow.selves import NOBODY, Self, asked_by, self_in
from connector.servicenow.table import (
    ME,
    result_in,
    rows_in,
    table_call,
    time_in,
    total_in,
    unsigned,
)
from connector.text import query_value
from connector.words import later, tr

_log = logging.getLogger(__name__)

_CREATED: Final = 201
_NOT_FOUND: Final = 404
MOST_ASKED_FOR: Final = 50
"""How many tickets one question may name: an address holds at most 8,192 bytes."""
_PAGE: Final = 200
_MOST_MADE: Final = 5_000
_LATELY: Final = timedelta(days=3)
_WHO: Final = {
    "sysparm_query": ME,
    "sysparm_fields": "user_name",
    "sysparm_limit": "2",
}


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a reading of changes stands: behind a record, by its time and its sys_id.

    Without a sys_id it stands before every record of that time.
    """

    at: datetime
    sys_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A page of tickets that changed; ``rest`` is how many follow, as far as it is known."""

    records: tuple[Record, ...]
    rest: int

    @property
    def more(self) -> bool:
        """Whether others follow."""
        return self.rest > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is shown of what was asked for; ``hidden`` counts what is there and is not shown."""

    records: tuple[Record, ...]
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNowClient:
    """Asks one instance, as the user whom ``token`` belongs to."""

    http: Http
    host: str
    token: SecretStr

    async def whoami(self) -> str:
        """Return the user name that the token stands for.

        Raises:
            ProviderRefusedError: the user may not read their own record.
            ProviderError: as ``Http.send`` describes.
        """
        return self._name_in(await self._get("sys_user", _WHO))

    def _name_in(self, answer: Answer) -> str:
        rows = rows_in(answer)
        found = [row["user_name"] for row in rows if isinstance(row.get("user_name"), str)]
        if len(found) != 1 or not found[0]:
            raise ProviderRefusedError(
                Provider.SERVICENOW,
                f"{len(rows)} rows for the token's own user",
                remedy=later(
                    "lets Snowline in but does not let it read its own user."
                    " Give the integration user the role itil or snc_platform_rest_api_access."
                ),
            )
        return str(found[0])

    async def insert(self, kind: TicketKind, payload: Mapping[str, str]) -> Record:
        """Insert one record and return it as ServiceNow kept it, with what rules filled.

        Not safe to repeat blindly: the instance does not deduplicate inserts.

        Raises:
            UnseenError: the record was made, and its row did not come back.
            OutcomeUnknownError: the answer did not come or is not the instance's.
            ProviderError: as ``Http.send`` describes.
        """
        further = further_in(payload)
        shown = _shown(kind, further)
        call = self._call("POST", kind.value, params=shown, json=dict(payload), writes=True)
        answer = await self.http.send(call)
        try:
            row = result_in(answer)
        except UnexpectedAnswerError as exc:
            raise OutcomeUnknownError(Provider.SERVICENOW, exc.reason) from exc
        unknown = UnseenError if answer.status == _CREATED else OutcomeUnknownError
        try:
            record = to_record(kind, row, further)
        except UnexpectedAnswerError as exc:
            raise unknown(Provider.SERVICENOW, exc.reason) from exc
        if not _is_ours(record, payload):
            raise unknown(Provider.SERVICENOW, "answered with another record")
        return record

    async def by_sys_id(
        self, kind: TicketKind, sys_id: str, further: Iterable[str] = ()
    ) -> Record | None:
        """Read one record, with ``further`` columns; None where it is gone or out of sight.

        Raises:
            UnexpectedAnswerError: another record came.
            ProviderError: as ``Http.send`` describes.
        """
        _checked(sys_id)
        path = f"{kind.value}/{sys_id}"
        shown = _shown(kind, further)
        call = self._call("GET", path, params=shown, accepts=frozenset({_NOT_FOUND}))
        answer = await self.http.send(call)
        if answer.status == _NOT_FOUND:
            return None
        record = to_record(kind, result_in(answer), further)
        if record.sys_id != sys_id:
            raise UnexpectedAnswerError(Provider.SERVICENOW, "another sys_id than asked for")
        return record

    async def by_correlation_id(self, kind: TicketKind, correlation_id: str) -> Record | None:
        """Find the record of a share, the oldest if there are several.

        Raises:
            UnexpectedAnswerError: the instance ignored the question, so that "not found"
                would prove nothing.
            ProviderError: as ``Http.send`` describes.
        """
        query = f"correlation_id={query_value(correlation_id)}^ORDERBYsys_created_on"
        rows = await self._records(kind, {"sysparm_query": query, "sysparm_limit": "5"})
        ours = [record for record in rows if record.correlation_id == correlation_id]
        if rows and not ours:
            raise UnexpectedAnswerError(Provider.SERVICENOW, "rows with another correlation_id")
        return ours[0] if ours else None

    async def made_lately(self, user: str, kind: TicketKind) -> Sight:
        """Read what a user, or whoever the token stands for now, made in the last three days.

        Three days by the instance's clock: ours may be wrong. Of more than 5,000 records the
        newest count as hidden.

        Raises:
            UnexpectedAnswerError: the instance ignored the question, so that "not among them"
                would prove nothing.
            ProviderRefusedError: it may not be asked who made a record, among others.
            ProviderError: as ``Http.send`` describes.
        """
        answer = await self._get("sys_user", _WHO)
        since = (time_in(answer) or self.http.now()) - _LATELY
        # A user who was renamed made records under either name.
        names = {user.casefold(): user}
        names.setdefault((now := self._name_in(answer)).casefold(), now)
        sights = [await self._made_by(name, kind, since) for name in names.values()]
        return Sight(
            records=tuple(each for sight in sights for each in sight.records),
            hidden=sum(sight.hidden for sight in sights),
        )

    async def _made_by(self, user: str, kind: TicketKind, since: datetime) -> Sight:
        query = (
            f"sys_created_by={query_value(user)}^sys_created_on>={to_moment(since)}"
            "^ORDERBYsys_created_on^ORDERBYsys_id"
        )
        sight = await self._sight(kind, query, offset=0)
        records, total = sight.records, len(sight.records) + sight.hidden
        for offset in range(_PAGE, min(total, _MOST_MADE), _PAGE):
            records += (await self._sight(kind, query, offset=offset)).records
        if any(record.created_by.casefold() != user.casefold() for record in records):
            raise UnexpectedAnswerError(Provider.SERVICENOW, "rows that somebody else made")
        return Sight(records=records, hidden=max(total - len(records), 0))

    async def sight_of(
        self, kind: TicketKind, sys_ids: tuple[str, ...], since: datetime | None = None
    ) -> Sight:
        """Read those of at most ``MOST_ASKED_FOR`` tickets that are still there.

        With ``since`` only those that changed then or later.

        Raises:
            UnexpectedAnswerError: other tickets came, so that "not among them" would prove
                nothing.
            ProviderError: as ``Http.send`` describes.
        """
        for sys_id in sys_ids:
            _checked(sys_id)
        query = f"sys_idIN{','.join(sys_ids)}"
        changed = f"^sys_updated_on>={to_moment(since)}" if since else ""
        sight = await self._sight(kind, f"{query}{changed}", offset=0)
        if any(record.sys_id not in sys_ids for record in sight.records):
            raise UnexpectedAnswerError(Provider.SERVICENOW, "rows with another sys_id")
        return sight

    async def changed_after(
        self,
        kind: TicketKind,
        after: Position,
        *,
        part: Part | None = None,
        offset: int = 0,
        limit: int = 200,
    ) -> Changed:
        """Read the tickets with our mark that changed after a position, oldest change first.

        Of each only what is followed is read. Of a ``part`` of them they come by sys_id.

        A page may hold fewer than ``limit``, or none, though more follow: what the integration
        user may not read is taken out after the limit was applied.

        Raises:
            ProviderRefusedError: the integration user may not read the mark, among others.
            ProviderError: as ``Http.send`` describes.
        """
        within, order = (part.condition, "") if part else ("", "^ORDERBYsys_updated_on")
        query = f"{_behind(after, within)}{order}^ORDERBYsys_id"
        page = {"sysparm_limit": str(limit), "sysparm_offset": str(offset)}
        shown = {**_shown(kind), "sysparm_fields": followed_fields(kind)}
        answer = await self._get(kind.value, {**shown, "sysparm_query": query, **page})
        rows = rows_in(answer)
        rest = total_in(answer, offset + limit + len(rows)) - offset - limit
        return Changed(records=_readable(kind, rows), rest=max(rest, 0))

    async def self_of(self, email: str, *, deadline: float | None = None) -> Self:
        """Read the one active ServiceNow user with exactly that e-mail address.

        Nobody where there is none, more than one, or where users cannot be read.

        Raises:
            ProviderUnavailableError: the instance could not be asked.
            UnauthorizedError: the token is not accepted.
        """
        try:
            params = asked_by(email)
            call = self._call("GET", "sys_user", params=params, deadline=deadline)
            return self_in(rows_in(await self.http.send(call)), email)
        except SignInExpiredError:
            raise
        except (InvalidInputError, ProviderRefusedError, UnexpectedAnswerError):
            return NOBODY

    async def user_by_email(self, email: str) -> str | None:
        """Find the sys_id of that user, as for ``self_of``; None for nobody."""
        return (await self.self_of(email)).sys_id or None

    async def priorities(self) -> Matrix:
        """Read which impact and urgency make which priority; empty where no row is shown.

        Raises:
            ProviderRefusedError: it may not be asked.
            ProviderError: as ``Http.send`` describes.
        """
        shown = {"sysparm_fields": FIELDS, "sysparm_limit": str(_PAGE)}
        return to_matrix(rows_in(await self._get("dl_u_priority", shown)))

    async def _sight(self, kind: TicketKind, query: str, *, offset: int) -> Sight:
        page = {"sysparm_query": query, "sysparm_limit": str(_PAGE), "sysparm_offset": str(offset)}
        answer = await self._get(kind.value, {**_shown(kind), **page})
        rows = rows_in(answer)
        records = _readable(kind, rows)
        return Sight(records=records, hidden=total_in(answer, len(rows)) - len(records))

    async def _records(self, kind: TicketKind, query: Mapping[str, str]) -> list[Record]:
        answer = await self._get(kind.value, {**_shown(kind), **query})
        return [to_record(kind, row) for row in rows_in(answer)]

    async def _get(self, table: str, params: Mapping[str, str]) -> Answer:
        return await self.http.send(self._call("GET", table, params=params))

    def _call(self, method: str, path: str, **rest: Any) -> Call:
        return table_call(self.host, self.token, path, method=method, **rest)


async def probe(http: Http, host: str, *, deadline: float | None = None) -> None:
    """Find out, without signing in, whether an instance answers at ``host``.

    Raises:
        InvalidInputError: nothing of the kind is there; the field is ``instance``.
        ProviderUnavailableError: it is asleep or does not answer.
        ProviderRefusedError: it does not let this machine in.
    """
    call = unsigned(host, accepts=frozenset({401}), deadline=deadline)
    try:
        answer = await http.send(call)
    except UnknownHostError as exc:
        raise _nothing_there(host) from exc
    except (MissingError, UnexpectedAnswerError) as exc:
        raise _nothing_there(host) from exc
    if not isinstance(answer.body, dict) or not {"error", "result"} & answer.body.keys():
        strange = UnexpectedAnswerError(Provider.SERVICENOW, f"{answer.status} without a result")
        raise _nothing_there(host) from strange


def ticket_link(http: Http, host: str, kind: TicketKind, sys_id: str) -> str:
    """Return where a person opens the record."""
    return http.browser_url(f"https://{host}/nav_to.do?uri={kind.value}.do%3Fsys_id%3D{sys_id}")


def _shown(kind: TicketKind, further: Iterable[str] = ()) -> dict[str, str]:
    return {
        "sysparm_display_value": "all",
        "sysparm_exclude_reference_link": "true",
        "sysparm_fields": ",".join(dict.fromkeys((*fields_of(kind).split(","), *further))),
    }


def _behind(after: Position, within: str) -> str:
    mark, at = f"{within}correlation_display={MARK}", to_moment(after.at)
    if not after.sys_id:
        return f"{mark}^sys_updated_on>={at}"
    _checked(after.sys_id)
    same_time = f"{mark}^sys_updated_on={at}^sys_id>{after.sys_id}"
    return f"{same_time}^NQ{mark}^sys_updated_on>{at}"


def _is_ours(record: Record, payload: Mapping[str, str]) -> bool:
    reference = payload["correlation_id"]
    if record.sys_id == payload["sys_id"] or record.correlation_id == reference:
        return True
    # An instance that keeps none of our marks is still to be told from one that answers
    # with somebody else's record.
    blank = not record.correlation_id and not record.description
    return reference in record.description or (
        blank and record.name == payload["short_description"]
    )


def _readable(kind: TicketKind, rows: list[dict[str, Any]]) -> tuple[Record, ...]:
    """Read the rows that can be read: one that cannot must not hold the others up."""
    records = []
    for row in rows:
        try:
            records.append(to_record(kind, row))
        except UnexpectedAnswerError as exc:
            _log.warning("a ticket is left out of what changed: %s", exc)
    return tuple(records)


def _checked(sys_id: str) -> None:
    if not is_sys_id(sys_id):
        raise UnexpectedAnswerError(Provider.SERVICENOW, "a sys_id that is none")


def _nothing_there(host: str) -> InvalidInputError:
    sentence = tr(
        "There is no ServiceNow instance at {host}. Check the spelling of its name.", host=host
    )
    return InvalidInputError("instance", sentence)
