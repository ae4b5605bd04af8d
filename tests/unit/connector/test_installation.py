"""The installation checklist says of every step what is durably known of it."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.sandbox import accounts
from connector.models import CheckOutcome, Installation, Step, StepName, TicketDraft, TicketKind
from tests.unit.connector.checking import (
    FAILED,
    SEEN_BY_ADMINS,
    UNKNOWN,
    behave,
    behaving,
    checks,
    end_the_sign_in,
    fault,
    make,
    released,
    rename_the_user,
    retire_the_client,
    take_role,
)
from tests.unit.connector.fakes import ACME
from tests.unit.connector.stage import FORM, Stage, come_back, sign_in

DONE = CheckOutcome.PASSED


@pytest.fixture
def call_deadline() -> float:
    """On a busy machine a late answer would be taken for none."""
    return 3.0


async def whole(stage: Stage) -> Installation:
    return await stage.connector.services.installation.checklist(ACME)


async def steps(stage: Stage) -> dict[StepName, Step]:
    installation = await whole(stage)
    every = (*installation.prerequisites, *installation.steps)
    assert [each.name for each in every] == list(StepName)
    return {each.name: each for each in every}


async def test_before_anything_was_typed_every_step_says_how_to_begin(stage: Stage) -> None:
    found = await steps(stage)
    assert {each.outcome for each in found.values()} == {UNKNOWN}
    redirect_uri = stage.connector.services.connections.redirect_uri
    assert redirect_uri in found[StepName.REGISTRATION].remedy
    assert "sn_change_write" in found[StepName.USER].remedy
    assert "/snow connect" in found[StepName.AUTHORISE].remedy
    assert not (await whole(stage)).is_done


async def test_a_sign_in_under_way_is_known_also_after_a_restart(stage: Stage) -> None:
    await come_back(stage.connector)
    await stage.restart()
    found = await steps(stage)
    assert FORM.client_id in found[StepName.REGISTRATION].sentence
    assert FORM.integration_user in found[StepName.USER].sentence
    assert "waits for a browser; its link was opened" in found[StepName.AUTHORISE].sentence
    stage.clock.jump(3600)
    assert "Nobody has signed in" in (await steps(stage))[StepName.AUTHORISE].sentence


@pytest.mark.parametrize(
    ("how", "step", "said", "remedy"),
    [
        pytest.param(
            {"account": accounts.SERVICENOW_ACCOUNTS[2]},
            StepName.AUTHORISE,
            "was made as ada.admin",
            "Not you?",
            id="as oneself",
        ),
        pytest.param(
            {"decision": "deny"}, StepName.AUTHORISE, "denied", "choose Allow", id="denied"
        ),
        pytest.param(
            {"form": replace(FORM, client_secret=SecretStr("wrong"))},
            StepName.REGISTRATION,
            "client secret",
            "/snow connect",
            id="wrong secret",
        ),
    ],
)
async def test_why_a_sign_in_failed_survives_until_one_succeeds(
    stage: Stage, how: dict[str, object], step: StepName, said: str, remedy: str
) -> None:
    assert not (await sign_in(stage.connector, **how)).ok  # type: ignore[arg-type]  # one of its own
    await stage.restart()
    found = (await steps(stage))[step]
    assert found.outcome is FAILED, found
    assert said in found.sentence
    assert remedy in found.remedy
    assert "You signed in" not in found.sentence
    assert (await stage.connect()).ok
    assert (await steps(stage))[step].outcome is DONE


async def test_a_new_sign_in_is_shown_in_place_of_the_one_that_failed(stage: Stage) -> None:
    assert not (await sign_in(stage.connector, decision="deny")).ok
    stage.clock.jump(1)
    await come_back(stage.connector)
    found = (await steps(stage))[StepName.AUTHORISE]
    assert (found.outcome, "waits for a browser" in found.sentence) == (UNKNOWN, True)


async def test_all_is_done_once_it_is_connected_and_no_check_fails(connected: Stage) -> None:
    found = await steps(connected)
    outcomes = {name: step.outcome for name, step in found.items()}
    unsure = {StepName.RELEASE, StepName.DEFAULTS}
    assert {name for name, outcome in outcomes.items() if outcome is UNKNOWN} == unsure
    assert {outcome for name, outcome in outcomes.items() if name not in unsure} == {DONE}
    assert (await whole(connected)).is_done
    await connected.restart()
    assert (await whole(connected)).is_done


async def test_with_tickets_and_a_release_that_shows_the_prerequisites_are_done(
    healthy: Stage,
) -> None:
    await checks(healthy)
    assert {step.outcome for step in (await steps(healthy)).values()} == {DONE}


@pytest.mark.parametrize(
    ("setup", "step", "said", "remedy"),
    [
        pytest.param(
            retire_the_client, StepName.REGISTRATION, "not active", "Activate", id="registration"
        ),
        pytest.param(take_role("itil"), StepName.USER, "lacks a role", "user's roles", id="a role"),
        pytest.param(
            rename_the_user, StepName.USER, "belongs to mia.member.2", "Not you?", id="account"
        ),
        pytest.param(
            end_the_sign_in, StepName.AUTHORISE, "no longer accepts", "/snow connect", id="ended"
        ),
        pytest.param(released("Jakarta"), StepName.RELEASE, "Jakarta", "upgraded", id="release"),
        pytest.param(
            behaving(unreadable=frozenset({"description"})),
            StepName.DEFAULTS,
            "does not show",
            "access rules",
            id="customised",
        ),
        pytest.param(fault("sso:50"), StepName.CHECKS, "Single sign-on", "Not you?", id="a check"),
    ],
)
async def test_what_the_last_checks_found_is_said_at_its_step(
    healthy: Stage, setup: object, step: StepName, said: str, remedy: str
) -> None:
    setup(healthy)  # type: ignore[operator]  # a function of the stage
    await checks(healthy)
    await healthy.restart()
    found = (await steps(healthy))[step]
    assert found.outcome is FAILED, found
    assert said in found.sentence
    assert remedy in found.remedy
    assert not (await whole(healthy)).is_done


async def test_what_was_mended_by_signing_in_anew_is_not_told_any_more(
    connected: Stage, draft: TicketDraft
) -> None:
    behave(connected, opened=SEEN_BY_ADMINS)
    await make(connected, draft, TicketKind.INCIDENT, "ticket")
    connected.end.servicenow.faults.arm("sso:50")
    await checks(connected)
    assert (await steps(connected))[StepName.CHECKS].outcome is FAILED
    connected.end.servicenow.faults.armed.clear()
    seen = len(connected.chat.notices)
    assert (await connected.connect()).ok
    assert (await steps(connected))[StepName.CHECKS].outcome is not FAILED
    assert len(connected.chat.notices) >= seen
