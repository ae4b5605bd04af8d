"""The mapping's pure half: whatever the rules, a ticket's own fields stay as they are."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connector.models import (
    BotField,
    ByCategory,
    Copied,
    FieldRule,
    Fixed,
    Group,
    Person,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    SentValue,
    Share,
    ShareId,
    ShareState,
    TicketDraft,
    TicketKind,
)
from connector.servicenow.mapping import (
    LONGEST_VALUE,
    Cell,
    mapped,
    may_be_mapped,
    outcomes,
    with_mapped,
)
from connector.servicenow.payload import to_payload
from tests.unit.connector.fakes import ACME, MIA

OWN = ("number", "correlation_id", "short_description", "state", "sys_id", "caller_id", "impact")
columns = some.sampled_from(OWN) | some.from_regex(r"u_[a-z_]{1,20}", fullmatch=True) | some.text()
HOSTILE = ("[code]<b>x</b>[/code]", "x" * 5_000, "\u202e", "  ", "a\r\nb")
words = some.text() | some.sampled_from(HOSTILE)
groups = some.builds(Group, sys_id=some.text(), name=some.text())
sources = (
    some.builds(Fixed, value=words, shown=some.text())
    | some.builds(Copied, field=some.sampled_from(BotField))
    | some.builds(
        ByCategory,
        groups=some.lists(
            some.tuples(some.sampled_from(RecommendationCategory), groups), max_size=5
        ).map(tuple),
        otherwise=some.none() | groups,
    )
)
rules = some.lists(
    some.builds(FieldRule, column=columns, label=some.text(), source=sources), max_size=8
).map(tuple)
drafts = some.builds(
    TicketDraft,
    kind=some.sampled_from(TicketKind),
    name=some.text(min_size=1),
    description=some.text(),
    priority=some.sampled_from([p for p in Priority if p is not Priority.PLANNING]),
    due=some.none() | some.dates(),
    source=some.sampled_from(RecommendationSource),
    category=some.sampled_from(RecommendationCategory),
    requester=some.just(MIA),
    requester_name=some.text(),
    action_id=words,
    action_link=words,
    gain=some.none() | some.floats(allow_nan=False, allow_infinity=False),
)
people = some.builds(Person, user=some.just(MIA), name=some.text(), email=some.text())


def own_fields(draft: TicketDraft, person: Person) -> dict[str, str]:
    share = Share(
        id=ShareId("share"),
        workspace=ACME,
        state=ShareState.RECEIVED,
        draft=draft,
        destination="C0",
        instance="acme.service-now.com",
        sys_id="1" * 32,
        correlation_id="snowline-1",
        requested_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    return to_payload(draft, share=share, person=person, requester_sys_id="2" * 32)


@given(drafts, people, rules)
def test_rules_add_columns_and_change_none_of_snowlines_own(
    draft: TicketDraft, person: Person, rules: tuple[FieldRule, ...]
) -> None:
    payload = own_fields(draft, person)
    sent = mapped(draft, person, rules)
    filled = with_mapped(payload, sent)
    assert {name: filled[name] for name in payload} == payload
    assert filled.keys() - payload.keys() <= {rule.column for rule in rules}
    assert all(may_be_mapped(name) for name in filled.keys() - payload.keys())
    assert with_mapped(filled, sent) == filled


@given(drafts, people, rules)
def test_every_value_is_text_that_may_be_sent(
    draft: TicketDraft, person: Person, rules: tuple[FieldRule, ...]
) -> None:
    for each in mapped(draft, person, rules):
        assert 0 < len(each.value) <= LONGEST_VALUE
        assert "[code]" not in each.value.casefold()
        assert mapped(draft, person, rules) == mapped(draft, person, rules)


@given(drafts, people, rules)
def test_what_a_record_holds_as_sent_is_kept_and_what_it_lacks_is_not(
    draft: TicketDraft, person: Person, rules: tuple[FieldRule, ...]
) -> None:
    sent = mapped(draft, person, rules)
    held = {each.column: Cell(each.value, "shown") for each in sent}
    last = {each.column: each for each in sent}
    kept = outcomes(tuple(last.values()), held)
    assert all(each.kept for each in kept)
    empty = {each.column: Cell("", "") for each in sent}
    assert not any(each.kept for each in outcomes(sent, empty) if each.sent.strip())
    assert all(each.kept is None for each in outcomes(sent, None))


@pytest.mark.parametrize(
    ("sent", "cell", "kept"),
    [
        pytest.param("blue", Cell("blue", "Blue team"), True, id="a choice's value"),
        pytest.param("Blue team", Cell("blue", "Blue team"), True, id="a choice's label"),
        pytest.param("green", Cell("", ""), False, id="dropped"),
        pytest.param("2026-12-24", Cell("2026-12-24 00:00:00", "24.12."), True, id="a date"),
        pytest.param("2026-12-24", Cell("2026-12-23 23:00:00", ""), False, id="another date"),
        pytest.param("10", Cell("10.00", "10.00"), True, id="a number written otherwise"),
        pytest.param("10", Cell("1", "1"), False, id="another number"),
        pytest.param("a  b", Cell("a b", "a b"), True, id="blanks"),
        pytest.param("x" * 60, Cell("x" * 40, "x" * 40), False, id="cut"),
    ],
)
def test_a_value_is_kept_where_it_means_the_same(sent: str, cell: Cell, kept: bool) -> None:
    (found,) = outcomes((SentValue(column="u_x", label="X", value=sent),), {"u_x": cell})
    assert found.kept is kept


def test_each_field_of_a_draft_can_be_copied(draft: TicketDraft) -> None:
    person = Person(user=MIA, name="Mia", email="mia@example.com")
    draft = replace(draft, due=date(2026, 12, 24))
    every = tuple(
        FieldRule(column=f"u_{number}", label=field, source=Copied(field=field))
        for number, field in enumerate(BotField)
    )
    assert [each.value for each in mapped(draft, person, every)] == [
        "Microsoft recommendation",
        "Identity",
        "10",
        "AdminMFAV2",
        "https://security.microsoft.com/securescore",
        "Mia",
        "mia@example.com",
        "2026-12-24",
        "Require MFA for admins",
        "2 - High",
    ]
