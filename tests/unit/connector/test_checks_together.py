"""What the checks say together: of a healthy instance, a new one, a slow one and none."""

import asyncio
from copy import deepcopy

import pytest
from aiohttp import web

from connector.models import CheckOutcome, TicketDraft, TicketKind
from connector.servicenow.probes import Glimpse, Knock
from connector.services.checks import arrival
from connector.services.checks.instance import RELEASES, release
from tests.unit.connector.checking import (
    FAILED,
    HOST,
    KINDS,
    NAMES,
    SEEN_BY_ADMINS,
    UNKNOWN,
    Setup,
    behave,
    behaving,
    checks,
    end_the_sign_in,
    make,
    take_role,
)
from tests.unit.connector.fakes import ACME, ADA
from tests.unit.connector.stage import Stage


@pytest.fixture
def call_deadline() -> float:
    """On a busy machine a late answer would be taken for none."""
    return 3.0


async def test_all_is_well_on_a_healthy_instance_and_no_ticket_shows_that_it_was_tried(
    healthy: Stage,
) -> None:
    records = healthy.end.servicenow.instance.records
    before = deepcopy(records.rows)
    healthy.end.requests.clear()
    found = await checks(healthy)
    assert tuple(found) == NAMES
    wrong = [check for check in found.values() if check.outcome is not CheckOutcome.PASSED]
    assert wrong == []
    assert not [check.name for check in found.values() if check.remedy]
    tried = [each for each in healthy.end.requests if "sys_user_pref" not in each]
    assert sorted(each.split()[0] for each in tried if "GET" not in each) == ["PATCH", "PATCH"]
    shown = {"sys_user_preference": records.rows["sys_user_preference"]}
    assert records.rows == before | shown
    assert records.changes.keys() <= shown["sys_user_preference"].keys()


async def test_an_instance_that_counts_a_write_without_change_is_said_so(healthy: Stage) -> None:
    async def count(request: web.Request) -> None:
        if request.method == "PATCH" and "/incident/" in request.path:
            (ticket,) = healthy.end.tickets()
            ticket["sys_mod_count"] = "7"

    healthy.end.listeners.append(count)
    found = (await checks(healthy))["Changing incidents"]
    assert found.outcome is CheckOutcome.PASSED
    assert "counts a write without change" in found.sentence


async def test_before_the_first_ticket_some_things_cannot_be_told(connected: Stage) -> None:
    behave(connected, opened=SEEN_BY_ADMINS)
    found = await checks(connected)
    unsure = {name for name, check in found.items() if check.outcome is UNKNOWN}
    about = ("Reading", "Making", "Changing", "Fields of", "sys_id of")
    assert unsure == {f"{what} {kind}" for what in about for kind in KINDS} | {"First ticket"}
    assert {name for name, check in found.items() if check.outcome is FAILED} == set()


async def test_records_that_none_is_shown_of_are_a_missing_right_also_before_the_first_ticket(
    connected: Stage,
) -> None:
    connected.end.make(2)
    hidden = [each["sys_id"] for each in connected.end.servicenow.records("incident")]
    assert (await checks(connected))["Reading incidents"].outcome is CheckOutcome.PASSED
    connected.end.hide(sys_ids=hidden)
    found = (await checks(connected))["Reading incidents"]
    assert found.outcome is FAILED
    assert "is shown none" in found.sentence


async def test_a_chat_that_does_not_say_who_connected_holds_no_check_up(connected: Stage) -> None:
    connected.people.hangs = True
    assert (await checks(connected))["Account"].outcome is CheckOutcome.PASSED


@pytest.mark.parametrize(
    ("setup", "name", "said", "remedy"),
    [
        pytest.param(
            lambda stage: stage.end.drop("correlation_id"),
            "Making incidents",
            "did not keep, of the last incident: Correlation ID",
            "write those fields",
            id="a field not kept",
        ),
        pytest.param(
            take_role("itil"),
            "Making incidents",
            "refused the last incident",
            "ACL Exception Insert Failed",
            id="refused",
        ),
        pytest.param(
            behaving(honour_sys_id=False),
            "sys_id of incidents",
            "replaces the sys_id",
            "Nothing is lost",
            id="sys_id replaced",
        ),
    ],
)
async def test_the_last_ticket_tells_what_no_trial_may(
    healthy: Stage, draft: TicketDraft, setup: Setup, name: str, said: str, remedy: str
) -> None:
    assert (await checks(healthy))[name].outcome is CheckOutcome.PASSED
    setup(healthy)
    await make(healthy, draft, TicketKind.INCIDENT, "while it is wrong")
    found = (await checks(healthy))[name]
    assert (found.outcome, found.name) == (FAILED, name)
    assert said in found.sentence
    assert remedy in found.remedy


