"""What the bot sent is kept in the shapes that Block Kit validators take."""

import asyncio
import json
import sys

import pytest
from aiohttp import web

from tests.unit.sandbox.slack_stage import (
    ADA,
    SECURITY,
    field_of,
    modal,
    option,
    plain,
    section,
    with_answers,
)

SELECT = {"type": "external_select", "min_query_length": 1, "placeholder": plain("Search")}
FORM = modal("Form", field_of("Find", "find", SELECT, optional=True))


async def everything_sent():
    answers = [
        web.json_response({"options": [option("Found", "f")]}),
        web.json_response({"response_action": "errors", "errors": {"find": "No"}}),
        web.json_response({"response_action": "update", "view": modal("After")}),
        web.json_response({"text": "for you", "blocks": [section("for you")]}),
    ]
    async with with_answers(*answers) as stage:
        blocks = [section("hello")]
        where = {"channel": SECURITY, "text": "hello", "blocks": blocks}
        posted = await stage.client.chat_postMessage(**where)
        await stage.client.chat_update(**where, ts=posted["ts"])
        await stage.client.chat_postEphemeral(**where, user=ADA)
        await stage.client.views_publish(user_id=ADA, view={"type": "home", "blocks": blocks})
        trigger = stage.server.workspace.triggers.issue(ADA, SECURITY)
        await stage.client.views_open(trigger_id=trigger, view=FORM)
        await stage.ada.choose("Find", "fo", "Found")
        await stage.ada.submit()
        await stage.ada.submit()
        await stage.ada.command("/snow", SECURITY)
        assert await stage.refused() == []
        return (await stage.get("payloads"))["payloads"]


async def test_every_kind_is_kept_once_and_without_the_token():
    sent = await everything_sent()
    assert [each["kind"] for each in sent] == [
        "message",
        "update",
        "ephemeral",
        "home",
        "modal",
        "options_ack",
        "view_ack",
        "view_ack",
        "ephemeral",
    ]
    assert "token" not in json.dumps(sent)
    assert sent[4]["payload"] == FORM


@pytest.mark.shared
async def test_the_independent_validators_accept_what_was_kept(shared, tmp_path):
    kept = tmp_path / "payloads.json"
    kept.write_text(json.dumps(await everything_sent()))
    checked = await asyncio.create_subprocess_exec(
        sys.executable,
        str(shared / "checks/blockkit_check.py"),
        str(kept),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await checked.communicate()
    assert checked.returncode == 0, told.decode()
