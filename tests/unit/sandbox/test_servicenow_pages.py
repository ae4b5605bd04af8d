"""The pages people use in a browser."""

import pytest

from bot.tour.browser import Browser
from tests.unit.sandbox.servicenow_desk import desk_at

HOSTILE = '<script>alert(1)</script> & "co"'


@pytest.fixture
async def desk():
    async with desk_at() as desk:
        yield desk


@pytest.fixture
async def browser():
    browser = Browser()
    yield browser
    await browser.close()


async def page(desk, path, **params):
    return await desk.call("GET", path, user=None, params=params)


async def test_the_list_shows_the_newest_open_ticket_first(desk, browser):
    row = await desk.create(short_description="Newest", impact="1", urgency="1")
    shown = await browser.open(desk.origin)
    words = shown.text.split("\n")
    assert words.index(row["number"]) < words.index("INC0000042")
    assert "INC0000040" not in words
    assert {"Newest", "1 - Critical", "New"} <= set(words)
    everything = await browser.press(shown, "All")
    assert "INC0000040" in everything.text


async def test_the_list_can_be_searched(desk):
    shown = await page(desk, "/incident_list.do", search="vpn hour")
    assert "INC0000041" in shown.text
    assert "INC0000042" not in shown.text
    none = await page(desk, "/change_request_list.do", search="nothing like it")
    assert "No records to display" in none.text


@pytest.mark.parametrize(
    "link",
    [
        "/nav_to.do?uri=incident.do%3Fsys_id%3D{}",
        "/nav_to.do?uri=/incident.do?sys_id={}",
        "/now/nav/ui/classic/params/target/incident.do%3Fsys_id%3D{}",
        "/incident.do?sys_id={}",
    ],
)
async def test_a_deep_link_opens_the_record(desk, browser, link):
    row = await desk.create(short_description="Linked")
    shown = await browser.open(desk.origin + link.format(row["sys_id"]))
    assert row["number"] in shown.text
    by_number = await page(desk, "/incident.do", sysparm_query=f"number={row['number']}")
    assert "Linked" in by_number.text


@pytest.mark.parametrize("uri", ["https://evil.example/incident.do", "//evil.example", "login.do"])
async def test_a_deep_link_never_leads_elsewhere(desk, uri):
    assert (await page(desk, "/nav_to.do", uri=uri)).status == 404


async def test_text_is_shown_and_never_interpreted(desk):
    row = await desk.create(
        short_description=HOSTILE, description=f"One\n{HOSTILE}", comments=HOSTILE
    )
    for path in ("/incident_list.do", f"/incident.do?sys_id={row['sys_id']}"):
        shown = await page(desk, path)
        assert "<script>alert" not in shown.text
        assert "&lt;script&gt;alert(1)" in shown.text
        assert shown.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "One<br>" in shown.text


async def test_a_person_resolves_an_incident_and_is_asked_for_the_reason(desk, browser):
    row = await desk.create()
    shown = await browser.open(f"{desk.origin}/incident.do?sys_id={row['sys_id']}")
    refused = await browser.press(shown, "Update", state="6", comments="Kept while refused")
    assert refused.status == 403
    assert "mandatory: Resolution code, Close notes" in refused.text
    assert "Kept while refused" in refused.text
    saved = await browser.press(
        refused,
        "Update",
        state="6",
        close_code="Solution provided",
        close_notes="Line one\r\nline two",
        comments="All done",
        due_date="2026-12-24",
    )
    assert "Record updated." in saved.text
    read = await desk.read(row, sysparm_display_value="all")
    assert read["state"]["display_value"] == "Resolved"
    assert read["close_notes"]["value"] == "Line one\nline two"
    assert read["due_date"]["value"] == "2026-12-24 12:00:00"
    assert (
        "System Administrator (Additional comments)\nAll done"
        in (read["comments"]["display_value"])
    )
    assert read["sys_mod_count"]["value"] == "1"


async def test_changed_fields_are_told_in_the_activity_by_whom_and_from_what(desk, browser):
    row = await desk.create()
    shown = await browser.open(f"{desk.origin}/incident.do?sys_id={row['sys_id']}")
    assert "Activity (0)" in shown.text
    saved = await browser.press(shown, "Update", state="2", comments="On it")
    assert "Activity (2)" in saved.text
    assert "State: In Progress was New" in saved.text
    await desk.change(row, impact="1", short_description=HOSTILE)
    told = (await page(desk, "/incident.do", sys_id=row["sys_id"])).text
    assert "Activity (3)" in told
    assert "Impact: 1 - High was 3 - Low" in told
    assert "Short description: &lt;script&gt;alert(1)" in told
    assert told.index("Impact: 1 - High was") < told.index("State: In Progress was New")
    for name in ("Snowline Integration", "System Administrator"):
        assert f"<b>{name}</b><small>Field changes · " in told


async def test_only_what_the_person_changed_is_written(desk, browser):
    row = await desk.create()
    shown = await browser.open(f"{desk.origin}/incident.do?sys_id={row['sys_id']}")
    await desk.change(row, impact="1")
    await browser.press(shown, "Update", urgency="1", impact="3", **{"was.urgency": "3"})
    assert (await desk.read(row))["impact"] == "1"
    assert (await desk.read(row))["urgency"] == "1"


async def test_a_change_offers_only_the_states_it_can_reach(desk):
    row = await desk.create("change_request")
    path = f"/change_request.do?sys_id={row['sys_id']}"
    shown = (await page(desk, path)).text
    assert 'value="-4">Assess' in shown
    assert 'value="3">Closed' not in shown


async def test_another_site_cannot_press_our_buttons(desk):
    row = await desk.create()
    path = f"/incident.do?sys_id={row['sys_id']}"
    headers = {"Origin": "https://evil.example"}
    answer = await desk.call("POST", path, user=None, data={"state": "2"}, headers=headers)
    assert answer.status == 404
    assert (await desk.read(row))["state"] == "1"
    assert (await page(desk, "/incident.do", sys_id="none")).status == 404
