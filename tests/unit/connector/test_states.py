"""States as an admin calls and judges them: on tickets, lists, digests and in change replies."""

import pytest

from bot.sandbox.accounts import INSTANCE_HOST
from connector.errors import OvertakenError
from connector.models import (
    FieldChange,
    Meaning,
    StateChoice,
    Ticket,
    TicketDraft,
    TicketFilter,
    TicketKind,
    TicketState,
)
from connector.store import states as store
from connector.store import tickets
from tests.unit.connector.checking import SEEN_BY_ADMINS, behave
from tests.unit.connector.fakes import ACME, CHANNEL, MIA, until
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_tickets import made, sync

INCIDENT = TicketKind.INCIDENT


async def judge(stage: Stage, value: str, name: str, meaning: Meaning) -> None:
    choice = StateChoice(value=value, name=name, meaning=meaning)
    await stage.connector.services.states.judge(ACME, INSTANCE_HOST, INCIDENT, (choice,))


async def kept(stage: Stage, ticket: Ticket) -> Ticket:
    found = await tickets.get(stage.connector.database.view(ACME), ticket.share)
    assert found is not None
    return found


async def states(stage: Stage) -> dict[str, TicketState]:
    known = await stage.connector.services.states.known(ACME, INCIDENT)
    return {state.value: state for state in known}


async def open_tickets(stage: Stage) -> tuple[Ticket, ...]:
    return await stage.connector.services.tickets.list(ACME, TicketFilter.OPEN, MIA)


async def test_a_state_is_shown_by_its_new_name_on_the_next_ticket(
    connected: Stage, draft: TicketDraft
) -> None:
    await judge(connected, "1", "To do", Meaning.OPEN)
    assert (await made(connected, draft)).state_label == "To do"
    latest = connected.chat.latest.ticket
    assert latest is not None
    assert latest.state_label == "To do"


