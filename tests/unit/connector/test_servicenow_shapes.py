import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import UnexpectedAnswerError
from connector.models import (
    Person,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    Share,
    ShareId,
    ShareState,
    TicketDraft,
    TicketKind,
    UserId,
    WorkspaceId,
)
from connector.servicenow.marks import reference_of
from connector.servicenow.payload import not_kept, to_payload
from connector.servicenow.record import fields_of, is_sys_id, to_moment, to_record

INCIDENT, CHANGE = TicketKind.INCIDENT, TicketKind.CHANGE_REQUEST
MIA = Person(user=UserId("U0MIA"), name="Mia Member", email="mia@northwind.example")
DRAFT = TicketDraft(
    kind=INCIDENT,
    name="Require MFA",
    description="Do it\nsoon.",
    priority=Priority.HIGH,
    due=dt.date(2026, 12, 24),
    source=RecommendationSource.MICROSOFT,
    category=RecommendationCategory.IDENTITY,
    requester=MIA.user,
    requester_name=MIA.name,
    action_id="AdminMFAV2",
    action_link="https://security.microsoft.com/securescore?viewid=actions&actionId=AdminMFAV2",
    gain=9.5,
)
SHARE = Share(
    id=ShareId("share-1"),
    workspace=WorkspaceId("T1"),
    state=ShareState.RECEIVED,
    draft=DRAFT,
    destination="C1",
    instance="acme.service-now.com",
    sys_id="a" * 32,
    correlation_id="snowline-1",
    requested_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
)
REQUESTER = "b" * 32
MATRIX = {
    ("1", "1"): "1", ("1", "2"): "2", ("1", "3"): "3", ("2", "1"): "2", ("2", "2"): "3",
    ("2", "3"): "4", ("3", "1"): "3", ("3", "2"): "4", ("3", "3"): "5",
}  # fmt: skip


def payload(draft=DRAFT, requester=REQUESTER, person=MIA):
    return to_payload(draft, share=SHARE, person=person, requester_sys_id=requester)


def both(value, shown=None):
    return {"value": value, "display_value": value if shown is None else shown}


def row(**changed):
    fields = {
        "sys_id": both(SHARE.sys_id),
        "number": both("INC0010001"),
        "short_description": both("Require MFA"),
        "description": both(payload()["description"].replace("\n", "\r\n")),
        "state": both("1", "New"),
        "priority": both("2", "2 - High"),
        "due_date": both("2026-12-24 12:00:00", "24.12.2026 04:00"),
        "assigned_to": both("c" * 32, "Beth Anglin"),
        "caller_id": both(REQUESTER, "Mia Member"),
        "correlation_id": both(SHARE.correlation_id),
        "correlation_display": both("Snowline"),
        "active": both("true"),
        "sys_created_on": both("2026-11-24 10:00:00", "24.11.2026 02:00"),
        "sys_updated_on": both("2026-11-24 11:00:01", "24.11.2026 03:00"),
        "sys_updated_by": both("snowline.integration"),
    }
    return {**fields, **changed}


def test_an_incident_is_sent_with_everything_that_belongs_to_it():
    sent = payload()
    assert sent == {
        "sys_id": SHARE.sys_id,
        "correlation_id": "snowline-1",
        "correlation_display": "Snowline",
        "short_description": "Require MFA",
        "description": sent["description"],
        "impact": "1",
        "urgency": "2",
        "due_date": "2026-12-24 12:00:00",
        "caller_id": REQUESTER,
    }
    assert sent["description"].splitlines() == [
        "Do it",
        "soon.",
        "",
        "Microsoft 365 Security and Configuration incident, created with Snowline",
        "Source: Microsoft recommendation",
        "Category: Identity",
        "Improvement action: AdminMFAV2",
        "Gain: 9.5 points",
        f"Link: {DRAFT.action_link}",
        "Requested by: Mia Member (user id U0MIA, mia@northwind.example)",
        "Reference: snowline-1",
    ]


def test_a_change_request_is_normal_and_requested_by_somebody():
    sent = payload(replace(DRAFT, kind=CHANGE, due=None))
    assert sent["type"] == "normal"
    assert sent["priority"] == "2"
    assert sent["requested_by"] == REQUESTER
    assert not {"impact", "urgency", "caller_id", "due_date"} & sent.keys()


def test_an_unknown_requester_is_named_in_the_description_only():
    nobody = Person(user=UserId("U1"), name="")
    sent = payload(requester=None, person=nobody)
    assert "caller_id" not in sent
    assert "Requested by: Mia Member (user id U0MIA)\n" in sent["description"]


