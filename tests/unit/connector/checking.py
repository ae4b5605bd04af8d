"""What is wrong with an instance, for tests of the checks: each function is one thing."""

from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from bot.sandbox import accounts
from connector.models import Check, CheckOutcome, Person, TicketDraft, TicketKind
from tests.unit.connector.fakes import ACME, ADA
from tests.unit.connector.stage import Stage

HOST = accounts.INSTANCE_HOST
BOT = accounts.INTEGRATION_USER.user_name
FAILED, UNKNOWN = CheckOutcome.FAILED, CheckOutcome.UNKNOWN
SEEN_BY_ADMINS = frozenset({"oauth_entity", "sys_properties"})
NAMES = (
    "Awake",
    "Let in",
    "Single sign-on",
    "Sign-in",
    "Account",
    "Roles",
    "Reading incidents",
    "Reading change requests",
    "Making incidents",
    "Making change requests",
    "Changing incidents",
    "Changing change requests",
    "Fields of incidents",
    "Fields of change requests",
    "sys_id of incidents",
    "sys_id of change requests",
    "OAuth client",
    "Release",
    "Clock",
    "Basic authentication",
    "First ticket",
    "Shown in ServiceNow",
)
KINDS = ("incidents", "change requests")
Setup = Callable[[Stage], None]


def behave(stage: Stage, **changes: object) -> None:
    """Let the instance behave otherwise from now on."""
    instance = stage.end.servicenow.instance
    settings = replace(instance.settings, **changes)
    for each in (instance, instance.writer):
        object.__setattr__(each, "settings", settings)


async def checks(stage: Stage) -> dict[str, Check]:
    found = await stage.connector.services.checks.servicenow(ACME)
    return {check.name: check for check in found}


async def make(stage: Stage, draft: TicketDraft, kind: TicketKind, delivery: str) -> str:
    share = await stage.ask(replace(draft, kind=kind), delivery)
    await stage.until_done(share)
    return share


def row(stage: Stage, table: str, name: str, value: str) -> dict[str, str]:
    found = stage.end.servicenow.instance.records.first(table, name, value)
    assert found is not None
    return found


def fault(name: str) -> Setup:
    return lambda stage: stage.end.servicenow.faults.arm(name)


def behaving(**changes: object) -> Setup:
    return lambda stage: behave(stage, **changes)


def end_the_sign_in(stage: Stage) -> None:
    stage.end.servicenow.instance.tokens.expire_all(refresh=True)


def retire_the_user(stage: Stage) -> None:
    row(stage, "sys_user", "user_name", BOT)["active"] = "false"


def ask_for_a_browser(stage: Stage) -> None:
    async def send_on(request: web.Request) -> None:
        if "Authorization" in request.headers:
            raise web.HTTPFound("/login_with_sso.do")

    stage.end.listeners.append(send_on)


def answer_with_a_sign_in_page(stage: Stage) -> None:
    async def show_page(request: web.Request) -> None:
        if "Authorization" in request.headers:
            signed_out = {"X-Is-Logged-In": "false"}
            raise web.HTTPOk(text="<html>", content_type="text/html", headers=signed_out)

    stage.end.listeners.append(show_page)


def rename_the_user(stage: Stage) -> None:
    stage.end.rename(BOT, "mia.member.2")


def connect_as_oneself(stage: Stage) -> None:
    mail = accounts.INTEGRATION_USER.email.upper()
    stage.people.known[ADA] = Person(user=ADA, name="Ada Admin", email=mail)


def hide_the_user(stage: Stage) -> None:
    behave(stage, out_of_sight=frozenset({row(stage, "sys_user", "user_name", BOT)["sys_id"]}))


def take_role(name: str) -> Setup:
    def take(stage: Stage) -> None:
        records = stage.end.servicenow.instance.records
        user = row(stage, "sys_user", "user_name", BOT)["sys_id"]
        role = row(stage, "sys_user_role", "name", name)["sys_id"]
        for each in list(records.all("sys_user_has_role")):
            if (each["user"], each["role"]) == (user, role):
                records.remove("sys_user_has_role", each)

    return take


def hide_tickets(table: str) -> Setup:
    return lambda stage: stage.end.hide(sys_ids=[r["sys_id"] for r in stage.end.tickets(table)])


def delete_tickets(stage: Stage) -> None:
    for ticket in stage.end.tickets():
        stage.end.delete(ticket["sys_id"])


def delete_tickets_among_others(stage: Stage) -> None:
    delete_tickets(stage)
    stage.end.make(1)


def close(table: str) -> Setup:
    return behaving(closed=frozenset({table}))


def retire_the_client(stage: Stage) -> None:
    row(stage, "oauth_entity", "client_id", accounts.SERVICENOW_CLIENT_ID)["active"] = "false"


def lead_elsewhere(stage: Stage) -> None:
    client = row(stage, "oauth_entity", "client_id", accounts.SERVICENOW_CLIENT_ID)
    client["redirect_url"] = "https://elsewhere.example/callback"


def released(name: str) -> Setup:
    def change(stage: Stage) -> None:
        behave(stage, opened=SEEN_BY_ADMINS)
        word = name.replace(" ", "").lower()
        war = row(stage, "sys_properties", "name", "glide.war")
        war["value"] = f"glide-{word}-06-27-2018__patch3-10-24-2018_11-11-2018_0542.zip"

    return change


def behind(seconds: float) -> Setup:
    return lambda stage: stage.clock.jump(seconds)
