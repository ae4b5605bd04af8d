"""A ticket that ServiceNow refused is edited and sent again: once, as a new one."""

import asyncio
from dataclasses import replace

import pytest

from connector.errors import NotFoundError, NotToSendAgainError, Provider, ProviderRefusedError
from connector.models import RecommendationSource, ShareState, TicketDraft, TicketFilter
from connector.servicenow.refusals import why_refused
from connector.store import shares
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, ADA, MIA
from tests.unit.connector.stage import Stage


async def refused(stage: Stage, draft: TicketDraft) -> str:
    stage.end.servicenow.faults.arm("data-policy")
    share_id = await stage.ask(draft)
    record = await stage.until_done(share_id)
    assert record.share.state is ShareState.REJECTED
    return share_id


async def again(stage: Stage, share_id: str, draft: TicketDraft, delivery: str = "view-2") -> str:
    send_again = stage.connector.services.resending.send_again
    return (await send_again(ACME, share_id, MIA, draft, delivery)).id


async def test_what_is_sent_again_is_a_new_ticket_on_the_same_card(
    connected: Stage, draft: TicketDraft
) -> None:
    old_id = await refused(connected, draft)
    old = (await connected.record(old_id)).share
    assert connected.chat.latest.may_be_sent_again
    typed = replace(draft, name="Filled in", action_id="", source=RecommendationSource.USER)
    new = (await connected.until_done(await again(connected, old_id, typed))).share
    assert new.state is ShareState.ANNOUNCED
    assert new.draft == replace(draft, name="Filled in")
    assert not {old.id, old.sys_id, old.correlation_id} & {new.id, new.sys_id, new.correlation_id}
    assert new.place == old.place
    assert connected.chat.posted == 1
    assert [row["short_description"] for row in connected.end.tickets()] == ["Filled in"]
    listed = await connected.connector.services.tickets.waiting(ACME, TicketFilter.ALL, MIA)
    assert listed.own == ()


async def test_pressing_twice_makes_one(connected: Stage, draft: TicketDraft) -> None:
    old_id = await refused(connected, draft)
    first, second = await asyncio.gather(*(again(connected, old_id, draft) for _ in range(2)))
    assert first == second
    with pytest.raises(NotToSendAgainError, match="sent again"):
        await again(connected, old_id, draft, "view-3")
    with pytest.raises(NotToSendAgainError, match="sent again"):
        await connected.connector.services.resending.rejected(ACME, old_id, MIA)
    await connected.until_done(first)
    assert len(connected.end.tickets()) == 1


async def test_what_is_refused_again_can_be_sent_again(
    connected: Stage, draft: TicketDraft
) -> None:
    old_id = await refused(connected, draft)
    connected.end.servicenow.faults.arm("business-rule")
    second = await again(connected, old_id, draft)
    assert (await connected.until_done(second)).share.state is ShareState.REJECTED
    assert "“Changes only on weekdays”" in connected.chat.latest.share.reason
    third = await connected.until_done(await again(connected, second, draft, "view-3"))
    assert third.share.state is ShareState.ANNOUNCED
    assert connected.chat.posted == 1


async def test_only_who_asked_may_send_it_again(connected: Stage, draft: TicketDraft) -> None:
    old_id = await refused(connected, draft)
    resending = connected.connector.services.resending
    with pytest.raises(NotToSendAgainError) as refusal:
        await resending.rejected(ACME, old_id, ADA)
    assert "Only who asked" in refusal.value.user_message
    with pytest.raises(NotToSendAgainError):
        await resending.send_again(ACME, old_id, ADA, draft, "view-2")
    with pytest.raises(NotFoundError):
        await resending.rejected(ACME, "nobody's", MIA)
    assert (await resending.rejected(ACME, old_id, MIA)).draft == draft


@pytest.mark.parametrize("state", [ShareState.UNKNOWN, ShareState.REJECTED])
async def test_what_may_have_become_a_ticket_is_never_sent_again(
    connected: Stage, draft: TicketDraft, state: ShareState
) -> None:
    old_id = await refused(connected, draft)
    record = await connected.record(old_id)
    async with connected.connector.database.transaction(ACME) as tx:
        share = replace(record.share, state=state, gave_up=state is ShareState.UNKNOWN)
        await shares.save(tx, replace(record, share=share, doubted=True))
    with pytest.raises(NotToSendAgainError, match="may have become"):
        await again(connected, old_id, draft)
    assert connected.end.inserts == 1


async def test_a_card_of_a_doubted_share_offers_no_sending_again(
    connected: Stage, draft: TicketDraft
) -> None:
    old_id = await refused(connected, draft)
    record = await connected.record(old_id)
    async with connected.connector.database.transaction(ACME) as tx:
        await shares.save(tx, replace(record, doubted=True))
        await shares.keep_shown(tx, record.share.id, Shown.LATE, "", record.share.place)
    await connected.restart()
    await connected.until_shown(old_id, Shown.REJECTED)
    assert not connected.chat.latest.may_be_sent_again


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        pytest.param(
            "403 Operation Failed: Data Policy Exception: The following fields are mandatory:"
            " Resolution code, Close notes",
            "ServiceNow wants these fields filled in: Resolution code, Close notes. Snowline's form"
            " does not have Resolution code, Close notes: an admin can map such fields under"
            " `/snow settings`.",
            id="fields the form does not have",
        ),
        pytest.param(
            "403 Operation Failed: Data Policy Exception: The following fields are mandatory:"
            " Description, Due date",
            "ServiceNow wants these fields filled in: Description, Due date. Fill in Description"
            " and Due date.",
            id="fields of the form",
        ),
        pytest.param(
            "403 Operation Failed: Data Policy Exception: The following fields are mandatory:"
            " Caller, Business service",
            "ServiceNow wants these fields filled in: Caller, Business service. As Caller Snowline"
            " sends the active ServiceNow user with the requester's e-mail address: an admin there"
            " makes sure that there is one. Snowline's form does not have Business service: an"
            " admin can map such fields under `/snow settings`.",
            id="the person that Snowline looks up",
        ),
        pytest.param(
            "403 Operation Failed: Data Policy Exception: The following fields are mandatory:"
            " Work notes, State",
            "ServiceNow wants these fields filled in: Work notes, State. Snowline does not fill"
            " in Work notes, State of a new ticket: ask the administrator there to ask for less.",
            id="fields that no rule may fill",
        ),
        pytest.param(
            "403 Operation Failed: Operation against file 'incident' was aborted by Business Rule"
            " 'No Fridays^bf2f'. Business Rule Stack:No Fridays",
            "ServiceNow's business rule “No Fridays” stopped it. Change what the rule objects to,"
            " or ask the administrator there.",
            id="a business rule",
        ),
        pytest.param("403 something", "ServiceNow refused: “x”.", id="anything else"),
    ],
)
def test_a_refusal_says_what_stands_in_the_way(reason: str, sentence: str) -> None:
    refusal = ProviderRefusedError(Provider.SERVICENOW, reason, remedy="refused: “x”.")
    assert why_refused(refusal) == sentence
