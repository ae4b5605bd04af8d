"""What a list's controls carry, and what its menus say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.lists import ANY, ListPlace, narrowed_to, read_selection
from bot.identifiers import Action, Block
from connector.models import Position, Selection, TicketFilter, TicketKind, Towards

SELECTIONS = st.builds(
    Selection,
    which=st.sampled_from(TicketFilter),
    kind=st.none() | st.sampled_from(TicketKind),
    state=st.text(max_size=100),
    priority=st.text(max_size=100),
)
KEYS = st.tuples(st.integers(), st.integers(), st.text(), st.text())
POSITIONS = st.none() | st.builds(Position, towards=st.sampled_from(Towards), key=KEYS)


@given(SELECTIONS, POSITIONS)
def test_what_a_control_carries_comes_back(selection, position):
    place = ListPlace(selection, position)
    assert ListPlace.read(place.value()) == place


@given(SELECTIONS)
def test_the_longest_value_fits_into_a_button(selection):
    at = Position(towards=Towards.BEFORE, key=(2, -(10**18), "\N{SNOWMAN}" * 60, "5" * 64))
    assert len(ListPlace(selection, at).value()) <= 2000


@pytest.mark.parametrize(
    "value",
    ["", "no JSON", "[]", "7", '{"which": 3, "kind": "problem"}', '{"which": "lost", "key": {}}'],
)
def test_what_cannot_be_read_is_the_first_part_of_the_open_ones(value):
    assert ListPlace.read(value) == ListPlace(Selection())


@pytest.mark.parametrize(
    "key", ['[1, 2, "a"]', '["1", 2, "a", "b"]', "null", '[1, 2, "a", "b", 5]', '[1, 2, 3, "b"]']
)
def test_a_place_that_is_none_is_the_first_part(key):
    value = f'{{"which": "all", "towards": "after", "key": {key}}}'
    assert ListPlace.read(value) == ListPlace(Selection(which=TicketFilter.ALL))


def menu(value):
    return {"type": "static_select", "selected_option": {"value": value} if value else None}


def view(**values):
    chosen = {Action[name]: menu(value) for name, value in values.items()}
    return {"state": {"values": {Block.LIST_FILTERS: chosen}}}


def test_the_menus_are_read():
    said = view(
        LIST_WHICH="overdue",
        LIST_KIND="incident",
        LIST_STATE=narrowed_to(ANY),
        LIST_PRIORITY=ANY,
    )
    assert read_selection(said) == Selection(
        which=TicketFilter.OVERDUE, kind=TicketKind.INCIDENT, state=ANY
    )


@pytest.mark.parametrize("said", [{"state": {"values": {}}}, view(LIST_WHICH=None)])
def test_menus_that_say_nothing_mean_the_open_ones(said):
    assert read_selection(said) == Selection()
