"""Previews into Slack: as Work Objects, plainly where those are not on, and quietly not at all."""

import logging

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.previewing import present, unfurl
from bot.sandbox import running
from connector.models import Preview
from tests.unit.bot import samples

WHERE = {"channel": "C1", "ts": "1.2"}
SHOWN = (Preview(url="https://acme.service-now.com/incident.do", about=samples.ticket()),)


class Answering:
    """A Slack that gives these answers in turn and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.heard = list(answers), []

    async def __aenter__(self):
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer)
        self.end = await running.start(app)
        self.client = AsyncWebClient(
            token="xoxb-1", base_url=f"{self.end.origin}/api/", retry_handlers=[]
        )
        return self

    async def __aexit__(self, *_):
        await self.end.stop()

    async def _answer(self, request):
        self.heard.append(set(await request.json()) & {"metadata", "unfurls"})
        return web.json_response(self.answers.pop(0))


OK = {"ok": True}


def refusal(error):
    return {"ok": False, "error": error}


@pytest.mark.parametrize(
    ("answers", "asked", "shown"),
    [
        pytest.param([OK], ["metadata"], True, id="as an object"),
        pytest.param([refusal("missing_unfurls"), OK], ["metadata", "unfurls"], True, id="not on"),
        pytest.param(
            [refusal("invalid_metadata_format"), OK], ["metadata", "unfurls"], True, id="refused"
        ),
        pytest.param(
            [OK | {"warning": "invalid_metadata_format"}, OK],
            ["metadata", "unfurls"],
            True,
            id="dropped without a word",
        ),
        pytest.param([OK | {"warning": "missing_charset"}], ["metadata"], True, id="a warning"),
        pytest.param([refusal("cannot_unfurl_url")], ["metadata"], False, id="forbidden here"),
        pytest.param([refusal("cannot_find_message")], ["metadata"], False, id="deleted"),
        pytest.param([refusal("ratelimited")], ["metadata"], False, id="no time"),
        pytest.param([refusal("is_archived")], ["metadata"], False, id="archived"),
        pytest.param(
            [refusal("missing_unfurls"), refusal("invalid_blocks")],
            ["metadata", "unfurls"],
            False,
            id="neither",
        ),
    ],
)
async def test_a_preview_is_shown_as_well_as_it_can_be(answers, asked, shown, caplog):
    async with Answering(*answers) as slack:
        assert await unfurl(slack.client, WHERE, SHOWN) is shown
        assert slack.heard == [{each} for each in asked]
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


@pytest.mark.parametrize("error", ["invalid_trigger_id", "entity_metadata_does_not_match_trigger"])
async def test_a_pane_that_is_closed_meanwhile_troubles_nobody(error, caplog):
    async with Answering(refusal(error)) as slack:
        await present(slack.client, "1.2.x", {"error": {"status": "custom"}})
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []
