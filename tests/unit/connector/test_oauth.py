import base64
import datetime as dt
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.sandbox import accounts
from connector.errors import (
    InvalidInputError,
    Provider,
    ProviderUnavailableError,
    UnexpectedAnswerError,
)
from connector.http import Answer
from connector.oauth import microsoft, servicenow
from connector.oauth.tokens import OAuthClient, SignInRefusedError, read_tokens
from tests.unit.connector import remotes
from tests.unit.connector.remotes import ACME, answering

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
BACK = "http://127.0.0.1:4413/oauth/callback"
VERIFIER = "v" * 64
HOST = accounts.INSTANCE_HOST
CLIENT = OAuthClient(
    client_id=accounts.SERVICENOW_CLIENT_ID,
    secret=SecretStr(accounts.SERVICENOW_CLIENT_SECRET),
)
PUBLIC = OAuthClient(client_id=accounts.SERVICENOW_PUBLIC_CLIENT_ID)


def test_the_sign_in_address_carries_state_and_an_s256_challenge():
    url = servicenow.authorize_url(ACME, "client/1", BACK, "state-1", VERIFIER)
    parts = urlsplit(url)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    assert (parts.scheme, parts.netloc, parts.path) == ("https", ACME, "/oauth_auth.do")
    assert asked == {
        "response_type": "code",
        "client_id": "client/1",
        "redirect_uri": BACK,
        "state": "state-1",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }


async def signed_in(http, client=CLIENT, verifier=VERIFIER):
    url = servicenow.authorize_url(HOST, client.client_id, BACK, "state-1", verifier)
    answer = await remotes.consent(http.browser_url(url))
    assert answer["state"] == "state-1"
    return answer["code"]


async def test_a_code_becomes_tokens_once_and_the_access_token_is_renewed():
    async with remotes.servicenow() as (_, _, http):
        code = await signed_in(http)
        tokens = await servicenow.exchange(http, HOST, CLIENT, code, BACK, VERIFIER)
        assert tokens.refresh is not None
        left = tokens.expires_at - http.now()
        assert dt.timedelta(minutes=25) < left <= dt.timedelta(minutes=30)
        with pytest.raises(SignInRefusedError):
            await servicenow.exchange(http, HOST, CLIENT, code, BACK, VERIFIER)
        renewed = await servicenow.refresh(http, HOST, CLIENT, tokens.refresh)
        assert renewed.access != tokens.access


async def test_a_public_client_signs_in_without_a_secret():
    async with remotes.servicenow() as (_, _, http):
        code = await signed_in(http, PUBLIC)
        tokens = await servicenow.exchange(http, HOST, PUBLIC, code, BACK, VERIFIER)
    assert tokens.refresh is None


async def test_another_verifier_or_secret_gets_no_tokens():
    wrong = OAuthClient(client_id=CLIENT.client_id, secret=SecretStr("€ wrong"))
    async with remotes.servicenow() as (_, _, http):
        for client, verifier in ((CLIENT, "w" * 64), (wrong, VERIFIER)):
            code = await signed_in(http)
            with pytest.raises(SignInRefusedError) as caught:
                await servicenow.exchange(http, HOST, client, code, BACK, verifier)
            assert "Check the client id and the client secret" in caught.value.user_message


async def test_a_revoked_token_renews_nothing():
    async with remotes.servicenow() as (_, _, http):
        code = await signed_in(http)
        tokens = await servicenow.exchange(http, HOST, CLIENT, code, BACK, VERIFIER)
        assert tokens.refresh is not None
        await servicenow.revoke(http, HOST, tokens.refresh)
        with pytest.raises(SignInRefusedError) as caught:
            await servicenow.refresh(http, HOST, CLIENT, tokens.refresh)
    assert "/snow connect" in caught.value.user_message


GARBAGE = [
    pytest.param(200, {}, UnexpectedAnswerError, id="empty"),
    pytest.param(200, [], UnexpectedAnswerError, id="list"),
    pytest.param(200, {"access_token": ""}, UnexpectedAnswerError, id="empty token"),
    pytest.param(
        200, {"access_token": "a", "expires_in": None}, UnexpectedAnswerError, id="no lifetime"
    ),
    pytest.param(
        200, {"access_token": "a\nb", "expires_in": 5}, UnexpectedAnswerError, id="two lines"
    ),
    pytest.param(
        200, {"access_token": "a", "expires_in": -1}, UnexpectedAnswerError, id="already over"
    ),
    pytest.param(
        200, {"access_token": "a", "expires_in": 1e12}, UnexpectedAnswerError, id="for ever"
    ),
    pytest.param(
        200,
        {"access_token": "a", "expires_in": 9, "token_type": "mac"},
        UnexpectedAnswerError,
        id="another kind of token",
    ),
    pytest.param(
        200,
        {"access_token": "a", "expires_in": 9, "refresh_token": 5},
        UnexpectedAnswerError,
        id="a number for a refresh token",
    ),
    pytest.param(401, {"message": "busy"}, ProviderUnavailableError, id="401 without a reason"),
    pytest.param(400, {"error": {"message": "x"}}, ProviderUnavailableError, id="Table API error"),
    pytest.param(401, {"error": "server_error"}, SignInRefusedError, id="ServiceNow's own refusal"),
    pytest.param(400, {"error": "invalid_grant"}, SignInRefusedError, id="refused by the book"),
    pytest.param(429, {"message": "slow"}, ProviderUnavailableError, id="too many requests"),
    pytest.param(500, {}, ProviderUnavailableError, id="server error"),
]


