"""What the integration user sees of a ticket table, and what became of the tickets made there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connector.errors import ProviderError
from connector.models import Check, Share, ShareState, TicketKind, spoken_names
from connector.servicenow.probes import Glimpse
from connector.services.checks.words import (
    failed,
    named,
    not_answered,
    passed,
    ticket,
    tickets,
    unknown,
)
from connector.words import later, tr

NEEDED: Final = (
    "sys_id",
    "number",
    "sys_updated_on",
    "sys_created_by",
    "correlation_id",
    "correlation_display",
    "description",
)
SEARCHED: Final = ("correlation_id", "correlation_display", "sys_created_by")
_MADE: Final = (ShareState.CREATED, ShareState.ANNOUNCED)
_SHOW_ROWS: Final = later(
    "Mend the access rule or query rule that hides them from the integration user."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """What was seen of one table.

    ``listed`` are any of its rows, ``ours`` those of the ``known`` newest tickets that Snowline
    made (None where there are none), ``searched`` what a search for nothing by each field found.
    """

    kind: TicketKind
    known: int
    listed: Glimpse | ProviderError
    ours: Glimpse | ProviderError | None
    searched: Mapping[str, Glimpse | ProviderError]


def reading(sights: Sights) -> Check:
    """Judge whether the tickets of a table may be read."""
    name, what = named("Reading", sights.kind), tickets(sights.kind)
    listed, ours = sights.listed, sights.ours
    if isinstance(listed, ProviderError):
        return not_answered(name, listed)
    if isinstance(ours, ProviderError):
        return not_answered(name, ours)
    if ours is None or listed.refused:
        return _reading_any(name, what, listed)
    return _reading_ours(name, sights, listed, ours)


def _reading_any(name: str, what: str, listed: Glimpse) -> Check:
    if listed.refused:
        text = tr("The integration user may not read {what}.", what=what)
        return failed(name, text, tr("Give it the role, or mend the access rule of the table."))
    if listed.rows:
        return passed(name, tr("The integration user may read {what}.", what=what))
    if listed.total:
        text = tr(
            "There are {what} in ServiceNow, and the integration user is shown none.", what=what
        )
        return failed(name, text, tr(_SHOW_ROWS))
    text = tr("Whether {what} may be read shows with the first one: there are none.", what=what)
    return unknown(name, text, tr("Check again after the first ticket."))


def _reading_ours(name: str, sights: Sights, listed: Glimpse, ours: Glimpse) -> Check:
    what = tickets(sights.kind)
    hidden = ours.total - len(ours.rows)
    if hidden:
        text = tr(
            "Of the newest {what} that Snowline made, ServiceNow hides {hidden} of {known}.",
            hidden=hidden,
            known=sights.known,
            what=what,
        )
        return failed(name, text, tr(_SHOW_ROWS))
    if ours.rows:
        return passed(name, tr("The integration user may read {what}.", what=what))
    if listed.rows:
        text = tr(
            "ServiceNow shows {what}, but none of the newest that Snowline made ({known}).",
            what=what,
            known=sights.known,
        )
        return unknown(name, text, tr("If they were not deleted there, a query rule hides them."))
    text = tr(
        "ServiceNow shows no {what} at all, also none of the newest that Snowline made ({known}).",
        what=what,
        known=sights.known,
    )
    return failed(name, text, tr(_SHOW_ROWS))


def making(kind: TicketKind, shares: tuple[Share, ...], connected_at: datetime) -> Check:
    """Judge by the newest share whether tickets can be made: every trial would leave one behind."""
    name, what = named("Making", kind), ticket(kind)
    of_kind = [share for share in shares if share.draft.kind is kind]
    ended = [s for s in of_kind if s.state in _MADE or s.state is ShareState.REJECTED]
    newest = ended[0] if ended else None
    if newest is None or (newest.state not in _MADE and newest.requested_at < connected_at):
        return unknown(
            name,
            tr(
                "Whether {what} can be made shows with the first one: no trial surely leaves"
                " nothing behind.",
                what=tickets(kind),
            ),
            tr("Share or create one; its card says what became of it."),
        )
    if newest.state is ShareState.REJECTED:
        return failed(name, tr("ServiceNow refused the last {what}.", what=what), newest.reason)
    if newest.not_kept:
        text = tr(
            "ServiceNow did not keep, of the last {what}: {fields}.",
            what=what,
            fields=spoken_names(newest.not_kept),
        )
        return failed(name, text, tr("Let the integration user write those fields."))
    return passed(name, tr("The last {what} was made with every field that was sent.", what=what))


def fields(sights: Sights) -> Check:
    """Judge whether the fields by which tickets are found and followed may be read and searched."""
    name, what = named("Fields of", sights.kind), tickets(sights.kind)
    lost = [found for found in sights.searched.values() if isinstance(found, ProviderError)]
    if lost:
        return not_answered(name, lost[0])
    if blind := _blind(sights):
        text = tr(
            "ServiceNow does not search {what} by {fields}.", what=what, fields=", ".join(blind)
        )
        remedy = tr(
            "Let the integration user read and search {fields} (access rules).",
            fields=", ".join(blind),
        )
        return failed(name, text, remedy)
    rows = _rows(sights)
    if not rows:
        text = tr(
            "Whether every field of {what} may be read shows with the first that is shown.",
            what=what,
        )
        return unknown(name, text, tr("Check again after the first ticket."))
    hidden = [field for field in NEEDED if not any(field in row for row in rows)]
    if hidden:
        text = tr(
            "ServiceNow does not show, of {what}: {fields}.", what=what, fields=", ".join(hidden)
        )
        return failed(name, text, tr("Let the integration user read those fields (access rules)."))
    return passed(
        name, tr("Every field by which {what} are found and followed may be read.", what=what)
    )


def sys_id(kind: TicketKind, *, kept: bool | None) -> Check:
    """Judge what the instance does with a sys_id chosen for a record; None: not seen yet."""
    name, what = named("sys_id of", kind), tickets(kind)
    if kept is None:
        text = tr(
            "Whether ServiceNow keeps the sys_id chosen for {what} shows with the first one.",
            what=what,
        )
        return unknown(name, text)
    if not kept:
        text = tr("ServiceNow replaces the sys_id that Snowline chooses for {what}.", what=what)
        return failed(
            name,
            text,
            tr(
                "Nothing is lost: after a lost answer Snowline waits and searches before it sends"
                " again. A rule that sets sys_id on insert may be the cause."
            ),
        )
    return passed(
        name, tr("ServiceNow keeps the sys_id that Snowline chooses for {what}.", what=what)
    )


def _blind(sights: Sights) -> list[str]:
    """Name the fields that may not be searched by, or whose search is ignored."""
    return [
        field
        for field, found in sights.searched.items()
        if isinstance(found, Glimpse) and (found.refused or found.total)
    ]


def _rows(sights: Sights) -> list[Mapping[str, object]]:
    looked = (sights.listed, sights.ours)
    return [row for each in looked if isinstance(each, Glimpse) for row in each.rows]
