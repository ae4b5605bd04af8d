"""What people do with a ticket from the chat: once each, read back, and said by their name."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from connector.errors import NotFoundError, Provider
from connector.models import (
    Act,
    ActDraft,
    ActKind,
    ActState,
    Person,
    Setting,
    TicketDraft,
    TicketKind,
)
from connector.store import acts
from tests.unit.connector.fakes import ACME, MIA, until
from tests.unit.connector.stage import LONGEST_TRANSACTION, Stage

LOST = [
    "500-after-commit",
    "reset-before-commit",
    "reset-after-commit",
    "late-commit",
    "429-bare",
    "503",
]
NEVER_LEFT = {"429-bare", "503"}


@pytest.fixture
async def share(connected: Stage, draft: TicketDraft) -> str:
    """A ticket whose card stands."""
    share_id = await connected.ask(draft, "view-ticket")
    await connected.until_done(share_id)
    return share_id


@pytest.fixture
async def change_request(connected: Stage, draft: TicketDraft) -> str:
    share_id = await connected.ask(replace(draft, kind=TicketKind.CHANGE_REQUEST), "view-change")
    await connected.until_done(share_id)
    return share_id


def act_on(share_id: str, kind: ActKind = ActKind.COMMENT, **more: Any) -> ActDraft:
    text = more.pop("text", "Done on all hosts." if kind is ActKind.COMMENT else "")
    return ActDraft(kind=kind, ticket=share_id, by=MIA, by_name="Mia Member", text=text, **more)


def setting(column: str, value: str, shown: str = "") -> Setting:
    return Setting(column=column, value=value, shown=shown or value)


def move(share_id: str, value: str, label: str, *more: Setting, text: str = "") -> ActDraft:
    settings = (setting("state", value, label), *more)
    return act_on(share_id, ActKind.STATE, settings=settings, text=text)


async def do(stage: Stage, draft: ActDraft, delivery: str = "trigger-1") -> Act:
    """Ask for it and wait until it is decided."""
    service = stage.connector.services.acts
    async with asyncio.timeout(20):
        return await service.decided(await service.request(ACME, draft, delivery))


def row(stage: Stage, table: str = "incident") -> dict[str, str]:
    (found,) = stage.end.tickets(table)
    return found


def entries(stage: Stage, element: str = "comments") -> list[str]:
    records = stage.end.servicenow.instance.records
    (owner,) = (each["sys_id"] for each in stage.end.tickets())
    return [each["value"] for each in records.entries(owner, element)]


async def told(stage: Stage, count: int = 1) -> list[Any]:
    await until(lambda: len(stage.chat.changes) >= count)
    return [change for _, change in stage.chat.changes]


async def test_a_comment_is_written_with_the_name_and_said_once_in_the_thread(
    connected: Stage, share: str
) -> None:
    act = await do(connected, act_on(share))
    assert act.state is ActState.DONE
    assert act.not_kept == ()
    assert entries(connected) == ["Mia Member in Slack:\nDone on all hosts."]
    (change,) = await told(connected)
    assert change.by == "Mia Member"
    assert change.from_chat
    assert [(each.field, each.after) for each in change.fields] == [
        ("Comment", "Done on all hosts.")
    ]
    await connected.connector.services.following.sync(ACME, "incident")
    view = connected.connector.database.view(ACME)
    rows = await view.run("SELECT * FROM changes WHERE workspace = :workspace")
    assert len(rows) == 1


async def test_a_work_note_is_a_work_note(connected: Stage, share: str) -> None:
    await do(connected, act_on(share, ActKind.NOTE, text="Only for us."))
    assert entries(connected, "work_notes") == ["Mia Member in Slack:\nOnly for us."]
    assert entries(connected) == []


@pytest.mark.parametrize("fault", LOST)
async def test_whatever_becomes_of_the_answer_there_is_one_comment(
    connected: Stage, share: str, fault: str
) -> None:
    connected.end.servicenow.faults.arm(fault)
    act = await do(connected, act_on(share))
    assert act.state is ActState.DONE
    # A request of the past may still be carried out.
    await asyncio.sleep(LONGEST_TRANSACTION if fault == "late-commit" else 0)
    assert len(entries(connected)) == 1
    assert len(await told(connected)) == 1


async def test_the_same_words_said_twice_are_two_comments_though_the_second_is_in_doubt(
    connected: Stage, share: str
) -> None:
    await do(connected, act_on(share), "trigger-1")
    connected.end.servicenow.faults.arm("reset-before-commit")
    act = await do(connected, act_on(share), "trigger-2")
    assert act.state is ActState.DONE
    assert len(entries(connected)) == 2


async def test_one_press_delivered_twice_is_one_comment(connected: Stage, share: str) -> None:
    first, second = await asyncio.gather(
        do(connected, act_on(share), "trigger-1"), do(connected, act_on(share), "trigger-1")
    )
    assert first.id == second.id
    assert len(entries(connected)) == 1


async def test_a_comment_whose_journal_may_not_be_read_is_never_sent_twice(
    connected: Stage, share: str
) -> None:
    connected.end.hide("comments", "work_notes")
    connected.end.servicenow.faults.arm("reset-after-commit")
    act = await do(connected, act_on(share))
    assert act.state is ActState.UNKNOWN
    assert act.gave_up
    assert "not sent a second time" in act.reason
    assert len(entries(connected)) == 1


async def test_a_comment_after_a_crash_is_looked_for_first(connected: Stage, share: str) -> None:
    written, gone = asyncio.Event(), asyncio.Event()

    async def hold_the_answer(when: str) -> None:
        if when == "after PATCH":
            written.set()
            await gone.wait()

    connected.end.boundary = hold_the_answer
    service = connected.connector.services.acts
    asked = await service.request(ACME, act_on(share), "trigger-1")
    await written.wait()
    connected.end.boundary = None
    await connected.restart()
    gone.set()
    act = await connected.connector.services.acts.decided(asked)
    assert act.state is ActState.DONE
    assert len(entries(connected)) == 1


async def test_a_state_is_told_from_before_to_after_by_the_persons_name(
    connected: Stage, share: str
) -> None:
    await do(connected, move(share, "2", "In Progress"))
    assert row(connected)["state"] == "2"
    (change,) = await told(connected)
    assert [(each.field, each.before, each.after) for each in change.fields] == [
        ("State", "New", "In Progress")
    ]
    assert connected.chat.latest.ticket is not None
    assert connected.chat.latest.ticket.state_label == "In Progress"


@pytest.mark.parametrize("fault", LOST)
async def test_a_lost_answer_to_a_due_date_ends_well(
    connected: Stage, share: str, fault: str
) -> None:
    connected.end.servicenow.faults.arm(fault)
    due = setting("due_date", "2027-01-31 12:00:00", "31 Jan 2027")
    act = await do(connected, act_on(share, ActKind.DUE, settings=(due,)))
    assert act.state is ActState.DONE
    (change,) = await told(connected)
    assert [each.after for each in change.fields] == ["2027-01-31"]
    assert row(connected)["due_date"].startswith("2027-01-31")


async def test_a_lost_due_date_does_not_come_back_after_a_later_one(
    connected: Stage, share: str
) -> None:
    faults, service = connected.end.servicenow.faults, connected.connector.services.acts
    faults.arm("late-commit")
    # Later than the second one would be sent, and still sooner than a request is given up.
    faults.late_by = 2 * LONGEST_TRANSACTION
    asked = []
    for month in ("01", "02"):
        due = setting("due_date", f"2027-{month}-01 12:00:00")
        draft = act_on(share, ActKind.DUE, settings=(due,))
        asked.append(await service.request(ACME, draft, f"trigger-{month}"))
    async with asyncio.timeout(20):
        await service.decided(asked[1])
    await asyncio.sleep(faults.late_by)
    assert row(connected)["due_date"].startswith("2027-02-01")


async def test_resolving_without_what_it_takes_is_refused_with_the_fields_names(
    connected: Stage, share: str
) -> None:
    act = await do(connected, move(share, "6", "Resolved"))
    assert act.state is ActState.REJECTED
    assert act.wanted == ("Resolution code", "Close notes")
    assert "Resolution code, Close notes" in act.reason
    assert row(connected)["state"] == "1"
    assert connected.chat.changes == []


async def test_what_it_takes_goes_with_it(connected: Stage, share: str) -> None:
    more = (setting("close_code", "Solution provided"), setting("close_notes", "MFA is on."))
    act = await do(connected, move(share, "6", "Resolved", *more))
    assert act.state is ActState.DONE
    assert row(connected)["close_notes"] == "MFA is on."
    (change,) = await told(connected)
    assert [each.field for each in change.fields] == ["State", "Close code", "Close notes"]


async def test_a_change_request_that_may_not_go_there_is_refused_by_its_rule(
    connected: Stage, change_request: str
) -> None:
    act = await do(connected, move(change_request, "-1", "Implement"))
    assert act.state is ActState.REJECTED
    assert "“Change Model: Check State Transition”" in act.reason


async def test_a_field_that_is_not_kept_is_named_to_whoever_set_it(
    connected: Stage, share: str
) -> None:
    connected.end.drop("due_date")
    due = setting("due_date", "2027-01-31 12:00:00")
    act = await do(connected, act_on(share, ActKind.DUE, settings=(due,)))
    assert act.state is ActState.DONE
    assert act.not_kept == ("Due date",)
    connected.clock.jump(10)
    connected.connector.worker.work.changed.set()
    await until(lambda: bool(connected.chat.acts))
    assert connected.chat.changes == []


async def test_a_comment_that_is_not_kept_is_named(connected: Stage, share: str) -> None:
    connected.end.drop("comments")
    act = await do(connected, act_on(share))
    assert act.not_kept == ("Comment",)
    assert connected.chat.changes == []


async def test_an_outcome_that_was_read_where_one_acted_is_not_told_again(
    connected: Stage, share: str
) -> None:
    service = connected.connector.services.acts
    for delivery in ("read", "unread"):
        act = await do(connected, move(share, "6", "Resolved"), delivery)
        if delivery == "read":
            await service.note_told(act)
    connected.clock.jump(10)
    connected.connector.worker.work.changed.set()
    await until(lambda: bool(connected.chat.acts))
    ((known, ticket),) = connected.chat.acts
    assert known == act
    assert ticket.share == share
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while not (await acts.get(view, act.id)).told:  # type: ignore[union-attr]
            await asyncio.sleep(0.01)
    assert len(connected.chat.acts) == 1


async def test_without_a_connection_it_waits_and_goes_on(connected: Stage, share: str) -> None:
    instance = connected.end.servicenow.instance
    instance.tokens.expire_all(refresh=True)
    service = connected.connector.services.acts
    asked = await service.request(ACME, act_on(share), "trigger-1")
    async with asyncio.timeout(10):
        while not (await service.act(ACME, asked.id)).parked:
            await asyncio.sleep(0.01)
    assert (await connected.connect()).ok
    async with asyncio.timeout(10):
        act = await service.decided(asked)
    assert act.state is ActState.DONE
    assert len(entries(connected)) == 1


async def test_a_disconnect_while_the_answer_is_lost_makes_no_second_comment(
    connected: Stage, share: str
) -> None:
    async def end(when: str) -> None:
        if when == "after PATCH":
            connected.end.boundary = None
            await connected.disconnect(Provider.SERVICENOW)
            raise ConnectionResetError

    connected.end.boundary = end
    service = connected.connector.services.acts
    asked = await service.request(ACME, act_on(share), "trigger-1")
    async with asyncio.timeout(10):
        while not (await service.act(ACME, asked.id)).parked:
            await asyncio.sleep(0.01)
    assert (await connected.connect()).ok
    async with asyncio.timeout(10):
        await service.decided(asked)
    assert len(entries(connected)) == 1


async def test_assigning_to_me_finds_me_by_my_verified_address(
    connected: Stage, share: str
) -> None:
    beth = connected.end.servicenow.instance.people.named("beth.anglin")
    assert beth is not None
    user = connected.end.servicenow.instance.records.find("sys_user", beth.sys_id)
    assert user is not None
    connected.people.known[MIA] = Person(user=MIA, name="Mia Member", email=user["email"])
    act = await do(connected, act_on(share, ActKind.ASSIGN, to_me=True))
    assert act.state is ActState.DONE
    assert row(connected)["assigned_to"] == beth.sys_id
    (change,) = await told(connected)
    assert [each.after for each in change.fields] == [user["name"]]


async def test_assigning_to_me_without_an_address_says_what_to_do(
    connected: Stage, share: str
) -> None:
    connected.people.known[MIA] = Person(user=MIA, name="Mia Member")
    act = await do(connected, act_on(share, ActKind.ASSIGN, to_me=True))
    assert act.state is ActState.REJECTED
    assert "Choose yourself by name" in act.reason


async def test_what_others_changed_meanwhile_is_not_told_by_my_name(
    connected: Stage, share: str
) -> None:
    async def meanwhile(when: str) -> None:
        if when == "before PATCH":
            connected.end.boundary = None
            connected.end.change(row(connected)["number"], impact="3", urgency="3")

    connected.end.boundary = meanwhile
    await do(connected, move(share, "2", "In Progress"))
    theirs, ours = await told(connected, 2)
    assert [each.field for each in theirs.fields] == ["Priority"]
    assert not theirs.from_chat
    assert [each.field for each in ours.fields] == ["State"]


async def test_following_leaves_to_an_act_what_it_has_under_way(
    connected: Stage, share: str
) -> None:
    async def read(when: str) -> None:
        if when == "after PATCH":
            connected.end.boundary = None
            await connected.connector.services.following.sync(ACME, "incident")

    connected.end.boundary = read
    await do(connected, move(share, "2", "In Progress"))
    (change,) = await told(connected)
    assert change.from_chat


async def test_a_ticket_is_found_by_its_number_however_it_is_typed(
    connected: Stage, share: str
) -> None:
    number = row(connected)["number"]
    service = connected.connector.services.acts
    assert (await service.numbered(ACME, f" {number.lower()} ")).share == share
    for unknown in ("INC9999999", "", "x' OR 1=1"):
        with pytest.raises(NotFoundError):
            await service.numbered(ACME, unknown)


async def test_the_next_states_of_a_change_request_are_the_instances(
    connected: Stage, change_request: str
) -> None:
    services = connected.connector.services
    ticket = await services.acts.ticket(ACME, change_request)
    paths = await services.paths.of(ticket)
    assert [each.label for each in paths.states] == ["Assess", "Canceled"]
    assert "Successful" in [each.label for each in paths.close_codes]


async def test_people_and_groups_are_found_by_what_is_typed(connected: Stage) -> None:
    service = connected.connector.services.acts
    found = await service.people(ACME, "beth")
    assert [each.label for each in found] == ["Beth Anglin"]
    assert await service.people(ACME, "beth^ORactive=false") == ()
    assert all(each.value for each in await service.groups(ACME, ""))
