import contextlib
import datetime as dt
import socket
import uuid
from dataclasses import replace

import pytest
from aiohttp import ClientSession, encode_basic_auth, web
from pydantic import SecretStr

from bot.sandbox import accounts
from bot.sandbox.servicenow import ServiceNowSettings
from bot.sandbox.servicenow.schema import TABLES
from connector.errors import (
    InvalidInputError,
    OutcomeUnknownError,
    ProviderRefusedError,
    ProviderUnavailableError,
    UnexpectedAnswerError,
    UnseenError,
)
from connector.http import UnauthorizedError
from connector.models import Person, Priority, TicketKind, UserId
from connector.servicenow.client import (
    MOST_ASKED_FOR,
    Position,
    ServiceNowClient,
    probe,
    ticket_link,
)
from connector.servicenow.payload import not_kept, to_payload
from tests.unit.connector import remotes
from tests.unit.connector.remotes import ACME, answering, door_to
from tests.unit.connector.test_servicenow_shapes import DRAFT, SHARE

HOST = accounts.INSTANCE_HOST
INTEGRATION_USER = accounts.INTEGRATION_USER.user_name
INCIDENT, CHANGE = TicketKind.INCIDENT, TicketKind.CHANGE_REQUEST
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FROM_LONG_AGO = Position(LONG_AGO, "")
ADA = Person(user=UserId("U0ADA"), name="Ada Admin", email=accounts.ADA.email)


class Instance:
    """The sandbox's instance with a client that is signed in."""

    def __init__(self, server, running, http, token):
        self.server = server
        self.origin = running.origin
        self.http = http
        self.client = ServiceNowClient(http=http, host=HOST, token=SecretStr(token))

    async def patch(self, kind, sys_id, **values):
        url = f"{self.origin}/api/now/table/{kind.value}/{sys_id}"
        admin = {"Authorization": encode_basic_auth("admin", "admin")}
        async with ClientSession(headers=admin) as person, person.patch(url, json=values) as done:
            assert done.status == 200

    def make(self, count):
        actor = self.server.instance.people.named(INTEGRATION_USER)
        for number in range(count):
            values = {"short_description": f"Alert {number}"}
            self.server.instance.writer.insert(TABLES["incident"], values, actor)


async def token_of(origin, user=accounts.INTEGRATION_USER):
    form = {
        "grant_type": "password",
        "client_id": accounts.SERVICENOW_CLIENT_ID,
        "client_secret": accounts.SERVICENOW_CLIENT_SECRET,
        "username": user.user_name,
        "password": user.password,
    }
    url = f"{origin}/oauth_token.do"
    async with ClientSession() as session, session.post(url, data=form) as answer:
        return (await answer.json())["access_token"]


@contextlib.asynccontextmanager
async def running_instance(settings=None, user=accounts.INTEGRATION_USER):
    async with remotes.servicenow(settings) as (server, running, http):
        yield Instance(server, running, http, await token_of(running.origin, user))


@pytest.fixture
async def instance():
    async with running_instance() as instance:
        yield instance


def wanted(kind=INCIDENT, priority=Priority.HIGH, requester=None):
    share = replace(SHARE, sys_id=uuid.uuid4().hex, correlation_id=f"snowline-{uuid.uuid4()}")
    draft = replace(DRAFT, kind=kind, priority=priority)
    return to_payload(draft, share=share, person=ADA, requester_sys_id=requester)


async def test_the_token_s_user_is_named(instance):
    assert await instance.client.whoami() == accounts.INTEGRATION_USER.user_name


@pytest.mark.parametrize("kind", [INCIDENT, CHANGE])
async def test_a_ticket_is_inserted_whole_and_found_again_in_every_way(instance, kind):
    requester = await instance.client.user_by_email(accounts.ADA.email)
    assert requester is not None
    sent = wanted(kind, requester=requester)
    record = await instance.client.insert(kind, sent)
    assert not_kept(sent, record, replace(DRAFT, kind=kind)) == ()
    assert record.sys_id == sent["sys_id"]
    assert record.number.startswith({INCIDENT: "INC", CHANGE: "CHG"}[kind])
    assert record.state_label == "New"
    assert record.is_open
    assert await instance.client.by_sys_id(kind, record.sys_id) == record
    assert await instance.client.by_correlation_id(kind, record.correlation_id) == record
    (followed,) = (await instance.client.changed_after(kind, FROM_LONG_AGO)).records
    planned = {"start_date", "end_date", "std_change_producer_version"}
    unasked = {
        INCIDENT: {"description", "sys_created_by", "caller_id"},
        CHANGE: {"description", "sys_created_by", "requested_by", "type"} | planned,
    }
    assert followed.unread == unasked[kind]
    assert (followed.sys_id, followed.name) == (record.sys_id, record.name)
    assert (followed.state, followed.updated_at) == (record.state, record.updated_at)


