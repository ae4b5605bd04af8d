import base64

from click.testing import CliRunner

from bot.__main__ import cli


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


def test_help_lists_the_commands():
    result = CliRunner().invoke(cli, ["--help"])
    for command in ("serve", "try", "check", "sandbox", "keys"):
        assert command in result.output
