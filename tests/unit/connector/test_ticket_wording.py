"""The text of a ticket: by it people in ServiceNow know what it is, and what to do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.models import Person, Share, ShareId, ShareState, TicketDraft, TicketKind
from connector.servicenow.wording import description
from tests.unit.connector.fakes import ACME, CHANNEL, MIA
from tests.unit.connector.stage import Stage

ORIGIN = "Microsoft 365 Security and Configuration"
STEPS = "Open the admin centre.\nCreate a policy for every administrator.\nTurn it on."
PERSON = Person(user=MIA, name="Mia Member")


def written(draft: TicketDraft) -> str:
    share = Share(
        id=ShareId("1"),
        workspace=ACME,
        state=ShareState.RECEIVED,
        draft=draft,
        destination=CHANNEL,
        instance="acme.service-now.com",
        sys_id="a" * 32,
        correlation_id="snowline-1",
        requested_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    return description(draft, share, PERSON)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(TicketKind.INCIDENT, "incident"), (TicketKind.CHANGE_REQUEST, "change request")],
)
def test_the_text_says_what_the_ticket_is(draft: TicketDraft, kind: TicketKind, name: str) -> None:
    text = written(replace(draft, kind=kind))
    assert f"\n{ORIGIN} {name}, created with Snowline\nSource: " in text


def test_the_steps_stand_between_what_was_typed_and_the_facts(draft: TicketDraft) -> None:
    text = written(replace(draft, description="Before Friday.", remediation=STEPS))
    assert text.startswith(f"Before Friday.\n\nRemediation steps:\n{STEPS}\n\n{ORIGIN}")
    assert text.endswith("Reference: snowline-1")


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(STEPS, id="as the form begins"),
        pytest.param(f"Before Friday.\n{STEPS}", id="more above"),
        pytest.param(STEPS.replace("every administrator", "all admins"), id="mended"),
    ],
)
def test_steps_that_were_kept_in_the_description_are_not_repeated(
    draft: TicketDraft, typed: str
) -> None:
    text = written(replace(draft, description=typed, remediation=STEPS))
    assert text.startswith(f"{typed}\n\n{ORIGIN}")


def test_what_was_typed_is_never_cut_for_the_steps(draft: TicketDraft) -> None:
    typed = "x" * 3000
    text = written(replace(draft, description=typed, remediation="Do it well. " * 400))
    assert len(text) == 4000
    assert text.startswith(f"{typed}\n\nRemediation steps:\nDo it well.")
    assert f"…\n\n{ORIGIN}" in text
    assert f"Link: {draft.action_link}\n" in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.integers(0, 4000), steps=st.integers(0, 5000))
def test_whatever_its_length_the_text_keeps_the_typed_and_the_facts(
    draft: TicketDraft, typed: int, steps: int
) -> None:
    text = written(replace(draft, description="t" * typed, remediation="s " * steps))
    assert len(text) <= 4000
    assert text.endswith("Reference: snowline-1")
    assert text.startswith("t" * min(typed, 2000))


def test_a_ticket_without_an_action_has_no_steps(draft: TicketDraft) -> None:
    assert "Remediation" not in written(replace(draft, action_id="", remediation=""))


async def test_servicenow_keeps_the_text_with_the_steps(
    connected: Stage, draft: TicketDraft
) -> None:
    share_id = await connected.ask(replace(draft, remediation=STEPS))
    record = await connected.until_done(share_id)
    (row,) = connected.end.tickets()
    assert record.share.not_kept == ()
    assert record.share.draft.remediation == STEPS
    assert STEPS in row["description"].replace("\r\n", "\n")
    assert ORIGIN in row["description"]


async def test_a_ticket_whose_text_was_written_by_an_older_snowline_lacks_nothing(
    connected: Stage, draft: TicketDraft
) -> None:
    async def write_as_before(when: str) -> None:
        if when == "after POST":
            connected.end.boundary = None
            row = connected.end.tickets()[0]
            row["description"] = f"{draft.description}\n\nCreated with Snowline"

    connected.end.boundary = write_as_before
    connected.end.servicenow.faults.arm("500-after-commit")
    record = await connected.until_done(await connected.ask(draft))
    assert record.share.not_kept == ()