@pytest.mark.parametrize("priority", list(Priority))
async def test_an_incident_gets_the_priority_that_was_chosen(instance, priority):
    record = await instance.client.insert(INCIDENT, wanted(priority=priority))
    assert (record.priority, record.priority_label) == (str(priority.value), priority.label)


async def test_a_change_request_cannot_be_planning_and_says_so(instance):
    sent = wanted(CHANGE, priority=Priority.PLANNING)
    record = await instance.client.insert(CHANGE, sent)
    draft = replace(DRAFT, kind=CHANGE, priority=Priority.PLANNING)
    assert not_kept(sent, record, draft) == ("Priority",)


async def test_an_instance_may_choose_another_sys_id():
    async with running_instance(ServiceNowSettings(honour_sys_id=False)) as instance:
        sent = wanted()
        record = await instance.client.insert(INCIDENT, sent)
        assert record.sys_id != sent["sys_id"]
        assert await instance.client.by_sys_id(INCIDENT, sent["sys_id"]) is None
        found = await instance.client.by_correlation_id(INCIDENT, sent["correlation_id"])
        assert found == record


async def test_what_is_not_there_is_none(instance):
    assert await instance.client.by_sys_id(INCIDENT, "0" * 32) is None
    assert await instance.client.by_correlation_id(INCIDENT, "snowline-nothing") is None


async def test_a_sys_id_of_another_kind_never_becomes_an_address(instance):
    with pytest.raises(UnexpectedAnswerError):
        await instance.client.by_sys_id(INCIDENT, "../sys_user/1")


async def test_a_hostile_correlation_id_is_never_asked_for(instance):
    with pytest.raises(InvalidInputError):
        await instance.client.by_correlation_id(INCIDENT, "x^NQactive=true")


async def test_changes_come_oldest_first_and_page_by_page(instance):
    made = [await instance.client.insert(INCIDENT, wanted()) for _ in range(3)]
    await instance.patch(INCIDENT, made[0].sys_id, state="2")
    everything = (await instance.client.changed_after(INCIDENT, FROM_LONG_AGO)).records
    assert {record.number for record in everything} == {record.number for record in made}
    assert [r.updated_at for r in everything] == sorted(r.updated_at for r in everything)
    pages = [
        (await instance.client.changed_after(INCIDENT, FROM_LONG_AGO, offset=at, limit=2)).records
        for at in (0, 2, 4)
    ]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert pages[0] + pages[1] == everything
    later = max(record.updated_at for record in everything) + dt.timedelta(seconds=1)
    assert (await instance.client.changed_after(INCIDENT, Position(later, ""))).records == ()


async def test_a_closed_ticket_is_not_open(instance):
    record = await instance.client.insert(INCIDENT, wanted())
    closing = {"state": "7", "close_code": "Solution provided", "close_notes": "done"}
    await instance.patch(INCIDENT, record.sys_id, **closing)
    closed = await instance.client.by_sys_id(INCIDENT, record.sys_id)
    assert closed is not None
    assert not closed.is_open
    assert closed.state_label == "Closed"
    assert closed.updated_by == "admin"


@pytest.mark.parametrize(
    "email", ["nobody@northwind.example", "", "x^ORemailISNOTEMPTY", "javascript:gs.getUser()"]
)
async def test_nobody_is_found_for_an_address_that_nobody_has(instance, email):
    assert await instance.client.user_by_email(email) is None


