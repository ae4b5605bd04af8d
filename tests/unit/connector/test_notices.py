"""Private words: told while they are news, and not for ever after."""

from datetime import timedelta

import pytest

from connector.announcer import NoticeKind
from connector.errors import PlaceGoneError, Provider, ProviderUnavailableError
from connector.models import Membership
from connector.services.notices import NoticeService
from connector.services.rights.leavers import Leavers
from connector.store import connections, notices
from connector.store.database import Database
from connector.work import Done, Work
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, ADA, Chat, Clock, People


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def service(
    database: Database, work: Work, leavers: Leavers, chat: Chat, clock: Clock
) -> NoticeService:
    return NoticeService(database=database, work=work, leavers=leavers, announcer=chat, clock=clock)


async def planned(service: NoticeService, about: Provider | None = None) -> str:
    async with service.database.transaction(ACME) as tx:
        await service.plan(tx, ADA, NoticeKind.CONNECTED, "It is connected.", about)
        (notice_id,) = [
            row["id"] for row in await tx.run("SELECT id FROM notices WHERE workspace = :workspace")
        ]
    return str(notice_id)


async def is_kept(service: NoticeService, notice_id: str) -> bool:
    return await notices.get(service.database.view(ACME), notice_id) is not None


@pytest.mark.parametrize(
    ("age", "told"),
    [
        pytest.param(timedelta(hours=23, minutes=59), 1, id="news"),
        pytest.param(timedelta(hours=24), 0, id="a day old"),
    ],
)
async def test_a_notice_is_told_within_a_day_or_not_at_all(
    service: NoticeService, chat: Chat, clock: Clock, age: timedelta, told: int
) -> None:
    notice_id = await planned(service)
    clock.jump(age.total_seconds())
    for _ in range(2):
        assert await service.tell(ACME, notice_id) == Done()
    assert len(chat.notices) == told
    assert not await is_kept(service, notice_id)


async def test_a_notice_is_kept_while_the_chat_is_down(service: NoticeService, chat: Chat) -> None:
    notice_id = await planned(service)
    chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")]
    with pytest.raises(ProviderUnavailableError):
        await service.tell(ACME, notice_id)
    assert await is_kept(service, notice_id)
    await service.tell(ACME, notice_id)
    assert [user for _, user, _ in chat.notices] == [ADA]


async def test_a_notice_to_somebody_who_is_gone_is_forgotten(
    service: NoticeService, chat: Chat
) -> None:
    notice_id = await planned(service)
    chat.troubles = [PlaceGoneError()]
    assert await service.tell(ACME, notice_id) == Done()
    assert not await is_kept(service, notice_id)


@pytest.mark.parametrize("became", [Membership.GUEST, Membership.GONE])
async def test_a_notice_to_somebody_who_became_a_guest_is_told_to_nobody(
    service: NoticeService, people: People, chat: Chat, became: Membership
) -> None:
    notice_id = await planned(service)
    people.ranks[ADA] = became
    assert await service.tell(ACME, notice_id) == Done()
    assert chat.notices == []
    assert not await is_kept(service, notice_id)


async def test_a_notice_waits_until_the_chat_says_who_that_is(
    service: NoticeService, people: People, chat: Chat
) -> None:
    notice_id = await planned(service)
    people.trouble = ProviderUnavailableError(Provider.CHAT, "503")
    with pytest.raises(ProviderUnavailableError):
        await service.tell(ACME, notice_id)
    people.trouble = None
    await service.tell(ACME, notice_id)
    assert [user for _, user, _ in chat.notices] == [ADA]


async def test_a_notice_brings_the_connection_it_is_about(
    service: NoticeService, chat: Chat
) -> None:
    async with service.database.transaction(ACME) as tx:
        await connections.put(tx, rows.connection_row(ACME, Provider.SERVICENOW))
    for about in (Provider.SERVICENOW, Provider.MICROSOFT, None):
        await service.tell(ACME, await planned(service, about))
    brought = [
        notice.connection.provider if notice.connection else None for *_, notice in chat.notices
    ]
    assert brought == [Provider.SERVICENOW, None, None]
