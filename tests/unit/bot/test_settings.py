import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.settings import GivenSettings, SettingsError, load
from connector.settings import ConnectorSettings

WHOLE = {
    "SNOWLINE_SLACK_BOT_TOKEN": "xoxb-1",
    "SNOWLINE_SLACK_APP_TOKEN": "xapp-1",
    "SNOWLINE_KEYS": "k1:AAAA",
}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """An empty folder and an environment without any of our settings."""
    monkeypatch.chdir(tmp_path)

    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("SNOWLINE_SLACK_BOT_TOKEN", "SNOWLINE_SLACK_BOT_TOKEN is not set"),
        ("SNOWLINE_SLACK_APP_TOKEN", "SNOWLINE_SLACK_APP_TOKEN (Socket Mode) or"),
        ("SNOWLINE_KEYS", "SNOWLINE_KEYS or SNOWLINE_KEY_FILE is not set"),
    ],
)
def test_a_missing_setting_is_named_in_one_clear_line(environment, left_out, named):
    environment(**{name: value for name, value in WHOLE.items() if name != left_out})
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value).startswith(named)
    assert "\n" not in str(caught.value)


def test_a_dotenv_file_is_read(environment, tmp_path):
    lines = "\n".join(f"{name}={value}" for name, value in WHOLE.items())
    (tmp_path / ".env").write_text(lines)
    assert load().slack_bot_token.get_secret_value() == "xoxb-1"


@pytest.mark.parametrize(
    "key", ["k" * 31, " " * 40, f"{'k' * 32} k", "é" * 40], ids=["short", "blank", "space", "é"]
)
def test_a_key_for_hints_that_is_weak_is_refused_and_not_repeated(environment, key):
    environment(**WHOLE, SNOWLINE_SERVICENOW_WEBHOOK_SECRET=key)
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value).startswith("SNOWLINE_SERVICENOW_WEBHOOK_SECRET cannot be used")
    assert key not in str(caught.value)


def test_a_key_for_hints_is_off_by_default_and_a_secret(environment):
    environment(**WHOLE)
    assert load().servicenow_webhook_secret is None
    environment(SNOWLINE_SERVICENOW_WEBHOOK_SECRET="k" * 32)
    assert "k" * 32 in load().secrets()


def test_an_allowed_host_moves_slack_to_its_origin(environment):
    environment(**WHOLE, SNOWLINE_ALLOW_HOSTS="slack.com=http://127.0.0.1:4410")
    assert load().slack_base_url == "http://127.0.0.1:4410/api/"


def test_plain_http_to_slack_needs_the_operators_word(environment):
    environment(**WHOLE, SNOWLINE_SLACK_API_URL="http://10.0.0.1/api/")
    with pytest.raises(SettingsError, match="SNOWLINE_ALLOW_HOSTS"):
        load()


def test_a_malformed_value_is_never_repeated(environment):
    environment(**WHOLE, SNOWLINE_LISTEN_PORT="hunter2")
    with pytest.raises(SettingsError) as caught:
        load()
    assert "SNOWLINE_LISTEN_PORT" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7 2001:db8::/64", "203.0.113.7, 2001:db8::/64"),
        ("203.0.113.0/29,198.51.100.1", "203.0.113.0/29, 198.51.100.1"),
    ],
)
def test_the_outgoing_address_is_one_or_several(environment, value, kept):
    environment(**WHOLE, SNOWLINE_OUTGOING_ADDRESS=value)
    assert load().connector().outgoing_address == kept


def test_what_is_no_outgoing_address_is_refused_and_not_repeated(environment):
    environment(**WHOLE, SNOWLINE_OUTGOING_ADDRESS="203.0.113.7 hunter2")
    with pytest.raises(SettingsError, match="SNOWLINE_OUTGOING_ADDRESS cannot be used: it is an"):
        load()
    assert_refused_in_one_clear_line("SNOWLINE_OUTGOING_ADDRESS")


def test_a_key_file_that_cannot_be_read_is_named(environment, tmp_path):
    whole = {name: value for name, value in WHOLE.items() if name != "SNOWLINE_KEYS"}
    environment(**whole, SNOWLINE_KEY_FILE=str(tmp_path / "absent"))
    with pytest.raises(SettingsError, match="absent"):
        load().connector()


