"""Every check: passed on a healthy instance, and its own sentence where something is wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.sandbox import accounts
from connector.models import Check, CheckOutcome, Person, TicketDraft, TicketKind
from connector.servicenow.probes import Glimpse, Knock
from connector.services.checks import arrival
from connector.services.checks.instance import RELEASES, release
from connector.wiring import build
from tests.unit.connector.fakes import ACME, ADA
from tests.unit.connector.stage import FarEnd, Stage

HOST = accounts.INSTANCE_HOST
BOT = accounts.INTEGRATION_USER.user_name
FAILED, UNKNOWN = CheckOutcome.FAILED, CheckOutcome.UNKNOWN
SEEN_BY_ADMINS = frozenset({"oauth_entity", "sys_properties"})
NAMES = (
    "Awake",
    "Let in",
    "Sign-in",
    "Account",
    "Roles",
    "Reading incidents",
    "Reading change requests",
    "Making incidents",
    "Making change requests",
    "Fields of incidents",
    "Fields of change requests",
    "sys_id of incidents",
    "sys_id of change requests",
    "OAuth client",
    "Release",
    "Clock",
    "Basic authentication",
    "First ticket",
)
KINDS = ("incidents", "change requests")
Setup = Callable[[Stage], None]


def behave(stage: Stage, **changes: object) -> None:
    """Let the instance behave otherwise from now on."""
    instance = stage.end.servicenow.instance
    settings = replace(instance.settings, **changes)
    for each in (instance, instance.writer):
        object.__setattr__(each, "settings", settings)


async def checks(stage: Stage) -> dict[str, Check]:
    found = await stage.connector.services.checks.servicenow(ACME)
    return {check.name: check for check in found}


async def make(stage: Stage, draft: TicketDraft, kind: TicketKind, delivery: str) -> str:
    share = await stage.ask(replace(draft, kind=kind), delivery)
    await stage.until_done(share)
    return share


@pytest.fixture
async def stage(end: FarEnd, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage with more patience: on a busy machine a late answer would be taken for none."""
    stage = Stage.of(end, tmp_path / "snowline.db")
    stage.settings = stage.settings.model_copy(update={"call_deadline": 3.0})
    stage.connector = build(
        stage.settings, announcer=stage.chat, directory=stage.people, clock=stage.clock
    )
    await stage.connector.start()
    yield stage
    await stage.connector.worker.stop(grace=0)
    await stage.connector.stop()


@pytest.fixture
async def healthy(connected: Stage, draft: TicketDraft) -> Stage:
    """An instance that shows everything, with a ticket of each kind in it."""
    behave(connected, opened=SEEN_BY_ADMINS)
    for kind in TicketKind:
        await make(connected, draft, kind, f"healthy {kind}")
    return connected


def row(stage: Stage, table: str, name: str, value: str) -> dict[str, str]:
    found = stage.end.servicenow.instance.records.first(table, name, value)
    assert found is not None
    return found


def fault(name: str) -> Setup:
    return lambda stage: stage.end.servicenow.faults.arm(name)


def behaving(**changes: object) -> Setup:
    return lambda stage: behave(stage, **changes)


def end_the_sign_in(stage: Stage) -> None:
    stage.end.servicenow.instance.tokens.expire_all(refresh=True)


def retire_the_user(stage: Stage) -> None:
    row(stage, "sys_user", "user_name", BOT)["active"] = "false"


def ask_for_a_browser(stage: Stage) -> None:
    async def send_on(request: web.Request) -> None:
        if "Authorization" in request.headers:
            raise web.HTTPFound("/login_with_sso.do")

    stage.end.listeners.append(send_on)


def rename_the_user(stage: Stage) -> None:
    stage.end.rename(BOT, "mia.member.2")


def connect_as_oneself(stage: Stage) -> None:
    mail = accounts.INTEGRATION_USER.email.upper()
    stage.people.known[ADA] = Person(user=ADA, name="Ada Admin", email=mail)


def hide_the_user(stage: Stage) -> None:
    behave(stage, out_of_sight=frozenset({row(stage, "sys_user", "user_name", BOT)["sys_id"]}))


