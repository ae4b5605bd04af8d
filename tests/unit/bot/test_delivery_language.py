"""What is delivered into one channel, each in the language of whom it is for."""

import asyncio
from dataclasses import replace

import pytest

from bot.delivery import SlackDelivery
from bot.people import SlackPeople
from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from connector.announcer import Notice, NoticeKind
from connector.clock import utc_now
from connector.models import UserId
from connector.services.interpreting import Interpreter
from connector.services.languages import Languages
from connector.store.database import Database
from tests.unit.bot import samples
from tests.unit.bot.slack_end import SECURITY, slack

ADA, MIA = UserId(accounts.ADA.id), UserId(accounts.MIA.id)
TWICE = {
    ADA: "This may be here twice: Slack did not confirm",
    MIA: "Ceci est peut-être ici en double : Slack n'a pas confirmé",
}
LOST = {ADA: "cannot be written to any more", MIA: "Il n'est plus possible d'écrire"}


@pytest.fixture
async def end():
    async with slack() as end:
        await end.mia.speak("fr-FR")
        yield end


@pytest.fixture
async def worker(end, tmp_path):
    """What work speaks through."""
    database = Database(tmp_path / "snowline.db")
    await database.open()
    languages = Languages(database=database, directory=SlackPeople(end.client), clock=utc_now)
    yield Interpreter(SlackDelivery(end.client, 0.0, lambda: samples.NOW), languages)
    await database.close()


def asked_by(user):
    card = replace(samples.card(), may_be_twice=True)
    draft = replace(card.share.draft, requester=user, name=f"Of {user}")
    return replace(card, share=replace(card.share, draft=draft))


async def texts(end, conversation=SECURITY):
    return [visible_text(each) for each in end.server.messages(conversation)]


async def test_two_cards_in_one_channel_are_each_in_their_requesters_language(end, worker):
    await asyncio.gather(*(worker.card(asked_by(each)) for each in TWICE))
    for text in await texts(end):
        (user,) = (each for each in TWICE if f"Of {each}" in text)
        assert TWICE[user] in text
        assert not [each for other, each in TWICE.items() if other != user and each in text]


async def test_a_digest_is_in_the_language_of_who_asked_for_it(end, worker):
    for user in (ADA, MIA):
        digest = replace(samples.digest(), requested_by=user, may_be_twice=True)
        await worker.digest(digest)
    english, french = await texts(end)
    assert TWICE[ADA] in english
    assert TWICE[MIA] in french


@pytest.mark.parametrize("user", [ADA, MIA])
async def test_a_notice_is_in_the_language_of_who_gets_it(end, worker, user):
    notice = Notice(kind=NoticeKind.PLACE_LOST, text="is_archived", conversation=SECURITY)
    await worker.notice(samples.ACME, user, notice)
    person = end.ada if user == ADA else end.mia
    (text,) = await texts(end, await person.direct_channel())
    assert LOST[user] in text
