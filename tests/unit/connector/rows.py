"""One row and more of everything a workspace can own, under ids that every workspace uses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from connector.announcer import NoticeKind
from connector.errors import Provider
from connector.models import (
    Act,
    ActDraft,
    ActId,
    ActKind,
    ActState,
    Bulk,
    BulkId,
    ChannelNews,
    ChatInstall,
    Check,
    CheckOutcome,
    CheckRun,
    Connection,
    ConnectionState,
    Counterpart,
    FailedSignIn,
    FieldChange,
    FieldRule,
    Fixed,
    ImprovementAction,
    JournalElement,
    JournalEntry,
    Mute,
    PersonalNews,
    Place,
    PreviewRule,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    SecureScore,
    SentValue,
    Share,
    ShareId,
    ShareState,
    Standing,
    StepName,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketKind,
    Told,
    WorkspaceId,
)
from connector.store import (
    acts,
    bulks,
    check_runs,
    connections,
    conversations,
    counterparts,
    deliveries,
    digests,
    follows,
    habits,
    homes,
    installs,
    journal,
    leases,
    mappings,
    matrices,
    news,
    news_settings,
    notices,
    persons,
    posts,
    redraws,
    resends,
    scores,
    shares,
    sign_in_ends,
    sign_ins,
    standings,
    states,
    tickets,
    unfurls,
)
from connector.store.acts import ActRecord
from connector.store.connections import ConnectionRow, FormRow, Sealed
from connector.store.database import Transaction
from connector.store.digests import DigestRow
from connector.store.installs import InstallRow, SealedToken
from connector.store.matrices import MatrixRow
from connector.store.notices import NoticeRow
from connector.store.shares import ShareRecord, Shown
from connector.store.sign_ins import SignInRow
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, GLOBEX, MIA

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST = "acme.service-now.com"
TENANT = "contoso.example"
INCIDENT = TicketKind.INCIDENT
SHOWN = Place(conversation=CHANNEL, message="shown")
SHARES = ASKED, MADE, DONE, REFUSED, MIXED = tuple(
    ShareId(each) for each in ("asked", "made", "done", "refused", "mixed")
)
"""One that is no ticket yet, an open and a closed ticket, one that never was, and one that only
the first workspace has announced."""
ACTS = UNDER_WAY, WRITTEN, NOT_DONE = tuple(
    ActId(each) for each in ("under way", "written", "not done")
)
"""What was done with the open ticket: one is being sent, one was written, one was refused."""
ENTRY = "comments\nMia in Slack:\nDone"
LOST = "Due date"
"""The field that was not kept of the open ticket."""
BULK = BulkId("bulk")
ACTION = "AdminMFAV2"
LEASE = timedelta(seconds=20)
LATER = {ACME: timedelta(0), GLOBEX: timedelta(hours=1)}
"""By how much a workspace's times are later, so that a row tells whose it is."""


def connection(workspace: WorkspaceId, provider: Provider) -> Connection:
    return Connection(
        workspace=workspace,
        provider=provider,
        remote=TENANT if provider is Provider.MICROSOFT else HOST,
        identity=f"integration of {workspace}",
        state=ConnectionState.CONNECTED,
        connected_by=ADA,
        connected_at=NOON,
        last_success_at=None,
        signs_out_at=None if provider is Provider.MICROSOFT else NOON + timedelta(days=100),
    )


def connection_row(workspace: WorkspaceId, provider: Provider) -> ConnectionRow:
    sealed = Sealed(secret=f"secret of {workspace}", access="a", refresh="r", renew_at=None)
    row = connection(workspace, provider)
    return ConnectionRow(connection=row, client_id=f"client of {workspace}", sealed=sealed)


def form(workspace: WorkspaceId) -> FormRow:
    return FormRow(instance=HOST, integration_user=f"user of {workspace}", client_id="c")


def sign_in(workspace: WorkspaceId, ticket_hash: str) -> SignInRow:
    return SignInRow(
        workspace=workspace,
        ticket_hash=ticket_hash,
        user_id=ADA,
        instance=HOST,
        integration_user="bot",
        client_id="c",
        sealed_secret=f"secret of {workspace}",
    )


