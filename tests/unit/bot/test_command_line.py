import base64
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from connector.vault import new_key

ROOT = Path(__file__).parents[3]


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
    for command in ("serve", "try", "check", "export", "servicenow", "sandbox", "keys"):
        assert command in result.output


def test_a_taken_port_is_named_in_one_line_with_its_setting(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "signing-secret",
            "KEYS": new_key(),
            "LISTEN_PORT": str(port),
            "LOG_LEVEL": "ERROR",
            "ALLOW_HOSTS": "slack.com=http://127.0.0.1:1",
        }
        env = {f"SNOWLINE_{name}": text for name, text in settings.items()}
        # In a process of its own: what it does to the log is not for the other tests.
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "serve"],
            env={**os.environ, **env, "PYTHONPATH": str(ROOT)},  # noqa: TID251  -- a process needs its own
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert ended.returncode == 1
    assert ended.stderr == (
        f"Error: Snowline cannot start: port {port} is already in use: end what listens there, or"
        " choose another port with SNOWLINE_LISTEN_PORT\n"
    )
