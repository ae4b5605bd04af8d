"""A digest claims no more than Snowline can know."""

import pytest

from bot.views.digest import digest
from connector.models import ConnectionState
from tests.unit.bot import samples
from tests.unit.bot.reading import shown

READ_AT = f"<!date^{int(samples.connection().last_success_at.timestamp())}^"
ASLEEP = "ServiceNow is asleep: open https://acme.example in a browser to wake it."


def summed_up(*connections, **changes):
    return digest(samples.digest(connections=connections, **changes))


@pytest.mark.parametrize(
    ("connections", "why"),
    [
        pytest.param((), "ServiceNow is not connected", id="not connected"),
        pytest.param(
            (samples.connection(state=ConnectionState.EXPIRED),),
            "ServiceNow no longer accepts the sign-in",
            id="signed out",
        ),
        pytest.param((samples.connection(problem=ASLEEP),), "ServiceNow is asleep", id="asleep"),
    ],
)
def test_tickets_that_cannot_be_read_are_said_to_be_as_last_read(connections, why):
    message = summed_up(*connections, samples.microsoft(), created=(), changed=())
    (line,) = (each for each in shown(message).splitlines() if each.startswith("⚠️"))
    assert line.startswith(f"⚠️ {why}: tickets are as of the last time")
    assert (READ_AT in line) is bool(connections)
    assert "Nothing that Snowline could read was created or changed since" in shown(message)
    assert why in message.text


def test_tickets_that_are_read_need_no_word():
    text = shown(summed_up(samples.connection(), samples.microsoft(), created=(), changed=()))
    assert "⚠️" not in text
    assert "Nothing was created or changed since" in text


def test_without_microsoft_the_digest_says_in_a_line_that_no_score_is_read():
    text = shown(summed_up(samples.connection(), score=None))
    assert "Microsoft 365 is not connected, so no score is read." in text
    assert "`/snow connect microsoft`" in text
    both = (samples.connection(), samples.microsoft())
    assert "not connected" not in shown(summed_up(*both, score=None))


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        pytest.param((0, 0), None, id="none"),
        pytest.param((1, 0), "⏳ 1 ticket asked for here is on its way", id="one"),
        pytest.param((2, 0), "⏳ 2 tickets asked for here are on their way", id="two"),
        pytest.param((0, 1), "⏳ 1 ticket asked for here was never confirmed", id="unsure"),
        pytest.param(
            (1, 2),
            "⏳ 1 ticket asked for here is on its way · 2 tickets asked for here were never"
            " confirmed",
            id="both",
        ),
    ],
)
def test_what_is_no_ticket_yet_is_counted_in_a_line(counts, told):
    ahead = dict(zip(("on_their_way", "unconfirmed"), counts, strict=True))
    lines = [each for each in shown(digest(samples.digest(**ahead))).splitlines() if "⏳" in each]
    assert lines == ([told] if told else [])