def share(workspace: WorkspaceId, share_id: ShareId, state: ShareState) -> Share:
    return Share(
        id=share_id,
        workspace=workspace,
        state=state,
        draft=TicketDraft(
            kind=INCIDENT,
            name=f"{share_id} of {workspace}",
            description="",
            priority=Priority.HIGH,
            due=date(2026, 11, 1),
            source=RecommendationSource.USER,
            category=RecommendationCategory.DATA,
            requester=MIA,
            requester_name="Mia Member",
            action_id=ACTION,
        ),
        destination=CHANNEL,
        instance=HOST,
        sys_id=f"sys_id of {share_id}",
        correlation_id=f"{workspace} {share_id}",
        requested_at=NOON + LATER[workspace],
        bulk=BULK if share_id in {ASKED, MIXED} else "",
    )


def bulk(workspace: WorkspaceId, bulk_id: str = BULK) -> Bulk:
    return Bulk(
        id=BulkId(bulk_id),
        workspace=workspace,
        requester=MIA,
        destination=CHANNEL,
        requested_at=NOON + LATER[workspace],
        thread=Place(conversation=CHANNEL, message="7"),
    )


def ticket(
    workspace: WorkspaceId, share_id: ShareId, *, is_open: bool = True, updated_at: datetime = NOON
) -> Ticket:
    draft = share(workspace, share_id, ShareState.ANNOUNCED).draft
    return Ticket(
        workspace=workspace,
        share=share_id,
        kind=INCIDENT,
        instance=HOST,
        sys_id=f"sys_id of {share_id}",
        number="INC0010001",
        link="",
        name=draft.name,
        state="1",
        state_label=f"New at {workspace}",
        priority="2",
        priority_label="2 - High",
        due=draft.due,
        assigned_to="",
        is_open=is_open,
        created_at=NOON + LATER[workspace],
        updated_at=updated_at + LATER[workspace],
        read_at=NOON,
        requester=draft.requester,
        requester_name=draft.requester_name,
        category=draft.category,
        source=draft.source,
        action_id=draft.action_id,
        action_link="",
        gain=None,
        place=Place(conversation=CHANNEL, message="1"),
    )


def change(workspace: WorkspaceId, share_id: ShareId) -> TicketChange:
    field = FieldChange(field="State", before="New", after=f"Closed at {workspace}")
    return TicketChange(
        id=0, ticket=share_id, number="INC0010001", at=NOON, by="beth", fields=(field,)
    )


def act(workspace: WorkspaceId, act_id: ActId, state: ActState = ActState.RECEIVED) -> ActRecord:
    draft = ActDraft(
        kind=ActKind.COMMENT,
        ticket=MADE,
        by=MIA,
        by_name="Mia Member",
        text=f"{act_id} at {workspace}",
    )
    asked = Act(id=act_id, workspace=workspace, draft=draft, state=state, requested_at=NOON)
    return ActRecord(act=asked, entry=ENTRY)


def entry(workspace: WorkspaceId, share_id: ShareId) -> JournalEntry:
    return JournalEntry(
        id=0,
        ticket=share_id,
        element=JournalElement.COMMENTS,
        author=f"Beth of {workspace}",
        text="Hello",
        at=NOON,
        stamp="",
    )


def score(workspace: WorkspaceId, day: int = 24) -> SecureScore:
    action = ImprovementAction(
        id="AdminMFAV2",
        title=f"Require MFA at {workspace}",
        category=None,
        service="",
        score=0,
        max_score=10,
        rank=1,
        state="Default",
        remediation="",
        remediation_impact="",
        user_impact="",
        implementation_cost="",
        action_url="",
        deep_link="",
    )
    return SecureScore(
        tenant=TENANT,
        day=date(2026, 11, day),
        read_at=NOON + LATER[workspace],
        current=len(workspace),
        maximum=100,
        profiles=1,
        actions=(action,),
    )


def digest(workspace: WorkspaceId, digest_id: str) -> DigestRow:
    at = NOON + LATER[workspace]
    return DigestRow(id=digest_id, conversation=CHANNEL, requested_by=MIA, requested_at=at)


def notice(workspace: WorkspaceId, notice_id: str) -> NoticeRow:
    return NoticeRow(
        id=notice_id,
        user=ADA,
        kind=NoticeKind.CONNECTED,
        text=f"A notice of {workspace}",
        provider=Provider.SERVICENOW,
        planned_at=NOON,
    )


