"""What every view is written with, in French."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.forms.fields import Fields, FormError
from bot.identifiers import Block
from bot.views import text as words
from bot.views.waiting import until
from connector.models import ShareState
from connector.words import LANGUAGES, speaking, tr
from tests.unit.bot import samples

pytestmark = pytest.mark.usefixtures("french")


@pytest.mark.parametrize(
    ("worth", "said"),
    [
        (0, "0 point"),
        (0.5, "0,5 point"),
        (1, "1 point"),
        (1.5, "1,5 point"),
        (2, "2 points"),
        (1234.5, "1\u202f234,5 points"),
    ],
)
def test_points_of_less_than_two_are_one(worth, said):
    assert words.points(worth) == said


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=3), "à l'instant"),
        (timedelta(hours=1), "il y a 1 heure"),
        (timedelta(days=2), "il y a 2 jours"),
    ],
)
def test_what_is_past_is_said_in_its_largest_unit(passed, said):
    assert words.ago(samples.NOW - passed, samples.NOW) == said


def test_a_moment_leaves_to_slack_what_slack_writes_for_each_reader():
    assert words.moment(samples.NOW) == (
        "<!date^1795521600^{date_short_pretty} à {time}|24 nov. 2026 à 12:00 UTC>"
    )


def test_a_share_that_waits_says_until_when_and_what_comes_then():
    waiting = replace(samples.share(), waits_until=samples.NOW, state=ShareState.RECEIVED)
    said = {until(waiting), until(replace(waiting, state=ShareState.UNKNOWN))}
    assert len(said) == 2
    assert all("n'accepte plus de requêtes" in each and "{time}" in each for each in said)


def test_what_is_wrong_with_a_field_is_said_in_the_language_of_whoever_filled_it_in():
    fields = Fields({"state": {"values": {}}})
    fields.text(Block.CLIENT_SECRET, "le secret du client", 10)
    with pytest.raises(FormError) as refused:
        fields.check()
    assert refused.value.errors == {Block.CLIENT_SECRET: "Indiquez le secret du client."}


def test_nothing_is_said_as_nothing_in_every_language():
    for language in LANGUAGES:
        with speaking(language):
            assert tr("") == ""