async def test_a_refusal_of_before_the_connection_proves_nothing(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.take_roles()
    await make(connected, draft, TicketKind.INCIDENT, "refused")
    found = await checks(connected)
    assert found["Making incidents"].outcome is FAILED
    assert found["First ticket"].outcome is FAILED
    assert "nothing that was asked for has become a ticket" in found["First ticket"].sentence
    assert "ACL Exception" in found["First ticket"].remedy
    connected.end.give_roles()
    await connected.connect()
    assert (await checks(connected))["Making incidents"].outcome is UNKNOWN


async def test_a_first_ticket_that_does_not_come_is_told_after_two_minutes(
    connected: Stage, draft: TicketDraft
) -> None:
    async def refuse_writes(request: web.Request) -> None:
        if request.method == "POST" and "/table/" in request.path:
            raise web.HTTPServiceUnavailable

    connected.end.listeners.append(refuse_writes)
    await connected.until_failed(await connected.ask(draft))
    assert (await checks(connected))["First ticket"].outcome is UNKNOWN
    connected.clock.jump(121)
    late = (await checks(connected))["First ticket"]
    assert late.outcome is FAILED
    assert "/snow tickets" in late.remedy


async def test_what_is_not_answered_is_told_and_nothing_is_raised(healthy: Stage) -> None:
    async def answer_little(request: web.Request) -> None:
        if "Authorization" in request.headers and not request.path.endswith("sys_user"):
            raise web.HTTPServiceUnavailable

    healthy.end.listeners.append(answer_little)
    found = await checks(healthy)
    assert tuple(found) == NAMES
    lost = {name for name, check in found.items() if "It was not found out" in check.sentence}
    about = ("Reading", "Changing", "Fields of")
    tables = {f"{what} {kind}" for what in about for kind in KINDS}
    assert lost == {"Roles", "OAuth client", "Release", "Shown in ServiceNow"} | tables
    assert {found[name].outcome for name in lost} == {UNKNOWN}


async def test_a_slow_instance_is_asked_a_few_things_at_once(healthy: Stage) -> None:
    under_way, most = 0, 0

    async def take_time(_request: web.Request) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1

    healthy.end.listeners.append(take_time)
    await checks(healthy)
    assert most == 4


async def test_without_a_connection_there_is_nothing_to_check(stage: Stage) -> None:
    (check,) = await stage.connector.services.checks.servicenow(ACME)
    assert check.outcome is FAILED
    assert "/snow connect" in check.remedy


async def test_what_stops_everything_stands_alone_with_one_word_for_the_rest(
    healthy: Stage,
) -> None:
    healthy.end.servicenow.faults.arm("blocked")
    assert tuple(await checks(healthy)) == ("Awake", "Let in", "The rest")
    end_the_sign_in(healthy)
    assert tuple(await checks(healthy)) == ("Awake", "Let in", "Sign-in", "The rest")


async def test_the_address_to_allow_is_named_where_it_is_set(connected: Stage) -> None:
    known = {"outgoing_address": "203.0.113.7"}
    connected.settings = connected.settings.model_copy(update=known)
    await connected.restart()
    connected.end.servicenow.faults.arm("blocked:50")
    assert "Allow 203.0.113.7 in" in (await checks(connected))["Let in"].remedy


async def test_whoever_connects_reads_what_the_checks_found(connected: Stage) -> None:
    (_, user, notice) = connected.chat.notices[0]
    assert user == ADA
    assert tuple(check.name for check in notice.checks) == NAMES
    assert notice.checks == tuple((await checks(connected)).values())


@pytest.mark.parametrize(
    ("knocked", "said"),
    [
        pytest.param(
            Knock(status=302, is_data=False, ahead=None), "to another address", id="moved"
        ),
        pytest.param(Knock(status=200, is_data=False, ahead=None), "is asleep", id="a page"),
    ],
)
def test_an_instance_that_is_not_there_says_how_to_look(knocked: Knock, said: str) -> None:
    check = arrival.awake(knocked, HOST, "https://home.example")
    assert check.outcome is FAILED
    assert said in check.sentence
    assert "https://home.example" in check.remedy


@pytest.mark.parametrize(
    ("is_data", "said", "remedy"),
    [
        pytest.param(False, "IP address access control", "Allow 203.0.113.7 in", id="by address"),
        pytest.param(True, "REST API access policy", "from 203.0.113.7", id="by policy"),
    ],
)
def test_who_does_not_let_us_in_is_told_our_address(
    *, is_data: bool, said: str, remedy: str
) -> None:
    check = arrival.let_in(Knock(status=403, is_data=is_data, ahead=None), "203.0.113.7")
    assert check.outcome is FAILED
    assert said in check.sentence
    assert remedy in check.remedy


@pytest.mark.parametrize("name", RELEASES)
def test_every_release_that_will_do_is_known_by_either_name(name: str) -> None:
    built = ({"name": "glide.buildname", "value": name},)
    assert release(Glimpse(rows=built)).outcome is CheckOutcome.PASSED
    war = f"glide-{name.replace(' ', '').lower()}-02-11-2026__patch3-05-25-2026"
    packed = ({"name": "glide.war", "value": war},)
    assert name in release(Glimpse(rows=packed)).sentence