async def test_a_user_without_rights_is_refused_in_the_instance_s_words():
    mia = next(a for a in accounts.SERVICENOW_ACCOUNTS if a.user_name == "mia.member")
    async with running_instance(user=mia) as instance:
        with pytest.raises(ProviderRefusedError) as caught:
            await instance.client.insert(INCIDENT, wanted())
    assert "refused" in caught.value.user_message


async def test_a_token_that_is_no_longer_accepted_is_told_apart(instance):
    client = ServiceNowClient(http=instance.http, host=HOST, token=SecretStr("spent"))
    with pytest.raises(UnauthorizedError):
        await client.insert(INCIDENT, wanted())


@pytest.mark.parametrize(
    ("fault", "expected", "exists"),
    [
        ("429", ProviderUnavailableError, False),
        ("429-bare", ProviderUnavailableError, False),
        ("expired-token", UnauthorizedError, False),
        ("sleeping", OutcomeUnknownError, False),
        ("500", OutcomeUnknownError, False),
        ("503", OutcomeUnknownError, False),
        ("500-after-commit", OutcomeUnknownError, True),
        ("reset-before-commit", OutcomeUnknownError, False),
        ("reset-after-commit", OutcomeUnknownError, True),
    ],
)
async def test_a_failing_insert_says_what_is_known(instance, fault, expected, exists):
    sent = wanted()
    instance.server.faults.arm(fault)
    with pytest.raises(expected) as caught:
        await instance.client.insert(INCIDENT, sent)
    assert type(caught.value) is expected
    found = await instance.client.by_correlation_id(INCIDENT, sent["correlation_id"])
    assert (found is not None) is exists


@pytest.mark.parametrize("fault", ["429", "500", "503", "sleeping"])
async def test_a_failing_read_may_be_repeated(instance, fault):
    instance.server.faults.arm(fault)
    with pytest.raises(ProviderUnavailableError):
        await instance.client.changed_after(INCIDENT, FROM_LONG_AGO)
    assert (await instance.client.changed_after(INCIDENT, FROM_LONG_AGO)).records == ()


def asked(body, status=200, headers=None):
    async def handler(request):
        return web.json_response(body, status=status, headers=headers)

    return answering(handler)


def asked_by_user(body, headers=None):
    async def handler(request):
        me = {"result": [{"user_name": INTEGRATION_USER}]}
        return web.json_response(me if "sys_user" in request.path else body, headers=headers)

    return answering(handler)


def client_of(http):
    return ServiceNowClient(http=http, host=ACME, token=SecretStr("t"))


def made(**changed):
    cells = {
        "sys_id": "e" * 32,
        "number": "INC1",
        "correlation_id": "other",
        "sys_updated_on": "2026-11-24 10:00:00",
        **changed,
    }
    return {name: {"value": value, "display_value": value} for name, value in cells.items()}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"result": None},
        {"result": {}},
        {"result": []},
        {"result": {"sys_id": "x"}},
        {"result": made()},
        {"result": made(), "error": {"message": "Transaction cancelled"}},
    ],
)
async def test_an_insert_that_answers_something_else_is_not_known_to_have_failed(body):
    async with asked(body, 201) as http:
        with pytest.raises(OutcomeUnknownError):
            await client_of(http).insert(INCIDENT, wanted())


async def test_an_insert_whose_correlation_id_did_not_stick_is_still_the_record():
    sent = wanted()
    row = made(correlation_id="", sys_id=sent["sys_id"])
    async with asked({"result": row}, 201) as http:
        record = await client_of(http).insert(INCIDENT, sent)
    assert any("Reference" in label for label in not_kept(sent, record, DRAFT))


@pytest.mark.parametrize("marks", [{}, {"short_description": "Unable to connect to email"}])
async def test_somebody_elses_record_is_not_taken_for_the_one_that_was_made(marks):
    row = made(correlation_id="", **marks)
    async with asked({"result": row}, 201) as http:
        with pytest.raises(UnseenError):
            await client_of(http).insert(INCIDENT, wanted())


async def test_rows_that_were_not_asked_for_prove_nothing():
    async with asked({"result": [made(), made()]}) as http:
        with pytest.raises(UnexpectedAnswerError):
            await client_of(http).by_correlation_id(INCIDENT, "mine")
    async with asked({"result": made()}) as http:
        with pytest.raises(UnexpectedAnswerError):
            await client_of(http).by_sys_id(INCIDENT, "f" * 32)


