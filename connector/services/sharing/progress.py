"""The steps of a share as pure functions: a record goes in, the next one comes out.

::

    received ─> sending ─> created ─> announced
       ^          │  └───> rejected
       └──────────┤
                  └───> unknown ─> received | sending | created

A share is *unsure* from the moment a request left whose outcome nobody knows until the record
is found, or until nothing is found after the instance's longest transaction.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from connector.errors import (
    NotConnectedError,
    Provider,
    ProviderError,
    ProviderRefusedError,
    SignInExpiredError,
    ThrottledError,
    connect_again,
)
from connector.models import Share, ShareState
from connector.servicenow.refusals import why_refused
from connector.store.shares import ShareRecord, Shown
from connector.words import later, tr

GIVE_UP_AFTER: Final = timedelta(hours=24)
LATE_AFTER: Final = timedelta(seconds=60)
_OPEN: Final = frozenset({ShareState.RECEIVED, ShareState.SENDING, ShareState.UNKNOWN})
_UNSURE: Final = later("ServiceNow did not confirm. Snowline looks for the ticket there first.")
_NOT_THERE: Final = later("ServiceNow did not confirm and has no such ticket.")
_SENT_AGAIN: Final = later(
    "ServiceNow did not confirm and has no such ticket, so Snowline sends it again."
)
_NEVER_CONFIRMED: Final = later(
    "ServiceNow has not confirmed this ticket for 24 hours, so Snowline has stopped trying."
    " Look there for the reference {reference} before you ask for it again."
)
_UNCLEAR: Final = later(
    "ServiceNow holds a ticket that may be this one, or does not show all that Snowline made there,"
    " so this one is not sent a second time. Look there for a ticket of this name before you ask"
    " for it again."
)
_UNSEEN: Final = later(
    "ServiceNow made a ticket of this name but does not let Snowline read it, so it cannot be"
    " followed from here. Look for it there."
)
_MAY_EXIST: Final = later(
    "An earlier request was never confirmed and may have made the ticket: look in ServiceNow for"
    " the reference {reference} before you ask for it again."
)
_GOES_OUT: Final = later("{why}; this ticket goes out then by itself.")
_LOOKS: Final = later("{why}; Snowline looks for the ticket then.")
_NOTHING_CREATED: Final = later("Nothing was created within 24 hours.")


def named(share: Share) -> str:
    """Name a share in the log, by the reference that its card shows to people."""
    return f"share={share.id} reference={share.correlation_id}"


def give_up_at(record: ShareRecord) -> datetime:
    """Tell when nothing more is tried for a share."""
    return record.share.requested_at + GIVE_UP_AFTER


def is_open(record: ShareRecord) -> bool:
    """Tell whether a share may still become a ticket."""
    return record.share.state in _OPEN and not record.share.gave_up


def is_surely_none(record: ShareRecord) -> bool:
    """Tell whether there is no ticket of a share and never will be, beyond doubt."""
    return record.share.state is ShareState.REJECTED and not record.doubted


def late_at(record: ShareRecord) -> datetime:
    """Tell when a share that is no ticket yet is late."""
    return record.share.requested_at + LATE_AFTER


def to_show(record: ShareRecord, now: datetime) -> tuple[Shown, str]:
    """Choose what the card of a share should show, and for which reason."""
    share = record.share
    if share.state in {ShareState.CREATED, ShareState.ANNOUNCED}:
        return Shown.TICKET, ""
    if share.state is ShareState.REJECTED:
        return Shown.REJECTED, share.reason
    if share.gave_up:
        return Shown.GIVEN_UP, share.reason
    if not share.parked and share.waits_until is None and now < late_at(record):
        return Shown.ON_ITS_WAY, ""
    if share.reason == record.shown_reason and record.shown is not Shown.NOTHING:
        return record.shown, record.shown_reason
    return Shown.LATE, share.reason


def leaving(record: ShareRecord, sent_as: str, now: datetime) -> ShareRecord:
    """A request of an integration user is about to leave."""
    share = record.share
    return replace(
        record,
        share=replace(
            share,
            state=ShareState.SENDING,
            attempts=share.attempts + 1,
            sent_at=now,
            waits_until=None,
        ),
        sent_as=sent_as,
    )


def unsure(record: ShareRecord, since: datetime) -> ShareRecord:
    """A request left at ``since`` or before, and nobody knows what became of it."""
    return replace(
        record,
        share=replace(record.share, state=ShareState.UNKNOWN, reason=tr(_UNSURE), waits_until=None),
        unsure_at=since,
        doubted=True,
        failures=record.failures + 1,
    )


def sure(record: ShareRecord, *, again: bool) -> ShareRecord:
    """Surely no request of the past makes a record any more; ``again`` if it is sent again."""
    reason = tr(_SENT_AGAIN if again else _NOT_THERE)
    share = replace(record.share, state=ShareState.RECEIVED, reason=reason, waits_until=None)
    return replace(record, share=share, unsure_at=None)


def put_off(record: ShareRecord, why: ProviderError) -> ShareRecord:
    """Nothing happened just now, and the next try comes after a wait."""
    rested = _resting(record, why.why, parked=False)
    return replace(rested, failures=record.failures + 1)


def waiting(record: ShareRecord, why: ThrottledError) -> ShareRecord:
    """Nothing may be asked before a time that is known; that is no failure.

    Were it one, the next wait would grow, and outlast by far what it waits for.
    """
    if not why.is_long:
        return _resting(record, why.why, parked=False)
    then = _GOES_OUT if record.unsure_at is None else _LOOKS
    rested = _resting(record, tr(then, why=why.why.removesuffix(".")), parked=False)
    return replace(rested, share=replace(rested.share, waits_until=why.until))


def parked(record: ShareRecord, why: NotConnectedError | SignInExpiredError) -> ShareRecord:
    """Nothing can happen before an admin connects."""
    return _resting(record, why.why, parked=True)


def reached(record: ShareRecord) -> ShareRecord:
    """The instance can be asked, so that whatever kept the share from asking is over."""
    return _resting(record, "" if record.unsure_at is None else tr(_UNSURE), parked=False)


def _resting(record: ShareRecord, why: str, *, parked: bool) -> ShareRecord:
    state = ShareState.RECEIVED if record.unsure_at is None else ShareState.UNKNOWN
    share = replace(record.share, state=state, reason=why, parked=parked, waits_until=None)
    return replace(record, share=share)


def rejected(record: ShareRecord, why: ProviderRefusedError, now: datetime) -> ShareRecord:
    """ServiceNow said no."""
    doubt = tr(_MAY_EXIST, reference=record.share.correlation_id) if record.doubted else ""
    return _ended_without(record, _in_a_row(why_refused(why), doubt), now)


def created(
    record: ShareRecord, sys_id: str, not_kept: tuple[str, ...], now: datetime
) -> ShareRecord:
    """The ServiceNow record exists."""
    share = replace(
        record.share,
        state=ShareState.CREATED,
        sys_id=sys_id,
        reason="",
        not_kept=not_kept,
        waits_until=None,
    )
    return replace(record, share=share, unsure_at=None, ended_at=now)


def given_up(record: ShareRecord, now: datetime) -> ShareRecord:
    """The day is over; an unsure share stays unknown, because nobody knows."""
    share = record.share
    if record.unsure_at is not None:
        never = tr(_NEVER_CONFIRMED, reference=share.correlation_id)
        return _left_unknown(record, never, now)
    connect = connect_again(Provider.SERVICENOW) if share.parked else ""
    reason = _in_a_row(tr(_NOTHING_CREATED), share.reason, connect)
    return _ended_without(record, reason, now)


def unclear(record: ShareRecord, now: datetime) -> ShareRecord:
    """Nobody can find out whether there is a ticket, so that a second one is never sent."""
    return _left_unknown(record, tr(_UNCLEAR), now)


def made(record: ShareRecord, now: datetime) -> ShareRecord:
    """The record was made for sure, and is still to be found."""
    return replace(unsure(record, now), made=True)


def unseen(record: ShareRecord, now: datetime) -> ShareRecord:
    """There is a ticket that may not be read."""
    return _left_unknown(record, tr(_UNSEEN), now)


def _in_a_row(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _ended_without(record: ShareRecord, reason: str, now: datetime) -> ShareRecord:
    share = replace(
        record.share,
        state=ShareState.REJECTED,
        reason=reason,
        parked=False,
        waits_until=None,
    )
    return replace(record, share=share, ended_at=now)


def _left_unknown(record: ShareRecord, reason: str, now: datetime) -> ShareRecord:
    share = replace(
        record.share,
        state=ShareState.UNKNOWN,
        reason=reason,
        parked=False,
        gave_up=True,
        waits_until=None,
    )
    return replace(record, share=share, ended_at=now)