async def test_tickets_that_are_known_are_renamed_and_that_is_no_change_to_tell(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    await judge(connected, "1", "To do", Meaning.OPEN)
    assert (await kept(connected, ticket)).state_label == "To do"
    await sync(connected)
    assert (await kept(connected, ticket)).state_label == "To do"
    view = connected.connector.database.view(ACME)
    assert await tickets.unannounced(view, ticket.share) == ()


async def test_a_change_is_told_in_the_new_names(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    await judge(connected, "1", "To do", Meaning.OPEN)
    await judge(connected, "2", "Doing", Meaning.OPEN)
    connected.end.change(ticket.number, state="2")
    await sync(connected)
    await until(lambda: len(connected.chat.changes) == 1)
    (_, change) = connected.chat.changes[0]
    assert change.fields == (FieldChange(field="State", before="To do", after="Doing"),)
    latest = connected.chat.latest.ticket
    assert latest is not None
    assert latest.state_label == "Doing"


async def test_an_empty_name_gives_servicenows_label_back(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    await judge(connected, "1", "To do", Meaning.OPEN)
    await judge(connected, "1", "", Meaning.OPEN)
    assert (await kept(connected, ticket)).state_label == "New"
    assert (await states(connected))["1"].shown == "New"


@pytest.mark.parametrize(
    ("meaning", "is_open"),
    [
        (Meaning.OPEN, True),
        (Meaning.WAITING, True),
        (Meaning.DONE, False),
        (Meaning.CANCELLED, False),
    ],
)
async def test_the_meaning_decides_what_is_open(
    connected: Stage, draft: TicketDraft, meaning: Meaning, is_open: bool
) -> None:
    before = await made(connected, draft)
    await judge(connected, "1", "", meaning)
    after = await made(connected, draft, "view-2")
    for ticket in (before, after):
        assert (await kept(connected, ticket)).is_open is is_open
    assert bool(await open_tickets(connected)) is is_open
    await connected.connector.services.digests.request(ACME, MIA, CHANNEL, "digest")
    await until(lambda: bool(connected.chat.digests))
    assert connected.chat.digests[0].kinds[0].total == (2 if is_open else 0)


async def test_a_state_chosen_as_it_is_shown_goes_on_to_mean_what_its_records_say(
    connected: Stage,
) -> None:
    async with connected.connector.database.transaction(ACME) as tx:
        for value in ("20", "30"):
            await store.see(tx, INSTANCE_HOST, INCIDENT, value, value, is_active=True)
    await judge(connected, "20", "", Meaning.OPEN)
    await judge(connected, "30", "Parked", Meaning.OPEN)
    known = await states(connected)
    assert [value for value, state in known.items() if state.is_set] == ["30"]


async def test_a_resolved_incident_can_count_as_open(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    await judge(connected, "6", "", Meaning.WAITING)
    resolved = {"state": "6", "close_code": "User error", "close_notes": "Done."}
    connected.end.change(ticket.number, **resolved)
    await sync(connected)
    assert (await kept(connected, ticket)).is_open


async def test_the_meaning_stands_where_active_cannot_be_read(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    await judge(connected, "1", "", Meaning.DONE)
    await judge(connected, "2", "", Meaning.OPEN)
    connected.end.hide("active")
    connected.end.change(ticket.number, state="2")
    await sync(connected)
    assert (await kept(connected, ticket)).is_open


async def test_a_ticket_that_is_gone_is_not_opened_by_a_meaning(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    connected.end.delete(ticket.sys_id)
    await sync(connected)
    await judge(connected, "1", "", Meaning.OPEN)
    assert not (await kept(connected, ticket)).is_open


async def test_a_state_nobody_shipped_means_what_its_records_say(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    row = connected.end.tickets()[0]
    row |= {"state": "20", "active": "false", "sys_updated_on": "2099-01-01 00:00:00"}
    await connected.connector.services.following.sync(ACME, INCIDENT.value)
    assert not (await kept(connected, ticket)).is_open
    state = (await states(connected))["20"]
    assert (state.label, state.meaning, state.is_set) == ("20", Meaning.DONE, False)
    await judge(connected, "20", "Parked", Meaning.WAITING)
    found = await kept(connected, ticket)
    assert (found.state_label, found.is_open) == ("Parked", True)


async def test_states_are_found_on_other_peoples_records(connected: Stage) -> None:
    connected.end.make(1)
    row = connected.end.servicenow.records("incident")[0]
    row |= {"state": "30", "active": "true"}
    assert "30" not in await states(connected)
    found = await connected.connector.services.states.look(ACME, INCIDENT)
    assert [state.meaning for state in found if state.value == "30"] == [Meaning.OPEN]
    assert [state.value for state in found][:6] == ["1", "2", "3", "6", "7", "8"]


async def test_looking_keeps_what_an_admin_has_chosen(connected: Stage) -> None:
    connected.end.make(1)
    await judge(connected, "1", "To do", Meaning.WAITING)
    behave(connected, opened=SEEN_BY_ADMINS)
    await connected.connector.services.states.look(ACME, INCIDENT)
    first = (await states(connected))["1"]
    assert (first.name, first.meaning, first.is_set) == ("To do", Meaning.WAITING, True)


async def test_a_state_means_what_it_meant_when_active_may_not_be_read_any_more(
    connected: Stage, draft: TicketDraft
) -> None:
    await made(connected, draft)
    row = connected.end.tickets()[0]
    row |= {"state": "20", "active": "false", "sys_updated_on": "2099-01-01 00:00:00"}
    await connected.connector.services.following.sync(ACME, INCIDENT.value)
    connected.end.hide("active")
    row |= {"sys_updated_on": "2099-01-02 00:00:00"}
    await connected.connector.services.following.sync(ACME, INCIDENT.value)
    assert (await states(connected))["20"].meaning is Meaning.DONE


async def test_a_form_of_another_instance_names_no_states_of_this_one(connected: Stage) -> None:
    choice = StateChoice(value="1", name="To do", meaning=Meaning.DONE)
    with pytest.raises(OvertakenError) as overtaken:
        await connected.connector.services.states.judge(
            ACME, "fabrikam.service-now.com", INCIDENT, (choice,)
        )
    assert "fabrikam.service-now.com" in overtaken.value.user_message
    assert not (await states(connected))["1"].is_set
