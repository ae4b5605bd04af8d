"""What people are really called."""

from dataclasses import replace
from datetime import timedelta

from connector.errors import Provider, ProviderUnavailableError
from connector.models import Person, ShareId, TicketDraft
from connector.services.notifying.names import Names
from connector.store import persons, tickets
from connector.store.database import Database
from tests.unit.connector.fakes import ACME, GLOBEX, MIA, Clock, People
from tests.unit.connector.stage import Stage


def names_of(database: Database, people: People, clock: Clock) -> Names:
    return Names(database=database, directory=people, clock=clock)


async def test_a_name_is_asked_once_a_day_and_then_anew(database: Database, clock: Clock) -> None:
    people = People(known={MIA: Person(user=MIA, name="Mia  Member")})
    names = names_of(database, people, clock)
    assert await names.of(ACME, MIA, "mia") == "Mia Member"
    people.known[MIA] = Person(user=MIA, name="Mia Married")
    assert await names.of(ACME, MIA, "mia") == "Mia Member"
    clock.jump(timedelta(days=1).total_seconds() + 1)
    assert await names.of(ACME, MIA, "mia") == "Mia Married"
    assert await persons.name_of(database.view(GLOBEX), MIA) is None


async def test_a_name_that_cannot_be_told_in_time_is_the_handle_and_later_the_kept_one(
    database: Database, clock: Clock
) -> None:
    people = People(known={MIA: Person(user=MIA, name="Mia Member")}, hangs=True)
    names = names_of(database, people, clock)
    assert await names.of(ACME, MIA, "mia", seconds=0.01) == "mia"
    people.hangs = False
    assert await names.of(ACME, MIA, "mia") == "Mia Member"
    people.trouble = ProviderUnavailableError(Provider.CHAT, "503")
    clock.jump(timedelta(days=2).total_seconds())
    assert await names.of(ACME, MIA, "mia") == "Mia Member"


async def test_a_card_calls_whoever_asked_by_their_real_name(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.people.known[MIA] = Person(user=MIA, name="Mia Member")
    share_id = await connected.ask(replace(draft, requester_name="mia"))
    await connected.until_done(share_id)
    assert connected.chat.latest.share.draft.requester_name == "Mia Member"
    kept = await tickets.get(connected.connector.database.view(ACME), ShareId(share_id))
    assert kept is not None
    assert kept.requester_name == "Mia Member"
