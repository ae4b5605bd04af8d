"""Tickets that an earlier Snowline made are listed and counted with those of now."""

from pathlib import Path

from connector.models import Selection, TicketFilter
from connector.store import ticket_lists
from connector.store.database import Database
from connector.store.ticket_lists import Reader
from tests.unit.connector.fakes import ACME, ADA, MIA
from tests.unit.connector.first_store import make_first_store
from tests.unit.connector.rows import NOON
from tests.unit.connector.test_ticket_lists import put


async def test_a_ticket_of_before_is_among_its_requesters_in_its_place(tmp_path: Path) -> None:
    make_first_store(tmp_path / "snowline.db")
    database = Database(tmp_path / "snowline.db")
    await database.open()
    async with database.transaction(ACME) as tx:
        for name, priority in (("urgent", "1"), ("less urgent", "3")):
            await put(tx, name, sys_id=name, priority=priority, due=None)
    view, mine = database.view(ACME), Selection(which=TicketFilter.MINE)
    page = await ticket_lists.page(view, mine, Reader(user=MIA, now=NOON))
    assert [each.share for each in page.tickets] == ["urgent", "told", "less urgent"]
    hers = await ticket_lists.page(view, mine, Reader(user=ADA, now=NOON))
    assert hers.total == 0
    await database.close()
