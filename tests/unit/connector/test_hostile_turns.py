"""Turns a share can take that nobody means well by: other instances, old copies, long nights."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.sandbox import accounts
from connector.errors import ProviderUnavailableError
from connector.models import Person, ShareState, TicketDraft
from tests.unit.connector.fakes import ACME, MIA, until
from tests.unit.connector.stage import FORM, FarEnd, Stage, far_end, sign_in

OTHER = "other"


@asynccontextmanager
async def another(stage: Stage) -> AsyncIterator[FarEnd]:
    """Run a second instance that the connector may reach."""
    async with far_end() as end:
        origins = dict(stage.settings.allow_hosts)
        origins[f"{OTHER}.service-now.com"] = end.origins[accounts.INSTANCE_HOST]
        stage.settings = stage.settings.model_copy(update={"allow_hosts": origins})
        await stage.restart()
        yield end


async def test_no_instance_is_sent_the_token_of_another(connected: Stage) -> None:
    async with another(connected) as other:
        desks = connected.connector.services.following.desks
        desk = await desks.servicenow(ACME)
        form = replace(FORM, instance=OTHER)
        assert (await sign_in(connected.connector, form=form)).ok
        connected.end.servicenow.instance.tokens.expire_all(refresh=False)
        seen: list[str] = []

        async def note(request: web.Request) -> None:
            # A revocation carries its token elsewhere.
            if "Authorization" in request.headers:
                seen.append(request.headers["Authorization"])

        connected.end.listeners.append(note)
        with pytest.raises(ProviderUnavailableError):
            await desk.ask(lambda client: client.whoami())
        theirs = {f"Bearer {token}" for token in other.servicenow.instance.tokens.access}
        # That the connection has ended may be shown there, too, with the token given there.
        assert len(set(seen)) == 1
        assert theirs.isdisjoint(seen)


async def test_a_ticket_that_was_made_unseen_is_looked_for_until_an_answer_comes(
    connected: Stage, draft: TicketDraft
) -> None:
    instance = connected.end.servicenow.instance
    hidden = replace(instance.settings, unreadable=frozenset({"sys_id", "number"}))
    shown = instance.settings
    object.__setattr__(instance, "settings", hidden)

    async def busy(when: str) -> None:
        if when == "after POST":
            connected.end.servicenow.faults.arm("429-bare:2")
            connected.end.boundary = None
            object.__setattr__(instance, "settings", shown)

    connected.end.boundary = busy
    record = await connected.until_done(await connected.ask(draft))
    assert record.share.state is ShareState.ANNOUNCED
    assert connected.end.inserts == 1
    assert len(connected.end.tickets()) == 1


async def test_a_share_that_slept_through_its_day_is_tried_before_it_is_given_up(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("429-bare:10000")
    share_id = await connected.ask(draft)
    await connected.connector.worker.stop(grace=0)
    connected.end.servicenow.faults.armed.clear()
    connected.clock.jump(timedelta(hours=60).total_seconds())
    await connected.restart()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 1


async def test_a_requester_who_cannot_be_looked_up_holds_no_ticket_up(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.people.known[MIA] = Person(user=MIA, name="Mia", email="mia@northwind.example")

    async def break_users(request: web.Request) -> None:
        if request.path.endswith("/sys_user"):
            raise web.HTTPServiceUnavailable

    connected.end.listeners.append(break_users)
    record = await connected.until_done(await connected.ask(draft))
    assert record.share.state is ShareState.ANNOUNCED
    (row,) = connected.end.tickets()
    assert "Requested by: Mia" in row["description"]


@pytest.mark.parametrize("dropped", [(), ("correlation_id",)], ids=["", "no correlation id"])
@pytest.mark.parametrize("honour_sys_id", [True, False], indirect=True, ids=["kept", "replaced"])
async def test_a_database_copy_that_is_put_back_makes_no_second_ticket(
    connected: Stage, draft: TicketDraft, dropped: tuple[str, ...]
) -> None:
    connected.end.drop(*dropped)
    database = connected.settings.database
    connected.end.refuse_inserts()
    share_id = await connected.ask(draft)
    async with asyncio.timeout(20):
        while not (await connected.record(share_id)).share.attempts:
            await asyncio.sleep(0.01)
    await connected.connector.worker.stop()
    await connected.connector.stop()
    copy = database.with_suffix(".copy")
    shutil.copy(database, copy)
    connected.end.boundary = None
    connected.end.servicenow.faults.armed.clear()
    await connected.restart()
    await connected.until_done(share_id)
    await connected.connector.worker.stop(grace=0)
    await connected.connector.stop()
    for old in database.parent.glob(f"{database.name}*"):
        old.unlink()
    shutil.copy(copy, database)
    connected.clock.jump(3600)
    await connected.restart()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 1


async def test_a_new_card_does_not_queue_behind_changes(
    connected: Stage, draft: TicketDraft
) -> None:
    hold = asyncio.Event()
    await connected.until_done(await connected.ask(draft))
    for number in range(8):
        await connected.until_done(await connected.ask(draft, f"view-{number + 2}"))

    async def slow_changes(when: str) -> None:
        if when == "before change":
            await hold.wait()

    connected.chat.boundary = slow_changes
    for row in connected.end.tickets():
        connected.end.change(row["number"], state="2")
    await connected.connector.services.following.sync(ACME, "incident")
    await until(lambda: len(connected.chat.shown) > 18)
    record = await connected.until_done(await connected.ask(draft, "view-99"))
    assert record.share.place is not None
    hold.set()
