"""One odd record, or many, must not end the following of the others."""

from dataclasses import replace

import pytest

from connector.models import TicketDraft
from tests.unit.connector.fakes import ACME, CHANNEL
from tests.unit.connector.stage import Stage


async def make(stage: Stage, draft: TicketDraft, count: int) -> list[str]:
    """Make tickets, and return their shares in the order of the tickets' sys_ids."""
    made = []
    for number in range(count):
        request = stage.connector.services.shares.request
        share = await request(ACME, draft, CHANNEL, f"view-{number}")
        record = await stage.until_done(share.id)
        made.append((record.share.sys_id, share.id))
    return [share_id for _, share_id in sorted(made)]


async def states(stage: Stage) -> list[str]:
    cards = {card.share.id: card.ticket for card in stage.chat.shown if card.ticket}
    view = stage.connector.database.view(ACME)
    rows = await view.run("SELECT state FROM tickets WHERE workspace = :workspace")
    assert len(rows) == len(cards)
    return sorted(row["state"] for row in rows)


def rows_of(stage: Stage) -> list[dict[str, str]]:
    return sorted(stage.end.tickets(), key=lambda row: row["sys_id"])


async def test_rows_out_of_sight_do_not_end_a_page_too_early(
    connected: Stage, draft: TicketDraft
) -> None:
    await make(connected, draft, 7)
    rows = rows_of(connected)
    instance = connected.end.servicenow.instance
    hidden = frozenset(row["sys_id"] for row in rows[1:4])
    object.__setattr__(instance, "settings", replace(instance.settings, out_of_sight=hidden))
    for row in rows:
        connected.end.change(row["number"], state="2")
    for row in rows:
        row["sys_updated_on"] = rows[-1]["sys_updated_on"]
    service = replace(connected.connector.services.following, page_size=3)
    await service.sync(ACME, "incident")
    assert await states(connected) == ["1", "1", "1", "2", "2", "2", "2"]


@pytest.mark.parametrize("ahead", [0.0, 120.0], ids=["clocks agree", "ours is ahead"])
async def test_a_record_from_the_future_ends_no_following(
    connected: Stage, draft: TicketDraft, ahead: float
) -> None:
    await make(connected, draft, 2)
    connected.clock.jump(ahead)
    first, second = rows_of(connected)
    true_time = first["sys_updated_on"]
    first["sys_updated_on"] = "2033-01-01 00:00:00"
    sync = connected.connector.services.following.sync
    await sync(ACME, "incident")
    first["sys_updated_on"] = true_time
    for row in (first, second):
        connected.end.change(row["number"], state="2")
    await sync(ACME, "incident")
    assert await states(connected) == ["2", "2"]


async def test_a_record_that_cannot_be_read_holds_no_other_up(
    connected: Stage, draft: TicketDraft, caplog: pytest.LogCaptureFixture
) -> None:
    await make(connected, draft, 2)
    first, second = rows_of(connected)
    for row in (first, second):
        connected.end.change(row["number"], state="2")
    first["number"] = ""
    await connected.connector.services.following.sync(ACME, "incident")
    assert await states(connected) == ["1", "2"]
    assert "is left out of what changed" in caplog.text