def matrix(workspace: WorkspaceId, *, made: str) -> MatrixRow:
    return MatrixRow(matrix={("1", "1"): made}, read_at=NOON + LATER[workspace])


def check_run(workspace: WorkspaceId, at: datetime = NOON) -> CheckRun:
    check = Check(name="Awake", outcome=CheckOutcome.PASSED, sentence=f"Awake for {workspace}.")
    return CheckRun(remote=HOST, at=at, checks=(check,))


def failed_sign_in(workspace: WorkspaceId, at: datetime = NOON) -> FailedSignIn:
    return FailedSignIn(
        instance=HOST,
        step=StepName.AUTHORISE,
        sentence=f"It failed for {workspace}.",
        remedy="Try again.",
        at=at,
    )


def counterpart(workspace: WorkspaceId, sys_id: str) -> Counterpart:
    return Counterpart(
        instance=HOST,
        sys_id=sys_id,
        user_name="mia",
        name=f"Mia of {workspace}",
        asked_at=NOON + LATER[workspace],
    )


def rule(workspace: WorkspaceId, column: str) -> FieldRule:
    return FieldRule(
        column=column, label="Team", source=Fixed(value=workspace, shown=f"Team {workspace}")
    )


def sent(workspace: WorkspaceId) -> tuple[SentValue, ...]:
    return (SentValue(column="u_team", label="Team", value=workspace),)


def channel_news(workspace: WorkspaceId, told: Told = Told.STATES) -> ChannelNews:
    return ChannelNews(conversation=CHANNEL, told=told, by=ADA, at=NOON + LATER[workspace])


def personal_news(workspace: WorkspaceId) -> PersonalNews:
    return PersonalNews(asked=Told.ALL, every_outcome=workspace == ACME)


def mute(workspace: WorkspaceId, conversation: str = CHANNEL) -> Mute:
    return Mute(conversation=conversation, by=ADA, at=NOON + LATER[workspace])


def install(workspace: WorkspaceId) -> InstallRow:
    kept = ChatInstall(
        workspace=workspace,
        name=f"The people of {workspace}",
        bot_user=MIA,
        installed_by=ADA,
        installed_at=NOON,
    )
    return InstallRow(install=kept, sealed=SealedToken(token=f"token of {workspace}"))


async def fill(tx: Transaction) -> None:
    """Give the transaction's workspace something of everything."""
    workspace = tx.workspace
    for provider in (Provider.SERVICENOW, Provider.MICROSOFT):
        await connections.put(tx, connection_row(workspace, provider))
    await connections.keep_form(tx, form(workspace))
    hashed = f"ticket of {workspace}"
    await sign_ins.add(tx, sign_in(workspace, hashed), NOON + timedelta(minutes=10))
    await _fill_page(tx)
    await leases.take(tx, "taken", f"holder in {workspace}", NOON, NOON + LEASE)
    await deliveries.claim(tx, "delivery", f"share of {workspace}", NOON)
    await habits.learn(tx, HOST, INCIDENT, keeps_sys_id=True)
    await matrices.put(tx, HOST, matrix(workspace, made="5"))
    await check_runs.keep(tx, check_run(workspace))
    await sign_in_ends.keep(tx, failed_sign_in(workspace))
    await _fill_shares(tx)
    await _fill_tickets(tx)
    await _fill_settings(tx)
    await _fill_links(tx)
    await _fill_acts(tx)
    await _fill_news(tx)
    await tickets.advance_watermark(tx, HOST, INCIDENT, NOON + LATER[workspace])
    await scores.put(tx, score(workspace))
    for digest_id in ("wanted", "posted"):
        await digests.add(tx, digest(workspace, digest_id))
    posted = Place(conversation=CHANNEL, message="2")
    await digests.end(tx, "posted", NOON + LATER[workspace], posted)
    await _fill_posts(tx)


async def _fill_posts(tx: Transaction) -> None:
    await installs.put(tx, install(tx.workspace))
    await notices.add(tx, notice(tx.workspace, "notice"))
    await posts.begin(tx, "card asked", NOON + LATER[tx.workspace])
    for at in (NOON, NOON + LATER[tx.workspace]):
        await posts.begin(tx, "card twice", at)
    await posts.settle(tx, "card twice", NOON)
    await redraws.want(tx, DONE)
    await conversations.keep_working(tx, CHANNEL)
    await _fill_home(tx)