def test_a_user_s_own_recommendation_has_no_action():
    own = replace(DRAFT, source=RecommendationSource.USER, action_id="", action_link="", gain=None)
    description = payload(own)["description"]
    assert "User recommendation" in description
    assert not any(word in description for word in ("Improvement", "Gain", "Link"))


@pytest.mark.parametrize("priority", list(Priority))
def test_the_instance_s_own_table_gives_the_wanted_priority(priority):
    sent = payload(replace(DRAFT, priority=priority))
    kept = MATRIX[sent["impact"], sent["urgency"]]
    assert kept == str(priority.value)
    record = to_record(INCIDENT, row(priority=both(kept), description=both(sent["description"])))
    assert not_kept(sent, record, replace(DRAFT, priority=priority)) == ()


@given(st.text(st.characters(), max_size=5000), st.text(st.characters(), max_size=400))
def test_whatever_is_typed_the_ticket_is_short_and_harmless(description, name):
    sent = payload(replace(DRAFT, description=description, name=name))
    assert len(sent["description"]) <= 4000
    assert len(sent["short_description"]) <= 160
    assert sent["description"].endswith("Reference: snowline-1")
    assert "[code]" not in sent["description"].casefold()
    json.dumps(sent, ensure_ascii=False).encode()


def test_a_long_description_leaves_room_for_what_follows():
    sent = payload(replace(DRAFT, description="x" * 9000))
    assert "…\n\nMicrosoft 365 Security and Configuration incident" in sent["description"]


def test_a_record_that_kept_everything_lacks_nothing():
    assert not_kept(payload(), to_record(INCIDENT, row()), DRAFT) == ()


@pytest.mark.parametrize(
    ("changed", "labels"),
    [
        ({"short_description": both("Require M")}, ("Name",)),
        ({"description": both("")}, ("Description",)),
        ({"priority": both("5", "5 - Planning")}, ("Priority",)),
        ({"due_date": both("")}, ("Due date",)),
        ({"due_date": both("2026-12-25 12:00:00")}, ("Due date",)),
        ({"caller_id": both("d" * 32)}, ("Requester",)),
        ({"correlation_id": both("")}, ("Correlation ID (the description's Reference)",)),
        ({"correlation_display": both("")}, ("Correlation display (Snowline)",)),
        ({"correlation_display": both("Other")}, ("Correlation display (Snowline)",)),
        ({"due_date": both(""), "caller_id": both("")}, ("Due date", "Requester")),
    ],
)
def test_what_did_not_stick_is_named(changed, labels):
    assert not_kept(payload(), to_record(INCIDENT, row(**changed)), DRAFT) == labels


@pytest.mark.parametrize(
    ("kept", "labels"), [("normal", ()), ("emergency", ("Type",)), ("", ("Type",))]
)
def test_a_change_request_of_another_type_says_so(kept, labels):
    sent = payload(replace(DRAFT, kind=CHANGE))
    cells = row(type=both(kept), requested_by=both(REQUESTER))
    cells["description"] = both(sent["description"])
    assert not_kept(sent, to_record(CHANGE, cells), replace(DRAFT, kind=CHANGE)) == labels


def test_what_was_not_sent_is_not_missed():
    sent = payload(replace(DRAFT, due=None), requester=None)
    record = to_record(INCIDENT, row(due_date=both(""), caller_id=both("e" * 32)))
    assert not_kept(sent, record, replace(DRAFT, due=None)) == ()


def test_a_record_is_read_with_values_and_labels():
    record = to_record(INCIDENT, row())
    assert record.number == "INC0010001"
    assert (record.state, record.state_label) == ("1", "New")
    assert (record.priority, record.priority_label) == ("2", "2 - High")
    assert record.due == dt.date(2026, 12, 24)
    assert record.assigned_to == "Beth Anglin"
    assert record.requester_sys_id == REQUESTER
    assert record.is_open
    assert record.updated_at == dt.datetime(2026, 11, 24, 11, 0, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("kind", "state", "active", "is_open"),
    [
        pytest.param(INCIDENT, "2", "true", True, id="incident in progress"),
        pytest.param(INCIDENT, "6", "true", False, id="incident resolved"),
        pytest.param(INCIDENT, "7", "false", False, id="incident closed"),
        pytest.param(CHANGE, "0", "true", True, id="change in review"),
    ],
)
def test_what_is_resolved_is_not_open(kind, state, active, is_open):
    record = to_record(kind, row(state=both(state), active=both(active)))
    assert record.is_open is is_open


def test_a_record_is_read_from_plain_values_too():
    plain = {name: cell["value"] for name, cell in row().items()}
    record = to_record(INCIDENT, plain)
    assert (record.state, record.state_label) == ("1", "1")


