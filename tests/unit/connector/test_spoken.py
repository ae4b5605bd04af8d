"""Everybody is spoken to in their own language, though one worker says it all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import pytest
from pydantic import SecretStr

from connector.announcer import NoticeKind
from connector.errors import NotFoundError, Provider, ProviderUnavailableError
from connector.models import (
    ActDraft,
    ActKind,
    ActState,
    BulkWish,
    Person,
    RequestState,
    Right,
    ShareId,
    TicketDraft,
    UserId,
)
from connector.store import connections, sign_in_ends
from connector.store.shares import Shown
from connector.words import speaking, spoken
from connector.work import Job
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, MIA, Chat, until
from tests.unit.connector.stage import FORM, Stage, come_back

FRENCH: Final = Person(user=MIA, name="Mia Member", locale="fr-FR")
ENGLISH: Final = Person(user=ADA, name="Ada Admin", locale="en-GB")
FOR: Final[dict[str, Callable[[Chat], UserId]]] = {
    "card": lambda chat: chat.shown[-1].share.draft.requester,
    "bulk": lambda chat: chat.bulks[-1].requester,
    "act": lambda chat: chat.acts[-1][0].draft.by,
    "news": lambda chat: chat.news_told[-1][0],
    "digest": lambda chat: chat.digests[-1].requested_by,
    "home": lambda chat: chat.homes[-1].user,
    "notice": lambda chat: chat.notices[-1][1],
    "right answer": lambda chat: chat.answers[-1].user,
    "right request": lambda chat: UserId([*chat.requests][-1].conversation[1:]),
}


@dataclass
class Heard:
    """What was said to whom in which language; what is said of a ticket by who asked for it."""

    chat: Chat
    said: set[tuple[str, str, str]] = field(default_factory=set)

    async def listen(self, when: str) -> None:
        order, _, what = when.partition(" ")
        if order == "after" and what in FOR:
            self.said.add((what, FOR[what](self.chat), spoken()))
        elif order == "after":
            self.said.add((what, "", spoken()))


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.people.known = {MIA: FRENCH, ADA: ENGLISH}
    return stage


@pytest.fixture
async def heard(connected: Stage) -> Heard:
    heard = Heard(connected.chat)
    connected.chat.boundary = heard.listen
    return heard


async def test_a_card_and_its_thread_are_in_the_language_of_who_asked_for_the_ticket(
    connected: Stage, heard: Heard, draft: TicketDraft
) -> None:
    services = connected.connector.services
    theirs = {MIA: draft, ADA: replace(draft, requester=ADA, requester_name="Ada Admin")}
    asked = [await connected.ask(each, f"view-{user}") for user, each in theirs.items()]
    await asyncio.gather(*map(connected.until_done, asked))
    assert {each for each in heard.said if each[0] == "card"} == {
        ("card", MIA, "fr"),
        ("card", ADA, "en"),
    }
    for (user, _), language in zip(theirs.items(), ("fr", "en"), strict=True):
        heard.said.clear()
        ticket = await services.acts.ticket(ACME, asked.pop(0))
        changed = len(connected.chat.changes)
        connected.end.change(ticket.number, state="2", comments="Which admins?")
        await services.following.sync(ACME, "incident")
        await until(lambda before=changed: len(connected.chat.changes) > before)
        await until(lambda: any(what == "entries" for what, _, _ in heard.said))
        assert heard.said - {("home", MIA, "fr")} == {
            ("card", user, language),
            ("change", "", language),
            ("entries", "", language),
        }


async def test_what_is_for_one_person_is_in_their_language(
    connected: Stage, heard: Heard, draft: TicketDraft
) -> None:
    services, chat = connected.connector.services, connected.chat
    connected.people.demoted.add(MIA)
    share = await connected.ask(draft)
    await connected.until_done(share)
    for user in (MIA, ADA):
        await services.digests.request(ACME, user, CHANNEL, f"digest-{user}")
        await services.homes.open(ACME, user)
        mine = replace(draft, requester=user, action_id=f"of {user}")
        wish = BulkWish(drafts=(mine,), requester=user, destination=CHANNEL)
        await services.bulks.request(ACME, wish, f"bulk-{user}")
        note = ActDraft(
            kind=ActKind.COMMENT, ticket=ShareId(share), by=user, by_name="?", text="Well?"
        )
        await services.acts.request(ACME, note, f"act-{user}")
    await services.right_requests.ask(ACME, MIA, Right.CONNECT)
    wanted = {
        (what, user, language)
        for what in ("digest", "home", "bulk")
        for user, language in ((MIA, "fr"), (ADA, "en"))
    } | {("right request", ADA, "en")}
    await until(lambda: wanted <= heard.said)
    (_, request), *_ = chat.requests.items()
    await services.right_requests.answer(ACME, ADA, request.id, RequestState.DECLINED)
    await until(lambda: ("right answer", MIA, "fr") in heard.said)
    for what, user, language in heard.said:
        if what in FOR:
            assert language == {MIA: "fr", ADA: "en"}[UserId(user)], (what, user)


REFUSED: Final = {
    "fr": (
        "ServiceNow n'a pas été connecté",
        "L'accès a été refusé sur la page de ServiceNow. Rien n'a été modifié.",
    ),
    "en": (
        "ServiceNow was not connected",
        "Access was denied on ServiceNow's page. Nothing was changed.",
    ),
}
NOT_EXCHANGED: Final = {
    "fr": "ServiceNow n'a pas accepté la connexion. Vérifiez l'identifiant et le secret du client",
    "en": "ServiceNow did not accept the sign-in. Check the client id and the client secret",
}
WAITS: Final = {
    "fr": "ServiceNow n'accepte plus la connexion.",
    "en": "ServiceNow no longer accepts the sign-in.",
}


async def waiting(stage: Stage, draft: TicketDraft) -> str:
    """Have a ticket asked for that waits for an admin, and its card say so."""
    stage.end.servicenow.instance.tokens.expire_all(refresh=True)
    share = await stage.ask(draft)
    await stage.until_shown(share, Shown.LATE)
    return share


async def is_drawn_again(stage: Stage, share: str) -> bool:
    """Take a share a step further, and tell whether that has its card drawn anew."""
    await stage.connector.services.shares.advance(ACME, share)
    async with stage.connector.database.transaction(ACME) as tx:
        return await stage.connector.worker.work.is_planned(tx, Job.SHOW_SHARE, share)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_why_there_is_no_ticket_yet_is_kept_in_the_language_of_who_asked(
    connected: Stage, draft: TicketDraft, language: str
) -> None:
    requester = {"fr": MIA, "en": ADA}[language]
    share = await waiting(connected, replace(draft, requester=requester))
    record = await connected.record(share)
    assert (record.share.reason, record.shown_reason) == (WAITS[language], WAITS[language])


async def test_no_card_is_drawn_again_for_a_reason_that_is_the_same_in_its_language(
    connected: Stage, draft: TicketDraft
) -> None:
    share = await waiting(connected, draft)
    with speaking("en"):
        assert not [each for each in range(3) if await is_drawn_again(connected, share)]
    await connected.connector.services.languages.note(ACME, MIA, "en-GB")
    assert await is_drawn_again(connected, share)
    await until(lambda: connected.chat.latest.share.reason == WAITS["en"])
    async with asyncio.timeout(10):
        while (await connected.record(share)).shown_reason != WAITS["en"]:
            await asyncio.sleep(0.01)
    assert not [each for each in range(3) if await is_drawn_again(connected, share)]


async def test_what_a_ticket_says_in_servicenow_is_english_whoever_asked_for_it(
    connected: Stage, draft: TicketDraft
) -> None:
    share = await connected.ask(draft)
    await connected.until_done(share)
    (row,) = connected.end.tickets()
    assert "\nSource: Microsoft recommendation\nCategory: Identity\n" in row["description"]
    assert "Gain: 10 points" in row["description"]


async def test_why_an_act_is_not_done_is_kept_in_the_language_of_who_acted(
    connected: Stage, draft: TicketDraft
) -> None:
    share = await connected.ask(replace(draft, requester=ADA))
    await connected.until_done(share)
    connected.end.servicenow.instance.tokens.expire_all(refresh=True)
    acts = connected.connector.services.acts
    said = ActDraft(kind=ActKind.COMMENT, ticket=ShareId(share), by=MIA, by_name="?", text="Well?")
    act = await acts.request(ACME, said, "act-1")
    async with asyncio.timeout(10):
        while not act.reason:
            await asyncio.sleep(0.01)
            act = await acts.act(ACME, act.id)
    assert (act.state, act.reason) == (ActState.RECEIVED, WAITS["fr"])


@pytest.mark.parametrize(
    ("by", "problem"),
    [
        (FRENCH, "ServiceNow n'accepte plus la connexion. Un administrateur peut"),
        (ENGLISH, "ServiceNow no longer accepts the sign-in. An admin can"),
    ],
)
async def test_what_is_wrong_with_a_connection_is_said_as_who_connected_reads_it(
    connected: Stage, draft: TicketDraft, by: Person, problem: str
) -> None:
    await connected.connector.services.languages.note(ACME, ADA, by.locale)
    await waiting(connected, draft)
    row = await connections.get(connected.connector.database.view(ACME), Provider.SERVICENOW)
    assert row is not None
    assert row.connection.problem.startswith(problem)
    await until(lambda: connected.chat.notices[-1][2].kind is NoticeKind.SIGN_IN_EXPIRED)
    assert connected.chat.notices[-1][2].text == row.connection.problem


async def test_what_the_checks_after_connecting_find_is_said_to_who_connected(stage: Stage) -> None:
    stage.people.known = {ADA: replace(ENGLISH, locale="fr-CA")}
    assert (await stage.connect()).ok
    await until(lambda: bool(stage.chat.notices))
    found = stage.chat.notices[0][2].checks
    assert "Snowline est autorisé" in " ".join(each.sentence for each in found)


@pytest.mark.parametrize(("browser", "chat"), [("fr", "en"), ("en", "fr")])
async def test_a_refusal_is_told_in_the_browser_and_in_the_chat_in_the_language_of_each(
    stage: Stage, browser: str, chat: str
) -> None:
    stage.people.known = {ADA: replace(ENGLISH, locale=chat)}
    back = await come_back(stage.connector, decision="deny")
    with speaking(browser):
        end = await stage.connector.services.connections.finish_sign_in(back)
    await until(lambda: bool(stage.chat.notices))
    kept = await sign_in_ends.last(stage.connector.database.view(ACME))
    assert kept is not None
    assert (end.title, end.sentences[0]) == REFUSED[browser]
    title, sentence = REFUSED[chat]
    assert stage.chat.notices[0][2].text.startswith(f"{title}. {sentence}")
    assert end.reference in stage.chat.notices[0][2].text
    assert kept.sentence == sentence


@pytest.mark.parametrize(("browser", "chat"), [("fr", "en"), ("en", "fr")])
async def test_no_refusal_is_half_in_one_language_and_half_in_another(
    stage: Stage, browser: str, chat: str
) -> None:
    stage.people.known = {ADA: replace(ENGLISH, locale=chat)}
    wrong = replace(FORM, client_secret=SecretStr("wrong"))
    back = await come_back(stage.connector, form=wrong)
    with speaking(browser):
        end = await stage.connector.services.connections.finish_sign_in(back)
    await until(lambda: bool(stage.chat.notices))
    assert " ".join(end.sentences).startswith(NOT_EXCHANGED[browser])
    assert NOT_EXCHANGED[chat] in stage.chat.notices[0][2].text


async def test_what_goes_wrong_where_nobody_waits_is_kept_as_who_connected_reads_it(
    connected: Stage,
) -> None:
    services, end = connected.connector.services, connected.end
    await connected.connect_microsoft()
    await services.languages.note(ACME, ADA, "fr-FR")
    for far, asking in (
        (end.servicenow, services.following.sync(ACME, "incident")),
        (end.microsoft, services.actions.refresh(ACME, "")),
    ):
        far.faults.arm("503:50")
        with pytest.raises(ProviderUnavailableError):
            await asking
    problems = [each.problem for each in await services.connections.all(ACME)]
    assert problems == [
        "ServiceNow est injoignable pour le moment. Réessayez dans une minute.",
        "Microsoft 365 est injoignable pour le moment. Réessayez dans une minute.",
    ]


@pytest.mark.parametrize(
    ("user", "step"),
    [(MIA, "Personne ne s'est encore connecté."), (ADA, "Nobody has signed in yet.")],
)
async def test_the_steps_on_app_home_are_in_the_language_of_who_looks(
    stage: Stage, user: UserId, step: str
) -> None:
    await stage.connector.services.homes.open(ACME, user)
    await until(lambda: bool(stage.chat.homes))
    shown = stage.chat.homes[0].installation
    assert shown is not None
    assert step in [each.sentence for each in shown.steps]


async def test_what_is_not_there_is_logged_in_english(stage: Stage) -> None:
    services, missing = stage.connector.services, "0" * 32
    asked = (
        services.actions.find(ACME, missing),
        services.acts.act(ACME, missing),
        services.acts.ticket(ACME, missing),
        services.resending.rejected(ACME, missing, MIA),
    )
    with speaking("fr"):
        found = await asyncio.gather(*asked, return_exceptions=True)
        told = [each.user_message for each in found if isinstance(each, NotFoundError)]
    assert [str(each) for each in found] == [
        "not found: That improvement action",
        "not found: What you did",
        "not found: This ticket",
        "not found: That request",
    ]
    assert all("introuvable" in each for each in told)
