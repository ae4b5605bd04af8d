"""The page that begins an installation, before strangers: anybody can reach it."""

import asyncio
import re

import pytest

from bot.doorkeeper import Door
from bot.install_page import INSTALL_PATH
from tests.unit.bot.slack_end import connector_for, pages, slack

NAME = re.compile(rb"Set-Cookie: snowline_install=([A-Za-z0-9_-]*);")


@pytest.fixture
async def port(tmp_path):
    """The port at which the page is."""
    async with slack() as end, connector_for(end, tmp_path) as connector:
        door = await Door.open(pages(end, connector), "127.0.0.1", 0)
        yield door.port
        await door.close()


async def given(port, cookie):
    """Open the page with a cookie, and return the status and the name that is given for it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = b"GET %b HTTP/1.1\r\nHost: here\r\nConnection: close\r\n" % INSTALL_PATH.encode()
    writer.write(head + b"Cookie: snowline_install=%b\r\n\r\n" % cookie)
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    found = NAME.search(answer)
    return int(answer.split()[1]), found[1] if found else b""


@pytest.mark.parametrize("brought", [b"a\xffb", b"a" * 7000, b'"a\\012Set-Cookie: more=1"'])
async def test_a_name_that_is_none_of_ours_is_not_taken_on(port, brought, caplog):
    status, name = await given(port, brought)
    assert (status, len(name)) == (200, 43)
    assert not [each for each in caplog.records if each.exc_info]


async def test_a_browser_keeps_its_name(port):
    _, name = await given(port, b"")
    assert await given(port, name) == (200, name)
