from bot.views.checks import checked, checking, summary
from bot.views.notices import notice
from connector.announcer import Notice, NoticeKind
from connector.models import Check, CheckOutcome
from connector.words import speaking
from tests.unit.bot import samples
from tests.unit.bot.reading import shown

FINE = Check(name="Awake", outcome=CheckOutcome.PASSED, sentence="It is awake.")
WRONG = Check(
    name="Roles", outcome=CheckOutcome.FAILED, sentence="It lacks <itil>.", remedy="Give `itil`."
)
UNSURE = Check(name="Release", outcome=CheckOutcome.UNKNOWN, sentence="It does not tell.")


def test_each_check_is_a_line_with_its_remedy_below_and_what_failed_comes_first():
    text = shown(checked([FINE, WRONG, UNSURE]))
    lines = "❌ It lacks &lt;itil&gt;.\n→ Give `itil`.\n✅ It is awake.\n⚪ It does not tell."
    assert lines in text


def test_a_remedy_that_several_have_in_common_is_said_once():
    roles = [
        Check(name="n", outcome=CheckOutcome.UNKNOWN, sentence=f"{n}.", remedy="Make a ticket.")
        for n in range(3)
    ]
    text = shown(checked([roles[0], FINE, WRONG, roles[1], UNSURE, roles[2]]))
    lines = "0.\n⚪ 1.\n⚪ 2.\n→ Make a ticket.\n✅ It is awake.\n⚪ It does not tell."
    assert f"→ Give `itil`.\n⚪ {lines}" in text
    assert text.count("Make a ticket.") == 1


def test_the_outcomes_are_counted_and_none_is_named_that_did_not_come():
    assert summary([FINE, WRONG, UNSURE, FINE]) == "1 failed · 2 passed · 1 cannot tell"
    assert summary([FINE]) == "1 passed"
    assert checked([FINE, WRONG]).text == "1 failed · 1 passed"
    with speaking("fr"):
        assert summary([FINE, WRONG, WRONG]) == "2 échecs · 1 réussite"


def test_a_check_may_take_its_time_and_says_so():
    assert "Checking the ServiceNow connection" in checking().text


def test_many_long_checks_stay_whole_in_blocks_that_slack_takes():
    many = [
        Check(name="n", outcome=CheckOutcome.FAILED, sentence=f"{n} {'&' * 300}", remedy="r" * 600)
        for n in range(15)
    ]
    message = checked(many)
    texts = [block["text"]["text"] for block in message.blocks]
    assert max(map(len, texts)) <= 3000
    assert len(message.blocks) <= 50
    assert all(f"❌ {n} &amp;" in "\n".join(texts) for n in range(15))


def test_more_than_slack_takes_are_counted():
    failed = CheckOutcome.FAILED
    message = checked(
        [
            Check(name="n", outcome=failed, sentence="x" * 600, remedy=f"{n:03}{'y' * 600}")
            for n in range(100)
        ]
    )
    assert len(message.blocks) <= 50
    assert "85 more checks" in shown(message)


def test_whoever_connects_reads_the_same_checks():
    connected = Notice(
        kind=NoticeKind.CONNECTED,
        text="",
        connection=samples.connection(),
        checks=(FINE, WRONG),
    )
    text = shown(notice(connected))
    assert "❌ It lacks &lt;itil&gt;.\n→ Give `itil`.\n✅ It is awake." in text
    assert "Checked: 1 failed · 1 passed. `/snow doctor` checks again." in text
