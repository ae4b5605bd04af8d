"""Home, digests, notifications and links in French: what counts, agrees and has to fit."""

import pytest

from bot.views.connect import configuration
from bot.views.digest import digest
from bot.views.home import home
from bot.views.links import action_pane
from bot.views.notifications import channel_panel, personal
from connector.models import ChannelNews, Followed, KindSummary, PersonalNews, TicketKind
from tests.unit.bot import samples
from tests.unit.bot.home_samples import BOTH, facts
from tests.unit.bot.reading import shown

pytestmark = pytest.mark.usefixtures("french")

TITLE = 24
OPTION = 75


@pytest.mark.parametrize(
    ("count", "still_open", "done"),
    [(1, "*1 ouvert*", "✅ 1 terminé"), (2, "*2 ouverts*", "✅ 2 terminés")],
)
def test_what_home_counts_agrees_with_its_number(count, still_open, done):
    tickets = [samples.ticket(), samples.ticket(is_open=False)] * count
    text = shown(home(facts(tickets)))
    assert f"{still_open} · {done}\n" in text


def test_a_digest_says_both_kinds_in_whole_sentences():
    kinds = (
        KindSummary(kind=TicketKind.INCIDENT, states=(("New", 1),)),
        KindSummary(kind=TicketKind.CHANGE_REQUEST, states=()),
    )
    text = shown(digest(samples.digest(kinds=kinds, on_their_way=1, unconfirmed=2, elsewhere=1)))
    assert "*  tickets ouverts : 1 (New 1)" in text
    assert "*  aucun ticket ouvert" in text
    assert "1 ticket demandé ici est en route · 2 tickets demandés ici n'ont jamais été" in text
    assert "1 ticket ouvert a sa carte ailleurs" in text
    assert "État New → In Progress" in text


def test_titles_and_choices_fit():
    followed = Followed(tickets=(), count=0)
    modals = (personal(PersonalNews(), followed), configuration(BOTH, 2, samples.NOW, admin=True))
    assert all(len(view["title"]["text"]) <= TITLE for view in modals)
    here = channel_panel(ChannelNews(conversation=samples.CHANNEL))
    words = [text for view in (modals[0], here) for text in _options(view)]
    assert all(len(text) <= OPTION and not text.endswith("…") for text in words)
    assert "Montrer aussi dans le canal qu'un ticket se termine ou est rouvert" in words


def test_microsofts_words_for_impact_and_cost_are_said():
    pane = action_pane(samples.action(user_impact="Low", implementation_cost="Moderate"))
    told = {
        each["label"]: each["value"] for each in pane["metadata"]["entity_payload"]["custom_fields"]
    }
    assert told["Impact sur les utilisateurs"] == "Faible"
    assert told["Coût"] == "Modéré"


def _options(node):
    """Every text of what can be chosen in a view."""
    if isinstance(node, dict):
        if "value" in node and "type" not in node:
            return [node[name]["text"] for name in ("text", "description") if name in node]
        return [text for each in node.values() for text in _options(each)]
    nodes = node if isinstance(node, list) else getattr(node, "blocks", ())
    return [text for each in nodes for text in _options(each)]
