"""Whose tickets a digest sums up, where cards and digests come to people in private."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from connector.announcer import Card
from connector.models import Digest, Place, TicketDraft
from connector.wiring import build
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, MIA, Chat, until
from tests.unit.connector.stage import FarEnd, Stage

BETWEEN_TWO = "D0ADAMIA"
WITH_SNOWLINE = "D0SNOWLINE"


@dataclass
class Private(Chat):
    """A chat in which the bot may write to people and nowhere else."""

    async def card(self, card: Card) -> Place:
        return replace(await super().card(card), conversation=WITH_SNOWLINE)

    async def digest(self, digest: Digest) -> Place:
        return replace(await super().digest(digest), conversation=WITH_SNOWLINE)


@pytest.fixture
async def private(end: FarEnd, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage.of(end, tmp_path / "snowline.db")
    stage.chat = Private()
    stage.connector = build(
        stage.settings, announcer=stage.chat, directory=stage.people, clock=stage.clock
    )
    await stage.connector.start()
    assert (await stage.connect()).ok
    yield stage
    await stage.connector.worker.stop(grace=0)
    await stage.connector.stop()


async def make(stage: Stage, draft: TicketDraft, asked_in: str, delivery: str) -> None:
    share = await stage.connector.services.shares.request(ACME, draft, asked_in, delivery)
    await stage.until_done(share.id)


async def ask(stage: Stage, asked_in: str, delivery: str) -> Digest:
    await stage.connector.services.digests.request(ACME, ADA, asked_in, delivery)
    await until(lambda: any(each.conversation == asked_in for each in stage.chat.digests))
    return next(each for each in stage.chat.digests if each.conversation == asked_in)


async def test_a_digest_sums_up_what_was_asked_for_where_no_card_could_be_posted(
    private: Stage, draft: TicketDraft
) -> None:
    late = replace(draft, due=date(2026, 1, 1))
    await make(private, late, BETWEEN_TWO, "view-1")
    (number,) = (row["number"] for row in private.end.tickets())
    await make(private, late, CHANNEL, "view-2")
    for row in private.end.tickets():
        private.end.change(row["number"], state="2")
    await private.connector.services.following.sync(ACME, "incident")
    digest = await ask(private, BETWEEN_TWO, "d1")
    assert sum(kind.total for kind in digest.kinds) == 1
    assert [each.number for each in digest.created] == [number]
    assert [each.number for each, _ in digest.changed] == [number]
    assert [each.number for each in digest.overdue] == [number]
    assert digest.elsewhere == 1


async def test_a_digest_sums_up_the_cards_of_its_conversation_too(
    private: Stage, draft: TicketDraft
) -> None:
    await make(private, draft, MIA, "view-1")
    await make(private, draft, BETWEEN_TWO, "view-2")
    digest = await ask(private, WITH_SNOWLINE, "d1")
    assert sum(kind.total for kind in digest.kinds) == 2
    assert digest.elsewhere == 0
