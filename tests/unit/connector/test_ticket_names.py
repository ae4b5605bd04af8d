"""A ticket's name: as it was typed here, safe where ServiceNow shows it."""

from dataclasses import replace

import pytest

from connector.models import TicketDraft
from connector.servicenow.payload import short_description
from connector.store import tickets
from tests.unit.connector.fakes import ACME, CHANNEL
from tests.unit.connector.stage import Stage

MARKED = "Look at [code]<script>alert(1)</script>[/code]"
SAFE = "Look at (code)<script>alert(1)</script>(/code)"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (MARKED, SAFE),
        ("Rack [12]", "Rack [12]"),
        ("x" * 161, "x" * 159 + "…"),
        (" Spaces\u202e around ", "Spaces around"),
    ],
)
def test_a_name_is_sent_as_no_markup(typed: str, sent: str) -> None:
    assert short_description(typed) == sent


async def test_a_name_made_safe_is_shown_as_typed_until_it_is_changed(
    connected: Stage, draft: TicketDraft
) -> None:
    services, database = connected.connector.services, connected.connector.database
    wanted = replace(draft, name=MARKED)
    share = await services.shares.request(ACME, wanted, CHANNEL, "view-1")
    await connected.until_done(share.id)
    (record,) = connected.end.tickets()
    assert record["short_description"] == SAFE
    connected.end.change(record["number"], category="network")
    await services.following.sync(ACME, "incident")
    ticket = await tickets.get(database.view(ACME), share.id)
    assert ticket is not None
    assert (ticket.name, ticket.not_kept) == (MARKED, ())
    assert await tickets.unannounced(database.view(ACME), share.id) == ()
    connected.end.change(record["number"], short_description="Renamed")
    await services.following.sync(ACME, "incident")
    ticket = await tickets.get(database.view(ACME), share.id)
    assert ticket is not None
    assert ticket.name == "Renamed"
