"""One workspace by its token, or many by OAuth: one of both, and whole."""

import pytest

from bot.serving import slack_oauth
from bot.settings import SettingsError, load

USUAL = {"SNOWLINE_SLACK_APP_TOKEN": "xapp-1", "SNOWLINE_KEYS": "k1:AAAA"}
TOKEN = {"SNOWLINE_SLACK_BOT_TOKEN": "xoxb-1"}
CLIENT = {"SNOWLINE_SLACK_CLIENT_ID": "1.2", "SNOWLINE_SLACK_CLIENT_SECRET": "hunter2"}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def put(values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({}, "SNOWLINE_SLACK_BOT_TOKEN is not set", id="neither"),
        pytest.param(TOKEN | CLIENT, "exclude each other", id="both"),
        pytest.param({"SNOWLINE_SLACK_CLIENT_ID": "1.2"}, "go together", id="no secret"),
        pytest.param({"SNOWLINE_SLACK_CLIENT_SECRET": "hunter2"}, "go together", id="no id"),
    ],
)
def test_what_cannot_work_is_said_in_one_line(environment, given, said):
    environment(USUAL | given)
    with pytest.raises(SettingsError) as caught:
        load()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_client_leads_to_slacks_own_page_and_back(environment):
    environment(USUAL | CLIENT | {"SNOWLINE_URL": "https://snowline.example.com/"})
    settings = load()
    oauth = slack_oauth(settings)
    assert oauth.redirect_uri == "https://snowline.example.com/slack/oauth_redirect"
    assert oauth.consent_url("s").startswith("https://slack.com/oauth/v2/authorize?client_id=1.2&")
    assert "hunter2" not in oauth.consent_url("s")
    assert "hunter2" in settings.secrets()


def test_a_token_installs_nothing_by_oauth(environment):
    environment(USUAL | TOKEN)
    assert slack_oauth(load()) is None


def test_the_workspaces_that_may_install_it_are_separated_by_spaces_or_commas(environment):
    environment(USUAL | CLIENT | {"SNOWLINE_SLACK_WORKSPACES": "T01, E02 T03"})
    assert load().slack_workspaces == ("T01", "E02", "T03")
