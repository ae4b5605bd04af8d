import pytest
from aiohttp import web

from bot.files import LARGEST_FILE, SlackFiles, is_slacks
from bot.sandbox import running
from connector.errors import ProviderRefusedError
from connector.models import FileRef, WorkspaceId
from tests.unit.bot.slack_end import SECURITY, slack

WORKSPACE = WorkspaceId("T0ACME")


async def kept(end):
    """Post a file; return how Slack describes it, to be changed, and how we do."""
    await end.ada.post_file("proof.txt", b"proof", SECURITY, "text/plain")
    (described,) = end.server.workspace.files.described.values()
    return described, FileRef(
        id=described["id"], name="proof.txt", size=described["size"], type="text/plain"
    )


async def test_a_file_is_fetched_whole_from_slack():
    async with slack() as end:
        _, file = await kept(end)
        assert await SlackFiles(end.client).content(WORKSPACE, file) == b"proof"


async def test_an_unknown_file_is_refused_with_what_to_do():
    async with slack() as end:
        file = FileRef(id="F0NONE", name="x", size=1, type="text/plain")
        with pytest.raises(ProviderRefusedError, match="file_not_found") as refused:
            await SlackFiles(end.client).content(WORKSPACE, file)
        assert "/invite @Snowline" in refused.value.user_message


async def test_a_page_instead_of_the_file_is_no_file():
    async with slack() as end:
        described, file = await kept(end)
        described["size"] = 1
        with pytest.raises(ProviderRefusedError, match="another size") as refused:
            await SlackFiles(end.client).content(WORKSPACE, file)
        assert "files:read" in refused.value.user_message


async def test_too_large_a_file_is_not_read_to_its_end():
    async with slack() as end:
        _, file = await kept(end)
        end.server.workspace.files.contents[file.id] = b"x" * (LARGEST_FILE + 1)
        with pytest.raises(ProviderRefusedError, match="too large"):
            await SlackFiles(end.client).content(WORKSPACE, file)


async def test_the_token_goes_to_nobody_but_slack():
    seen = []

    async def listen(request):
        seen.append(request.headers)
        return web.Response(body=b"proof")

    app = web.Application()
    app.router.add_get("/{path:.*}", listen)
    elsewhere = await running.start(app)
    async with slack() as end:
        described, file = await kept(end)
        described["url_private_download"] = f"{elsewhere.origin}/proof.txt"
        with pytest.raises(ProviderRefusedError):
            await SlackFiles(end.client).content(WORKSPACE, file)
    await elsewhere.stop()
    assert seen == []


@pytest.mark.parametrize(
    ("url", "base", "is_so"),
    [
        ("https://files.slack.com/files-pri/T0-F0/x", "https://slack.com/api/", True),
        ("https://files.slack-gov.com/x", "https://slack-gov.com/api/", True),
        ("http://files.slack.com/x", "https://slack.com/api/", False),
        ("https://files.slack.com:8443/x", "https://slack.com/api/", False),
        ("https://slack.com.evil.example/x", "https://slack.com/api/", False),
        ("https://evilslack.com/x", "https://slack.com/api/", False),
        ("https://user@evil.example/slack.com", "https://slack.com/api/", False),
        ("", "https://slack.com/api/", False),
    ],
)
def test_only_slacks_own_hosts_get_the_token(url, base, is_so):
    assert is_slacks(url, base) is is_so
