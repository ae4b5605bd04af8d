"""Tokens of installations: renewed once, under a lease, saved before they are used."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from connector.errors import (
    ConnectorError,
    NotInstalledError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
    UnexpectedAnswerError,
)
from connector.models import ChatInstall, ChatToken, UserId, WorkspaceId
from connector.services.connecting.leases import Leases
from connector.services.installs.service import InstallService
from connector.services.installs.states import InstallStates
from connector.services.installs.tokens import InstallTokens
from connector.store import installs
from connector.store.database import Database
from connector.vault import Vault, VaultError, new_key
from connector.work import Work
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, Clock, until

LIFE = timedelta(hours=12)


@dataclass
class Slack:
    """Renews a refresh token once, as Slack does, and takes the tokens it is told to take."""

    clock: Clock
    asked: list[str] = field(default_factory=list)
    trouble: ConnectorError | None = None
    takes_: bool | ConnectorError = False
    slow: float = 0.0

    async def renew(self, workspace: WorkspaceId, refresh: SecretStr) -> ChatToken:
        self.asked.append(refresh.get_secret_value())
        await asyncio.sleep(self.slow)
        if self.trouble is not None:
            raise self.trouble
        if len(set(self.asked)) < len(self.asked):
            raise ProviderRefusedError(Provider.CHAT, "invalid_refresh_token")
        return token(self.clock, f"{len(self.asked)} of {workspace}")

    async def takes(self, _workspace: WorkspaceId, _token: SecretStr | None) -> bool:
        if isinstance(self.takes_, ConnectorError):
            raise self.takes_
        return self.takes_


def token(clock: Clock, name: str) -> ChatToken:
    return ChatToken(
        access=SecretStr(f"xoxb {name}"),
        refresh=SecretStr(f"xoxe {name}"),
        expires_at=clock() + LIFE,
    )


@dataclass
class Desk:
    service: InstallService
    chat: Slack
    clock: Clock
    database: Database

    async def install(self, workspace: WorkspaceId = ACME) -> bool:
        kept = ChatInstall(
            workspace=workspace,
            name="Acme",
            bot_user=UserId("U0BOT"),
            installed_by=ADA,
            installed_at=self.clock(),
        )
        return await self.service.keep(kept, token(self.clock, "first"))

    async def token(self, workspace: WorkspaceId = ACME) -> str:
        return (await self.service.token(workspace)).get_secret_value()

    async def row(self) -> installs.InstallRow:
        row = await installs.get(self.database.view(ACME))
        assert row is not None
        return row


@asynccontextmanager
async def opened(path: Path, keys: str, chat: Slack, clock: Clock) -> AsyncIterator[Desk]:
    database = Database(path)
    await database.open()
    tokens = InstallTokens(
        database=database,
        vault=Vault(SecretStr(keys)),
        leases=Leases(database=database, clock=clock, lasting=timedelta(seconds=20)),
        chat=chat,
        clock=clock,
    )
    work = Work(database=database, clock=clock, lane_size=4)
    states = InstallStates(database=database, vault=tokens.vault, clock=clock)
    service = InstallService(
        database=database, work=work, tokens=tokens, states=states, chat=chat, clock=clock
    )
    try:
        yield Desk(service, chat, clock, database)
    finally:
        await tokens.close()
        await database.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = Clock()
    async with opened(tmp_path / "s.db", new_key(), Slack(clock), clock) as desk:
        await desk.install()
        yield desk


async def test_a_fresh_token_is_used_as_it_is(desk: Desk) -> None:
    desk.clock.jump(9 * 3600)
    assert await desk.token() == "xoxb first"
    assert desk.chat.asked == []


async def test_two_hours_before_its_end_it_is_renewed_and_nobody_waits(desk: Desk) -> None:
    desk.clock.jump(10 * 3600 + 1)
    desk.chat.slow = 0.2
    assert await desk.token() == "xoxb first"
    await until(lambda: len(desk.chat.asked) == 1)
    await desk.service.tokens.close()
    assert await desk.token() == "xoxb 1 of T0ACME"


async def test_a_hundred_ask_for_one_that_has_ended_and_it_is_renewed_once(desk: Desk) -> None:
    desk.clock.jump(13 * 3600)
    desk.chat.slow = 0.05
    assert set(await asyncio.gather(*(desk.token() for _ in range(100)))) == {"xoxb 1 of T0ACME"}
    assert desk.chat.asked == ["xoxe first"]


async def test_two_processes_renew_it_once(desk: Desk) -> None:
    """Each has its own locks; the lease in the store is all that they share."""
    desk.clock.jump(13 * 3600)
    desk.chat.slow = 0.1
    tokens = desk.service.tokens
    other = replace(
        tokens,
        leases=replace(tokens.leases, holder="another"),
        _locks={ACME: asyncio.Lock()},
        _running={},
        _failed_at={},
    )
    got = await asyncio.gather(tokens.of(ACME), other.of(ACME), tokens.of(ACME), other.of(ACME))
    assert {each.get_secret_value() for each in got} == {"xoxb 1 of T0ACME"}
    assert desk.chat.asked == ["xoxe first"]


@pytest.mark.parametrize(
    "trouble",
    [
        ProviderUnavailableError(Provider.CHAT, "HTTP 503"),
        UnexpectedAnswerError(Provider.CHAT, "no token"),
    ],
    ids=["away", "garbled"],
)
async def test_a_renewal_that_fails_leaves_the_token_that_works(
    desk: Desk, trouble: ConnectorError, caplog: pytest.LogCaptureFixture
) -> None:
    desk.clock.jump(11 * 3600)
    desk.chat.trouble = trouble
    for _ in range(20):
        assert await desk.token() == "xoxb first"
        await desk.service.tokens.close()
    assert len(desk.chat.asked) == 1, "Slack is asked again within the minute"
    assert "is not renewed yet" in caplog.text
    assert (await desk.row()).sealed.refresh is not None
    desk.chat.trouble, desk.chat.asked = None, []
    desk.clock.jump(61)
    await desk.token()
    await desk.service.tokens.close()
    assert await desk.token() == "xoxb 1 of T0ACME"


async def test_one_that_has_ended_is_not_used_while_slack_is_away(desk: Desk) -> None:
    desk.clock.jump(13 * 3600)
    desk.chat.trouble = ProviderUnavailableError(Provider.CHAT, "HTTP 503")
    with pytest.raises(ProviderUnavailableError, match="503"):
        await desk.token()
    desk.chat.trouble, desk.chat.asked = None, []
    assert await desk.token() == "xoxb 1 of T0ACME"


async def test_one_that_slack_renews_no_more_works_to_its_end_and_is_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.clock.jump(11 * 3600)
    desk.chat.trouble = ProviderRefusedError(Provider.CHAT, "invalid_refresh_token")
    assert await desk.token() == "xoxb first"
    await desk.service.tokens.close()
    assert await desk.service.lost() == 1
    assert await desk.token() == "xoxb first"
    assert "renews the token of T0ACME no more" in caplog.text
    desk.clock.jump(2 * 3600)
    for _ in range(3):
        with pytest.raises(NotInstalledError):
            await desk.token()
    assert caplog.text.count("is lost") == 1
    assert (await desk.row()).parked
    assert len(desk.chat.asked) == 1
    await desk.install()
    assert await desk.service.lost() == 0
    assert await desk.token() == "xoxb first"


async def test_a_workspace_that_ends_while_its_token_is_renewed_gets_none(desk: Desk) -> None:
    desk.clock.jump(13 * 3600)
    desk.chat.slow = 0.2
    asked = asyncio.create_task(desk.token())
    await until(lambda: bool(desk.chat.asked))
    assert await desk.service.end(ACME, desk.clock())
    with pytest.raises(NotInstalledError):
        await asked
    assert (await desk.row()).sealed == installs.SealedToken(token=None)


async def test_a_cancelled_caller_loses_no_renewal(desk: Desk) -> None:
    desk.clock.jump(13 * 3600)
    desk.chat.slow = 0.2
    asked = asyncio.create_task(desk.token())
    await until(lambda: bool(desk.chat.asked))
    asked.cancel()
    await desk.service.tokens.close()
    assert await desk.token() == "xoxb 1 of T0ACME"
    assert desk.chat.asked == ["xoxe first"]


async def test_tokens_are_sealed_for_their_workspace_alone(desk: Desk) -> None:
    row = await desk.row()
    assert "xoxb" not in str(row.sealed)
    moved = replace(row, install=replace(row.install, workspace=GLOBEX))
    with pytest.raises(VaultError, match="another place"):
        desk.service.tokens.opened(moved)


async def test_a_new_key_seals_tokens_anew_and_a_missing_one_is_named(tmp_path: Path) -> None:
    clock, old, new = Clock(), new_key(), new_key()
    chat, path = Slack(clock), tmp_path / "s.db"
    async with opened(path, old, chat, clock) as desk:
        await desk.install()
    async with opened(path, f"{new},{old}", chat, clock) as desk:
        assert await desk.service.tokens.seal_anew() == 1
        assert await desk.service.tokens.seal_anew() == 0
    async with opened(path, new, chat, clock) as desk:
        await desk.service.tokens.check()
        assert await desk.token() == "xoxb first"
    async with opened(path, new_key(), chat, clock) as desk:
        with pytest.raises(VaultError, match="missing"):
            await desk.service.tokens.check()


async def test_an_end_erases_at_once_in_any_order_and_again(desk: Desk) -> None:
    assert [await desk.service.end(ACME, desk.clock()) for _ in range(3)] == [True] * 3
    row = await desk.row()
    assert row.sealed == installs.SealedToken(token=None)
    assert row.install.erase_at is not None
    assert row.install.erase_at < desk.clock() + timedelta(days=1)
    with pytest.raises(NotInstalledError):
        await desk.token()


AWAY = ProviderUnavailableError(Provider.CHAT, "away")


@pytest.mark.parametrize(
    ("of_token", "says", "seconds", "ended"),
    [
        pytest.param(False, True, 5, True, id="removed, though the token works a little longer"),
        pytest.param(False, AWAY, 5, True, id="removed, and Slack cannot be asked"),
        pytest.param(False, True, -5, False, id="removed before, and the token works"),
        pytest.param(False, False, -5, True, id="removed before, says a wrong clock: it is dead"),
        pytest.param(False, AWAY, -5, False, id="removed before, and Slack cannot be asked"),
        pytest.param(True, True, 5, False, id="another token was revoked"),
        pytest.param(True, False, 5, True, id="this token was revoked"),
        pytest.param(True, AWAY, 5, True, id="a token was revoked, and Slack cannot be asked"),
        pytest.param(True, AWAY, -5, False, id="a token was revoked before"),
    ],
)
async def test_a_word_about_an_earlier_installation_ends_nothing(
    desk: Desk, of_token: bool, says: bool | ConnectorError, seconds: int, ended: bool
) -> None:
    desk.chat.takes_ = says
    at = (await desk.row()).install.installed_at + timedelta(seconds=seconds)
    assert await desk.service.end(ACME, at, of_token=of_token) is ended
    assert ((await desk.row()).sealed.token is None) is ended


async def test_installing_again_keeps_and_tells_that_it_was_here(desk: Desk) -> None:
    await desk.service.end(ACME, desk.clock())
    assert await desk.install() is True
    assert await desk.install(GLOBEX) is False
    assert await desk.token() == "xoxb first"
    assert (await desk.row()).install.erase_at is None


async def test_a_state_counts_once_however_many_bring_it(desk: Desk) -> None:
    for _ in range(20):
        start = desk.service.states.begin()
        asked = [desk.service.states.use(start.state, start.browser) for _ in range(4)]
        assert sorted(await asyncio.gather(*asked)) == [False, False, False, True]


async def test_a_state_is_of_one_browser_and_ten_minutes(desk: Desk) -> None:
    start = desk.service.states.begin()
    assert not await desk.service.states.use(start.state, "another")
    late = desk.service.states.begin()
    desk.clock.jump(601)
    assert not await desk.service.states.use(late.state, late.browser)
    assert not await desk.service.states.use("never given", late.browser)


async def test_a_browser_may_begin_twice(desk: Desk) -> None:
    first = desk.service.states.begin()
    second = desk.service.states.begin(first.browser)
    assert second.browser == first.browser
    assert await desk.service.states.use(first.state, first.browser)
    assert await desk.service.states.use(second.state, second.browser)


async def test_however_many_strangers_begin_nobodys_state_is_lost_and_nothing_is_kept(
    desk: Desk,
) -> None:
    mine = desk.service.states.begin()
    for _ in range(3000):
        desk.service.states.begin()
    counted = "SELECT count(*) AS n FROM install_states"
    assert (await desk.database.view_everywhere().run(counted))[0]["n"] == 0
    assert await desk.service.states.use(mine.state, mine.browser)


async def test_what_was_used_is_kept_for_as_long_as_it_would_count(desk: Desk) -> None:
    counted = "SELECT count(*) AS n FROM install_states"
    for _ in range(3):
        start = desk.service.states.begin()
        assert await desk.service.states.use(start.state, start.browser)
    assert (await desk.database.view_everywhere().run(counted))[0]["n"] == 3
    desk.clock.jump(601)
    assert not await desk.service.states.use(start.state, start.browser)
    start = desk.service.states.begin()
    assert await desk.service.states.use(start.state, start.browser)
    assert (await desk.database.view_everywhere().run(counted))[0]["n"] == 1


async def test_a_state_that_was_altered_counts_nothing(desk: Desk) -> None:
    start = desk.service.states.begin()
    flipped = "A" if start.state[-5] != "A" else "B"
    for altered in (start.state[:-5] + flipped + start.state[-4:], start.state[:-4], "v1.k.\udcff"):
        assert not await desk.service.states.use(altered, start.browser)
    assert await desk.service.states.use(start.state, start.browser)


async def test_a_used_state_counts_no_more_in_another_spelling(desk: Desk) -> None:
    start = desk.service.states.begin()
    while start.state == (respelled := start.state.replace("-", "+").replace("_", "/")):
        start = desk.service.states.begin()
    assert await desk.service.states.use(start.state, start.browser)
    assert not await desk.service.states.use(respelled, start.browser)


async def test_the_first_of_the_candidates_that_has_it_answers(desk: Desk) -> None:
    install, found = await desk.service.first([GLOBEX, ACME])
    assert (install.workspace, found.get_secret_value()) == (ACME, "xoxb first")
    with pytest.raises(NotInstalledError):
        await desk.service.first([GLOBEX])
    with pytest.raises(NotInstalledError):
        await desk.service.first([])
