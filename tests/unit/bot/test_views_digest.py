from datetime import date

import pytest

from bot.forms import Where
from bot.views.digest import digest, digest_coming
from bot.views.home import home
from connector.models import FieldChange, KindSummary, TicketKind
from tests.unit.bot import samples
from tests.unit.bot.home_samples import facts
from tests.unit.bot.reading import shown


def test_a_digest_sums_up_kinds_changes_and_points():
    message = digest(samples.digest())
    text = shown(message)
    for words in (
        "Digest",
        "*Incident*  3 open: In Progress 2 · New 1",
        "*Change request*  none open",
        "*Created* 1",
        "*Changed* 1",
        "State New → In Progress",
        "128 of 274 points",
        "3 open actions",
    ):
        assert words in text
    assert "Overdue" not in text
    assert "Digest" in message.text
    assert "128 of 274" in message.text


def test_states_stand_in_one_order_in_the_digest_and_at_home():
    labels = ("New", "In Progress", "On Hold", "On Hold")
    tickets = [samples.ticket(state_label=each) for each in labels]
    counted = tuple((each, labels.count(each)) for each in dict.fromkeys(labels))
    kinds = (KindSummary(kind=TicketKind.INCIDENT, states=counted),)
    for shows in (
        digest(samples.digest(kinds=kinds)),
        home(facts(tickets)),
    ):
        assert "On Hold 2 · In Progress 1 · New 1" in shown(shows)


def test_a_quiet_week_says_so():
    text = shown(digest(samples.digest(created=(), changed=())))
    assert "Nothing was created or changed since <!date^" in text


def test_overdue_tickets_are_listed_with_their_date():
    late = samples.ticket(due=date(2026, 11, 23))
    text = shown(digest(samples.digest(overdue=(late,))))
    assert "*Overdue* 1" in text
    assert "overdue since 23 Nov 2026" in text


def test_more_than_eight_are_counted():
    text = shown(digest(samples.digest(created=(samples.ticket(),) * 40)))
    assert "*Created* 40" in text
    assert "32 more" in text


def test_open_tickets_elsewhere_are_counted():
    assert "2 open tickets have their cards elsewhere" in shown(digest(samples.digest(elsewhere=2)))
    assert "1 open ticket has its card elsewhere" in shown(digest(samples.digest(elsewhere=1)))


def test_a_score_that_could_not_be_read_is_said_beside_the_last_one():
    problem = "Microsoft 365 cannot be reached right now."
    known = (samples.connection(), samples.microsoft(problem=problem))
    assert problem in shown(digest(samples.digest(score=None, connections=known)))
    both = shown(digest(samples.digest(connections=known)))
    assert "128 of 274" in both
    assert problem in both


def test_a_workspace_without_microsoft_has_a_digest_without_points():
    assert "Secure Score" not in shown(digest(samples.digest(score=None)))


def test_many_changed_fields_of_a_ticket_are_counted():
    fields = [FieldChange(field=f"Field {index}", before="a", after="") for index in range(5)]
    pair = (samples.ticket(), samples.change(*fields))
    text = shown(digest(samples.digest(changed=(pair,))))
    assert "Field 0 a → –" in text
    assert "3 more" in text


def test_without_open_tickets_the_digest_says_so():
    assert "No ticket is open here." in shown(digest(samples.digest(kinds=())))
    empty = (KindSummary(kind=TicketKind.INCIDENT, states=()),)
    assert "none open" in shown(digest(samples.digest(kinds=empty)))


@pytest.mark.parametrize(
    ("where", "words"),
    [
        pytest.param(Where(), "It appears in <#C0ACME>.", id="public"),
        pytest.param(Where(private=True), "`/invite @Snowline`", id="private"),
        pytest.param(Where(direct=True), "to you as a direct message", id="direct"),
    ],
)
def test_a_digest_on_its_way_says_where_it_goes(where, words):
    text = digest_coming("C0ACME", where).text
    assert text.startswith("The digest is on its way. It ")
    assert words in text


def test_a_digest_in_a_direct_message_names_no_conversation():
    text = shown(digest(samples.digest(conversation="D0ADA")))
    assert "this conversation" not in text
    assert ", since <!date^" in text
