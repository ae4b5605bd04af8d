"""Encoded queries and name-value filters: what they find."""

import pytest

from bot.sandbox.servicenow.query import parse
from bot.sandbox.servicenow.schema import TABLES
from tests.unit.sandbox.servicenow_desk import BOT, desk_at


@pytest.fixture(scope="module")
def rows():
    return (
        {"short_description": "alpha", "impact": "1", "due_date": "2026-01-02 12:00:00"},
        {"short_description": "Beta", "impact": "2", "correlation_id": "a^b"},
        {"short_description": "gamma ray", "impact": "3", "caller_id": "mia.member"},
    )


@pytest.fixture
async def desk(rows):
    async with desk_at(demo_records=False, clock=lambda: 1_767_400_000.0) as desk:
        for row in rows:
            caller = {"caller_id": desk.user(row["caller_id"])} if "caller_id" in row else {}
            await desk.create(**(row | caller))
        yield desk


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", "a b g", id="nothing asked"),
        pytest.param("None", "a b g", id="the word None"),
        pytest.param("^^^", "a b g", id="only carets"),
        pytest.param("bogus=1", "a b g", id="unknown field dropped"),
        pytest.param("bogus=1^impact=2", "b", id="unknown field beside a known one"),
        pytest.param("caller_id.bogus=1", "a b g", id="unknown dotted field dropped"),
        pytest.param("caller_idIN_HIERARCHYabc", "a b g", id="hierarchy dropped"),
        pytest.param("impact=9", "", id="bad value"),
        pytest.param("impact==1", "", id="doubled sign"),
        pytest.param("impact=1^", "a", id="trailing caret"),
        pytest.param("short_description=beta", "b", id="any case"),
        pytest.param("impact!=1", "b g", id="not equal"),
        pytest.param("impact>1^impact<3", "b", id="between two"),
        pytest.param("impact>=2", "b g", id="at least"),
        pytest.param("impact<=2", "a b", id="at most"),
        pytest.param("impactBETWEEN2@3", "b g", id="BETWEEN"),
        pytest.param("impactIN1,3", "a g", id="IN"),
        pytest.param("impactNOT IN1,3", "b", id="NOT IN"),
        pytest.param("short_descriptionLIKEma", "g", id="LIKE"),
        pytest.param("short_descriptionCONTAINSma", "g", id="CONTAINS"),
        pytest.param("short_description*ma", "g", id="star"),
        pytest.param("short_descriptionNOT LIKEma", "a b", id="NOT LIKE"),
        pytest.param("short_descriptionDOES NOT CONTAINma", "a b", id="DOES NOT CONTAIN"),
        pytest.param("short_description!*ma", "a b", id="not star"),
        pytest.param("short_descriptionSTARTSWITHal", "a", id="STARTSWITH"),
        pytest.param("short_descriptionENDSWITHta", "b", id="ENDSWITH"),
        pytest.param("short_description%ta", "b", id="percent"),
        pytest.param("due_dateISEMPTY", "b g", id="ISEMPTY"),
        pytest.param("due_dateISNOTEMPTY", "a", id="ISNOTEMPTY"),
        pytest.param("due_date=NULL", "b g", id="NULL"),
        pytest.param("due_dateANYTHING", "a b g", id="ANYTHING"),
        pytest.param("due_dateEMPTYSTRING", "b g", id="EMPTYSTRING"),
        pytest.param("urgencySAMEASimpact", "g", id="SAMEAS"),
        pytest.param("urgencyNSAMEASimpact", "a b", id="NSAMEAS"),
        pytest.param("sys_class_nameINSTANCEOFtask", "a b g", id="INSTANCEOF"),
        pytest.param("impact=1^ORimpact=3", "a g", id="OR"),
        pytest.param("impact=1^ORimpact=3^urgency=3^caller_idISEMPTY", "a", id="OR then AND"),
        pytest.param("impact=1^NQimpact=2", "a b", id="NQ"),
        pytest.param("impact=2^EQ", "b", id="EQ"),
        pytest.param("correlation_id=a^^b", "b", id="escaped caret"),
        pytest.param("correlation_id=a^b", "", id="bare caret"),
        pytest.param("caller_id.user_name=mia.member", "g", id="dotted"),
        pytest.param("123TEXTQUERY321=ray gamma", "g", id="text"),
        pytest.param("ORDERBYDESCimpact", "g b a", id="descending"),
        pytest.param("impact<3^ORDERBYshort_description", "a b", id="ascending"),
        pytest.param("ORDERBYbogus", "a b g", id="unknown order"),
        pytest.param("due_date<javascript:gs.daysAgoStart(0)", "a", id="script with a date"),
        pytest.param(
            "due_dateBETWEENjavascript:gs.dateGenerate('2026-01-01','00:00:00')"
            "@javascript:gs.beginningOfToday()",
            "a",
            id="two scripts",
        ),
        pytest.param(
            "due_dateONYesterday@javascript:gs.beginningOfYesterday()"
            "@javascript:gs.endOfYesterday()",
            "a",
            id="ON",
        ),
        pytest.param("due_date>javascript:gs.daysAgo(1e9)", "", id="script with nonsense"),
        pytest.param("sys_created_by=javascript:gs.evil()", "", id="unknown script"),
        pytest.param("opened_byDYNAMIC90d1921e5f510100a9ad2572f2b477fe", "a b g", id="dynamic Me"),
    ],
)
async def test_a_query_finds(desk, query, found):
    answer = await desk.table("incident", sysparm_query=query)
    assert " ".join(row["short_description"][0].lower() for row in answer.result) == found
    assert answer.headers["X-Total-Count"] == str(len(answer.result))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param({"impact": "2"}, "B", id="value"),
        pytest.param({"impact": "2 - Medium"}, "B", id="label"),
        pytest.param({"caller_id": "Mia Member"}, "g", id="name of a reference"),
        pytest.param({"caller_id.email": "mia@northwind.example"}, "g", id="dotted"),
        pytest.param({"correlation_id": "a^b"}, "B", id="a caret is only a caret"),
        pytest.param({"bogus": "1"}, "aBg", id="unknown"),
        pytest.param({"impact": "1", "sysparm_query": "impact=3"}, "g", id="beside a query"),
    ],
)
async def test_plain_pairs_filter_when_there_is_no_query(desk, filters, found):
    answer = await desk.table("incident", **filters)
    assert "".join(row["short_description"][0] for row in answer.result) == found


