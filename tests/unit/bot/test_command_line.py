import base64

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from connector.vault import new_key


def test_keys_prints_a_key_of_32_bytes():
    result = CliRunner().invoke(cli, ["keys"])
    key_id, _, key = result.output.strip().partition(":")
    assert key_id
    assert len(base64.b64decode(key)) == 32


def test_serve_without_settings_names_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["serve"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: SNOWLINE_SLACK_BOT_TOKEN is not set")


@pytest.mark.parametrize("command", ["serve", "check"])
@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("LOG_LEVEL", "LOUD", "SNOWLINE_LOG_LEVEL is 'LOUD'; it can be DEBUG"),
        ("ALLOW_HOSTS", "a=b", "SNOWLINE_ALLOW_HOSTS"),
    ],
)
def test_a_malformed_setting_is_named_in_one_line(
    setting, value, said, command, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "signing-secret",
        "KEYS": new_key(),
        "LISTEN_PORT": "0",
        setting: value,
    }
    env = {f"SNOWLINE_{name}": text for name, text in settings.items()}
    result = CliRunner().invoke(cli, [command], env=env)
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_help_lists_the_commands():
    result = CliRunner().invoke(cli, ["--help"])
    for command in ("serve", "try", "check", "sandbox", "keys"):
        assert command in result.output