@pytest.mark.parametrize(("status", "body", "expected"), GARBAGE)
async def test_what_is_no_token_never_becomes_one(status, body, expected):
    async def handler(request):
        return web.json_response(body, status=status)

    async with answering(handler) as http:
        with pytest.raises(expected) as caught:
            await servicenow.refresh(http, ACME, CLIENT, SecretStr("old"))
    assert type(caught.value) is expected


async def test_a_sleeping_instance_is_no_reason_to_sign_in_again():
    async def handler(request):
        return web.Response(text="<html>", content_type="text/html")

    async with answering(handler) as http:
        with pytest.raises(ProviderUnavailableError):
            await servicenow.refresh(http, ACME, CLIENT, SecretStr("old"))


def test_an_unusable_token_answer_is_named_without_showing_it():
    body = {"access_token": "canary token", "refresh_token": "canary too", "expires_in": "soon"}
    with pytest.raises(UnexpectedAnswerError) as caught:
        read_tokens(Provider.SERVICENOW, Answer(status=200, headers={}, body=body), NOW)
    shown = f"{caught.value} {caught.value.__cause__} {caught.value.__cause__!r}"
    assert "canary" not in shown
    assert "expires_in" in str(caught.value)


def test_tokens_are_read_from_text_and_hidden_from_sight():
    body = {"access_token": "canary", "expires_in": "1799", "token_type": "bearer"}
    tokens = read_tokens(Provider.SERVICENOW, Answer(status=200, headers={}, body=body), NOW)
    assert tokens.expires_at == NOW + dt.timedelta(seconds=1799)
    assert "canary" not in repr(tokens)


async def graph_token(http, **changed):
    given = {
        "tenant": accounts.TENANT_ID,
        "client_id": accounts.MICROSOFT_CLIENT_ID,
        "secret": SecretStr(accounts.MICROSOFT_CLIENT_SECRET),
        **changed,
    }
    return await microsoft.client_credentials(
        http, f"https://{remotes.LOGIN}", f"https://{remotes.GRAPH}", **given
    )


async def test_an_application_gets_a_token_for_its_tenant():
    async with remotes.microsoft() as (_, _, http):
        tokens = await graph_token(http)
    assert tokens.refresh is None
    assert tokens.access.get_secret_value()


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"secret": SecretStr("wrong")}, "client_secret", "secret's value"),
        ({"client_id": "5a0c1e2d-0000-4a69-8778-9a0b1c2d3e4f"}, "client_id", "client id"),
        ({"tenant": "0b1c2d3e-0000-4617-8293-a4b5c6d7e8f9"}, "tenant", "tenant"),
    ],
)
async def test_a_refused_application_is_told_which_field_is_wrong(changed, field, words):
    async with remotes.microsoft() as (_, _, http):
        with pytest.raises(SignInRefusedError) as caught:
            await graph_token(http, **changed)
    assert caught.value.field == field
    assert words in caught.value.user_message


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"error": "invalid_request", "error_codes": [90055]}, ProviderUnavailableError),
        (400, {"error": "temporarily_unavailable"}, ProviderUnavailableError),
        (401, {}, ProviderUnavailableError),
        (401, {"error": "invalid_client", "error_codes": [123, "x"]}, SignInRefusedError),
        (401, {"error": "invalid_client", "error_codes": 5}, SignInRefusedError),
        (503, {}, ProviderUnavailableError),
        (200, {"token_type": "Bearer"}, UnexpectedAnswerError),
    ],
)
async def test_microsoft_s_answers_have_one_meaning_each(status, body, expected):
    async def handler(request):
        return web.json_response(body, status=status)

    async with answering(handler) as http:
        with pytest.raises(expected) as caught:
            await graph_token(http)
    assert type(caught.value) is expected


@pytest.mark.parametrize("tenant", ["", "a b", "../common", "a/b", "x?y", "a\n", "ä", "t" * 300])
async def test_a_tenant_that_is_no_name_never_reaches_an_address(tenant):
    seen = []

    async def handler(request):
        seen.append(request.path)
        return web.json_response({})

    async with answering(handler) as http:
        with pytest.raises(InvalidInputError) as caught:
            await graph_token(http, tenant=tenant)
    assert caught.value.field == "tenant"
    assert seen == []