async def test_a_client_can_ask_who_it_is(desk):
    query = "user_name=javascript:gs.getUserName()"
    answer = await desk.table("sys_user", sysparm_query=query, sysparm_fields="user_name")
    assert answer.result == [{"user_name": BOT}]
    by_id = await desk.table("sys_user", sysparm_query="sys_id=javascript:gs.getUserID()")
    assert [row["user_name"] for row in by_id.result] == [BOT]


async def test_limits_that_make_no_sense_do_no_harm(desk):
    assert (await desk.table("incident", sysparm_limit="0")).result == []
    assert len((await desk.table("incident", sysparm_limit="many")).result) == 3
    assert len((await desk.table("incident", sysparm_offset="-1")).result) == 3


def test_alternatives_bind_to_the_condition_before_them():
    query = parse("impact=1^ORimpact=2^state=1^NQstate=2", TABLES["incident"], str)
    assert [[len(either) for either in group] for group in query.groups] == [[2, 1], [1]]


async def test_a_sys_id_is_compared_as_text_though_it_may_look_like_a_number():
    async with desk_at(demo_records=False) as desk:
        ids = ["0" * 28 + "9999", "0" * 28 + "1e5a", "0" * 28 + "01e5", "9" * 32, "a" * 32]
        for sys_id in ids:
            await desk.create(sys_id=sys_id, short_description=sys_id)
        found = await desk.table("incident", sysparm_query="ORDERBYsys_id", sysparm_fields="sys_id")
        assert [row["sys_id"] for row in found.result] == sorted(ids)
        for sys_id in ids:
            query = f"sys_id>{sys_id}^ORDERBYsys_id"
            found = await desk.table("incident", sysparm_query=query, sysparm_fields="sys_id")
            assert [row["sys_id"] for row in found.result] == [
                each for each in sorted(ids) if each > sys_id
            ]
