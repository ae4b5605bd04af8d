"""Files of the chat become attachments of tickets: once each, and whole."""

import asyncio

import pytest

from connector.errors import Provider, ProviderRefusedError
from connector.models import Act, ActDraft, ActKind, ActState, FileRef, ShareId, TicketDraft
from tests.unit.connector.fakes import ACME, MIA, until
from tests.unit.connector.stage import LONGEST_TRANSACTION, Stage

CONTENT = b"\x00policy\xff" * 1000
FILE = FileRef(id="F0POLICY", name="policy ünique.pdf", size=len(CONTENT), type="application/pdf")


@pytest.fixture
async def share(connected: Stage, draft: TicketDraft) -> str:
    """A ticket whose card stands, and a file in the chat."""
    connected.drawer.contents[FILE.id] = CONTENT
    share_id = await connected.ask(draft, "view-ticket")
    await connected.until_done(share_id)
    return share_id


async def attach(stage: Stage, share_id: str, delivery: str = "trigger-1") -> Act:
    draft = ActDraft(
        kind=ActKind.FILE, ticket=ShareId(share_id), by=MIA, by_name="Mia Member", file=FILE
    )
    service = stage.connector.services.acts
    async with asyncio.timeout(20):
        return await service.decided(await service.request(ACME, draft, delivery))


def attached(stage: Stage) -> list[bytes]:
    records = stage.end.servicenow.instance.records
    return [records.files[row["sys_id"]] for row in records.all("sys_attachment")]


async def test_a_file_hangs_on_the_ticket_as_it_was_and_is_said_in_the_thread(
    connected: Stage, share: str
) -> None:
    act = await attach(connected, share)
    assert act.state is ActState.DONE
    assert attached(connected) == [CONTENT]
    (row,) = connected.end.servicenow.instance.records.all("sys_attachment")
    assert (row["file_name"], row["content_type"]) == (FILE.name, FILE.type)
    await until(lambda: bool(connected.chat.changes))
    ((_, change),) = connected.chat.changes
    assert [(each.field, each.after) for each in change.fields] == [("Attachment", FILE.name)]


@pytest.mark.parametrize(
    "fault", ["500-after-commit", "reset-before-commit", "reset-after-commit", "late-commit", "503"]
)
async def test_whatever_becomes_of_the_answer_it_hangs_there_once(
    connected: Stage, share: str, fault: str
) -> None:
    connected.end.servicenow.faults.arm(fault)
    act = await attach(connected, share)
    assert act.state is ActState.DONE
    await asyncio.sleep(LONGEST_TRANSACTION if fault == "late-commit" else 0)
    assert attached(connected) == [CONTENT]


async def test_the_same_file_attached_twice_on_purpose_hangs_there_twice(
    connected: Stage, share: str
) -> None:
    await attach(connected, share, "trigger-1")
    connected.end.servicenow.faults.arm("reset-before-commit")
    await attach(connected, share, "trigger-2")
    assert attached(connected) == [CONTENT, CONTENT]


async def test_a_file_that_the_chat_does_not_give_is_refused_with_what_to_do(
    connected: Stage, share: str
) -> None:
    refusal = ProviderRefusedError(Provider.CHAT, "no", remedy="does not give it. Invite Snowline.")
    connected.drawer.trouble = refusal
    act = await attach(connected, share)
    assert act.state is ActState.REJECTED
    assert act.reason == "Slack does not give it. Invite Snowline."
    assert attached(connected) == []
