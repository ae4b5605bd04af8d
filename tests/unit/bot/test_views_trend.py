"""How the score has moved, in words and bars."""

import pytest

from bot.views.trend import trend
from tests.unit.bot.home_samples import days


@pytest.mark.parametrize("known", [(), days(5)], ids=["no day", "one day"])
def test_nothing_is_said_without_an_earlier_day(known):
    assert trend(known) == []


def test_two_days_are_compared_and_make_no_line():
    assert trend(days(100, 101)) == ["▲ Up 1 point since 23 Nov 2026"]


def test_a_month_is_compared_with_the_week_before_and_with_its_first_day():
    month = days(*range(100, 131))
    week, first, bars = trend(month)
    assert week == "▲ Up 7 points since 17 Nov 2026"
    assert first == "▲ Up 30 points since 25 Oct 2026"
    assert bars == "▁▁▂▂▃▃▄▄▅▅▆▆▇▇██  25 Oct 2026 to 24 Nov 2026"


def test_points_that_were_lost_are_said_to_be():
    assert trend(days(12.5, 12.25))[0] == "▼ Down 0.25 points since 23 Nov 2026"


def test_what_stays_is_a_level_line():
    same, bars = trend(days(7, 7, 7))
    assert same == "No change of points since 22 Nov 2026"
    assert bars.startswith("▁▁▁  22 Nov")


def test_a_maximum_that_was_another_is_said():
    then, now = days(10, maximum=90.0)[0], days(10)[0]
    earlier = days(10, 10, every=9, maximum=90.0)[0]
    assert trend((earlier, now)) == ["No change of points since 15 Nov 2026, of 90 then"]
    assert then.maximum == 90
