"""Which day is already past when a ticket is described, wherever its author is."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.bot.kept_connections import sign_out
from tests.unit.bot.slack_end import SECURITY, with_bot

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
"""When the 25th begins twelve hours behind UTC, farther west than which nobody lives."""


@pytest.mark.parametrize(
    ("now", "due", "refused"),
    [
        pytest.param(NOON - timedelta(seconds=1), "2026-11-24", False, id="today in the west"),
        pytest.param(NOON - timedelta(seconds=1), "2026-11-23", True, id="past everywhere"),
        pytest.param(NOON, "2026-11-25", False, id="today"),
        pytest.param(NOON, "2026-11-24", True, id="past in the west too"),
    ],
)
async def test_a_due_date_is_refused_once_it_is_past_everywhere(tmp_path, now, due, refused):
    async with with_bot(tmp_path, clock=lambda: now) as end:
        await sign_out(end)
        await end.mia.command("/snow create", SECURITY)
        await end.mia.modal(title="Create a ticket")
        errors = await end.mia.submit({"Name": "Soon", "Category": "Data", "Due date": due})
        assert set(errors) == ({"Due date"} if refused else set())
