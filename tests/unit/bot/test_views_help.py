import re
from pathlib import Path

import pytest
import yaml

from bot.identifiers import COMMAND, Verb
from bot.views.help import help_text
from tests.unit.bot.reading import shown

MANIFEST = Path(__file__).parents[3] / "manifest.yml"


def test_the_help_says_who_reads_what():
    text = shown(help_text())
    assert "posted for everybody" not in text
    assert "Answers are for you alone." in text
    assert "come to you as a direct message" in text


def test_the_help_says_where_else_to_press_who_may_and_what_settings_hold():
    text = shown(help_text())
    for shortcut in yaml.safe_load(MANIFEST.read_text())["features"]["shortcuts"]:
        assert f"*{shortcut['name']}*" in text
    assert "whom they let in" in text
    assert "`/snow settings`  who may do what" in text


@pytest.mark.parametrize("verb", list(Verb))
def test_the_help_lists_every_verb(verb):
    assert re.search(rf"`{COMMAND} {verb}[ `]", shown(help_text()))
