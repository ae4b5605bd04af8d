"""What the rules of an admin put on tickets, and what is told of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from aiohttp import web

from connector.errors import InvalidInputError, NotFoundError, Provider
from connector.models import (
    BotField,
    ByCategory,
    Copied,
    FieldRule,
    Fixed,
    Group,
    Person,
    RecommendationCategory,
    RuleWish,
    ShareState,
    TicketDraft,
    TicketKind,
)
from connector.services.configuring.mapping import MOST_RULES
from tests.unit.connector.checking import SEEN_BY_ADMINS, behave
from tests.unit.connector.fakes import ACME, MIA
from tests.unit.connector.stage import Stage

INCIDENT, CHANGE = TicketKind.INCIDENT, TicketKind.CHANGE_REQUEST
TEAM = FieldRule(
    column="u_risk_team", label="Risk team", source=Fixed(value="blue", shown="Blue team")
)
WRONG_TEAM = replace(TEAM, source=Fixed(value="green", shown="green"))
ACTION = FieldRule(
    column="u_improvement_action",
    label="Improvement action",
    source=Copied(field=BotField.ACTION_ID),
)
GAIN = FieldRule(column="u_secure_score_gain", label="Gain", source=Copied(field=BotField.GAIN))


async def rule(stage: Stage, *rules: FieldRule, kind: TicketKind = INCIDENT) -> None:
    for each in rules:
        await stage.connector.services.mapping.put(ACME, kind, each)


async def made(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> dict[str, str]:
    await stage.until_done(await stage.ask(draft, delivery))
    return stage.end.tickets(draft.kind.value)[-1]


async def not_kept(stage: Stage) -> tuple[str, ...]:
    ticket = stage.chat.latest.ticket
    assert ticket is not None
    return ticket.not_kept


async def test_a_ticket_is_filled_as_the_rules_say(connected: Stage, draft: TicketDraft) -> None:
    await rule(connected, TEAM, ACTION, GAIN)
    row = await made(connected, draft)
    assert row["u_risk_team"] == "blue"
    assert row["u_improvement_action"] == "AdminMFAV2"
    assert row["u_secure_score_gain"] == "10"
    assert await not_kept(connected) == ()


async def test_the_group_follows_the_recommendation_category(
    connected: Stage, draft: TicketDraft
) -> None:
    groups = await connected.connector.services.mapping.groups(ACME, "secur")
    assert [group.name for group in groups] == ["Security Operations"]
    desk = (await connected.connector.services.mapping.groups(ACME, "Service Desk"))[0]
    by = ByCategory(groups=((RecommendationCategory.IDENTITY, groups[0]),), otherwise=desk)
    await rule(connected, FieldRule(column="assignment_group", label="Group", source=by))
    row = await made(connected, draft)
    assert row["assignment_group"] == groups[0].sys_id
    other = replace(draft, category=RecommendationCategory.DATA)
    assert (await made(connected, other, "view-2"))["assignment_group"] == desk.sys_id


async def test_the_requesters_address_is_copied(connected: Stage, draft: TicketDraft) -> None:
    connected.people.known[MIA] = Person(user=MIA, name="Mia", email="mia@example.com")
    mail = Copied(field=BotField.REQUESTER_EMAIL)
    await rule(connected, FieldRule(column="u_improvement_action", label="Mail", source=mail))
    assert (await made(connected, draft))["u_improvement_action"] == "mia@example.com"


async def test_rules_are_for_one_kind_alone(connected: Stage, draft: TicketDraft) -> None:
    await rule(connected, TEAM, kind=CHANGE)
    assert (await made(connected, draft)).get("u_risk_team", "") == ""
    row = await made(connected, replace(draft, kind=CHANGE), "view-2")
    assert row["u_risk_team"] == "blue"


@pytest.mark.parametrize("broken", [WRONG_TEAM, replace(TEAM, column="u_reviewed_by_audit")])
async def test_a_column_that_does_not_stick_is_named_by_its_label(
    connected: Stage, draft: TicketDraft, broken: FieldRule
) -> None:
    await rule(connected, broken, ACTION)
    await made(connected, draft)
    assert await not_kept(connected) == ("Risk team",)


async def test_of_a_column_that_may_not_be_read_nothing_is_said(
    connected: Stage, draft: TicketDraft
) -> None:
    await rule(connected, WRONG_TEAM)
    connected.end.hide("u_risk_team")
    await made(connected, draft)
    assert await not_kept(connected) == ()


async def test_a_removed_rule_fills_nothing(connected: Stage, draft: TicketDraft) -> None:
    await rule(connected, TEAM)
    for _ in range(2):
        await connected.connector.services.mapping.remove(ACME, INCIDENT, TEAM.column)
    assert (await made(connected, draft)).get("u_risk_team", "") == ""


def once(deed: Callable[[], Awaitable[None]]) -> Callable[[web.Request], Awaitable[None]]:
    """Do something when the first insert has arrived, before it is carried out."""
    left = [deed]

    async def listen(request: web.Request) -> None:
        if request.method == "POST" and "/table/" in request.path and left:
            await left.pop()()

    return listen


@pytest.mark.parametrize("fault", ["reset-before-commit", "reset-after-commit", "late-commit"])
async def test_a_retry_is_the_same_insert_though_the_rules_have_changed(
    connected: Stage, draft: TicketDraft, fault: str
) -> None:
    await rule(connected, TEAM)

    async def change() -> None:
        await rule(connected, replace(TEAM, source=Fixed(value="red", shown="Red team")), ACTION)

    connected.end.listeners.append(once(change))
    connected.end.servicenow.faults.arm(fault)
    row = await made(connected, draft)
    assert len(connected.end.tickets()) == 1
    assert row["u_risk_team"] == "blue"
    assert row.get("u_improvement_action", "") == ""
    assert await not_kept(connected) == ()


async def test_a_rule_made_while_a_share_is_under_way_is_for_the_next_one(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.listeners.append(once(lambda: rule(connected, TEAM)))
    connected.end.servicenow.faults.arm("reset-before-commit")
    assert (await made(connected, draft)).get("u_risk_team", "") == ""
    assert (await made(connected, draft, "view-2"))["u_risk_team"] == "blue"


async def test_a_look_that_fails_holds_no_ticket_up(connected: Stage, draft: TicketDraft) -> None:
    await rule(connected, WRONG_TEAM)

    async def fail(request: web.Request) -> None:
        if request.method == "GET" and "u_risk_team" in request.query.get("sysparm_fields", ""):
            raise web.HTTPServiceUnavailable

    connected.end.listeners.append(fail)
    connected.end.servicenow.faults.arm("reset-after-commit")
    await made(connected, draft)
    assert connected.chat.latest.share.state is ShareState.CREATED
    assert await not_kept(connected) == ()


async def test_columns_are_found_on_a_record_where_the_dictionary_is_closed(
    connected: Stage, draft: TicketDraft
) -> None:
    assert await connected.connector.services.mapping.columns(ACME, CHANGE) == ()
    await made(connected, draft)
    found = await connected.connector.services.mapping.columns(ACME, INCIDENT)
    names = [column.name for column in found]
    assert names[0].startswith("u_")
    assert {"u_risk_team", "assignment_group", "category"} <= set(names)
    assert not {"sys_id", "number", "state", "correlation_id", "work_notes"} & set(names)
    (team,) = await connected.connector.services.mapping.columns(ACME, INCIDENT, "TEAM risk")
    assert (team.name, team.label) == ("u_risk_team", "Risk team")


async def test_the_dictionary_and_the_choices_say_more_where_they_are_open(
    connected: Stage,
) -> None:
    behave(connected, opened=SEEN_BY_ADMINS | {"sys_dictionary"})
    mapping = connected.connector.services.mapping
    gain = await mapping.column(ACME, INCIDENT, "u_secure_score_gain")
    assert gain.label == "Secure Score gain"
    assert (await mapping.column(ACME, INCIDENT, "assignment_group")).holds_group


async def test_an_admins_eyes_see_the_choices_of_an_added_column(connected: Stage) -> None:
    connected.end.give_role("admin")
    team = await connected.connector.services.mapping.column(ACME, INCIDENT, "u_risk_team")
    assert team.choices == (("blue", "Blue team"), ("red", "Red team"))
    wish = RuleWish(kind=INCIDENT, column="u_risk_team", value="red")
    await connected.connector.services.mapping.make(ACME, wish)
    (kept,) = await connected.connector.services.mapping.rules(ACME, INCIDENT)
    assert kept == FieldRule(
        column="u_risk_team", label="Risk team", source=Fixed(value="red", shown="Red team")
    )


async def test_a_column_that_refers_to_a_record_takes_a_sys_id(connected: Stage) -> None:
    connected.end.give_role("admin")
    mapping = connected.connector.services.mapping
    wish = RuleWish(kind=INCIDENT, column="cmdb_ci", value="VPN Gateway")
    with pytest.raises(InvalidInputError, match="refers to a record of cmdb_ci"):
        await mapping.make(ACME, wish)
    await mapping.make(ACME, replace(wish, value="1" * 32))
    assert len(await mapping.rules(ACME, INCIDENT)) == 1


async def test_a_standard_choice_is_known_where_choices_are_hidden(
    connected: Stage, draft: TicketDraft
) -> None:
    await made(connected, draft)
    category = await connected.connector.services.mapping.column(ACME, INCIDENT, "category")
    assert ("inquiry", "Inquiry / Help") in category.choices


@pytest.mark.parametrize("column", ["number", "sys_id", "u_no_such_column", "x^y"])
async def test_no_rule_for_what_snowline_needs_or_nobody_has(
    connected: Stage, draft: TicketDraft, column: str
) -> None:
    await made(connected, draft)
    with pytest.raises(NotFoundError):
        await connected.connector.services.mapping.column(ACME, INCIDENT, column)


async def test_a_rule_for_a_column_of_snowlines_own_is_refused(connected: Stage) -> None:
    with pytest.raises(InvalidInputError, match="needs this column itself"):
        await rule(connected, replace(TEAM, column="correlation_id"))


async def test_there_are_only_so_many_rules(connected: Stage) -> None:
    await rule(connected, *(replace(TEAM, column=f"u_{n}") for n in range(MOST_RULES)))
    await rule(connected, replace(TEAM, column="u_0", label="Anew"))
    with pytest.raises(InvalidInputError, match="already"):
        await rule(connected, replace(TEAM, column="u_more"))


async def test_groups_that_are_not_there_are_no_groups(connected: Stage) -> None:
    mapping = connected.connector.services.mapping
    with pytest.raises(NotFoundError):
        await mapping.groups_of(ACME, ("0" * 32,))
    assert await mapping.groups(ACME, "x^ORactive=true") == ()


async def test_rules_outlive_a_disconnect(connected: Stage) -> None:
    await rule(connected, TEAM)
    await connected.disconnect(Provider.SERVICENOW)
    await connected.connect()
    assert await connected.connector.services.mapping.rules(ACME, INCIDENT) == (TEAM,)


def test_a_group_is_chosen_by_category_or_not_at_all() -> None:
    group = Group(sys_id="1" * 32, name="One")
    by = ByCategory(groups=((RecommendationCategory.APPS, group),))
    assert by.group_for(RecommendationCategory.APPS) == group
    assert by.group_for(RecommendationCategory.DATA) is None


@pytest.mark.parametrize("kind", TicketKind)
async def test_what_did_not_stick_is_named_though_nothing_more_may_be_asked(
    connected: Stage, draft: TicketDraft, kind: TicketKind
) -> None:
    await rule(connected, WRONG_TEAM, kind=kind)

    async def no_room(request: web.Request) -> None:
        if f"POST /api/now/table/{kind.value}" in connected.end.requests[:-1]:
            raise web.HTTPTooManyRequests(headers={"Retry-After": "3000"})

    connected.end.listeners.append(no_room)
    await made(connected, replace(draft, kind=kind))
    assert await not_kept(connected) == ("Risk team",)
