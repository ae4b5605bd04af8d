"""pysnow 0.7.17, which also reaches the addresses beside the Table API."""

SYS_ID = "0123456789abcdef0123456789abcdef"


async def test_it_queries_walks_along_references_and_reads_labels(pysnow, desk):
    mia = desk.user("mia.member")
    for name in ("Contract one", "Contract two", "Other"):
        await desk.create(short_description=name, caller_id=mia)
    await desk.create(short_description="Contract on hold", state="3", caller_id=mia)
    seen = await pysnow("reads")
    link = f"{desk.origin}/api/now/table/sys_user/{mia}"
    assert seen["rows"] == [
        {
            "short_description": name,
            "caller_id": {"link": link, "value": mia},
            "caller_id.email": "mia@northwind.example",
        }
        for name in ("Contract two", "Contract one")
    ]
    assert seen["shown"] == {"caller_id": "Mia Member", "state": "New"}
    assert seen["both"] == {"state": {"display_value": "New", "value": "1"}}


async def test_it_reads_every_page_once_and_as_a_stream(pysnow, desk):
    numbers = [(await desk.create())["number"] for _ in range(7)]
    seen = await pysnow("pages")
    assert seen["all"] == seen["streamed"] == numbers
    assert seen["total"] == "7"
    assert [f'rel="{rel}"' in seen["link"] for rel in ("first", "next", "last")] == [True] * 3


async def test_it_inserts_with_a_chosen_id_and_updates(pysnow, desk):
    seen = await pysnow("writes", SYS_ID)
    (kept,) = desk.server.records("incident")
    assert seen == {
        "made": SYS_ID,
        "answer": "<Response [201 - POST]>",
        "changed": "Changed",
        "count": "1",
        "again": "1",
    }
    assert (kept["sys_id"], kept["short_description"], kept["priority"]) == (SYS_ID, "Changed", "1")


async def test_it_deletes(pysnow, desk):
    row = await desk.create()
    seen = await pysnow("deletes", row["sys_id"])
    assert seen == {"deleted": {"status": "record deleted"}, "left": None}
    assert desk.server.records("incident") == []


async def test_it_attaches_lists_reads_and_deletes_files(pysnow, desk):
    row = await desk.create()
    seen = await pysnow("attaches", row["sys_id"])
    assert (seen["made"]["table_sys_id"], seen["made"]["size_bytes"]) == (row["sys_id"], "3")
    assert seen["made"]["content_type"] == "text/plain"
    assert (seen["listed"], seen["content"]) == ("note.txt", "one")
    assert seen["deleted"] == "record deleted"
    assert desk.server.records("sys_attachment") == []


async def test_it_counts_and_sums(pysnow, desk):
    for impact, order in (("1", 4), ("2", 5), ("2", 6)):
        await desk.create(impact=impact, order=order)
    seen = await pysnow("counts")
    assert seen["whole"] == {"stats": {"count": "3", "sum": {"order": "15"}}}
    assert seen["groups"] == [
        {
            "stats": {"count": count, "sum": {"order": order}},
            "groupby_fields": [{"field": "impact", "value": impact}],
        }
        for impact, count, order in (("1 - High", "1", "4"), ("2 - Medium", "2", "11"))
    ]


async def test_it_imports_through_a_staging_table(pysnow, desk):
    seen = await pysnow("imports")
    (kept,) = desk.server.records("incident")
    assert seen["first_answer"] == seen["second_answer"] == "<Response [201 - POST]>"
    assert (seen["first"]["status"], seen["second"]["status"]) == ("inserted", "updated")
    assert seen["first"]["sys_id"] == seen["second"]["sys_id"] == kept["sys_id"]
    assert seen["first"]["record_link"] == f"{desk.origin}/api/now/table/incident/{kept['sys_id']}"
    assert kept["description"] == "second"


async def test_it_makes_and_moves_change_requests(pysnow, desk):
    seen = await pysnow("changes")
    normal, standard = desk.server.records("change_request")
    assert seen["answer"] == "<Response [200 - POST]>"
    assert seen["made"]["state"] == {"display_value": "New", "value": -5.0}
    assert seen["made"]["__meta"] == {"ignoredFields": ["no_such_field"]}
    assert seen["states"]["available_states"] == ["-4", "4", "-5"]
    assert seen["moved"] == {"display_value": "Assess", "value": -4.0}
    assert seen["standard"] == {"display_value": "Standard", "value": "standard"}
    assert (normal["short_description"], normal["state"]) == ("Reboot", "-4")
    assert (standard["type"], standard["category"]) == ("standard", "Software")


async def test_it_signs_in_with_a_password_and_renews_its_token(pysnow):
    seen = await pysnow("signs_in")
    assert seen["me"] == seen["still_me"] == "snowline.integration"
    assert (seen["scope"], seen["kind"]) == (["useraccount"], "Bearer")
    assert (seen["renewed"], seen["same_refresh_token"]) == (1, True)
    assert seen["wrong"] == "access_denied"


async def test_it_tells_refusals_apart(pysnow, desk):
    row = await desk.create()
    seen = await pysnow("is_refused", row["sys_id"])
    for name, status, words in (
        ("not_signed_in", 401, "User is not authenticated"),
        ("no_right", 403, "ACL Exception Insert Failed due to security constraints"),
        ("policy", 403, "mandatory: Resolution code, Close notes"),
        ("no_record", 404, "No Record found"),
        ("no_table", 400, "Invalid table nothing"),
        ("nowhere", 400, "Requested URI does not represent any resource"),
        ("too_long", 414, "Request-URI Too Large"),
    ):
        kind, told, body = seen[name]
        assert kind == "HTTPError"
        assert told.startswith(f"{status} Client Error")
        assert words in body
    assert [each["state"] for each in desk.server.records("incident")] == ["1"]


async def test_it_is_told_when_the_hour_is_used_up(pysnow, desk):
    desk.server.faults.arm("429")
    seen = await pysnow("is_limited")
    kind, told, body = seen["limited"]
    assert (kind, told[:3], seen["wait"]) == ("HTTPError", "429", "1")
    assert "Rate limit of 100 requests per hour for Table API exceeded" in body
    assert desk.server.faults.struck == {"429": 1}