def take_role(name: str) -> Setup:
    def take(stage: Stage) -> None:
        records = stage.end.servicenow.instance.records
        user = row(stage, "sys_user", "user_name", BOT)["sys_id"]
        role = row(stage, "sys_user_role", "name", name)["sys_id"]
        for each in list(records.all("sys_user_has_role")):
            if (each["user"], each["role"]) == (user, role):
                records.remove("sys_user_has_role", each)

    return take


def hide_tickets(table: str) -> Setup:
    return lambda stage: stage.end.hide(sys_ids=[r["sys_id"] for r in stage.end.tickets(table)])


def delete_tickets(stage: Stage) -> None:
    for ticket in stage.end.tickets():
        stage.end.delete(ticket["sys_id"])


def delete_tickets_among_others(stage: Stage) -> None:
    delete_tickets(stage)
    stage.end.make(1)


def close(table: str) -> Setup:
    return behaving(closed=frozenset({table}))


def retire_the_client(stage: Stage) -> None:
    row(stage, "oauth_entity", "client_id", accounts.SERVICENOW_CLIENT_ID)["active"] = "false"


def lead_elsewhere(stage: Stage) -> None:
    client = row(stage, "oauth_entity", "client_id", accounts.SERVICENOW_CLIENT_ID)
    client["redirect_url"] = "https://elsewhere.example/callback"


def released(name: str) -> Setup:
    def change(stage: Stage) -> None:
        behave(stage, opened=SEEN_BY_ADMINS)
        word = name.replace(" ", "").lower()
        war = row(stage, "sys_properties", "name", "glide.war")
        war["value"] = f"glide-{word}-06-27-2018__patch3-10-24-2018_11-11-2018_0542.zip"

    return change


def behind(seconds: float) -> Setup:
    return lambda stage: stage.clock.jump(seconds)


