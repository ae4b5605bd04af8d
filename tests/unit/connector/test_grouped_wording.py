"""The text of one ticket for several actions: each is in it, with its gain and its link."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.models import MOST_AT_ONCE, CoveredAction, TicketDraft
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME
from tests.unit.connector.test_ticket_wording import written

LONGEST: Final = 4000
PORTAL: Final = "https://security.microsoft.com/securescore?viewid=actions&actionId="
DRAFT: Final = rows.share(ACME, rows.ASKED, rows.ShareState.RECEIVED).draft


def grouped(count: int, *, title: str = "Do it", id_: str = "a", typed: str = "") -> TicketDraft:
    covers = tuple(
        CoveredAction(id=f"{id_}{n}", title=title, gain=n + 0.5, link=f"{PORTAL}{id_}{n}")
        for n in range(count)
    )
    return replace(DRAFT, action_id="", description=typed, covers=covers, gain=7.5)


def test_every_action_is_listed_with_gain_and_link_after_what_was_typed() -> None:
    text = written(grouped(3, typed="Before the audit."))
    assert text.startswith(
        "Before the audit.\n\nImprovement actions:\n"
        f"1. Do it (+0.5 points)\n   {PORTAL}a0\n"
        f"2. Do it (+1.5 points)\n   {PORTAL}a1\n"
        f"3. Do it (+2.5 points)\n   {PORTAL}a2\n\n"
    )
    assert "Improvement actions: 3\nGain: 7.5 points" in text


def test_as_many_as_may_be_shared_at_once_fit_with_their_links_and_titles() -> None:
    """The real ids are up to 70 characters long, the real titles up to some 120."""
    text = written(grouped(MOST_AT_ONCE, title="T" * 120, id_="x" * 68, typed="y" * 3000))
    assert len(text) <= LONGEST
    assert text.count(PORTAL) == MOST_AT_ONCE
    assert text.count("T" * 20) >= MOST_AT_ONCE
    assert "Reference: " in text


@pytest.mark.parametrize("length", [300, 3000])
def test_where_links_do_not_fit_all_titles_still_do(length: int) -> None:
    text = written(grouped(MOST_AT_ONCE, title="Title", id_="x" * length))
    assert len(text) <= LONGEST
    assert text.count("Title (+") == MOST_AT_ONCE


@settings(max_examples=60)
@given(
    count=st.integers(1, MOST_AT_ONCE),
    title=st.text(max_size=300),
    id_=st.text(alphabet="x", max_size=200),
    typed=st.text(max_size=4000),
)
def test_whatever_is_in_it_it_fits_and_ends_with_the_reference(
    count: int, title: str, id_: str, typed: str
) -> None:
    text = written(grouped(count, title=title, id_=id_, typed=typed))
    assert len(text) <= LONGEST
    assert text.splitlines()[-1].startswith("Reference: ")
    assert text.count("points)") >= count
