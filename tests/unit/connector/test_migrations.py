"""A database that the first Snowline made is read, and worked on, by this one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connector.announcer import NoticeKind
from connector.errors import Provider
from connector.models import (
    Connection,
    ConnectionState,
    FieldChange,
    Grant,
    ImprovementAction,
    Place,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    SecureScore,
    Share,
    ShareId,
    ShareState,
    Standing,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketKind,
)
from connector.store import (
    bulks,
    connections,
    covered,
    deliveries,
    digests,
    habits,
    journal,
    notices,
    scores,
    shares,
    sign_ins,
    states,
    tickets,
)
from connector.store.connections import ConnectionRow, FormRow, Sealed
from connector.store.database import Database
from connector.store.digests import DigestRow
from connector.store.notices import NoticeRow
from connector.store.shares import ShareRecord, Shown
from connector.store.sign_ins import SignInRow
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, MIA
from tests.unit.connector.first_store import make_first_store

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST = "acme.service-now.com"
TENANT = "contoso.example"
TOLD, ASKED = ShareId("told"), ShareId("asked")
WITH_ACTION = TicketDraft(
    kind=TicketKind.INCIDENT,
    name="Require MFA for admins",
    description="Turn on the policy.",
    priority=Priority.HIGH,
    due=date(2026, 12, 24),
    source=RecommendationSource.MICROSOFT,
    category=RecommendationCategory.IDENTITY,
    requester=MIA,
    requester_name="Mia Member",
    action_id="AdminMFAV2",
    action_link="https://a.example",
    gain=10.0,
)
WITHOUT_ACTION = TicketDraft(
    kind=TicketKind.CHANGE_REQUEST,
    name="Renew the certificate",
    description="",
    priority=Priority.PLANNING,
    due=None,
    source=RecommendationSource.USER,
    category=RecommendationCategory.DATA,
    requester=MIA,
    requester_name="Mia Member",
)


def after(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A store of the first Snowline, opened by this one."""
    path = tmp_path / "snowline.db"
    make_first_store(path)
    database = Database(path)
    await database.open()
    yield database
    await database.close()


async def test_a_connection_is_read_with_what_is_sealed_and_an_assumed_end(
    database: Database,
) -> None:
    view = database.view(ACME)
    assert await connections.get(view, Provider.SERVICENOW) == ConnectionRow(
        connection=Connection(
            workspace=ACME,
            provider=Provider.SERVICENOW,
            remote=HOST,
            identity="snowline.integration",
            state=ConnectionState.CONNECTED,
            connected_by=ADA,
            connected_at=NOON,
            last_success_at=after(60),
            signs_out_at=NOON + timedelta(days=100),
            sign_out_assumed=True,
        ),
        client_id="the client",
        sealed=Sealed(
            secret="v1.k.secret",
            access="v1.k.access",
            refresh="v1.k.refresh",
            renew_at=after(1800),
        ),
    )
    assert await connections.last_form(view) == FormRow(
        instance=HOST, integration_user="snowline.integration", client_id="the client"
    )


async def test_every_connection_of_before_was_made_by_its_providers_grant(
    database: Database,
) -> None:
    made = await connections.all_of(database.view(ACME))
    assert {each.provider: each.grant for each in made} == {
        Provider.SERVICENOW: Grant.CODE,
        Provider.MICROSOFT: Grant.CLIENT,
    }


async def test_a_share_is_read_as_far_as_it_had_come(database: Database) -> None:
    assert await shares.get(database.view(ACME), TOLD) == ShareRecord(
        share=Share(
            id=TOLD,
            workspace=ACME,
            state=ShareState.ANNOUNCED,
            draft=WITH_ACTION,
            destination=CHANNEL,
            instance=HOST,
            sys_id="a sys_id",
            correlation_id="a mark",
            requested_at=NOON,
            attempts=1,
            sent_at=after(1),
            place=Place(conversation=CHANNEL, message="1.5"),
            not_kept=("due_date",),
        ),
        ended_at=after(2),
        shown=Shown.TICKET,
    )
    assert await shares.get(database.view(ACME), ASKED) == ShareRecord(
        share=Share(
            id=ASKED,
            workspace=ACME,
            state=ShareState.UNKNOWN,
            draft=WITHOUT_ACTION,
            destination=CHANNEL,
            instance=HOST,
            sys_id="another sys_id",
            correlation_id="another mark",
            requested_at=NOON,
            attempts=3,
            sent_at=after(1),
            reason="It does not answer.",
        ),
        failures=2,
        unsure_at=after(1),
    )


async def test_a_share_goes_on_from_there(database: Database) -> None:
    view = database.view(ACME)
    record = await shares.get(view, ASKED)
    assert record is not None
    assert [each.id for each in await shares.without_work(view)] == [ASKED]
    made = replace(record, share=replace(record.share, state=ShareState.CREATED), ended_at=NOON)
    async with database.transaction(ACME) as tx:
        await shares.save(tx, made)
    assert await shares.get(view, ASKED) == made


async def test_a_ticket_is_read_with_its_changes(database: Database) -> None:
    view = database.view(ACME)
    assert await tickets.get(view, TOLD) == Ticket(
        workspace=ACME,
        share=TOLD,
        kind=TicketKind.INCIDENT,
        instance=HOST,
        sys_id="a sys_id",
        number="INC0010001",
        link="https://l.example",
        name="Require MFA for admins",
        state="2",
        state_label="In Progress",
        priority="2",
        priority_label="2 - High",
        due=date(2026, 12, 24),
        assigned_to="Beth Anglin",
        is_open=True,
        created_at=after(2),
        updated_at=after(5),
        read_at=after(10),
        requester=MIA,
        requester_name="Mia Member",
        category=RecommendationCategory.IDENTITY,
        source=RecommendationSource.MICROSOFT,
        action_id="AdminMFAV2",
        action_link="https://a.example",
        gain=10.0,
        place=Place(conversation=CHANNEL, message="1.5"),
        not_kept=("due_date",),
    )
    assert await tickets.unannounced(view, TOLD) == (
        TicketChange(
            id=7,
            ticket=TOLD,
            number="INC0010001",
            at=after(5),
            by="Beth Anglin",
            fields=(FieldChange(field="State", before="New", after="In Progress"),),
        ),
    )
    assert await tickets.watermark(view, HOST, TicketKind.INCIDENT) == after(5)


async def test_the_states_of_known_tickets_are_known(database: Database) -> None:
    (state,) = await states.known(database.view(ACME), HOST, TicketKind.INCIDENT)
    assert (state.value, state.label, state.is_active) == ("2", "In Progress", True)
    assert (state.name, state.meaning) == ("", None)


async def test_what_was_said_on_a_ticket_of_before_is_not_begun(database: Database) -> None:
    view = database.view(ACME)
    ticket, row = await tickets.get(view, TOLD), await journal.get(view, TOLD)
    assert ticket is not None
    assert row is not None
    assert (row.is_begun, row.updated_at, row.updates) == (False, ticket.updated_at, None)
    assert await journal.wanted(view, HOST, TicketKind.INCIDENT, 5) == ()


async def test_what_an_instance_was_seen_to_keep_is_seen_anew(database: Database) -> None:
    view = database.view(ACME)
    assert not await habits.keeps_sys_id(view, HOST, TicketKind.INCIDENT)


async def test_a_score_is_read_with_its_actions(database: Database) -> None:
    assert await scores.newest(database.view(ACME), TENANT) == SecureScore(
        tenant=TENANT,
        day=date(2026, 11, 24),
        read_at=NOON,
        current=31.5,
        maximum=90.0,
        profiles=94,
        actions=(
            ImprovementAction(
                id="AdminMFAV2",
                title="Require MFA",
                category=RecommendationCategory.IDENTITY,
                service="AAD",
                score=0.0,
                max_score=10.0,
                rank=1,
                state="Default",
                remediation="Do it.",
                remediation_impact="Safer.",
                user_impact="Low",
                implementation_cost="Moderate",
                action_url="https://a.example",
                deep_link="https://d.example",
            ),
        ),
    )
    history = await scores.history(database.view(ACME), TENANT)
    assert history == ((date(2026, 11, 24), 31.5, 90.0),)


async def test_what_was_asked_for_or_told_is_read(database: Database) -> None:
    view = database.view(ACME)
    assert await digests.get(view, "posted") == DigestRow(
        id="posted",
        conversation=CHANNEL,
        requested_by=MIA,
        requested_at=NOON,
        ended_at=after(3),
    )
    assert await digests.last_posted(view, CHANNEL) == after(3)
    assert await notices.get(view, "notice") == NoticeRow(
        id="notice",
        user=ADA,
        kind=NoticeKind.CONNECTED,
        text="",
        provider=Provider.SERVICENOW,
        planned_at=NOON,
    )
    async with database.transaction(ACME) as tx:
        assert await deliveries.claim(tx, "share:sent-1", "another", NOON) == "told"


async def test_a_sign_in_under_way_goes_on(database: Database) -> None:
    async with database.transaction_everywhere() as tx:
        assert await sign_ins.consume(tx, "state", NOON) == SignInRow(
            workspace=ACME,
            ticket_hash="ticket",
            user_id=ADA,
            instance=HOST,
            integration_user="snowline.integration",
            client_id="the client",
            sealed_secret="v1.k.secret",
            sealed_verifier="v1.k.verifier",
            browser_hash="browser",
        )


async def test_tickets_of_an_instance_that_was_left_before_are_a_former_ones(
    tmp_path: Path,
) -> None:
    path = tmp_path / "moved.db"
    make_first_store(path, "UPDATE tickets SET instance = 'left.service-now.com'")
    moved = Database(path)
    await moved.open()
    ticket = await tickets.get(moved.view(ACME), TOLD)
    assert ticket is not None
    assert ticket.standing is Standing.FORMER
    await moved.close()


async def test_a_database_of_before_has_the_tables_of_a_new_one(
    database: Database, tmp_path: Path
) -> None:
    columns = (
        'SELECT t.name AS owner, c.name, c.type, c."notnull", c.dflt_value, c.pk'
        " FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
        " ORDER BY t.name, c.cid"
    )
    new = Database(tmp_path / "new.db")
    await new.open()
    assert await database.view_everywhere().run(columns) == await new.view_everywhere().run(columns)
    await new.close()


async def test_a_share_of_before_is_found_by_its_action_and_part_of_no_bulk(
    database: Database,
) -> None:
    view = database.view(ACME)
    assert await covered.covering(view, HOST, "AdminMFAV2") == (TOLD,)
    record = await shares.get(view, TOLD)
    assert record is not None
    assert (record.share.bulk, record.share.thread) == ("", None)
    assert await bulks.without_work(view) == ()
