"""Files in the sandbox's Slack: posted by people, handed to whoever shows the bot token."""

from bot.sandbox import accounts
from tests.unit.bot.slack_end import SECURITY, slack


async def test_a_posted_file_is_described_and_handed_to_the_bot_alone():
    async with slack() as end:
        await end.ada.post_file("proof.txt", b"proof", SECURITY, "text/plain")
        message = await end.ada.wait_for_message(SECURITY, text="proof.txt")
        answer = await end.client.files_info(file=message["files"][0]["id"])
        url = answer["file"]["url_private"]
        bot = {"Authorization": f"Bearer {accounts.BOT_TOKEN}"}
        async with end.http.get(url, headers=bot) as handed:
            assert (handed.content_type, await handed.read()) == ("text/plain", b"proof")
        async with end.http.get(url) as page:
            assert page.content_type == "text/html"
            assert b"proof" not in await page.read()


async def test_without_the_scope_no_file_is_described():
    async with slack(scopes=("chat:write",)) as end:
        answer = await end.http.get(
            f"{end.origin}/api/files.info",
            params={"file": "F0"},
            headers={"Authorization": f"Bearer {accounts.BOT_TOKEN}"},
        )
        assert (await answer.json())["error"] == "missing_scope"
