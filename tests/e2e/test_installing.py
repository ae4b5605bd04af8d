"""``python -m bot servicenow install`` as an operator runs it, and what its rules bring about."""

import asyncio
import os
import re
import select
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.sandbox import accounts, running
from bot.sandbox.servicenow import ServiceNowServer, ServiceNowSettings
from bot.tour import connecting
from bot.tour.stage import raised
from bot.tryout import staged
from connector import wiring
from connector.models import Admin, InstallWish
from connector.vault import new_key
from tests.e2e.acts import card_with, create, number_of, records
from tests.e2e.conftest import QUICK

ROOT = Path(__file__).parents[2]
KEY = "0123456789abcdef" * 4
ADMIN = Admin(user_name="admin", password=SecretStr("admin"))


@asynccontextmanager
async def bare():
    server = ServiceNowServer(settings=ServiceNowSettings(bare=True))
    running_server = await running.start(server.app)
    try:
        yield server, running_server.origin
    finally:
        await running_server.stop()


async def started(origin, folder, *options, stdin=asyncio.subprocess.PIPE, **more):
    """Begin to run it in a folder and a session of its own."""
    env = {
        "SNOWLINE_SLACK_BOT_TOKEN": accounts.BOT_TOKEN,
        "SNOWLINE_SLACK_APP_TOKEN": accounts.APP_TOKEN,
        "SNOWLINE_KEYS": new_key(),
        "SNOWLINE_URL": "https://snowline.example.com",
        "SNOWLINE_ALLOW_HOSTS": f"{accounts.INSTANCE_HOST}={origin}",
        "PYTHONPATH": str(ROOT),
        **more,
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "servicenow", "install", *options),
        env=env,
        cwd=folder,
        stdin=stdin,
        start_new_session=True,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def command(origin, folder, *options, typed="admin\nadmin\n", **more):
    """Run it; return its exit status and all that it wrote."""
    ran = await started(origin, folder, *options, **more)
    said, _ = await asyncio.wait_for(ran.communicate(typed.encode()), 60)
    return ran.returncode, said.decode()


async def test_the_other_grant_is_chosen_by_the_word_that_the_readme_gives(tmp_path):
    async with bare() as (server, origin):
        grant = ("--grant", "client-credentials")
        status, said = await command(origin, tmp_path, accounts.INSTANCE_NAME, *grant)
        assert status == 0, said
        users = {each["user_name"]: each for each in server.records("sys_user")}
        assert users["snowline.integration"]["web_service_access_only"] == "true"
        assert "Set Password" not in said


async def test_the_command_makes_all_shows_the_secret_once_and_takes_it_away(tmp_path):
    name = accounts.INSTANCE_NAME
    key = {"SNOWLINE_SERVICENOW_WEBHOOK_SECRET": KEY}
    async with bare() as (server, origin):
        status, said = await command(origin, tmp_path, name, "--notify", **key)
        (client,) = server.records("oauth_entity")
        assert status == 0, said
        assert said.count(": made") == 9
        assert said.count(client["client_secret"]) == 1
        assert client["client_id"] in said
        assert client["redirect_url"] == "https://snowline.example.com/oauth/servicenow/callback"
        assert "Set Password" in said
        assert "Sign in in the browser" in said
        assert KEY not in said
        status, said = await command(origin, tmp_path, name, "--notify", **key)
        assert (status, said.count("already there")) == (0, 9)
        assert client["client_secret"] not in said
        status, said = await command(origin, tmp_path, name, "--undo")
        assert (status, said.count(": removed")) == (0, 9)
        assert not server.records("oauth_entity")
        assert list(tmp_path.iterdir()) == []


async def test_by_client_credentials_what_it_says_gets_a_token(tmp_path):
    async with bare() as (server, origin):
        options = (accounts.INSTANCE_NAME, "--grant", "client-credentials", "--user", " snow ")
        status, said = await command(origin, tmp_path, *options)
        assert status == 0, said
        assert "Set Password" not in said
        assert "Without a browser: client credentials" in said
        (user,) = (each for each in server.records("sys_user") if each["user_name"] == "snow")
        assert user["web_service_access_only"] == "true"
        told = dict(re.findall(r"client (id|secret) +(\S+)", said))
        form = {"client_id": told["id"], "client_secret": told["secret"]}
        form["grant_type"] = "client_credentials"
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{origin}/oauth_token.do", data=form) as answer,
        ):
            assert (await answer.json())["token_type"] == "Bearer"


async def test_at_a_terminal_it_asks_and_the_password_is_not_shown(tmp_path):
    terminal, stdin = os.openpty()
    async with bare() as (_, origin):
        ran = await started(origin, tmp_path, accounts.INSTANCE_NAME, stdin=stdin)
        said = b""
        for prompt, typed in ((b"user name", b"admin\n"), (b"Password", b"not-shown\n")):
            async with asyncio.timeout(60):
                while prompt not in said:
                    said += await ran.stdout.read(1000)
            os.write(terminal, typed)
        said += await asyncio.wait_for(ran.stdout.read(), 60)
        assert await ran.wait() == 1
        assert b"does not accept" in said
        shown = os.read(terminal, 1000) if select.select([terminal], [], [], 0)[0] else b""
        assert b"not-shown" not in said + shown
    os.close(terminal)
    os.close(stdin)


@pytest.mark.parametrize(
    ("options", "typed", "said"),
    [
        ((accounts.INSTANCE_NAME,), "admin\nwr0ng-passw0rd\n", "does not accept that user name"),
        ((accounts.INSTANCE_NAME,), "admin\n", "holds no user name and password"),
        ((accounts.INSTANCE_NAME, "--notify"), "", "SNOWLINE_SERVICENOW_WEBHOOK_SECRET"),
        (("a b",), "admin\nadmin\n", "Enter the name of your instance"),
    ],
    ids=["wrong password", "no password", "no key", "no instance"],
)
async def test_what_is_wrong_is_said_in_one_line(tmp_path, options, typed, said):
    async with bare() as (server, origin):
        status, text = await command(origin, tmp_path, *options, typed=typed)
        assert status == 1
        assert said in text
        assert len(text.strip().splitlines()) == 1
        assert "wr0ng-passw0rd" not in text
        assert not server.records("oauth_entity")


async def test_hints_are_not_asked_to_an_address_that_only_this_machine_reaches(tmp_path):
    home = {"SNOWLINE_URL": "http://localhost:4413", "SNOWLINE_SERVICENOW_WEBHOOK_SECRET": KEY}
    async with bare() as (server, origin):
        status, text = await command(
            origin, tmp_path, accounts.INSTANCE_NAME, "--notify", typed="", **home
        )
        assert (status, "SNOWLINE_URL" in text) == (1, True)
        assert not server.records("oauth_entity")


async def test_a_change_in_servicenow_shows_long_before_the_next_look():
    settings = replace(QUICK, sync_every=3600.0, webhook_secret=KEY)
    async with staged(settings) as tryout, raised(tryout) as stage:
        installer = wiring.installer(tryout.settings.connector())
        wish = InstallWish(instance=accounts.INSTANCE_NAME, webhook_secret=SecretStr(KEY))
        await installer.install(wish, ADMIN)
        await installer.close()
        await stage.ada.command("/snow connect", accounts.SECURITY.id)
        await stage.ada.modal(title="Connect ServiceNow")
        await connecting.connect_as_integration_user(stage)
        await create(stage.mia, "Told at once")
        await number_of(stage.mia, "Told at once")
        (record,) = records(stage, "Told at once")
        await stage.far.change("incident", record["sys_id"], state="2")
        await card_with(stage.mia, "Told at once", "In Progress")
