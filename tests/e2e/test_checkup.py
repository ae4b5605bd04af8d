import pytest

from bot import checkup
from bot.sandbox import accounts
from bot.settings import GivenSettings
from tests.e2e.test_connecting import kill_sign_in


async def findings(settings):
    return [finding async for finding in checkup.check(settings)]


def changed(settings, **changes):
    return GivenSettings(**{**settings.model_dump(), **changes})


async def test_a_connected_bot_that_is_stopped_checks_out(connected):
    await connected.tryout.bot.stop()
    found = await findings(changed(connected.tryout.settings, slack_app_token=accounts.APP_TOKEN))
    assert all(finding.ok for finding in found), "\n".join(map(str, found))
    told = "\n".join(map(str, found))
    assert accounts.INSTANCE_HOST in told
    assert accounts.TENANT_ID in told
    assert "Socket Mode" in told


async def test_a_dead_sign_in_is_found_with_its_remedy(connected):
    await kill_sign_in(connected)
    await connected.tryout.bot.stop()
    (bad,) = [finding for finding in await findings(connected.tryout.settings) if not finding.ok]
    assert accounts.INSTANCE_HOST in bad.what
    assert "/snow connect" in bad.remedy


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"slack_bot_token": "xoxb-wrong"}, "SNOWLINE_SLACK_BOT_TOKEN", id="token"),
        pytest.param({"slack_app_token": "xapp-wrong"}, "SNOWLINE_SLACK_APP_TOKEN", id="socket"),
        pytest.param({"keys": "k1:nonsense"}, "key", id="keys"),
        pytest.param({"keys": None, "key_file": "/absent"}, "KEY_FILE", id="key file"),
    ],
)
async def test_what_is_wrong_is_named(stage, tmp_path, change, named):
    settings = changed(stage.tryout.settings, database=tmp_path / "new.db", **change)
    bad = [str(finding) for finding in await findings(settings) if not finding.ok]
    assert bad
    assert named in bad[0]


async def test_a_database_in_use_is_named(stage):
    bad = [finding for finding in await findings(stage.tryout.settings) if not finding.ok]
    assert "process" in bad[0].remedy
