"""When sign-ins end, how that is learnt, and who is warned of it, when and how often."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.sandbox import accounts
from connector.announcer import NoticeKind
from connector.errors import Provider, ProviderUnavailableError
from connector.models import Connection
from connector.services.connecting.sign_outs import SignOuts
from connector.services.languages import Languages
from connector.services.notices import NoticeService
from connector.services.rights.leavers import Leavers
from connector.store import connections
from connector.store.database import Database
from connector.work import Again, Done, Job, Work
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, ADA, Chat, Clock, People, until
from tests.unit.connector.stage import FarEnd, Stage

SN = Provider.SERVICENOW
DAY = timedelta(days=1)
SOON = timedelta(minutes=1)
LEFT = "SELECT id FROM notices WHERE workspace = :workspace"


@dataclass
class Here:
    """Sign-ins that end, their warnings, and the chat where these are told."""

    service: SignOuts
    chat: Chat
    clock: Clock

    async def connect(self, days: float = 100, *, is_assumed: bool = False) -> Connection:
        """Store a connection made now, whose sign-in lasts so many days."""
        now = self.clock()
        row = rows.connection_row(ACME, SN)
        connection = replace(
            row.connection,
            connected_at=now,
            signs_out_at=now + days * DAY,
            sign_out_assumed=is_assumed,
        )
        async with self.service.database.transaction(ACME) as tx:
            await connections.put(tx, replace(row, connection=connection))
        return connection

    async def look(self, connection: Connection, days: float) -> None:
        """Look after the connection when its sign-in is so many days old, and tell what is due."""
        age = self.clock() - connection.connected_at
        self.clock.jump((days * DAY - age).total_seconds())
        await self.service.warn(ACME, "")
        view = self.service.database.view(ACME)
        for row in await view.run(LEFT):
            await self.service.notices.tell(ACME, row["id"])

    @property
    def told(self) -> list[str]:
        """List what was told, by how long it said was left."""
        texts = [notice.text for _, _, notice in self.chat.notices]
        return [text.split("that is in ")[1].split(".")[0] for text in texts]


@pytest.fixture
def here(database: Database, work: Work, leavers: Leavers, clock: Clock) -> Here:
    chat = Chat()
    notices = NoticeService(
        database=database, work=work, leavers=leavers, announcer=chat, clock=clock
    )
    languages = Languages(database=database, directory=People(), clock=clock)
    service = SignOuts(database=database, notices=notices, languages=languages, clock=clock)
    return Here(service, chat, clock)


@pytest.mark.parametrize(
    ("ages", "told"),
    [
        pytest.param([0, 85.9], [], id="too early"),
        pytest.param(
            [86.01, 97.01, 99.01], ["14 days", "3 days", "less than a day"], id="each in its time"
        ),
        pytest.param([86.01, 86.01, 86.1, 90, 96.9], ["14 days"], id="looked at again and again"),
        pytest.param([98], ["2 days"], id="switched off over two of them"),
        pytest.param([86.01, 99.5], ["14 days", "less than a day"], id="switched off over one"),
        pytest.param([101], [], id="switched off over its end"),
        pytest.param([86.01, 10, 86.02, 97.01], ["14 days", "3 days"], id="clock set back"),
        pytest.param([97.01, 96.99, 96.1, 97.02], ["3 days"], id="set back a little after a gap"),
        pytest.param([400, 50, 86.01, 97.01], ["14 days", "3 days"], id="clock far ahead once"),
        pytest.param(
            [99.5, 50, 86.01, 97.01, 99.6],
            ["less than a day", "14 days", "3 days"],
            id="clock ahead once",
        ),
    ],
)
async def test_each_warning_is_told_once_and_the_nearest_alone_after_a_gap(
    here: Here, ages: list[float], told: list[str]
) -> None:
    connection = await here.connect()
    for age in ages:
        await here.look(connection, age)
    assert here.told == told


@pytest.mark.parametrize(
    ("lasts", "told"),
    [
        pytest.param(14, ["3 days", "less than a day"], id="14 days"),
        pytest.param(10, ["3 days", "less than a day"], id="10 days"),
        pytest.param(2, ["less than a day"], id="2 days"),
        pytest.param(0.02, [], id="half an hour"),
    ],
)
async def test_a_short_sign_in_is_not_warned_of_when_it_is_made(
    here: Here, lasts: float, told: list[str]
) -> None:
    connection = await here.connect(lasts)
    for left in (lasts, 2.99, 0.99, 0.01):
        if left <= lasts:
            await here.look(connection, lasts - left)
    assert here.told == told


@pytest.mark.parametrize("is_assumed", [True, False])
async def test_a_warning_goes_to_who_connected_with_the_end_and_the_remedy(
    here: Here, is_assumed: bool
) -> None:
    connection = await here.connect(is_assumed=is_assumed)
    assert connection.signs_out_at is not None
    await here.look(connection, 86.01)
    ((workspace, user, notice),) = here.chat.notices
    assert (workspace, user, notice.kind) == (ACME, ADA, NoticeKind.SIGN_IN_ENDS)
    assert notice.connection is not None
    ends = connection.signs_out_at
    assert f"until about {ends.day} {ends:%B %Y}" in notice.text
    assert ("if the instance keeps ServiceNow's default" in notice.text) is is_assumed
    assert "Type `/snow connect`" in notice.text
    assert "nothing is lost" in notice.text


async def test_a_warning_is_in_the_language_of_who_connected(here: Here) -> None:
    connection = await here.connect()
    await here.service.languages.note(ACME, ADA, "fr-FR")
    await here.look(connection, 99.01)
    ((_, _, notice),) = here.chat.notices
    assert "moins d'un jour" in notice.text


async def test_connecting_anew_starts_over(here: Here) -> None:
    for _ in range(2):
        connection = await here.connect()
        await here.look(connection, 86.01)
        await here.look(connection, 97.01)
    assert here.told == ["14 days", "3 days"] * 2


@pytest.mark.parametrize(
    ("age", "again"),
    [
        pytest.param(10, timedelta(hours=1), id="nothing for long"),
        pytest.param(85.99, timedelta(days=0.01), id="just before a warning"),
        pytest.param(100.5, timedelta(hours=1), id="after its end"),
    ],
)
async def test_the_next_look_is_when_a_warning_is_due_or_in_an_hour(
    here: Here, age: float, again: timedelta
) -> None:
    connection = await here.connect()
    await here.look(connection, age)
    following = await here.service.warn(ACME, "")
    assert isinstance(following, Again)
    assert abs(following.at - here.clock() - again) < SOON


async def test_looking_ends_with_the_connection(here: Here) -> None:
    assert await here.service.warn(ACME, "") == Done()
    connection = await here.connect()
    async with here.service.database.transaction(ACME) as tx:
        await connections.expire(tx, connection, "It has ended.")
    await here.look(connection, 99.5)
    assert await here.service.warn(ACME, "") == Done()
    assert here.told == []


def ends(lifespan: str) -> Callable[[FarEnd], None]:
    """Have the registration say how many seconds a refresh token lives."""

    def arrange(end: FarEnd) -> None:
        end.give_role("oauth_admin")
        records = end.servicenow.instance.records
        row = records.first("oauth_entity", "client_id", accounts.SERVICENOW_CLIENT_ID)
        assert row is not None
        row["refresh_token_lifespan"] = lifespan

    return arrange


def hidden(end: FarEnd) -> None:
    end.give_role("oauth_admin")
    end.hide("refresh_token_lifespan")


def answered(status: int, body: str) -> Callable[[FarEnd], None]:
    """Have the registry answer so, whatever it is asked."""

    async def answer(request: web.Request) -> None:
        if request.path.endswith("/oauth_entity"):
            kind = web.HTTPOk if status == 200 else web.HTTPServiceUnavailable
            raise kind(text=body, content_type="application/json")

    return lambda end: end.listeners.append(answer)


OTHERS = '{"result": [{"client_id": "another", "refresh_token_lifespan": "60"}]}'


@pytest.mark.parametrize(
    ("arrange", "days", "is_assumed"),
    [
        pytest.param(ends("8640000"), 100, False, id="the default, read"),
        pytest.param(ends("1728000"), 20, False, id="20 days"),
        pytest.param(ends("2147483647"), 24855, False, id="68 years"),
        pytest.param(lambda _: None, 100, True, id="registry not readable"),
        pytest.param(hidden, 100, True, id="lifespan not readable"),
        pytest.param(ends("0"), 100, True, id="none"),
        pytest.param(ends(""), 100, True, id="empty"),
        pytest.param(ends("soon"), 100, True, id="no number"),
        pytest.param(ends("9" * 30), 100, True, id="for ever"),
        pytest.param(answered(200, OTHERS), 100, True, id="question ignored"),
        pytest.param(answered(200, "[]"), 100, True, id="garbage"),
        pytest.param(answered(503, "{}"), 100, True, id="registry down"),
    ],
)
async def test_the_end_is_read_from_the_registry_or_the_default_is_assumed(
    stage: Stage, arrange: Callable[[FarEnd], None], days: int, is_assumed: bool
) -> None:
    arrange(stage.end)
    assert (await stage.connect()).ok
    (connection,) = await stage.connector.services.connections.all(ACME)
    assert connection.signs_out_at is not None
    lasts = connection.signs_out_at - connection.connected_at
    assert (round(lasts / DAY), connection.sign_out_assumed) == (days, is_assumed)
    assert abs(lasts - days * DAY) < 0.2 * DAY


async def looked(stage: Stage) -> None:
    """Wait until the connection has been looked after at the clock's present time."""
    database, now = stage.connector.database, stage.clock()
    stage.connector.worker.work.changed.set()
    question = (
        "SELECT 1 AS yes FROM work WHERE workspace = :workspace AND job = :job AND claimed = 0"
        " AND due_at > :now"
    )
    micros = int(now.timestamp() * 1_000_000)
    async with asyncio.timeout(10):
        view = database.view(ACME)
        while await view.first(question, job=Job.WARN_OF_SIGN_OUT.value, now=micros) is None:
            await asyncio.sleep(0.01)