@pytest.mark.parametrize(
    ("setup", "name", "outcome", "said", "remedy"),
    [
        pytest.param(fault("sleeping"), "Awake", FAILED, "is asleep", "to wake it", id="asleep"),
        pytest.param(
            fault("503"), "Awake", FAILED, "no usable answer", "check the network", id="down"
        ),
        pytest.param(
            fault("hang"), "Awake", FAILED, "no usable answer", "check the network", id="silent"
        ),
        pytest.param(
            fault("blocked"),
            "Let in",
            FAILED,
            "does not let this machine in",
            "IP Address Access Control, by the address",
            id="blocked by its address",
        ),
        pytest.param(
            end_the_sign_in,
            "Sign-in",
            FAILED,
            "no longer accepts",
            "/snow connect",
            id="signed out",
        ),
        pytest.param(
            retire_the_user, "Sign-in", FAILED, "no longer accepts", "is active", id="inactive"
        ),
        pytest.param(
            ask_for_a_browser,
            "Sign-in",
            FAILED,
            "asks for a browser sign-in",
            "without single sign-on",
            id="single sign-on in the way",
        ),
        pytest.param(
            rename_the_user,
            "Account",
            FAILED,
            "belongs to mia.member.2",
            "Not you?",
            id="other user",
        ),
        pytest.param(
            connect_as_oneself, "Account", FAILED, "of Ada Admin", "of its own", id="a person's own"
        ),
        pytest.param(
            hide_the_user,
            "Account",
            FAILED,
            "own user record",
            "snc_platform",
            id="own user hidden",
        ),
        pytest.param(
            take_role("itil"),
            "Roles",
            FAILED,
            "itil or sn_incident_write (for incidents)",
            "the user's roles",
            id="no role for incidents",
        ),
        pytest.param(
            take_role("sn_change_write"),
            "Roles",
            FAILED,
            "sn_change_write (for change requests)",
            "the user's roles",
            id="no role for changes",
        ),
        pytest.param(
            close("sys_user_has_role"),
            "Roles",
            UNKNOWN,
            "does not show which roles",
            "sn_change_write",
            id="roles hidden",
        ),
        pytest.param(
            close("incident"),
            "Reading incidents",
            FAILED,
            "may not read incidents",
            "access rule",
            id="incidents closed",
        ),
        pytest.param(
            close("change_request"),
            "Reading change requests",
            FAILED,
            "may not read change requests",
            "access rule",
            id="changes closed",
        ),
        pytest.param(
            hide_tickets("incident"),
            "Reading incidents",
            FAILED,
            "hides 1 of the last 1 incidents",
            "hides them",
            id="incidents hidden",
        ),
        pytest.param(
            hide_tickets("change_request"),
            "Reading change requests",
            FAILED,
            "hides 1 of the last 1 change requests",
            "hides them",
            id="changes hidden",
        ),
        pytest.param(
            delete_tickets, "Reading incidents", FAILED, "no incidents at all", "hides", id="gone"
        ),
        pytest.param(
            delete_tickets_among_others,
            "Reading incidents",
            UNKNOWN,
            "but none of the last 1",
            "not deleted",
            id="ours gone",
        ),
        pytest.param(
            behaving(unreadable=frozenset({"description"})),
            "Fields of incidents",
            FAILED,
            "does not show, of incidents: description",
            "access rules",
            id="a field hidden",
        ),
        pytest.param(
            behaving(unreadable=frozenset({"correlation_id", "sys_created_by"})),
            "Fields of change requests",
            FAILED,
            "does not search change requests by correlation_id, sys_created_by",
            "access rules",
            id="not to be searched by",
        ),
        pytest.param(
            behaving(opened=frozenset({"sys_properties"})),
            "OAuth client",
            UNKNOWN,
            "may not read oauth_entity",
            "Nothing need be done",
            id="registry closed",
        ),
        pytest.param(
            retire_the_client, "OAuth client", FAILED, "not active", "Activate", id="client retired"
        ),
        pytest.param(
            lead_elsewhere,
            "OAuth client",
            FAILED,
            "does not name Snowline's redirect URL",
            "/oauth/servicenow/callback",
            id="client leads elsewhere",
        ),
        pytest.param(
            behaving(opened=frozenset({"oauth_entity"})),
            "Release",
            UNKNOWN,
            "does not tell",
            "Kingston or later",
            id="release hidden",
        ),
        pytest.param(
            released("Jakarta"), "Release", FAILED, "is on Jakarta", "upgraded", id="too old"
        ),
        pytest.param(
            released("Brazil"), "Release", UNKNOWN, "on brazil", "newer", id="unknown release"
        ),
        pytest.param(behind(-600), "Clock", FAILED, "minutes behind", "NTP", id="we are behind"),
        pytest.param(behind(600), "Clock", FAILED, "minutes ahead of", "NTP", id="we are ahead"),
    ],
)
async def test_what_is_wrong_is_said_by_its_own_check(
    healthy: Stage, setup: Setup, name: str, outcome: CheckOutcome, said: str, remedy: str
) -> None:
    before = (await checks(healthy))[name]
    assert before.outcome is CheckOutcome.PASSED, before
    setup(healthy)
    found = await checks(healthy)
    assert found[name].outcome is outcome, found[name]
    assert said in found[name].sentence
    assert remedy in found[name].remedy


async def test_all_is_well_on_a_healthy_instance_and_nothing_is_written(healthy: Stage) -> None:
    records = healthy.end.servicenow.instance.records
    before = {table: list(rows) for table, rows in records.rows.items()}
    healthy.end.requests.clear()
    found = await checks(healthy)
    assert tuple(found) == NAMES
    wrong = [check for check in found.values() if check.outcome is not CheckOutcome.PASSED]
    assert wrong == []
    assert not [check.name for check in found.values() if check.remedy]
    assert {request.split()[0] for request in healthy.end.requests} == {"GET"}
    assert {table: list(rows) for table, rows in records.rows.items()} == before


async def test_before_the_first_ticket_some_things_cannot_be_told(connected: Stage) -> None:
    behave(connected, opened=SEEN_BY_ADMINS)
    found = await checks(connected)
    unsure = {name for name, check in found.items() if check.outcome is UNKNOWN}
    about = ("Reading", "Making", "Fields of", "sys_id of")
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
    tables = {f"{what} {kind}" for what in ("Reading", "Fields of") for kind in KINDS}
    assert lost == {"Roles", "OAuth client", "Release"} | tables
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
