"""The checks, as an admin reads them in Slack and an operator on the command line."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from tests.e2e.acts import SECURITY, card_with, create, strike
from tests.e2e.test_checkup import findings


async def doctor(stage, *, until):
    await stage.ada.command("/snow doctor", SECURITY)
    return visible_text(await stage.ada.wait_for_message(SECURITY, text=until, ephemeral=True))


async def test_the_doctor_says_at_once_that_it_looks_and_then_what_it_found(connected):
    await create(connected.mia, "A first ticket")
    await card_with(connected.mia, "A first ticket", "INC")
    told = await doctor(connected, until="is awake")
    begun = await connected.ada.wait_for_message(SECURITY, text="Checking", ephemeral=True)
    assert begun["ts"] < (await connected.ada.messages(SECURITY))[-1]["ts"]
    assert "failed" not in told
    assert "✅ Snowline acts as snowline.integration" in told
    assert "✅ The last incident was made" in told
    assert "⚪ Whether change requests can be made" in told


@pytest.mark.parametrize(
    ("fault", "said", "remedy"),
    [
        ("sleeping:50", "is asleep", "to wake it"),
        ("blocked:50", "does not let this machine in", "SNOWLINE_OUTGOING_ADDRESS"),
    ],
)
async def test_what_stops_the_doctor_is_named_with_its_remedy(connected, fault, said, remedy):
    strike(connected, fault)
    told = await doctor(connected, until=said)
    assert f"→ {remedy}" in told or remedy in told.partition("→")[2]


async def test_the_message_after_connecting_tells_what_was_found(connected):
    direct = await connected.ada.direct_channel()
    message = await connected.ada.wait_for_message(direct, text="ServiceNow connected")
    told = visible_text(message)
    assert f"{accounts.INSTANCE_HOST} answers and is awake" in told
    assert "Checked: " in told


async def test_the_command_line_tells_the_same(connected):
    told = await doctor(connected, until="is awake")
    await connected.tryout.bot.stop()
    found = await findings(connected.tryout.settings)
    said = [finding for finding in found if finding.what.startswith(accounts.INSTANCE_HOST)]
    assert len(said) == 22
    for finding in said:
        assert finding.what.removeprefix(f"{accounts.INSTANCE_HOST}: ") in told
        assert str(finding)[0] == ("?" if finding.unsure else "✓")


async def test_the_command_line_says_what_to_mend(connected):
    await connected.tryout.bot.stop()
    strike(connected, "sleeping")
    found = await findings(connected.tryout.settings)
    (bad,) = [finding for finding in found if not finding.ok]
    assert str(bad).startswith(f"✗ {accounts.INSTANCE_HOST}: {accounts.INSTANCE_HOST} is asleep")
    assert "to wake it" in bad.remedy