def test_given_settings_ignore_the_environment(environment):
    environment(**WHOLE, SNOWLINE_SYNC_EVERY="999")
    given = GivenSettings(slack_bot_token="b", slack_app_token="a", keys="k")
    assert given.sync_every == 60


@pytest.mark.parametrize(
    "url",
    [
        "https://snowline.example.com",
        "https://snowline.example.com:8443/bot",
        "http://localhost:4413/",
        "http://127.0.0.9",
        "http://[::1]:4413",
        "http://snowline.test",
    ],
)
def test_an_address_that_browsers_reach_safely_is_taken(environment, url):
    environment(
        **WHOLE,
        SNOWLINE_URL=url,
        SNOWLINE_ALLOW_HOSTS="snowline.test=http://127.0.0.1:4411",
    )
    assert load().url == url


@pytest.mark.parametrize(
    "url",
    [
        "ftp://snowline.example.com",
        "snowline.example.com",
        "http://snowline.example.com",
        "https://",
        "https://ada:hunter2@snowline.example.com",
        "https://snowline.example.com/?a=hunter2",
        "https://snowline.example.com:99999",
        "https://snow line.example.com",
    ],
)
def test_another_address_is_refused_in_one_clear_line(environment, url):
    environment(**WHOLE, SNOWLINE_URL=url)
    assert_refused_in_one_clear_line("SNOWLINE_URL")


@pytest.mark.parametrize(
    "entry",
    [
        "acme.service-now.com",
        "acme.service-now.com=127.0.0.1:4411",
        "acme.service-now.com=ftp://127.0.0.1",
        "acme.service-now.com=http://127.0.0.1:4411/hunter2",
        "acme.service-now.com=http://127.0.0.1:99999",
        "acme.service-now.com=http://ada:hunter2@127.0.0.1",
        "acme.service-now.com=",
        "=http://127.0.0.1:4411",
    ],
)
def test_an_allowed_host_that_leads_to_no_origin_is_refused_in_one_clear_line(environment, entry):
    environment(**WHOLE, SNOWLINE_ALLOW_HOSTS=entry)
    assert_refused_in_one_clear_line("SNOWLINE_ALLOW_HOSTS")


def assert_refused_in_one_clear_line(setting):
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value).startswith(f"{setting} cannot be used: ")
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_hosts_and_suffixes_have_no_capitals_whoever_writes_them(environment):
    environment(
        **WHOLE,
        SNOWLINE_INSTANCE_SUFFIXES="Service-Now.com, ServiceNowServices.COM",
        SNOWLINE_ALLOW_HOSTS="Acme.Service-Now.com=http://127.0.0.1:4411",
    )
    settings = load()
    for each in (settings, settings.connector()):
        assert each.instance_suffixes == ("service-now.com", "servicenowservices.com")
        assert each.allow_hosts == {"acme.service-now.com": "http://127.0.0.1:4411"}
    given = ConnectorSettings(
        keys="k1:AAAA", instance_suffixes=("ITSM.example",), allow_hosts={"A.example": "http://b"}
    )
    assert given.instance_suffixes == ("itsm.example",)
    assert given.allow_hosts == {"a.example": "http://b"}


def test_slack_is_moved_by_its_name_in_capitals(environment):
    environment(**WHOLE, SNOWLINE_ALLOW_HOSTS="Slack.COM=http://127.0.0.1:4410")
    assert load().slack_base_url == "http://127.0.0.1:4410/api/"


@pytest.mark.parametrize("blank", ["  ", "\t", "\u00a0"], ids=repr)
@pytest.mark.parametrize(
    "name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "KEYS"]
)
def test_a_secret_of_spaces_is_refused_in_one_clear_line(environment, name, blank):
    environment(**WHOLE | {"SNOWLINE_SLACK_SIGNING_SECRET": "s3cret", f"SNOWLINE_{name}": blank})
    assert_refused_in_one_clear_line(f"SNOWLINE_{name}")


@pytest.mark.parametrize("command", ["serve", "check"])
@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"])
def test_nothing_starts_with_a_secret_of_spaces(environment, name, command):
    settings = WHOLE | {"SNOWLINE_LISTEN_PORT": "0", f"SNOWLINE_{name}": "  "}
    result = CliRunner().invoke(cli, [command], env=settings)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: SNOWLINE_{name} cannot be used: ")
    assert len(result.output.strip().splitlines()) == 1
