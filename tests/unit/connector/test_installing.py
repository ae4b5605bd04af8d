"""An admin's account makes in an instance what a connection needs, and takes it away again."""

import copy
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.sandbox import accounts
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.schema import TABLES
from connector import wiring
from connector.errors import ConnectorError, InvalidInputError
from connector.models import (
    USUAL_USER,
    Admin,
    Installed,
    InstallGrant,
    InstallOutcome,
    InstallWish,
    TicketDraft,
)
from connector.services.forms import ServiceNowForm
from tests.unit.connector.checking import behave
from tests.unit.connector.stage import FarEnd, Stage, far_end, sign_in

ADMIN = Admin(user_name="admin", password=SecretStr("admin"))
SECRET = "0123456789abcdef" * 4
WISH = InstallWish(instance=accounts.INSTANCE_NAME)
WHOLE = replace(WISH, webhook_secret=SecretStr(SECRET))
SERVICES = replace(WISH, grant=InstallGrant.CLIENT_CREDENTIALS)
MADE, THERE = InstallOutcome.MADE, InstallOutcome.THERE
USER, CLIENT = f"integration user {USUAL_USER}", "OAuth client Snowline"
WRITES = ("POST /api", "PATCH /api", "DELETE /api")
SENDING = ("sys_rest_message", "sys_rest_message_fn")
TOUCHED = (
    *("sys_user", "sys_user_has_role", "oauth_entity", "sys_properties", "sys_script"),
    *SENDING,
)


@pytest.fixture
def call_deadline() -> float:
    return 5.0


@pytest.fixture
async def end() -> AsyncIterator[FarEnd]:
    async with far_end(bare=True) as end:
        yield end


async def install(
    stage: Stage, wish: InstallWish = WISH, admin: Admin = ADMIN, *, undo: bool = False
) -> Installed:
    installer = wiring.installer(stage.settings)
    try:
        return await (installer.undo if undo else installer.install)(wish, admin)
    finally:
        await installer.close()


def outcomes(installed: Installed) -> dict[str, InstallOutcome]:
    return {step.what: step.outcome for step in installed.steps}


def rows(stage: Stage) -> dict[str, list[Row]]:
    return {name: copy.deepcopy(stage.end.servicenow.records(name)) for name in TOUCHED}


def writes(stage: Stage) -> int:
    return sum(request.startswith(WRITES) for request in stage.end.requests)


def write(stage: Stage, table: str, values: dict[str, str], row: Row | None = None) -> Row:
    """Write as an admin does in a form."""
    instance = stage.end.servicenow.instance
    actor = instance.people.named("admin")
    assert actor is not None
    if row is None:
        return instance.writer.insert(TABLES[table], values, actor)
    return instance.writer.update(TABLES[table], row, values, actor)


def only(stage: Stage, table: str, name: str, value: str) -> Row:
    row = stage.end.servicenow.instance.records.first(table, name, value)
    assert row is not None
    return row


async def test_what_was_made_connects_and_makes_a_ticket(stage: Stage, draft: TicketDraft) -> None:
    made = await install(stage)
    assert made.ok
    assert set(outcomes(made).values()) == {MADE}
    stage.end.servicenow.instance.people.set_password(USUAL_USER, "typed by an admin")
    form = ServiceNowForm(
        instance=made.host,
        integration_user=USUAL_USER,
        client_id=made.client_id,
        client_secret=made.client_secret,
    )
    account = replace(accounts.INTEGRATION_USER, password="typed by an admin")
    end = await sign_in(stage.connector, form=form, account=account)
    assert end.ok, end
    await stage.until_done(await stage.ask(draft))
    (ticket,) = stage.end.tickets()
    assert ticket["sys_created_by"] == USUAL_USER


async def test_as_a_client_it_gets_a_token_and_the_user_opens_no_page(stage: Stage) -> None:
    made = await install(stage, SERVICES)
    assert made.ok
    assert made.client_secret is not None
    form = {
        "grant_type": "client_credentials",
        "client_id": made.client_id,
        "client_secret": made.client_secret.get_secret_value(),
    }
    origin = stage.end.origins[accounts.INSTANCE_HOST]
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{origin}/oauth_token.do", data=form) as answer:
            token = (await answer.json())["access_token"]
        headers = {"authorization": f"Bearer {token}"}
        for table in ("incident", "change_request"):
            path = f"{origin}/api/now/table/{table}"
            async with http.post(path, json={}, headers=headers) as answer:
                assert answer.status == 201
    assert only(stage, "sys_user", "user_name", USUAL_USER)["web_service_access_only"] == "true"


@pytest.mark.parametrize("wish", [WHOLE, SERVICES], ids=["code, notify", "client credentials"])
async def test_a_second_time_all_is_there_and_nothing_is_written(
    stage: Stage, wish: InstallWish
) -> None:
    first = await install(stage, wish)
    before, count = rows(stage), writes(stage)
    again = await install(stage, wish)
    assert set(outcomes(again).values()) == {THERE}
    assert (rows(stage), writes(stage)) == (before, count)
    assert again.client_id == first.client_id
    assert again.client_secret is None


