"""What people write in Slack, as text for a ticket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.text import mentioned, unmarked

NAMES = {"U0MIA": "Mia Member", "W0ADA": "Ada Admin"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Hello", "Hello"),
        ("<@U0MIA> and <@W0ADA|ada>", "@Mia Member and @Ada Admin"),
        ("<@U0EVE|eve>, <@U0NOBODY>", "@eve, @U0NOBODY"),
        ("see <#C0SECURITY|security> and <#C0OTHER>", "see #security and #C0OTHER"),
        ("<!here> <!channel> <!subteam^S0|@ops>", "@here @channel @ops"),
        ("on <!date^1764100000^{date}|25 Nov>", "on 25 Nov"),
        ("<https://a.example/x?a=1&amp;b=2>", "https://a.example/x?a=1&b=2"),
        ("<https://a.example|the page>", "the page (https://a.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("*bold*, _italic_, ~gone~, *_both_*", "bold, italic, gone, both"),
        (
            "*<https://a.example/_x_|A>* and <https://a.example/_y_>",
            "A (https://a.example/_x_) and https://a.example/_y_",
        ),
        ("2 * 3 * 4, a_b_c, ~/x and ~/y", "2 * 3 * 4, a_b_c, ~/x and ~/y"),
        ("`rm *.log*` and ```a_b_\n*c*```", "rm *.log* and a_b_\n*c*"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("one\n\n> two", "one\n\n> two"),
        ("", ""),
    ],
)
def test_markup_becomes_what_people_see(written: str, read: str) -> None:
    assert unmarked(written, 3000, NAMES) == read


def test_a_long_message_is_cut_with_an_ellipsis() -> None:
    assert unmarked("x" * 5000, 100, {}) == f"{'x' * 99}…"


def test_the_first_people_mentioned_are_named_once() -> None:
    text = "<@U0A> <@U0B|b> <@U0A> <@W0C> <#C0X> <@U0D>"
    assert mentioned(text, 3) == ("U0A", "U0B", "W0C")


@given(st.text(alphabet="<>@#!|^&;*_~`U0A \nx", max_size=60))
def test_any_text_is_read_and_kept_short(text: str) -> None:
    assert len(unmarked(text, 20, NAMES)) <= 20