def test_only_what_we_rely_on_must_be_readable():
    needed = {name: row()[name] for name in ("sys_id", "number", "sys_updated_on")}
    record = to_record(CHANGE, needed)
    assert record.is_open
    assert record.due is None
    assert record.created_at == record.updated_at


def test_typed_and_empty_values_are_read():
    record = to_record(
        CHANGE,
        row(
            state={"value": -5.0, "display_value": "New"},
            active={"value": False, "display_value": "false"},
            priority={"value": "", "display_value": None},
            due_date=both("2026-12-24"),
        ),
    )
    assert not record.is_open
    assert record.priority_label == ""
    assert record.due == dt.date(2026, 12, 24)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "row",
        5,
        {},
        row(sys_id=both("")),
        row(sys_id=both("A" * 32)),
        row(sys_id=both(SHARE.sys_id + "\n^")),
        row(number=both("")),
        row(sys_updated_on=both("")),
        row(sys_updated_on=both("24.10.2023 7:07:31")),
        row(due_date=both("UNKNOWN")),
        row(number={"value": ["INC1"]}),
        row(state=[1]),
    ],
)
def test_a_row_that_lacks_what_we_rely_on_is_no_record(bad):
    with pytest.raises(UnexpectedAnswerError):
        to_record(INCIDENT, bad)


def test_what_the_instance_says_is_made_visible():
    record = to_record(INCIDENT, row(short_description=both("a\u202eb\x00\ud800c")))
    assert record.name == "abc"


def test_each_kind_asks_for_its_own_person():
    assert "caller_id" in fields_of(INCIDENT)
    assert "requested_by" not in fields_of(INCIDENT)
    assert "requested_by" in fields_of(CHANGE)
    assert "caller_id" not in fields_of(CHANGE)


def test_only_a_change_request_has_a_type():
    assert "type" in fields_of(CHANGE).split(",")
    assert "type" not in fields_of(INCIDENT).split(",")


def test_a_time_in_a_query_is_utc_to_the_second():
    berlin = dt.timezone(dt.timedelta(hours=1))
    at = dt.datetime(2026, 11, 24, 0, 30, 15, 999, tzinfo=berlin)
    assert to_moment(at) == "2026-11-23 23:30:15"


@pytest.mark.parametrize("text", ["", "g" * 32, "a" * 31, "a" * 33, "a" * 32 + "\n", "A" * 32])
def test_a_sys_id_is_32_hex_digits(text):
    assert is_sys_id("0123456789abcdef" * 2)
    assert not is_sys_id(text)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "stackstate_CHG0000001.json",
        "stackstate_CHG0000002.json",
        "stackstate_CHG0000003.json",
        "stackstate_CHG0040007_custom_cr_fields.json",
        "stackstate_planned_crs.json",
    ],
)
def test_recorded_change_requests_are_read(shared, name):
    rows = json.loads((shared / "data" / "servicenow" / name).read_text())["result"]
    rows = rows if isinstance(rows, list) else [rows]
    records = [to_record(CHANGE, row) for row in rows]
    assert records
    assert all(record.number.startswith("CHG") for record in records)
    assert all(record.state_label for record in records)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["swimlane_create_incident.json", "swimlane_get_all_incidents.json"]
)
def test_recorded_incidents_are_read(shared, name):
    sample = json.loads((shared / "data" / "servicenow" / name).read_text())
    found = []
    for recorded in sample["recorded"]:
        result = recorded["json_body"]["result"]
        rows = result if isinstance(result, list) else [result]
        found += [to_record(INCIDENT, row) for row in rows]
    assert all(record.number.startswith("INC") for record in found)
    assert found


MINE = "snowline-11111111-2222-4333-8444-555555555555"
THEIRS = MINE.replace("1", "9")


@pytest.mark.parametrize(
    ("correlation_id", "description", "reference"),
    [
        (MINE, "", MINE),
        (MINE, f"Reference: {THEIRS}", MINE),
        ("", f"Why?\n\nReference: {MINE}", MINE),
        ("", f"Reference: {MINE}\r\n", MINE),
        ("JIRA-1", f"Reference: {MINE}", MINE),
        ("", f"Reference: {THEIRS}\n\nReference: {MINE}", MINE),
        ("", f"its card says: Reference: {THEIRS}", ""),
        ("", "Reference: snowline", ""),
        ("", "", ""),
    ],
)
def test_a_record_names_the_share_it_was_made_for(correlation_id, description, reference):
    cells = row(correlation_id=both(correlation_id), description=both(description))
    assert reference_of(to_record(INCIDENT, cells)) == reference