@pytest.mark.parametrize("undo", [False, True])
async def test_a_dry_run_says_what_and_writes_nothing(stage: Stage, undo: bool) -> None:
    if undo:
        await install(stage, WHOLE)
    before, count = rows(stage), writes(stage)
    planned = await install(stage, replace(WHOLE, dry_run=True), undo=undo)
    assert set(outcomes(planned).values()) == {InstallOutcome.PLANNED}
    assert len(planned.steps) == 9
    assert (rows(stage), writes(stage)) == (before, count)


async def test_its_own_rows_are_mended_and_the_difference_is_named(stage: Stage) -> None:
    await install(stage, WHOLE)
    client = only(stage, "oauth_entity", "name", "Snowline")
    write(stage, "oauth_entity", {"redirect_url": "https://elsewhere.example"}, client)
    write(stage, "sys_script", {"active": "false"}, stage.end.servicenow.records("sys_script")[0])
    mended = await install(stage, WHOLE)
    said = {step.what: step for step in mended.steps if step.outcome is not THERE}
    assert said[CLIENT].outcome is InstallOutcome.MENDED
    assert "redirect_url" in said[CLIENT].detail
    assert said["business rule for incidents"].detail == "active"
    assert len(said) == 2
    assert set(outcomes(await install(stage, WHOLE)).values()) == {THERE}


async def test_what_somebody_else_made_is_named_and_never_written(stage: Stage) -> None:
    write(stage, "sys_user", {"user_name": USUAL_USER, "web_service_access_only": "true"})
    write(stage, "oauth_entity", {"name": "Snowline", "type": "client"})
    before = rows(stage)
    found = await install(stage)
    said = {step.what: step for step in found.steps}
    assert not found.ok
    assert all(step.outcome is InstallOutcome.FAILED for step in found.steps)
    assert "web_service_access_only" in said[USER].detail
    assert "redirect_url" in said[CLIENT].detail
    assert all(step.remedy for step in found.steps)
    assert rows(stage) == before


async def test_a_user_of_somebody_else_that_will_do_is_used_as_it_is(stage: Stage) -> None:
    user = write(stage, "sys_user", {"user_name": USUAL_USER})
    for name in ("itil", "sn_change_write"):
        role = only(stage, "sys_user_role", "name", name)["sys_id"]
        contained = {"user": user["sys_id"], "role": role, "inherited": "true"}
        write(stage, "sys_user_has_role", contained)
    said = outcomes(await install(stage))
    assert said == {USER: THERE, "its role itil": THERE, "its role sn_change_write": THERE} | {
        CLIENT: MADE
    }


@pytest.mark.parametrize("wish", [WHOLE, SERVICES], ids=["code, notify", "client credentials"])
async def test_undo_leaves_the_instance_as_it_was(stage: Stage, wish: InstallWish) -> None:
    before = rows(stage)
    await install(stage, wish)
    undone = await install(stage, wish, undo=True)
    assert undone.ok
    assert set(outcomes(undone).values()) == {InstallOutcome.REMOVED}
    assert rows(stage) == before
    assert (await install(stage, wish, undo=True)).steps == ()


