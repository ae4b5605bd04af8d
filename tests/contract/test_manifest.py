"""The Slack app as data offers exactly what the code answers to."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.identifiers import COMMAND, ENTITY_TYPES, EVENTS, SCOPES, UNFURL_DOMAINS, Verb

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@pytest.fixture
def manifest():
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def test_there_is_one_command_and_it_is_ours(manifest):
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert command["should_escape"] is True


def test_the_usage_hint_names_verbs_that_exist(manifest):
    (command,) = manifest["features"]["slash_commands"]
    named = [part.split()[0] for part in command["usage_hint"].split(" | ")]
    assert set(named) <= set(Verb)


def test_it_asks_for_the_scopes_the_bot_uses_and_no_other(manifest):
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(SCOPES)
    assert "user" not in manifest["oauth_config"]["scopes"]


def test_the_readme_gives_a_reason_for_each_scope():
    readme = MANIFEST.with_name("README.md").read_text(encoding="utf-8")
    table = readme.partition("| scope | why |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
    assert all(len(row) == 2 and row[1] for row in rows)
    assert sorted(re.findall("`([^`]+)`", " ".join(row[0] for row in rows))) == sorted(SCOPES)


def test_the_home_tab_and_its_event_go_together(manifest):
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert "app_home_opened" in manifest["settings"]["event_subscriptions"]["bot_events"]


def test_it_hears_of_the_events_the_bot_listens_to_and_of_no_other(manifest):
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_links_are_shown_as_the_code_shows_them(manifest):
    features = manifest["features"]
    assert features["unfurl_domains"] == list(UNFURL_DOMAINS)
    assert features["rich_previews"] == {"is_active": True, "entity_types": list(ENTITY_TYPES)}


def test_it_works_without_an_address_of_its_own(manifest):
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}


@pytest.mark.shared
def test_slacks_published_schema_accepts_it(shared, manifest, tmp_path):
    validator = shared / "checks" / "manifest" / "validate_manifest.py"
    # The schema is older than Work Objects, which Slack's own command line knows.
    del manifest["features"]["rich_previews"]
    known = tmp_path / "manifest.yml"
    known.write_text(yaml.safe_dump(manifest), encoding="utf-8")
    judged = subprocess.run(
        [sys.executable, validator, known], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stdout
