"""requests-oauthlib 2: an application's way to tokens, through the instance's own pages."""

ME = [{"user_name": "snowline.integration"}]
DENIED = "(server_error) access_denied"


async def test_it_gets_a_token_for_what_a_person_allowed(oauthlib, desk):
    seen = await oauthlib("authorizes")
    assert (seen["back"], seen["state"]) == ("http://127.0.0.1/callback", True)
    assert seen["me"] == ME
    assert (seen["kind"], seen["lasts"], seen["refreshable"]) == ("Bearer", 1799, True)
    assert DENIED in seen["twice"][1]
    (token,) = desk.server.instance.tokens.access.values()
    assert token.user == desk.user("snowline.integration")


async def test_a_public_client_needs_no_secret_and_gets_no_refresh_token(oauthlib):
    assert await oauthlib("authorizes_in_public") == {"me": ME, "refreshable": False}


async def test_it_gets_nothing_without_secret_verifier_consent_or_state(oauthlib, desk):
    seen = await oauthlib("is_not_trusted")
    assert DENIED in seen["wrong_secret"][1]
    assert DENIED in seen["wrong_verifier"][1]
    assert seen["denied"][0] == "AccessDeniedError"
    assert seen["without_state"] == [400, True]
    assert desk.server.instance.tokens.access == {}


async def test_it_renews_an_expired_token_until_the_refresh_token_dies(oauthlib):
    seen = await oauthlib("renews")
    assert seen["expired"] == 401
    assert (seen["me"], seen["renewed"]) == (ME, 1)
    assert (seen["same_refresh_token"], seen["new_access_token"]) == (True, True)
    assert DENIED in seen["dead"][1]


async def test_revoked_tokens_open_nothing(oauthlib):
    seen = await oauthlib("revokes")
    assert (seen["before"], seen["after"]) == (ME, 401)
    assert DENIED in seen["refreshed"][1]


async def test_it_signs_in_with_a_password_and_as_itself(oauthlib):
    seen = await oauthlib("signs_in")
    assert seen["in_the_body"] == seen["in_a_header"] == seen["as_itself"] == ME
    # Asked again, an instance answers with the token that still lives.
    assert seen["in_the_body_token"] == seen["in_a_header_token"]
    assert DENIED in seen["wrong_password"][1]
    assert DENIED in seen["no_user"][1]
