"""The ticket form in Slack while a kind is chosen: what comes late changes nothing."""

import pytest

from bot.sandbox.driver import DriverError
from bot.tour.changing import choose_change, follows
from tests.unit.bot.kept_connections import sign_out
from tests.unit.bot.slack_end import SECURITY, with_bot


@pytest.fixture
async def form(tmp_path):
    async with with_bot(tmp_path) as end:
        await sign_out(end)
        await end.mia.command("/snow create", SECURITY)
        await end.mia.modal(title="Create a ticket")
        yield end


async def again(end):
    """Have the last click come once more, as it was."""
    async with end.http.post(f"{end.origin}/_client/redeliver", json={"times": 1}) as answer:
        assert answer.status == 200


async def test_a_choice_that_comes_again_late_changes_nothing_and_says_nothing(form):
    await choose_change(form.mia)
    before = (await form.mia.modal())["hash"]
    await again(form)
    assert (await form.mia.modal())["hash"] == before
    assert await form.refused() == []
    assert await form.mia.messages(SECURITY) == []


async def test_templates_that_cannot_be_asked_for_leave_the_menu_empty(form, caplog):
    await choose_change(form.mia)
    await form.mia.choose("Type", "", "Standard")
    await follows(form.mia, "Template")
    with pytest.raises(DriverError):
        await form.mia.choose("Template", "", "Block legacy sign-ins")
    assert "Searching the standard change templates" in caplog.text
