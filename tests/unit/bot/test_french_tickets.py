"""Cards, lists, acts and the score as they are read in French."""

from datetime import timedelta

import pytest

from bot.views.act_forms import act_form
from bot.views.acts import outcome_modal
from bot.views.card import card
from bot.views.news import news
from bot.views.score import outlook
from bot.views.ticket_lists import on_their_way, tickets_modal
from connector.models import (
    ActKind,
    ActState,
    Because,
    ChangeType,
    Facets,
    Selection,
    TicketKind,
    TicketNews,
    TicketPage,
)
from tests.unit.bot import samples
from tests.unit.bot.act_samples import act, paths
from tests.unit.bot.reading import shown

pytestmark = pytest.mark.usefixtures("french")

TITLE = 24
BUTTON = 30


def titles():
    for kind in set(ActKind) - {ActKind.FILE}:
        yield act_form(samples.ticket(), kind, paths=paths())["title"]["text"]
    for state in ActState:
        for gave_up in (True, False):
            view = outcome_modal(act(state=state, gave_up=gave_up), samples.ticket())
            yield view["title"]["text"]
    for kind in (None, *TicketKind):
        page = TicketPage(selection=Selection(kind=kind))
        yield tickets_modal(page, Facets(), (), samples.TODAY, samples.NOW)["title"]["text"]


def test_titles_fit_and_are_french():
    found = list(titles())
    assert max(map(len, found)) <= TITLE
    assert {"Mettre à jour le ticket", "Non confirmé", "Demandes de changement"} <= set(found)


def test_buttons_of_a_card_are_short():
    blocks = card(samples.card(samples.ticket()), samples.NOW).blocks
    (row,) = [each for each in blocks if each["type"] == "actions"]
    labels = [each["text"]["text"] for each in row["elements"] if each["type"] == "button"]
    assert labels[:4] == ["Commentaire", "Changer l'état", "M'affecter", "Échéance"]
    assert max(map(len, labels)) <= BUTTON


def test_a_card_of_a_change_is_one_french_sentence_for_screen_readers():
    ticket = samples.ticket(
        kind=TicketKind.CHANGE_REQUEST,
        type=ChangeType.EMERGENCY,
        state_label="Clos",
        due=samples.TODAY - timedelta(days=1),
    )
    assert card(samples.card(ticket), samples.NOW).text == (
        "INC0010001 Demande de changement urgent : Require MFA for administrative roles."
        " Clos · 2 - Élevée · 🔴 en retard depuis le 23 nov. 2026"
    )


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "Encore 1 ticket modifié. `/snow tickets all` l'affiche."),
        (2, "Encore 2 tickets modifiés. `/snow tickets all` les affiche."),
    ],
)
def test_what_is_counted_agrees(count, said):
    item = TicketNews(
        ticket=samples.ticket(), changes=(samples.change(),), because=Because.FOLLOWED
    )
    assert said in shown(news([item] * (8 + count)))
    plural = "" if count == 1 else "s"
    assert outlook(samples.score(count)).startswith(f"{count} action{plural} ouverte{plural}, ")
    waiting = on_their_way([samples.share()] * count)
    assert waiting.startswith(f"{count} autre{plural} partage{plural}, ")