async def test_undo_says_what_it_leaves(stage: Stage) -> None:
    write(stage, "sys_user", {"user_name": USUAL_USER})
    await install(stage)
    undone = outcomes(await install(stage, undo=True))
    assert undone == {CLIENT: InstallOutcome.REMOVED, USER: InstallOutcome.LEFT}
    assert only(stage, "sys_user", "user_name", USUAL_USER)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        pytest.param({"password": "wrong"}, "snc_basic_auth_api_access", id="wrong password"),
        pytest.param({"basic_restricted": True}, "allowed_users", id="basic restricted"),
        pytest.param({"basic_second_factor": True}, "second factor", id="second factor"),
        pytest.param({"user": "beth.anglin", "password": "beth"}, "role admin", id="no admin"),
        pytest.param({"user": "mia.member", "password": "mia"}, "role admin", id="no roles"),
        pytest.param({"fault": "sleeping"}, "asleep", id="asleep"),
        pytest.param({"fault": "blocked"}, "does not let this machine in", id="blocked"),
        pytest.param({"fault": "503"}, "cannot be reached", id="down"),
    ],
)
async def test_who_is_not_let_in_is_told_why_and_nothing_is_written(
    stage: Stage, trouble: dict[str, Any], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = {name: value for name, value in trouble.items() if name.startswith("basic")}
    behave(stage, **settings)
    if "fault" in trouble:
        stage.end.servicenow.faults.arm(trouble["fault"])
    password = trouble.get("password", "admin")
    admin = Admin(user_name=trouble.get("user", "admin"), password=SecretStr(password))
    before = rows(stage)
    with pytest.raises(ConnectorError) as caught:
        await install(stage, admin=admin)
    assert said in caught.value.user_message
    assert rows(stage) == before
    assert password == "admin" or password not in f"{caught.value!r}{caplog.text}"


@pytest.mark.parametrize(
    "wish", [replace(WISH, instance="a b"), replace(WISH, user_name="a^ORb")], ids=["host", "user"]
)
async def test_a_name_that_cannot_be_is_refused_before_anybody_is_asked(
    stage: Stage, wish: InstallWish
) -> None:
    with pytest.raises(InvalidInputError):
        await install(stage, wish)
    assert not stage.end.requests


async def test_a_field_that_is_not_kept_is_named(stage: Stage) -> None:
    records = stage.end.servicenow.instance.records

    def rule(table: Any, _action: str, row: Row) -> None:
        kept = records.find(table.name, row["sys_id"])
        if table.name == "oauth_entity" and kept is not None:
            kept["redirect_url"] = ""

    stage.end.servicenow.instance.writer.listeners.append(rule)
    made = await install(stage)
    (failed,) = (step for step in made.steps if step.outcome is InstallOutcome.FAILED)
    assert failed.what == CLIENT
    assert "redirect_url" in failed.detail
    assert failed.remedy


async def test_an_instance_that_replaces_sys_ids_keeps_nothing_of_it(stage: Stage) -> None:
    behave(stage, honour_sys_id=False)
    before = rows(stage)
    made = await install(stage)
    assert not made.ok
    assert "sys_id" in made.steps[0].remedy
    assert rows(stage) == before


@pytest.mark.parametrize("fault", ["reset-after-commit", "reset-before-commit", "500-after-commit"])
async def test_after_a_lost_answer_the_next_run_makes_the_rest(stage: Stage, fault: str) -> None:
    stage.end.servicenow.faults.arm(fault)
    first = await install(stage)
    assert not first.ok
    assert "run this again" in first.steps[-1].remedy
    second = await install(stage)
    assert second.ok
    assert len(stage.end.servicenow.records("oauth_entity")) == 1
    assert set(outcomes(await install(stage)).values()) == {THERE}


async def test_no_secret_is_written_anywhere(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    made = await install(stage, WHOLE)
    assert made.client_secret is not None
    secrets = (made.client_secret.get_secret_value(), SECRET)
    written = f"{made!r}{caplog.text}"
    assert not [secret for secret in secrets if secret in written]


async def test_what_a_refusal_quotes_of_a_request_is_not_repeated(stage: Stage) -> None:
    sent: list[dict[str, str]] = []

    async def quote(request: web.Request) -> None:
        if request.method == "POST" and request.path.endswith(("oauth_entity", "sys_properties")):
            sent.append(await request.json())
            error = {"message": "Refused", "detail": json.dumps(sent[-1])}
            text = json.dumps({"error": error, "status": "failure"})
            raise web.HTTPForbidden(text=text, content_type="application/json")

    stage.end.listeners.append(quote)
    made = await install(stage, WHOLE)
    said = "".join(step.remedy for step in made.steps if step.outcome is InstallOutcome.FAILED)
    assert said.count("Refused") == len(sent) == 2
    assert made.client_secret is None
    assert sent[0]["client_secret"] not in said
    assert SECRET not in said


async def test_the_rules_are_for_others_changes_to_its_tickets_and_hold_no_key(
    stage: Stage,
) -> None:
    await install(stage, WHOLE)
    for rule in stage.end.servicenow.records("sys_script"):
        assert rule["filter_condition"] == (
            f"correlation_display=Snowline^sys_updated_by!={USUAL_USER}^EQ"
        )
        assert rule["when"] == "async"
        assert "RESTMessageV2('Snowline', 'tell_of_a_change')" in rule["script"]
    for table in SENDING:
        (row,) = stage.end.servicenow.records(table)
        assert row["rest_endpoint"] == "http://127.0.0.1:9/servicenow/changed"
    assert {rule["collection"] for rule in stage.end.servicenow.records("sys_script")} == {
        "incident",
        "change_request",
    }
    assert SECRET not in "".join(r["script"] for r in stage.end.servicenow.records("sys_script"))


async def test_no_rule_is_made_that_would_send_by_somebody_elses_message(stage: Stage) -> None:
    write(stage, "sys_rest_message", {"name": "Snowline", "rest_endpoint": "https://other"})
    made = await install(stage, WHOLE)
    assert outcomes(made)["outbound REST message Snowline"] is InstallOutcome.FAILED
    assert stage.end.servicenow.records("sys_script") == []
    assert stage.end.servicenow.records("sys_rest_message_fn") == []


async def test_undoing_says_which_user_of_another_name_it_leaves(stage: Stage) -> None:
    await install(stage, replace(WISH, user_name="snow.bot"))
    undone = await install(stage, undo=True)
    assert outcomes(undone) == {
        CLIENT: InstallOutcome.REMOVED,
        "integration user snow.bot": InstallOutcome.LEFT,
    }
    assert "--user snow.bot" in undone.steps[-1].remedy
    undone = await install(stage, replace(WISH, user_name="snow.bot"), undo=True)
    assert InstallOutcome.LEFT not in outcomes(undone).values()
    assert not (await install(stage, undo=True)).steps


async def test_undoing_says_nothing_of_a_user_that_only_looks_like_its_own(stage: Stage) -> None:
    names = {"first_name": "Snowline", "last_name": "Integration", "user_name": "snow.bot"}
    write(stage, "sys_user", names)
    assert not (await install(stage, undo=True)).steps