async def _fill_home(tx: Transaction) -> None:
    workspace = tx.workspace
    await homes.note_opened(tx, MIA, NOON + LATER[workspace])
    await counterparts.keep(tx, MIA, counterpart(workspace, f"user of {workspace}"))


async def _fill_settings(tx: Transaction) -> None:
    workspace = tx.workspace
    await mappings.put(tx, HOST, INCIDENT, rule(workspace, "u_team"))
    await mappings.keep_sent(tx, HOST, MADE, sent(workspace))
    await states.see(tx, HOST, INCIDENT, "1", f"New at {workspace}", is_active=True)


async def _fill_page(tx: Transaction) -> None:
    """Keep a sign-in whose page for the secret is open in a browser."""
    hashed = f"page of {tx.workspace}"
    row = replace(sign_in(tx.workspace, hashed), sealed_secret=None, awaits_secret=True)
    await sign_ins.add(tx, row, NOON + timedelta(minutes=10))
    await sign_ins.open_page(tx, hashed, state_hash=hashed, browser_hash="browser")


async def _fill_links(tx: Transaction) -> None:
    await standings.keep_answer(tx, HOST, Standing.FORMER)
    await unfurls.claim(tx, SHOWN, "incident 1", NOON)
    await unfurls.keep_rule(tx, CHANNEL, PreviewRule.ON)


async def _fill_shares(tx: Transaction) -> None:
    states = {
        ASKED: ShareState.RECEIVED,
        MADE: ShareState.ANNOUNCED,
        DONE: ShareState.ANNOUNCED,
        REFUSED: ShareState.REJECTED,
        MIXED: ShareState.ANNOUNCED if tx.workspace == ACME else ShareState.CREATED,
    }
    await bulks.add(tx, bulk(tx.workspace))
    for share_id, state in states.items():
        asked = share(tx.workspace, share_id, state)
        await shares.add(tx, asked)
        if state is not ShareState.RECEIVED:
            kept = replace(asked, not_kept=(LOST,) if share_id == MADE else ())
            await shares.save(tx, ShareRecord(share=kept, ended_at=NOON))
            place = Place(conversation=CHANNEL, message=f"1 of {tx.workspace}")
            await shares.keep_shown(tx, share_id, Shown.ON_ITS_WAY, "", place)


async def _fill_tickets(tx: Transaction) -> None:
    for share_id in (MADE, DONE, MIXED):
        await tickets.put(tx, ticket(tx.workspace, share_id, is_open=share_id != DONE))
        await tickets.add_change(tx, change(tx.workspace, share_id), NOON)
    await tickets.note_asked(tx, HOST, INCIDENT, (f"sys_id of {DONE}",), NOON)


async def _fill_acts(tx: Transaction) -> None:
    states = (ActState.SENDING, ActState.DONE, ActState.REJECTED)
    for act_id, state in zip(ACTS, states, strict=True):
        await acts.add(tx, act(tx.workspace, act_id))
        await acts.save(tx, act(tx.workspace, act_id, state))
    for share_id in (MADE, MIXED):
        await journal.want(tx, share_id, f"version of {tx.workspace}")
        await journal.add(tx, entry(tx.workspace, share_id), f"key at {tx.workspace}")
    await resends.hand_over(tx, DONE, ShareId(f"made of {tx.workspace}"))


async def _fill_news(tx: Transaction) -> None:
    workspace = tx.workspace
    await news_settings.keep_channel(tx, channel_news(workspace))
    await news_settings.keep_personal(tx, MIA, personal_news(workspace))
    await news_settings.mute(tx, MADE, mute(workspace))
    for share_id in (MADE, DONE):
        await follows.add(tx, share_id, ADA, NOON + LATER[workspace])
    await news.spread(tx, change(workspace, MADE), MIA, NOON + LATER[workspace])
    await persons.keep_name(tx, MIA, f"Mia of {workspace}", NOON)
    await persons.keep_language(tx, MIA, f"of {workspace}", NOON)