async def nothing_to_tell(stage: Stage) -> None:
    """Wait until every notice was told and forgotten."""
    async with asyncio.timeout(10):
        while await stage.connector.database.view(ACME).first(LEFT):
            await asyncio.sleep(0.01)


def warnings(stage: Stage) -> int:
    return sum(notice.kind is NoticeKind.SIGN_IN_ENDS for *_, notice in stage.chat.notices)


async def test_a_running_snowline_warns_once_however_often_it_is_started(
    connected: Stage,
) -> None:
    await looked(connected)
    connected.clock.jump((86.01 * DAY).total_seconds())
    connected.connector.worker.work.changed.set()
    await until(lambda: warnings(connected) == 1)
    for _ in range(2):
        # A notice that is killed while it is told may be told twice.
        await nothing_to_tell(connected)
        await connected.restart()
        await looked(connected)
    assert warnings(connected) == 1
    assert (await connected.connect()).ok
    await looked(connected)
    assert warnings(connected) == 1
    connected.clock.jump((86.01 * DAY).total_seconds())
    connected.connector.worker.work.changed.set()
    await until(lambda: warnings(connected) == 2)


async def test_a_warning_that_could_not_be_told_is_taken_back_by_connecting_anew(
    connected: Stage,
) -> None:
    await until(lambda: len(connected.chat.notices) == 1)
    down = [ProviderUnavailableError(Provider.CHAT, "503") for _ in range(10_000)]
    connected.chat.troubles.extend(down)
    connected.clock.jump((86.01 * DAY).total_seconds())
    connected.connector.worker.work.changed.set()
    await until(lambda: len(connected.chat.troubles) < len(down))
    assert (await connected.connect()).ok
    connected.chat.troubles.clear()
    await until(lambda: len(connected.chat.notices) == 2)
    await looked(connected)
    await nothing_to_tell(connected)
    assert warnings(connected) == 0
