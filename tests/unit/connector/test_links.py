"""The rules for showing what links name, and who may read more of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import accounts
from bot.sandbox.servicenow.records import fixed_sys_id
from connector.errors import ConnectorError, NotFoundError
from connector.models import (
    Circle,
    Person,
    Place,
    PreviewRule,
    SharedLinks,
    Standing,
    Ticket,
    TicketDraft,
    TicketKind,
)
from connector.store import tickets
from tests.unit.connector.checking import behave
from tests.unit.connector.fakes import ACME, CHANNEL, GLOBEX, MIA
from tests.unit.connector.stage import Stage

ADMIN = Person(user=MIA, name="Ada Admin", email=accounts.ADA.email)
ROLELESS = Person(user=MIA, name="Mia Member", email=accounts.MIA.email)
UNSURE = Person(user=MIA, name="Ned Newcomer")
ELSEWHERE = "C0ELSEWHERE"


@pytest.fixture
async def ticket(connected: Stage, draft: TicketDraft) -> Ticket:
    """A followed incident whose card stands in the usual channel."""
    behave(connected, opened=frozenset({"sys_user_has_role"}))
    share_id = await connected.ask(draft)
    await connected.until_done(share_id)
    return await connected.connector.services.acts.ticket(ACME, share_id)


@pytest.fixture
def staged(connected: Stage, ticket: Ticket) -> tuple[Stage, Ticket]:
    """The stage, and what is linked to on it."""
    return connected, ticket


def links(*urls: str, message: str = "1", channel: str = CHANNEL, delivery: str = "") -> Any:
    place = Place(conversation=channel, message=message)
    return SharedLinks(urls=urls, delivery=delivery or f"Ev{channel}{message}", place=place)


def url_of(ticket: Ticket) -> str:
    return f"https://{ticket.instance}/incident.do?sys_id={ticket.sys_id}"


async def shown(
    stage: Stage, shared: SharedLinks, poster: Person | None = ADMIN, *, outsiders: bool = False
) -> int:
    service = stage.connector.services.links
    found = await service.named(ACME, shared)
    circle = Circle(poster=poster, outsiders=outsiders)
    return len(await service.to_show(ACME, shared, found, circle))


async def test_a_link_names_a_followed_ticket_by_its_id_its_number_and_the_cards_own_address(
    connected: Stage, ticket: Ticket
) -> None:
    service = connected.connector.services.links
    number = f"https://{ticket.instance}/incident.do?sysparm_query=number={ticket.number}"
    for url in (url_of(ticket), number, ticket.link):
        (preview,) = await service.named(ACME, links(url))
        assert preview.url == url
        assert preview.about == ticket
        assert await service.at(ACME, url) == ticket


async def test_what_snowline_does_not_follow_names_nothing(
    connected: Stage, ticket: Ticket
) -> None:
    service = connected.connector.services.links
    connected.end.make(1, name="Of somebody else")
    (other,) = [
        row
        for row in connected.end.servicenow.records("incident")
        if row["short_description"] == "Of somebody else 0"
    ]
    strange = url_of(replace(ticket, sys_id=other["sys_id"]))
    wrong_kind = url_of(ticket).replace("incident.do", "change_request.do")
    assert await service.named(ACME, links(strange, wrong_kind)) == ()
    assert await service.named(GLOBEX, links(url_of(ticket))) == ()


@pytest.mark.parametrize(
    "change", [{"is_gone": True}, {"standing": Standing.FORMER}], ids=["gone", "former"]
)
async def test_what_is_gone_or_left_behind_names_nothing(
    connected: Stage, ticket: Ticket, change: dict[str, Any]
) -> None:
    async with connected.connector.database.transaction(ACME) as tx:
        await tickets.put(tx, replace(ticket, **change))
        if "standing" in change:
            await tx.run("UPDATE tickets SET standing = 'former' WHERE workspace = :workspace")
    service = connected.connector.services.links
    assert await service.named(ACME, links(url_of(ticket))) == ()
    assert await service.ticket(ACME, ticket.kind, ticket.sys_id) is None


@pytest.mark.parametrize(
    ("circle", "rule", "channel", "expected"),
    [
        pytest.param((ADMIN, False), PreviewRule.AUTO, CHANNEL, 1, id="a full member"),
        pytest.param((ROLELESS, False), PreviewRule.AUTO, CHANNEL, 1, id="where the card is"),
        pytest.param((ROLELESS, False), PreviewRule.AUTO, ELSEWHERE, 0, id="elsewhere, no role"),
        pytest.param((ADMIN, False), PreviewRule.AUTO, ELSEWHERE, 1, id="elsewhere, with a role"),
        pytest.param((None, False), PreviewRule.ON, CHANNEL, 0, id="a guest posts"),
        pytest.param((UNSURE, False), PreviewRule.ON, CHANNEL, 0, id="an address unconfirmed"),
        pytest.param((ADMIN, True), PreviewRule.AUTO, CHANNEL, 0, id="somebody reads along"),
        pytest.param((ADMIN, True), PreviewRule.ON, CHANNEL, 1, id="and an admin allowed it"),
        pytest.param((ADMIN, False), PreviewRule.OFF, CHANNEL, 0, id="an admin forbade it"),
    ],
)
async def test_a_ticket_is_shown_by_these_rules(
    staged: tuple[Stage, Ticket],
    circle: tuple[Person | None, bool],
    rule: PreviewRule,
    channel: str,
    expected: int,
) -> None:
    stage, ticket = staged
    await stage.connector.services.links.keep_rule(ACME, channel, rule)
    poster, outsiders = circle
    shared = links(url_of(ticket), channel=channel)
    assert await shown(stage, shared, poster, outsiders=outsiders) == expected


async def test_two_links_are_shown_and_three_are_a_list(connected: Stage, ticket: Ticket) -> None:
    urls = [f"{url_of(ticket)}&n={number}" for number in range(3)]
    assert await shown(connected, links(*urls)) == 0
    assert await shown(connected, links(*urls[:2], message="2")) == 2


@pytest.mark.parametrize(
    ("later", "expected"),
    [(timedelta(minutes=29, seconds=30), 0), (timedelta(minutes=30), 1)],
    ids=["before half an hour", "after it"],
)
async def test_a_ticket_is_shown_again_in_a_channel_after_half_an_hour(
    connected: Stage, ticket: Ticket, later: timedelta, expected: int
) -> None:
    assert await shown(connected, links(url_of(ticket), message="1")) == 1
    connected.clock.jump(later.total_seconds())
    assert await shown(connected, links(ticket.link, message="2")) == expected


async def test_elsewhere_in_the_same_message_and_after_a_failure_it_is_no_repetition(
    connected: Stage, ticket: Ticket
) -> None:
    first = links(url_of(ticket), message="1")
    assert await shown(connected, first) == 1
    again = links(url_of(ticket), message="1", delivery="Ev-refreshed")
    assert await shown(connected, again) == 1
    assert await shown(connected, links(url_of(ticket), channel=ELSEWHERE)) == 1
    found = await connected.connector.services.links.named(ACME, first)
    await connected.connector.services.links.take_back(ACME, first, found)
    assert await shown(connected, links(url_of(ticket), message="2")) == 1


async def test_a_clock_that_was_ahead_silences_nothing(connected: Stage, ticket: Ticket) -> None:
    connected.clock.jump(172_800)
    assert await shown(connected, links(url_of(ticket), message="1")) == 1
    connected.clock.jump(-172_800)
    assert await shown(connected, links(url_of(ticket), message="2")) == 1


async def test_one_delivery_is_shown_once_however_often_it_comes(
    connected: Stage, ticket: Ticket
) -> None:
    shared = links(url_of(ticket))
    assert await shown(connected, shared) == 1
    assert await shown(connected, shared) == 0


async def test_what_is_still_being_written_takes_no_turn_and_needs_a_role(
    connected: Stage, ticket: Ticket
) -> None:
    composed = replace(links(url_of(ticket), delivery="Ev1"), place=None)
    assert await shown(connected, composed, ROLELESS, outsiders=True) == 0
    assert await shown(connected, composed, outsiders=True) == 1
    assert await shown(connected, links(url_of(ticket), delivery="Ev2")) == 1


@pytest.mark.parametrize(
    ("user", "role", "kind", "expected"),
    [
        pytest.param("mia.member", "sn_incident_read", TicketKind.INCIDENT, True, id="reads"),
        pytest.param("mia.member", "sn_incident_write", TicketKind.INCIDENT, True, id="writes"),
        pytest.param("mia.member", "sn_change_read", TicketKind.INCIDENT, False, id="changes only"),
        pytest.param(
            "mia.member", "sn_change_read", TicketKind.CHANGE_REQUEST, True, id="reads changes"
        ),
        pytest.param("mia.member", "oauth_admin", TicketKind.INCIDENT, False, id="another role"),
        pytest.param("mia.member", "", TicketKind.INCIDENT, False, id="none"),
    ],
)
async def test_who_may_read_is_said_by_roles(
    connected: Stage, ticket: Ticket, user: str, role: str, kind: TicketKind, expected: bool
) -> None:
    give(connected, user, role)
    service = connected.connector.services.links
    assert await service.may_read(replace(ticket, kind=kind), ROLELESS) is expected


def give(stage: Stage, user_name: str, role: str) -> None:
    records = stage.end.servicenow.instance.records
    user = records.first("sys_user", "user_name", user_name)
    assert user is not None
    if role:
        held = {"sys_id": "a" * 32, "user": user["sys_id"], "state": "active"}
        records.add("sys_user_has_role", held | {"role": fixed_sys_id("sys_user_role", role)})


async def test_a_user_who_is_not_active_reads_nothing(connected: Stage, ticket: Ticket) -> None:
    service = connected.connector.services.links
    assert await service.may_read(ticket, ADMIN)
    ada = connected.end.servicenow.instance.records.first("sys_user", "user_name", "ada.admin")
    assert ada is not None
    ada["active"] = "false"
    assert not await service.may_read(ticket, ADMIN)


async def test_of_two_users_with_one_address_neither_reads(
    connected: Stage, ticket: Ticket
) -> None:
    beth = connected.end.servicenow.instance.records.first("sys_user", "user_name", "beth.anglin")
    assert beth is not None
    beth["email"] = accounts.ADA.email.upper()
    assert not await connected.connector.services.links.may_read(ticket, ADMIN)


async def test_where_roles_are_hidden_nobody_reads(connected: Stage, ticket: Ticket) -> None:
    behave(connected, opened=frozenset())
    assert not await connected.connector.services.links.may_read(ticket, ADMIN)


async def test_details_hold_what_servicenow_says_now(connected: Stage, ticket: Ticket) -> None:
    service = connected.connector.services.links
    details = await service.details(ticket, ADMIN)
    assert details is not None
    assert "Turn on the policy." in details.description
    assert await service.details(ticket, ROLELESS) is None
    assert await service.details(ticket, UNSURE) is None
    assert await service.details(ticket, None) is None


async def test_details_of_what_was_deleted_are_not_there(connected: Stage, ticket: Ticket) -> None:
    connected.end.delete(ticket.sys_id)
    with pytest.raises(NotFoundError):
        await connected.connector.services.links.details(ticket, ADMIN)


async def test_while_servicenow_is_away_only_the_cards_own_channel_is_shown_it(
    connected: Stage, ticket: Ticket
) -> None:
    connected.end.servicenow.faults.arm("503:100")
    assert await shown(connected, links(url_of(ticket), channel=ELSEWHERE)) == 0
    assert await shown(connected, links(url_of(ticket))) == 1
    with pytest.raises(ConnectorError):
        await connected.connector.services.links.may_read(ticket, ADMIN)


async def test_an_action_is_shown_by_whoever_belongs_here(
    stage: Stage,
) -> None:
    await stage.connect_microsoft()
    score = await stage.connector.services.actions.score(ACME)
    action = score.open_actions[0]
    assert await shown(stage, links(action.deep_link), ROLELESS) == 1
    assert await shown(stage, links(action.deep_link, message="2"), UNSURE) == 0
    other = f"{action.deep_link}&tid=another-tenant"
    assert await shown(stage, links(other, channel=ELSEWHERE), ROLELESS) == 0
