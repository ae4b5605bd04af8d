"""Requests to the bot are signed as Slack signs them."""

from slack_sdk.signature import SignatureVerifier

from bot.sandbox import accounts
from bot.sandbox.slack.signing import sign
from tests.unit.sandbox.slack_stage import SECURITY, with_answers


def test_slacks_published_example_comes_out_the_same():
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        "%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = sign("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body.encode())
    expected = "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signature == f"v0={expected}"


async def test_slacks_own_verifier_accepts_what_is_sent_and_nothing_else():
    async with with_answers() as stage:
        await stage.ada.command("/snow größer & <fett>", SECURITY)
        heard = stage.heard[0]
        verifier = SignatureVerifier(accounts.SIGNING_SECRET)
        assert verifier.is_valid_request(heard["body"], dict(heard["headers"]))
        assert not verifier.is_valid_request(heard["body"] + "&x=1", dict(heard["headers"]))
