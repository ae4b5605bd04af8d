import asyncio
from dataclasses import replace
from datetime import date, timedelta

from connector.errors import PlaceGoneError, Provider, ProviderUnavailableError
from connector.models import Digest, TicketDraft, TicketKind
from tests.unit.connector.fakes import ACME, CHANNEL, GLOBEX, MIA, until
from tests.unit.connector.stage import Stage


async def ask(stage: Stage, delivery: str, conversation: str = CHANNEL) -> Digest:
    before = len(stage.chat.digests)
    await stage.connector.services.digests.request(ACME, MIA, conversation, delivery)
    await until(lambda: len(stage.chat.digests) > before)
    await asyncio.sleep(0.05)
    return stage.chat.digests[-1]


async def make(stage: Stage, draft: TicketDraft, delivery: str, channel: str = CHANNEL) -> None:
    share = await stage.connector.services.shares.request(ACME, draft, channel, delivery)
    await stage.until_done(share.id)


async def test_a_digest_sums_a_conversation_up(connected: Stage, draft: TicketDraft) -> None:
    services = connected.connector.services
    await connected.connect_microsoft()
    await make(connected, replace(draft, due=date(2026, 1, 1)), "1")
    await make(connected, replace(draft, kind=TicketKind.CHANGE_REQUEST), "2")
    await make(connected, draft, "3", channel="C0OTHER")
    number = connected.end.tickets()[0]["number"]
    connected.end.change(number, state="2")
    await services.following.sync(ACME, "incident")
    digest = await ask(connected, "d1")
    assert {kind.kind: kind.states for kind in digest.kinds} == {
        TicketKind.INCIDENT: (("In Progress", 1),),
        TicketKind.CHANGE_REQUEST: (("New", 1),),
    }
    assert len(digest.created) == 2
    assert [(ticket.number, change.by) for ticket, change in digest.changed] == [
        (number, "beth.anglin")
    ]
    assert [ticket.number for ticket in digest.overdue] == [number]
    assert digest.elsewhere == 1
    assert digest.score == await services.actions.known(ACME)
    assert [each.problem for each in digest.connections] == ["", ""]
    assert (digest.on_their_way, digest.unconfirmed) == (0, 0)
    assert digest.requested_by == MIA
    assert digest.at - digest.since == timedelta(days=7)


async def test_the_next_digest_begins_where_the_last_one_ended(
    connected: Stage, draft: TicketDraft
) -> None:
    await make(connected, draft, "1")
    first = await ask(connected, "d1")
    second = await ask(connected, "d2")
    elsewhere = await ask(connected, "d3", "C0OTHER")
    assert first.at <= second.since <= second.at
    assert second.created == ()
    assert elsewhere.at - elsewhere.since == timedelta(days=7)


async def test_the_same_request_makes_one_digest(connected: Stage) -> None:
    request = connected.connector.services.digests.request
    await asyncio.gather(*(request(ACME, MIA, CHANNEL, "d1") for _ in range(4)))
    await until(lambda: len(connected.chat.digests) == 1)
    await asyncio.sleep(0.1)
    assert len(connected.chat.digests) == 1


async def test_a_digest_waits_for_a_chat_that_is_down(connected: Stage) -> None:
    await until(lambda: len(connected.chat.notices) == 1)
    connected.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")] * 2
    await ask(connected, "d1")
    assert len(connected.chat.digests) == 1


async def test_a_digest_nobody_can_read_is_dropped(connected: Stage) -> None:
    await until(lambda: len(connected.chat.notices) == 1)
    connected.chat.troubles = [PlaceGoneError(), PlaceGoneError()]
    await connected.connector.services.digests.request(ACME, MIA, CHANNEL, "d1")
    await until(lambda: not connected.chat.troubles)
    await asyncio.sleep(0.1)
    assert connected.chat.digests == []
    assert (await ask(connected, "d2")).since < connected.clock() - timedelta(days=6)


async def test_a_digest_says_that_microsoft_failed(connected: Stage) -> None:
    services = connected.connector.services
    await connected.connect_microsoft()
    connected.end.microsoft.faults.arm("503:20")
    connected.clock.jump(3601)
    await services.actions.score(ACME)
    digest = await ask(connected, "d1")
    assert digest.score is not None
    assert "Microsoft 365" in digest.connections[1].problem


async def test_a_digest_holds_nothing_of_another_workspace(
    connected: Stage, draft: TicketDraft
) -> None:
    await make(connected, draft, "1")
    await connected.connector.services.digests.request(GLOBEX, MIA, CHANNEL, "d1")
    await until(lambda: len(connected.chat.digests) == 1)
    digest = connected.chat.digests[0]
    assert (digest.workspace, digest.created, digest.elsewhere) == (GLOBEX, (), 0)
    assert sum(kind.total for kind in digest.kinds) == 0
