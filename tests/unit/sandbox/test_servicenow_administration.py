"""What an admin may set up by the API, and how an instance keeps admins' passwords from it."""

import asyncio

import pytest
from aiohttp import web

from bot.sandbox.running import start
from tests.unit.sandbox.servicenow_desk import BOT, PASSWORDS, desk_at

SHOWN = "?sysparm_input_display_value=true"
SCRIPT = "new RESTMessageV2('m', 'f'); m(gs.base64Encode(gs.getProperty('key')), 'HmacSHA256');"


@pytest.fixture
async def bare():
    async with desk_at(bare=True) as desk:
        yield desk


async def register(desk, **values):
    path = f"/api/now/table/oauth_entity{SHOWN}"
    values = {"name": "App", "client_id": "c1", "client_secret": "s3cret", **values}
    return (await desk.call("POST", path, user="admin", json=values)).result


async def test_a_bare_instance_has_neither_user_nor_client(bare):
    assert (await bare.table("sys_user", user="admin", user_name=BOT)).result == []
    assert (await bare.table("oauth_entity", user="admin")).result == []


async def test_a_client_secret_is_kept_from_a_display_value_alone_and_read_as_ciphertext(bare):
    row = await register(bare)
    assert row["client_secret"]
    assert "s3cret" not in row["client_secret"]
    plain = {"client_secret": "other"}
    await bare.change(row, "oauth_entity", user="admin", **plain)
    (kept,) = bare.server.records("oauth_entity")
    assert kept["client_secret"] == "s3cret"


async def test_client_credentials_need_the_property(bare):
    await register(bare, oauth_application_user=bare.user("beth.anglin"))
    form = {"grant_type": "client_credentials", "client_id": "c1", "client_secret": "s3cret"}
    assert (await bare.call("POST", "/oauth_token.do", user=None, data=form)).status == 401
    name = "glide.oauth.inbound.client.credential.grant_type.enabled"
    await bare.create("sys_properties", user="admin", name=name, value="true")
    assert (await bare.call("POST", "/oauth_token.do", user=None, data=form)).status == 200


async def test_a_registered_redirect_url_is_the_only_one(bare):
    await register(bare, redirect_url="http://127.0.0.1:9/back")
    query = "response_type=code&client_id=c1&state=s&redirect_uri=http://127.0.0.1:9/"
    for path, status in (("back", 200), ("other", 400)):
        page = await bare.call("GET", f"/oauth_auth.do?{query}{path}", user=None)
        assert page.status == status


@pytest.mark.parametrize("table", ["sys_script", "sys_rest_message", "sys_rest_message_fn"])
@pytest.mark.parametrize("user", [BOT, "mia.member"])
async def test_business_rules_and_what_they_send_by_are_for_admins(user, table):
    async with desk_at() as desk:
        answer = await desk.call("POST", f"/api/now/table/{table}", user=user, json={})
        assert answer.status == 403
        answer = await desk.table(table, user=user)
        assert answer.status == 403 or answer.result == []


async def test_where_basic_authentication_is_restricted_people_get_the_plain_401():
    async with desk_at(basic_restricted=True) as desk:
        assert (await desk.table("incident", user="admin")).status == 401
        service = desk.server.instance.records.first("sys_user", "user_name", BOT)
        service["web_service_access_only"] = "true"
        assert (await desk.table("incident")).status == 200


async def test_a_second_factor_is_asked_for_in_a_header():
    async with desk_at(basic_second_factor=True) as desk:
        answer = await desk.table("incident", user="admin")
        assert (answer.status, answer.headers["X-MFA_TOKEN"]) == (401, "invalid")
        assert "X-MFA_TOKEN" not in (await desk.call("GET", "/api/x", user=None)).headers


async def test_a_user_for_web_services_opens_no_page():
    async with desk_at() as desk:
        form = {"user_name": BOT, "user_password": PASSWORDS[BOT]}
        assert (await desk.call("POST", "/login.do", user=None, data=form)).status == 302
        service = desk.server.instance.records.first("sys_user", "user_name", BOT)
        service["web_service_access_only"] = "true"
        assert (await desk.call("POST", "/login.do", user=None, data=form)).status == 200


async def test_a_password_is_set_by_a_control_call_and_not_by_the_table_api(bare):
    made = await bare.create("sys_user", user="admin", user_name="new", user_password="typed")
    assert bare.server.instance.people.sign_in("new", "typed") is None
    asked = {"user_name": "new", "password": "set"}
    answer = await bare.call("POST", "/_sandbox/set-password", user=None, json=asked)
    assert answer.body == {"set": True}
    assert bare.server.instance.people.sign_in("new", "set").sys_id == made["sys_id"]


class Listener:
    """Hears what business rules post."""

    def __init__(self):
        self.heard = asyncio.Queue()

    async def __aenter__(self):
        app = web.Application()
        app.router.add_post("/heard", self.hear)
        self.running = await start(app)
        return self

    async def __aexit__(self, *_):
        await self.running.stop()

    async def hear(self, request):
        self.heard.put_nowait(await request.json())
        return web.Response(status=202)

    async def make_rule(self, desk, **values):
        rule = {"name": "r", "collection": "incident", "when": "async", "action_update": "true"}
        url = f"{self.running.origin}/heard"
        message = await desk.create("sys_rest_message", user="admin", name="m", rest_endpoint=url)
        method = {"rest_message": message["sys_id"], "function_name": "f", "http_method": "post"}
        await desk.create("sys_rest_message_fn", user="admin", **method)
        rule["script"] = SCRIPT
        await desk.create("sys_script", user="admin", **rule, **values)


async def test_a_rule_that_posts_does_so_for_the_rows_of_its_condition():
    async with desk_at() as desk, Listener() as listener:
        await listener.make_rule(desk, filter_condition="impact=1^EQ")
        silent, loud = await desk.create(impact="3"), await desk.create(impact="1")
        for row in (silent, loud):
            await desk.change(row, description="new")
        heard = await asyncio.wait_for(listener.heard.get(), 5)
        assert (heard["table"], heard["sys_id"]) == ("incident", loud["sys_id"])
        assert listener.heard.empty()


async def test_a_rule_that_is_off_posts_nothing():
    async with desk_at() as desk, Listener() as listener:
        await listener.make_rule(desk, active="false")
        await listener.make_rule(desk, filter_condition="impact=1")
        await desk.change(await desk.create(impact="1"), description="new")
        await asyncio.wait_for(listener.heard.get(), 5)
        assert listener.heard.empty()
