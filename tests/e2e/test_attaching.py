"""A file of a message becomes an attachment of a ticket."""

from bot.files import LARGEST_FILE
from bot.sandbox.driver import visible_text
from tests.e2e.acts import SECURITY, card_with, create, number_of
from tests.e2e.test_acting import reply_with

CONTENT = b"\x89PNG\r\n\x00" * 3000
NAME = "Needs a picture"


async def posted(user, name, content):
    await user.post_file(name, content, SECURITY, "image/png")
    return await user.wait_for_message(SECURITY, text=name)


async def test_a_file_of_a_message_is_attached_by_its_shortcut(connected):
    await create(connected.mia, NAME)
    number = await number_of(connected.mia, NAME)
    card = await card_with(connected.mia, NAME, "INC")
    message = await posted(connected.mia, "proof.png", CONTENT)
    await connected.mia.use_shortcut("attach_file", message)
    await connected.mia.modal(title="Attach to a ticket")
    await connected.mia.choose("Ticket", number.lower(), NAME)
    assert await connected.mia.submit() == {}
    assert "✅" in visible_text(await connected.mia.modal(title="Done"))
    await reply_with(connected, card, "proof.png")
    records = connected.tryout.sandbox.servicenow_server.instance.records
    (row,) = records.all("sys_attachment")
    assert (row["file_name"], records.files[row["sys_id"]]) == ("proof.png", CONTENT)


async def test_a_message_without_a_file_or_with_too_large_a_one_attaches_nothing(connected):
    await connected.mia.say("Only words", SECURITY)
    words = await connected.mia.wait_for_message(SECURITY, text="Only words")
    large = await posted(connected.mia, "large.png", CONTENT)
    (described,) = connected.tryout.sandbox.slack_server.workspace.files.described.values()
    described["size"] = LARGEST_FILE + 1
    for message in (words, large):
        await connected.mia.use_shortcut("attach_file", message)
        answer = await connected.mia.wait_for_message(
            SECURITY, text="no file of at most 10 MB", ephemeral=True, after=message["ts"]
        )
        assert answer["ephemeral"]
