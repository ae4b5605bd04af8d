"""A command while ServiceNow allows no more requests."""

from datetime import UTC, datetime, timedelta

from bot.sandbox.driver import visible_text
from connector.errors import Provider, ThrottledError
from connector.models import Right
from tests.unit.bot.slack_end import SECURITY, with_bot


async def test_it_is_answered_with_a_notice_and_not_as_a_failure(tmp_path):
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    later = now + timedelta(minutes=30)
    limit = ThrottledError(Provider.SERVICENOW, "429", until=later, now=now)

    async def handler(args, services):
        raise limit

    def more(app, bind):
        app.command("/test")(bind(handler, tried="Doing the test.", right=Right.ANYONE))

    async with with_bot(tmp_path, more) as end:
        await end.mia.command("/test", SECURITY)
        message = await end.mia.wait_for_message(SECURITY, text="no more requests", ephemeral=True)
    shown = visible_text(message)
    assert "⏳ ServiceNow allows no more requests until" in shown
    assert "failed" not in shown
    assert "Reference" not in shown
