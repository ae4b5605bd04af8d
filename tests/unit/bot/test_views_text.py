import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import text as words
from connector.text import clean
from tests.unit.bot import samples

ANY = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("&<>\n \u202e")), max_size=5000)


@given(ANY, st.integers(min_value=10, max_value=3000))
def test_safe_text_fits_and_holds_no_markup_of_others(text, limit):
    for shown in (words.safe(text, limit), words.safe_lines(text, limit)):
        assert len(shown) <= limit
        assert "<" not in shown
        assert ">" not in shown


@given(st.text(alphabet=st.sampled_from("ab1_*`~ -."), max_size=80))
def test_names_hold_nothing_that_slack_formats_by(text):
    shown = words.safe(text, 100)
    assert not set("*`~") & set(shown)
    assert not re.search(r"(?<![a-z0-9])_|_(?![a-z0-9])", shown)
    assert len(shown) == len(" ".join(text.split()))


def test_names_look_as_they_were_typed():
    assert words.safe("*b* `rm` ~x~ _y_ MDA_Atlassian_2") == "∗b∗ ˋrmˋ ∼x∼ ˍyˍ MDA_Atlassian_2"
    assert words.safe_lines("Type `/snow connect`.", 100) == "Type `/snow connect`."


@given(ANY)
def test_a_text_in_pieces_loses_no_word(text):
    pieces = words.pieces(text, 200)
    assert all(len(piece) <= 200 for piece in pieces)
    whole = clean(text, 100_000)
    assert "".join("".join(pieces).split()) == "".join(whole.split())


def test_a_long_text_is_cut_into_pieces_that_end_with_a_word():
    pieces = words.pieces("seven " * 100, 200)
    assert len(pieces) > 1
    assert all(piece.startswith("seven") and piece.rstrip().endswith("seven") for piece in pieces)


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "/nav_to.do", "https://a.example/a b", "https://a.example/<!here>"],
)
def test_what_is_no_web_address_is_never_a_link(url):
    assert words.link(url, "INC1") == "INC1"


def test_a_link_keeps_its_address_and_a_label_without_bars():
    shown = words.link("https://a.example/?x=1&y=2", "one|two>")
    assert shown == "<https://a.example/?x=1&amp;y=2|one¦two&gt;>"


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=59), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_what_is_past_is_said_in_its_largest_unit(passed, said):
    assert words.ago(samples.NOW - passed, samples.NOW) == said


def test_a_moment_is_shown_in_the_readers_own_time_zone():
    assert words.moment(samples.NOW) == (
        "<!date^1795521600^{date_short_pretty} at {time}|24 Nov 2026, 12:00 UTC>"
    )


def test_a_day_is_said_without_a_time():
    assert words.day(samples.draft().due) == "31 Dec 2026"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 point"), (0.5, "0.5 points"), (1.5, "1.5 points"), (9.0, "9 points")],
)
def test_points_are_said_as_short_as_possible(number, said):
    assert words.points(number) == said


def test_only_real_ids_become_mentions():
    assert words.conversation("C0ACME") == "<#C0ACME>"
    assert words.conversation("D0ADA") == "this conversation"
    assert words.person("U0ADA") == "<@U0ADA>"
    assert words.person("here> <!channel") == "somebody"


def test_lines_that_do_not_fit_are_counted():
    assert words.fill(["one", "two", "three"], 3000, 2) == "one\ntwo\n1 more"
    assert words.fill(["x" * 50] * 3, 125, 9) == f"{'x' * 50}\n{'x' * 50}\n1 more"
    assert words.fill(["one"], 3000, 2) == "one"
