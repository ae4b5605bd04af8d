"""One person with the page open twice."""

import pytest

from tests.browser.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture
async def tabs(browser, tryout, pictures):
    """Two tabs of one browser, both Ada's."""
    opened = [Person(await browser.new_page(), pictures) for _ in range(2)]
    for each in opened:
        await each.page.goto(tryout.page)
    return opened


async def test_a_modal_opens_and_closes_in_both_tabs(tabs):
    one, other = tabs
    await one.type("/snow connect")
    await other.dialog("Connect ServiceNow").wait_for()
    await one.leave(one.dialog("Connect ServiceNow"))
    await other.dialog("Connect ServiceNow").wait_for(state="hidden")
    await other.type("/snow connect")
    await one.dialog("Connect ServiceNow").wait_for()
    await other.leave(other.dialog("Connect ServiceNow"))
    await one.dialog("Connect ServiceNow").wait_for(state="hidden")
    assert one.complaints + other.complaints == []
