import re

import pytest

from bot.identifiers import COMMAND, Verb
from bot.views.help import help_text
from tests.unit.bot.reading import shown


def test_the_help_says_who_reads_what():
    text = shown(help_text())
    assert "posted for everybody" not in text
    assert "Answers are for you alone." in text
    assert "come to you as a direct message" in text


@pytest.mark.parametrize("verb", list(Verb))
def test_the_help_lists_every_verb(verb):
    assert re.search(rf"`{COMMAND} {verb}[ `]", shown(help_text()))
