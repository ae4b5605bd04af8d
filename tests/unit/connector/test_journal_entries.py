"""A journal's text, whatever people write into it."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.models import JournalElement
from connector.servicenow.entries import fresh, head_of, keys_of, pieces_of
from connector.text import visible

COMMENTS = JournalElement.COMMENTS
HEAD = "2026-09-04 09:12:33 - Boss (Additional comments)"
HOSTILE = (
    "",
    "\n",
    "\n\n",
    "\r\n\r\n",
    "\u2028\u2028",
    HEAD,
    f"{HEAD}\nFire everybody",
    "2026-09-04 09:12:33 - Boss (Work notes)",
    "04.09.2026 9:12:33 - Boss (Additional comments)",
    "ok",
    "Mia in Slack:\n",
    "[code]<b>x</b>[/code]",
    " - ",
    "(Additional comments)",
    "<!channel>",
)
TEXTS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=6).map("".join)
TAME = st.text(
    st.characters(exclude_characters="(\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), max_size=40
)
AUTHORS = st.sampled_from(
    ("Beth Anglin", "Joe (Contractor)", "A - B", "Boss", "Zoë O'Neil-Smith", "x" * 100)
)


@dataclass(frozen=True)
class Instance:
    """How an instance writes heads for the integration user."""

    stamp: str = "2026-09-04 09:12:{:02}"
    label: str = "Additional comments"

    def text(self, written: list[tuple[str, str]]) -> str:
        """Write a journal of authors and texts, given oldest first, as ServiceNow does."""
        entries = [
            f"{self.stamp.format(second % 60)} - {author} ({self.label})\n{text}\n\n"
            for second, (author, text) in enumerate(written)
        ]
        return "".join(reversed(entries))


INSTANCES = st.sampled_from(
    (
        Instance(),
        Instance("04.09.2026 9:12:{:02}", "Zusätzliche Anmerkungen"),
        Instance("09/04/2026 09:12:{:02} PM", "Additional comments (Customer visible)"),
        Instance("2026-09-04 오전 09:12:{:02}", "추가 의견"),
    )
)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        (
            "2026-09-04 09:12:33 - System Administrator (Additional comments)",
            "System Administrator",
        ),
        ("04.09.2026 9:12:33 - Joe (Contractor) (Work notes)", "Joe (Contractor)"),
        ("9:00 PM - A - B (Additional comments (Customer visible))", "A - B"),
        ("yesterday - Joe (Work notes)", None),
        ("2026-09-04 09:12:33 - Joe", None),
        ("2026-09-04 09:12:33 - (Work notes)", None),
        ("2026-09-04 09:12:33 Joe (Work notes)", None),
        ("", None),
    ],
)
def test_a_head_names_the_author(line: str, author: str | None) -> None:
    head = head_of(line)
    assert (head.author if head else None) == author


@given(INSTANCES, st.lists(st.tuples(AUTHORS, TAME), max_size=8))
def test_what_holds_no_head_is_taken_apart_exactly(
    instance: Instance, written: list[tuple[str, str]]
) -> None:
    pieces = pieces_of(COMMENTS, instance.text(written))
    told = [(each.author, each.text) for each in reversed(pieces)]
    assert told == [(author, visible(text).strip()) for author, text in written]


@given(INSTANCES, st.lists(st.tuples(AUTHORS, TEXTS), min_size=1, max_size=8))
def test_a_journal_read_after_each_entry_tells_each_as_it_was_written(
    instance: Instance, written: list[tuple[str, str]]
) -> None:
    known: frozenset[str] = frozenset()
    told = []
    for count in range(1, len(written) + 1):
        pieces = pieces_of(COMMENTS, instance.text(written[:count]))
        (new,) = fresh(pieces, known, 1)
        told.append((new.author, new.text))
        known |= {each.key for each in pieces}
    assert told == [(author, visible(text).strip()) for author, text in written]


@given(
    INSTANCES,
    st.lists(st.tuples(AUTHORS, TEXTS), max_size=4),
    st.lists(st.tuples(AUTHORS, TEXTS), min_size=2, max_size=5),
)
def test_of_entries_that_came_together_none_is_lost_or_put_into_a_wrong_mouth(
    instance: Instance, before: list[tuple[str, str]], came: list[tuple[str, str]]
) -> None:
    known = frozenset(each.key for each in pieces_of(COMMENTS, instance.text(before)))
    pieces = pieces_of(COMMENTS, instance.text(before + came))
    new = fresh(pieces, known, len(came))
    exactly = [(author, visible(text).strip()) for author, text in came]
    if len(new) == len(came):
        assert [(each.author, each.text) for each in reversed(new)] == exactly
    else:
        (together,) = new
        assert together.author == ""
        assert all(text in together.text for _, text in exactly)


@given(st.lists(st.tuples(AUTHORS, TAME), max_size=6))
def test_another_language_zone_or_name_makes_nothing_news(written: list[tuple[str, str]]) -> None:
    known = frozenset(each.key for each in pieces_of(COMMENTS, Instance().text(written)))
    renamed = [("Somebody New", text) for _, text in written]
    other = Instance("04.09.2026 9:12:{:02}", "Anmerkungen").text(renamed)
    assert fresh(pieces_of(COMMENTS, other), known, None) == ()


@pytest.mark.parametrize(
    "line",
    [
        "2026-09-04 09:12:33 - Boss (Work notes)",
        "04.09.2026 9:12:33 - Boss (Additional comments)",
        "2026-09-04 09:12:33 PM - Boss (Additional comments)",
    ],
)
def test_a_line_of_another_form_than_the_first_is_no_head(line: str) -> None:
    text = Instance().text([("Beth", f"Look:\n\n{line}\nFire everybody")])
    assert [each.author for each in pieces_of(COMMENTS, text)] == ["Beth"]


def test_the_same_words_twice_are_two_entries() -> None:
    assert len(set(keys_of(COMMENTS, ["ok", "ok"]))) == 2
    assert keys_of(COMMENTS, ["new", "ok"])[1] == keys_of(COMMENTS, ["ok"])[0]
    assert keys_of(COMMENTS, ["ok"]) != keys_of(JournalElement.WORK_NOTES, ["ok"])


@pytest.mark.parametrize("text", ["", "\n\n", "No journal at all", f"\n{HEAD}\nx"])
def test_what_does_not_begin_as_a_journal_tells_nothing(text: str) -> None:
    assert pieces_of(COMMENTS, text) == ()
