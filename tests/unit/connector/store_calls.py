"""Every function of the store with what it is given, for tests that go through them all.

A newcomer gets a line in READS or WRITES.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from connector.announcer import NoticeKind
from connector.errors import Provider
from connector.models import (
    ActId,
    ActState,
    FormDefaults,
    JournalElement,
    Meaning,
    Place,
    Position,
    PreviewRule,
    RequestCopy,
    RequestState,
    Right,
    Selection,
    ShareId,
    ShareState,
    Standing,
    StateChoice,
    TicketFilter,
    Told,
    Towards,
    WorkspaceId,
)
from connector.store import (
    acts,
    bulks,
    chat_settings,
    check_runs,
    connections,
    conversations,
    counterparts,
    covered,
    deliveries,
    digests,
    erasing,
    follows,
    habits,
    health,
    homes,
    install_states,
    installs,
    instances,
    journal,
    leases,
    mappings,
    matrices,
    news,
    news_settings,
    notices,
    pauses,
    persons,
    posts,
    redraws,
    resends,
    right_requests,
    scores,
    shares,
    sign_in_ends,
    sign_ins,
    standings,
    states,
    ticket_lists,
    tickets,
    unfurls,
)
from connector.store.connections import Sealed
from connector.store.database import Session
from connector.store.installs import SealedToken
from connector.store.journal import JournalRow
from connector.store.shares import ShareRecord, Shown
from connector.store.ticket_lists import Reader
from tests.unit.connector import rights_rows, rows
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, GLOBEX, MIA
from tests.unit.connector.rows import (
    ACTION,
    ASKED,
    BULK,
    DONE,
    ENTRY,
    HOST,
    INCIDENT,
    LOST,
    MADE,
    NOON,
    NOT_DONE,
    REFUSED,
    TENANT,
    UNDER_WAY,
)

Function = Callable[..., Awaitable[Any]]
AGO = NOON - timedelta(days=1)
SERVICENOW = Provider.SERVICENOW
TOKENS = Sealed(secret=None, access="new", refresh="new", renew_at=NOON)
JUDGED = StateChoice(value="1", name="To do", meaning=Meaning.WAITING)
READER = Reader(user=MIA, now=NOON)
SELECTIONS = (
    *(Selection(which=which) for which in TicketFilter),
    Selection(kind=INCIDENT, priority="2 - High"),
)
AT_THE_END = Position(towards=Towards.BEFORE, key=(9, 0, "", ""))
PLACE = Place(conversation="C0NEW", message="9")
COPY = RequestCopy(approver=MIA, place=PLACE, shown=RequestState.PENDING)

EVERYWHERE: set[Function] = {
    # A browser brings only a secret: the row that it finds says whose it is.
    sign_ins.by_ticket,
    sign_ins.consume,
    # These are about the database, not about anybody's rows.
    health.beat,
    health.workspaces,
    # A hint names an instance; each workspace connected to it is looked after by itself.
    instances.connected,
    # Whoever asks as a user of a remote, it is that user's requests which are counted there.
    pauses.keep,
    pauses.get,
    # What a browser has begun belongs to no workspace before the chat says to which.
    install_states.use,
    install_states.purge,
    # Whoever runs Snowline sees where it is installed.
    installs.everywhere,
}


@dataclass(frozen=True)
class Call:
    """A function with what it is given after the session; made anew for each workspace."""

    function: Function
    given: Callable[[WorkspaceId], tuple[Any, ...]] = lambda _: ()
    named: Callable[[WorkspaceId], dict[str, Any]] = lambda _: {}

    async def __call__(self, session: Session) -> Any:
        workspace = session.workspace
        return await self.function(session, *self.given(workspace), **self.named(workspace))


def opened(state: str) -> dict[str, str]:
    return {"state_hash": state, "browser_hash": "b"}


def closed(workspace: WorkspaceId) -> dict[str, Any]:
    page = {"state_hash": f"page of {workspace}", "browser_hash": "browser"}
    return page | {"sealed_secret": f"secret of {workspace}", "now": NOON}


READS = (
    Call(connections.get, lambda _: (SERVICENOW,)),
    Call(connections.all_of),
    Call(connections.last_form),
    Call(shares.get, lambda _: (ASKED,)),
    Call(shares.waiting, lambda _: (MIA, NOON)),
    Call(shares.latest, lambda _: (HOST, 3)),
    Call(shares.of_bulk, lambda _: (BULK,)),
    Call(bulks.get, lambda _: (BULK,)),
    Call(bulks.without_work),
    Call(covered.covering, lambda _: (HOST, ACTION)),
    Call(covered.marked, lambda _: (HOST,)),
    Call(shares.unfinished),
    Call(shares.count_unfinished),
    Call(shares.without_work),
    Call(shares.without_card),
    Call(habits.keeps_sys_id, lambda _: (HOST, INCIDENT)),
    Call(matrices.get, lambda _: (HOST,)),
    Call(tickets.get, lambda _: (MADE,)),
    Call(tickets.by_sys_id, lambda _: (HOST, INCIDENT, f"sys_id of {MADE}")),
    *(Call(ticket_lists.listed, lambda _, which=which: (which, READER)) for which in TicketFilter),
    *(Call(ticket_lists.page, lambda _, of=of: (of, READER)) for of in SELECTIONS),
    Call(ticket_lists.page, lambda _: (Selection(), READER, AT_THE_END)),
    Call(ticket_lists.urgent, lambda _: (Selection(kind=INCIDENT), READER, 3)),
    Call(ticket_lists.count_mine, lambda _: (READER,)),
    Call(ticket_lists.count_kinds, lambda _: (NOON,)),
    Call(ticket_lists.any_known),
    Call(ticket_lists.facets, lambda _: (Selection(), READER)),
    Call(homes.opened_at, lambda _: (MIA,)),
    Call(homes.without_work, lambda _: (NOON,)),
    Call(homes.opened_since, lambda _: (AGO, 3)),
    Call(counterparts.get, lambda _: (MIA,)),
    Call(counterparts.sys_id, lambda _: (MIA,)),
    Call(tickets.every),
    Call(tickets.every, named=lambda _: {"created_since": AGO}),
    Call(tickets.asked_for_in, lambda _: (CHANNEL,)),
    Call(tickets.newest, lambda _: (HOST, INCIDENT, 3)),
    Call(tickets.sys_ids, lambda _: (HOST, INCIDENT)),
    Call(tickets.sys_ids, lambda _: (HOST, INCIDENT), lambda _: {"lacking": LOST}),
    Call(tickets.next_to_ask, lambda _: (HOST, INCIDENT, 3, NOON)),
    Call(tickets.unannounced, lambda _: (MADE,)),
    Call(tickets.changes_since, lambda _: (AGO,)),
    Call(tickets.without_work),
    Call(tickets.watermark, lambda _: (HOST, INCIDENT)),
    Call(tickets.oldest, lambda _: (HOST, INCIDENT)),
    Call(mappings.rules, lambda _: (HOST, INCIDENT)),
    Call(mappings.sent, lambda _: (HOST, MADE)),
    Call(states.known, lambda _: (HOST, INCIDENT)),
    Call(states.get, lambda _: (HOST, INCIDENT, "1")),
    Call(acts.get, lambda _: (UNDER_WAY,)),
    Call(acts.first_open, lambda _: (MADE,)),
    Call(acts.count_written, lambda _: (MADE, ENTRY)),
    Call(acts.is_under_way, lambda _: (MADE,)),
    Call(acts.unfinished),
    Call(acts.without_work),
    Call(acts.untold),
    Call(acts.ticket_numbered, lambda _: ("INC0010001",)),
    Call(journal.get, lambda _: (MADE,)),
    Call(journal.wanted, lambda _: (HOST, INCIDENT, 3)),
    Call(journal.known, lambda _: (MADE,)),
    Call(journal.untold, lambda _: (MADE,)),
    Call(journal.untold_without_work),
    Call(journal.wanted_without_work),
    Call(resends.sent_again_as, lambda _: (DONE,)),
    Call(scores.newest, lambda _: (TENANT,)),
    Call(scores.history, lambda _: (TENANT,)),
    Call(digests.get, lambda _: ("wanted",)),
    Call(digests.last_posted, lambda _: (CHANNEL,)),
    Call(digests.without_work),
    Call(notices.get, lambda _: ("notice",)),
    Call(notices.without_work),
    Call(deliveries.is_known, lambda _: ("delivery",)),
    Call(posts.get, lambda _: ("card asked",)),
    Call(redraws.wanted, lambda _: (rows.DONE,)),
    Call(redraws.without_work),
    Call(conversations.works, lambda _: (CHANNEL,)),
    Call(sign_ins.pending, lambda _: (NOON,)),
    Call(tickets.newest_open, lambda _: (HOST, INCIDENT)),
    Call(check_runs.last),
    Call(sign_in_ends.last),
    Call(unfurls.rule, lambda _: (CHANNEL,)),
    Call(standings.left_behind, lambda _: ("elsewhere.service-now.com",)),
    Call(follows.count, lambda _: (ADA,)),
    Call(follows.listed, lambda _: (ADA, 3, 0)),
    Call(news.waiting, lambda _: (ADA, 3)),
    Call(news.people_without_work, lambda _: (3,)),
    Call(news_settings.channel, lambda _: (CHANNEL,)),
    Call(news_settings.personal, lambda _: (MIA,)),
    Call(news_settings.mute_of, lambda _: (MADE, CHANNEL)),
    Call(persons.name_of, lambda _: (MIA,)),
    Call(persons.language_of, lambda _: (MIA,)),
    Call(installs.get),
    Call(erasing.export),
    Call(chat_settings.rights),
    Call(chat_settings.defaults),
    Call(chat_settings.last_changes),
    Call(right_requests.get, lambda _: ("asked",)),
    Call(right_requests.last, lambda _: (MIA, Right.SHARE)),
    Call(right_requests.pending, lambda _: (MIA, Right.SHARE)),
    Call(right_requests.is_told, lambda _: ("answered",)),
    Call(right_requests.copies, lambda _: ("asked",)),
    Call(right_requests.without_work),
)
WRITES = (
    Call(connections.put, lambda to: (replace(row(to), client_id="new"),)),
    Call(connections.keep_tokens, lambda to: (rows.connection(to, SERVICENOW), TOKENS)),
    Call(connections.keep_seals, lambda _: (SERVICENOW, TOKENS)),
    Call(connections.expire, lambda to: (rows.connection(to, SERVICENOW), "It has ended.")),
    Call(connections.note_success, lambda to: (rows.connection(to, SERVICENOW), NOON)),
    Call(connections.note_problem, lambda to: (rows.connection(to, SERVICENOW), "It is down.")),
    Call(connections.keep_warned, lambda to: (rows.connection(to, SERVICENOW), (14,))),
    Call(connections.remove, lambda _: (SERVICENOW,)),
    Call(connections.keep_form, lambda to: (replace(rows.form(to), client_id="new"),)),
    Call(sign_ins.add, lambda to: (rows.sign_in(to, "new"), NOON)),
    Call(sign_ins.start, lambda to: (f"ticket of {to}",), lambda _: started("state")),
    Call(sign_ins.open_page, lambda to: (f"page of {to}",), lambda _: opened("anew")),
    Call(sign_ins.close_page, lambda to: (f"page of {to}",), closed),
    Call(sign_ins.remove, lambda to: (f"ticket of {to}",)),
    Call(sign_ins.purge, lambda _: (NOON + timedelta(days=1),)),
    Call(shares.add, lambda to: (rows.share(to, ShareId("new"), ShareState.RECEIVED),)),
    Call(shares.save, lambda to: (ShareRecord(share=sending(to), failures=7),)),
    Call(shares.keep_shown, lambda _: (ASKED, Shown.LATE, "It is late.", PLACE)),
    Call(shares.keep_place, lambda _: (ASKED, PLACE)),
    Call(shares.add_not_kept, lambda _: (ASKED, "New")),
    Call(bulks.add, lambda to: (rows.bulk(to, "new"),)),
    Call(bulks.keep_shown, lambda _: (BULK, "new", PLACE, NOON)),
    Call(bulks.gather, lambda _: (BULK, PLACE)),
    Call(bulks.leave_thread, lambda _: (BULK,)),
    Call(habits.learn, lambda _: (HOST, INCIDENT), lambda _: {"keeps_sys_id": False}),
    Call(habits.forget, lambda _: (HOST,)),
    Call(matrices.put, lambda _: (HOST, rows.matrix(GLOBEX, made="1"))),
    Call(matrices.forget, lambda _: (HOST,)),
    Call(tickets.put, lambda to: (replace(rows.ticket(to, MADE), name="New"),)),
    Call(homes.note_opened, lambda _: (MIA, NOON + timedelta(hours=2))),
    Call(homes.note_shown, lambda _: (MIA, NOON + timedelta(hours=2))),
    Call(counterparts.keep, lambda to: (MIA, rows.counterpart(to, "new"))),
    Call(tickets.add_change, lambda to: (rows.change(to, MADE), NOON)),
    Call(tickets.mark_announced, lambda _: (1,)),
    Call(tickets.note_asked, lambda _: (HOST, INCIDENT, (f"sys_id of {MADE}",), NOON)),
    Call(tickets.ask_next, lambda _: (DONE,)),
    Call(journal.want, lambda _: (DONE, "new")),
    Call(journal.keep_read, lambda _: (JournalRow(share=MADE, updated_at=NOON, updates=7),)),
    Call(journal.settle, lambda to: (MADE, f"version of {to}")),
    Call(journal.know, lambda _: (MADE, JournalElement.COMMENTS, "new")),
    Call(journal.add, lambda to: (rows.entry(to, MADE), "new")),
    Call(journal.mark_told, lambda _: (1,)),
    Call(resends.hand_over, lambda _: (REFUSED, ASKED)),
    Call(tickets.advance_watermark, lambda _: (HOST, INCIDENT, NOON + timedelta(days=1))),
    Call(mappings.put, lambda to: (HOST, INCIDENT, rows.rule(to, "u_new"))),
    Call(mappings.remove, lambda _: (HOST, INCIDENT, "u_team")),
    Call(mappings.keep_sent, lambda to: (HOST, ASKED, rows.sent(to))),
    Call(states.see, lambda _: (HOST, INCIDENT, "2", "New"), lambda _: {"is_active": True}),
    Call(states.judge, lambda _: (HOST, INCIDENT, "New", JUDGED)),
    Call(acts.add, lambda to: (rows.act(to, ActId("new")),)),
    Call(acts.save, lambda to: (rows.act(to, UNDER_WAY, ActState.UNKNOWN),)),
    Call(acts.keep_told, lambda _: (NOT_DONE,)),
    Call(scores.put, lambda to: (replace(rows.score(to), current=1),)),
    Call(digests.add, lambda to: (rows.digest(to, "new"),)),
    Call(digests.end, lambda _: ("wanted", NOON, PLACE)),
    Call(notices.add, lambda to: (rows.notice(to, "new"),)),
    Call(notices.remove, lambda _: ("notice",)),
    Call(notices.withdraw, lambda _: (NoticeKind.CONNECTED, SERVICENOW)),
    Call(posts.begin, lambda _: ("card new", NOON)),
    Call(posts.settle, lambda _: ("card asked", NOON)),
    Call(posts.purge, lambda _: (NOON + timedelta(days=1),)),
    Call(redraws.want, lambda _: (rows.MADE,)),
    Call(redraws.settle, lambda _: (rows.DONE, 1)),
    Call(conversations.keep_working, lambda _: ("C0NEW",)),
    Call(conversations.lose, lambda _: (CHANNEL,)),
    Call(leases.take, lambda to: ("free", f"new in {to}", NOON, NOON + rows.LEASE)),
    Call(leases.give_back, lambda to: ("taken", f"holder in {to}")),
    Call(deliveries.claim, lambda to: ("new", f"share of {to}", NOON)),
    Call(deliveries.purge, lambda _: (NOON + timedelta(days=30),)),
    Call(check_runs.keep, lambda to: (rows.check_run(to, NOON + timedelta(days=1)),)),
    Call(sign_in_ends.keep, lambda to: (rows.failed_sign_in(to, NOON + timedelta(days=1)),)),
    Call(sign_in_ends.forget),
    Call(unfurls.claim, lambda _: (PLACE, "new", NOON)),
    Call(unfurls.release, lambda _: (rows.SHOWN, "incident 1")),
    Call(unfurls.keep_rule, lambda _: (CHANNEL, PreviewRule.OFF)),
    Call(standings.keep_answer, lambda _: (HOST, Standing.FORGOTTEN)),
    Call(standings.move, lambda _: ("elsewhere.service-now.com",)),
    Call(shares.keep_requester_name, lambda _: (MADE, "New")),
    Call(follows.add, lambda _: (MADE, MIA, NOON)),
    Call(follows.remove, lambda _: (MADE, ADA)),
    Call(news.spread, lambda to: (rows.change(to, MADE), MIA, NOON)),
    Call(news.forget, lambda _: (ADA, 1_000)),
    Call(news.withdraw, lambda _: (ADA, MADE)),
    Call(news_settings.keep_channel, lambda to: (rows.channel_news(to, Told.ALL),)),
    Call(news_settings.keep_personal, lambda to: (ADA, rows.personal_news(to))),
    Call(news_settings.mute, lambda to: (MADE, rows.mute(to, "C0NEW"))),
    Call(news_settings.unmute, lambda _: (MADE, CHANNEL)),
    Call(persons.keep_name, lambda _: (MIA, "New", NOON)),
    Call(persons.keep_language, lambda _: (MIA, "fr", NOON)),
    Call(installs.put, lambda to: (replace(rows.install(to), sealed=SealedToken(token="new")),)),
    Call(installs.keep_token, lambda _: (NOON, SealedToken(token="new", refresh="new"))),
    Call(installs.forget_refresh, lambda _: (NOON, "It is refused.")),
    Call(installs.lose, lambda _: (NOON,)),
    Call(installs.end, lambda _: (NOON, NOON + timedelta(days=1))),
    Call(installs.go_on),
    Call(erasing.erase),
    Call(chat_settings.keep_rights, lambda to: (rights_rows.rights(to, "new"),)),
    Call(chat_settings.keep_defaults, lambda _: (FormDefaults(days=7),)),
    Call(chat_settings.note_change, lambda to: (rights_rows.setting_change(to, "new"),)),
    Call(right_requests.add, lambda to: (rights_rows.right_request(to, "new"),)),
    Call(right_requests.decide, lambda _: ("asked", RequestState.ALLOWED, MIA, NOON)),
    Call(right_requests.keep_told, lambda _: ("asked",)),
    Call(right_requests.purge, lambda _: (NOON + timedelta(days=100),)),
    Call(right_requests.keep_copy, lambda _: ("asked", COPY)),
)
ASTRAY = (
    # These name a row by what only one workspace has; here it is the other's.
    Call(sign_ins.start, lambda to: (f"ticket of {other(to)}",), lambda _: started("state")),
    Call(sign_ins.open_page, lambda to: (f"page of {other(to)}",), lambda _: opened("anew")),
    Call(sign_ins.close_page, lambda to: (f"page of {other(to)}",), lambda to: closed(other(to))),
    Call(sign_ins.remove, lambda to: (f"ticket of {other(to)}",)),
    Call(leases.give_back, lambda to: ("taken", f"holder in {other(to)}")),
    Call(tickets.mark_announced, lambda _: (4,)),
    Call(journal.mark_told, lambda _: (3,)),
)


def other(workspace: WorkspaceId) -> WorkspaceId:
    return GLOBEX if workspace == ACME else ACME


def row(workspace: WorkspaceId) -> connections.ConnectionRow:
    return rows.connection_row(workspace, SERVICENOW)


def sending(workspace: WorkspaceId) -> Any:
    return rows.share(workspace, ASKED, ShareState.SENDING)


def started(state: str) -> dict[str, str]:
    return {"state_hash": state, "browser_hash": "b", "sealed_verifier": "v"}