async def test_a_row_whose_reference_was_not_kept_is_among_the_changes():
    async with asked({"result": [made(correlation_id=""), made()]}) as http:
        found = (await client_of(http).changed_after(INCIDENT, FROM_LONG_AGO)).records
    assert len(found) == 2


async def test_changes_of_tickets_that_are_named_come_alone(instance):
    first, second, other = [await instance.client.insert(INCIDENT, wanted()) for _ in range(3)]
    ids = (first.sys_id, second.sys_id, "0" * 32)
    found = (await instance.client.sight_of(INCIDENT, ids, LONG_AGO)).records
    assert {record.sys_id for record in found} == {first.sys_id, second.sys_id}
    assert other not in found
    later = max(record.updated_at for record in found) + dt.timedelta(seconds=1)
    assert (await instance.client.sight_of(INCIDENT, ids, later)).records == ()


async def test_as_many_tickets_as_may_be_named_fit_into_one_address(instance):
    ids = tuple(f"{number:032x}" for number in range(MOST_ASKED_FOR))
    assert (await instance.client.sight_of(INCIDENT, ids, LONG_AGO)).records == ()
    assert MOST_ASKED_FOR <= 50


async def test_changes_of_a_ticket_that_was_not_named_prove_nothing():
    async with asked({"result": [made()]}) as http:
        with pytest.raises(UnexpectedAnswerError):
            await client_of(http).sight_of(INCIDENT, ("f" * 32,), LONG_AGO)


async def test_what_is_no_sys_id_never_becomes_part_of_a_question():
    async with asked({"result": []}) as http:
        with pytest.raises(UnexpectedAnswerError):
            await client_of(http).sight_of(INCIDENT, ("0" * 32, "x^NQactive=true"), LONG_AGO)


@pytest.mark.parametrize("rows", [[], [{}], [{"user_name": ""}], [{"user_name": "a"}] * 2])
async def test_a_user_that_cannot_be_read_is_no_user(rows):
    async with asked({"result": rows}) as http:
        with pytest.raises(ProviderRefusedError) as caught:
            await client_of(http).whoami()
    assert "integration user" in caught.value.user_message


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, {"error": {"message": "Insufficient rights to query records", "detail": None}}),
        (200, {"result": "nonsense"}),
        (200, {"result": []}),
        (200, {"result": [{"sys_id": "a" * 32, "email": "other@x.example"}]}),
        (200, {"result": [{"sys_id": "a" * 32, "email": "a@x.example"}] * 2}),
        (200, {"result": [{"sys_id": "bad", "email": "a@x.example"}]}),
    ],
)
async def test_a_requester_that_cannot_be_read_or_told_apart_is_left_out(status, body):
    async with asked(body, status) as http:
        assert await client_of(http).user_by_email("a@x.example") is None


async def test_a_requester_s_address_may_be_cased_otherwise():
    row = {"sys_id": "a" * 32, "email": "Mia@Northwind.Example"}
    async with asked({"result": [row]}) as http:
        assert await client_of(http).user_by_email("mia@northwind.example") == "a" * 32


@pytest.mark.parametrize("status", [401, 503])
async def test_an_instance_that_cannot_be_asked_is_not_an_unknown_requester(status):
    async with asked({}, status) as http:
        with pytest.raises((UnauthorizedError, ProviderUnavailableError)):
            await client_of(http).user_by_email("a@x.example")


async def test_an_instance_is_recognised_without_signing_in(instance):
    await probe(instance.http, HOST, deadline=2.0)


@pytest.mark.parametrize(
    ("status", "body"), [(404, {}), (200, {}), (200, []), (401, {}), (401, []), (200, {"a": 1})]
)
async def test_another_server_is_no_instance(status, body):
    async with asked(body, status) as http:
        with pytest.raises(InvalidInputError) as caught:
            await probe(http, ACME)
    assert caught.value.field == "instance"
    assert ACME in caught.value.sentence


async def test_a_sleeping_instance_is_an_instance_that_must_be_woken(instance):
    instance.server.faults.arm("sleeping")
    with pytest.raises(ProviderUnavailableError, match="web page") as caught:
        await probe(instance.http, HOST)
    assert "is asleep" in caught.value.user_message


