"""The ServiceNow settings and the test record, as people read them."""

from bot.views.settings import settings
from bot.views.trial import made
from connector.models import (
    BotField,
    ByCategory,
    Copied,
    FieldOutcome,
    FieldRule,
    Fixed,
    Group,
    Meaning,
    RecommendationCategory,
    ShareState,
    TestRecord,
    TicketKind,
    TicketState,
)
from tests.unit.bot import samples
from tests.unit.bot.reading import shown

DESK, RED = (Group(sys_id=each * 32, name=each) for each in "12")


def settings_with(*rules, states=()):
    kinds = {TicketKind.INCIDENT: rules, TicketKind.CHANGE_REQUEST: ()}
    return shown(settings("acme.service-now.com", kinds, dict.fromkeys(TicketKind, states)))


def rule(source):
    return FieldRule(column="u_x", label="X", source=source)


def test_each_rule_says_what_it_fills_and_with_what():
    by = ((RecommendationCategory.DATA, RED),)
    text = settings_with(
        rule(Fixed(value="b", shown="Blue <team>")),
        rule(Copied(field=BotField.GAIN)),
        rule(ByCategory(groups=by, otherwise=DESK)),
        rule(ByCategory(groups=(), otherwise=DESK)),
    )
    assert "always “Blue &lt;team&gt;”" in text
    assert "filled from: Gain in points" in text
    assert "Data: 2 · others: 1" in text
    assert "always: 1" in text


def test_without_rules_it_says_so_and_states_are_told_by_their_new_names():
    named = TicketState(value="1", label="New", meaning=Meaning.OPEN, name="To do")
    text = settings_with(states=(named,))
    assert text.count("Tickets fill only Snowline's own fields.") == 2
    assert "New is shown as To do" in text


def tried(ticket=True, **changes):
    share = samples.share(**changes)
    outcome = FieldOutcome(label="Team", sent="a", held="", kept=None)
    return TestRecord(
        share=share,
        ticket=samples.ticket(not_kept=("Name", "Team")) if ticket else None,
        fields=(outcome,),
        cancel_problem="ServiceNow refused." if ticket else "",
    )


def test_a_test_record_tells_what_cannot_be_read_and_what_else_was_lost():
    text = shown(made(tried()))
    assert "⚪ *Team*: “a” was sent; what the record holds cannot be read." in text
    assert "ServiceNow did not keep: Name." in text
    assert "could not be cancelled: ServiceNow refused. Close it in ServiceNow by hand." in text


def test_a_test_record_that_is_none_says_why():
    refused = tried(ticket=False, state=ShareState.REJECTED, reason="It said no.")
    assert "❌ ServiceNow made no test record. It said no." in shown(made(refused))
    late = tried(ticket=False, state=ShareState.RECEIVED, reason="It is asleep.")
    assert "still on its way. It is asleep. Its card comes to you" in shown(made(late))
