"""What is not followed any more or gone is left alone, wherever an old form or button asks."""

import pytest

from bot.sandbox.servicenow.server import ServiceNowServer
from connector.errors import ConnectorError
from connector.models import Standing, TicketDraft
from tests.unit.connector.fakes import ACME
from tests.unit.connector.stage import Stage, sign_in
from tests.unit.connector.test_acts import act_on
from tests.unit.connector.test_moving import (
    FORMER,
    call_deadline,
    listed,
    move,
    other,
    settled,
    sync,
)

__all__ = ["call_deadline", "other", "settled"]


async def refusal(stage: Stage, share: str) -> str:
    with pytest.raises(ConnectorError) as refused:
        await stage.connector.services.acts.request(ACME, act_on(share), "trigger-1")
    return refused.value.user_message


@pytest.mark.parametrize("becomes", [Standing.FORMER, Standing.FORGOTTEN])
async def test_nothing_is_done_with_a_former_instances_ticket(
    settled: Stage, becomes: Standing
) -> None:
    (ticket,) = await listed(settled)
    await move(settled, becomes)
    assert await refusal(settled, ticket.share) == (
        f"{ticket.number} is at {FORMER}, and Snowline does not follow it any more."
        " Nothing was done with it: use ServiceNow itself."
    )


async def test_nothing_is_done_with_a_ticket_that_is_gone(settled: Stage) -> None:
    (ticket,) = await listed(settled)
    settled.end.delete(ticket.sys_id)
    await sync(settled)
    assert "is not in ServiceNow any more" in await refusal(settled, ticket.share)


async def test_of_two_tickets_of_one_number_the_followed_one_is_meant(
    settled: Stage, other: ServiceNowServer, draft: TicketDraft
) -> None:
    (former,) = await listed(settled)
    await move(settled)
    assert other.records("incident") == []
    share_id = await settled.ask(draft, "view-2")
    await settled.until_done(share_id)
    service = settled.connector.services.acts
    ticket = await service.ticket(ACME, share_id)
    assert ticket.number == former.number
    assert (await service.numbered(ACME, ticket.number)).share == share_id
    assert (await sign_in(settled.connector)).ok
    assert (await service.numbered(ACME, ticket.number)).share == former.share