async def test_a_name_without_an_address_is_no_instance():
    async def resolve(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async with door_to("http://127.0.0.1:1", hosts=(), resolve=resolve) as http:
        with pytest.raises(InvalidInputError):
            await probe(http, ACME)


async def test_a_dead_instance_is_not_called_a_wrong_name():
    async with door_to("http://127.0.0.1:1") as http:
        with pytest.raises(ProviderUnavailableError):
            await probe(http, ACME, deadline=1.0)


async def test_a_ticket_s_link_opens_where_the_browser_finds_the_instance(instance):
    path = f"/nav_to.do?uri=change_request.do%3Fsys_id%3D{'a' * 32}"
    assert ticket_link(instance.http, HOST, CHANGE, "a" * 32) == f"{instance.origin}{path}"
    other = "other.service-now.com"
    assert ticket_link(instance.http, other, CHANGE, "a" * 32) == f"https://{other}{path}"


async def test_what_a_user_made_is_told_from_what_others_made(instance):
    record = await instance.client.insert(INCIDENT, wanted())
    mine = await instance.client.made_lately(INTEGRATION_USER, INCIDENT)
    assert [each.sys_id for each in mine.records] == [record.sys_id]
    assert mine.hidden == 0
    assert await instance.client.made_lately(INTEGRATION_USER.upper(), INCIDENT) == mine
    # Whoever asks may have been renamed.
    assert (await instance.client.made_lately("former.name", INCIDENT)) == mine


@pytest.mark.parametrize(
    ("rows", "headers", "hidden"),
    [
        ([], {}, 0),
        ([], {"X-Total-Count": "1"}, 1),
        (["readable"], {"X-Total-Count": "1"}, 0),
        (["readable"], {"X-Total-Count": "3"}, 2),
        (["readable", "unreadable"], {"X-Total-Count": "2"}, 1),
        (["readable", "unreadable"], {}, 1),
    ],
)
async def test_what_is_there_and_not_shown_is_counted(rows, headers, hidden):
    row = made(sys_created_by=INTEGRATION_USER)
    known = {"readable": row, "unreadable": {**row, "sys_id": ""}}
    async with asked_by_user({"result": [known[each] for each in rows]}, headers) as http:
        found = await client_of(http).made_lately(INTEGRATION_USER, INCIDENT)
    assert (len(found.records), found.hidden) == (rows.count("readable"), hidden)


@pytest.mark.parametrize("maker", ["beth.anglin", ""])
async def test_a_question_that_was_not_answered_proves_nothing_about_what_was_made(maker):
    async with asked_by_user({"result": [made(sys_created_by=maker)]}) as http:
        with pytest.raises(UnexpectedAnswerError):
            await client_of(http).made_lately(INTEGRATION_USER, INCIDENT)


async def test_lately_is_said_by_the_clock_of_the_instance():
    queries = []

    async def handler(request):
        queries.append(request.query["sysparm_query"])
        me = [{"user_name": INTEGRATION_USER}] if "sys_user" in request.path else []
        return web.json_response({"result": me}, headers={"Date": "Mon, 05 Jan 2026 10:00:00 GMT"})

    async with answering(handler) as http:
        await client_of(http).made_lately(INTEGRATION_USER, INCIDENT)
    assert "sys_created_on>=2026-01-02 10:00:00" in queries[-1]


async def test_all_that_a_user_made_is_read_page_by_page(instance):
    instance.make(401)
    sight = await instance.client.made_lately(INTEGRATION_USER, INCIDENT)
    assert len({each.sys_id for each in sight.records}) == 401
    assert sight.hidden == 0


async def test_no_column_is_asked_for_twice():
    columns = []

    async def handler(request):
        columns.extend(request.query["sysparm_fields"].split(","))
        return web.json_response({}, status=500)

    async with answering(handler) as http:
        with pytest.raises(OutcomeUnknownError):
            await client_of(http).insert(INCIDENT, wanted() | {"assigned_to": "x", "u_team": "y"})
    assert sorted(columns) == sorted(set(columns))
    assert {"assigned_to", "u_team"} <= set(columns)
