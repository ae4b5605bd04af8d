"""Sharing as it is read in French: whole sentences, plurals, and what Slack gives room for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.forms import Where
from bot.views import bulks, changes, resend, share
from bot.views.attachments import attach_form
from connector.errors import Provider, ProviderRefusedError, ThrottledError
from connector.models import BulkItem, ChangePlan, ChangeType, FileRef, ShareState, TicketKind
from connector.services.sharing import progress
from connector.store.shares import ShareRecord
from tests.contract import sharing_samples
from tests.unit.bot import samples
from tests.unit.bot.reading import shown

pytestmark = pytest.mark.usefixtures("french")

TITLE = 24
"""The most characters of a modal's title, and of its buttons at the foot."""
NOW = samples.NOW
STANDARD = ChangePlan(type=ChangeType.STANDARD)


def of_states(**counted):
    """A message about as many tickets as are named in these states."""
    bulk = sharing_samples.bulk("x", count=1)
    states = [ShareState[name] for name, count in counted.items() for _ in range(count)]
    items = [BulkItem(share=samples.share(state=state), ticket=None) for state in states]
    return bulks.progress(replace(bulk, items=tuple(items)))


def test_several_tickets_are_counted_one_by_one_and_many():
    one = of_states(CREATED=1, REJECTED=1, RECEIVED=2)
    many = of_states(CREATED=2, REJECTED=2)
    assert one.text == "Tickets créés : 1 sur 4 · 1 refusé · 2 en route"
    assert many.text == "Tickets créés : 2 sur 4 · 2 refusés"
    assert "aucun ticket n'a été créé ; sa carte dans ce fil de discussion dit pourquoi" in shown(
        many
    )


def test_what_is_kept_of_a_failure_is_in_whole_french_sentences():
    parked = samples.share(parked=True, reason="Raison.")
    given_up = progress.given_up(ShareRecord(share=parked), NOW)
    assert given_up.share.reason == (
        "Rien n'a été créé en 24 heures. Raison."
        " Un administrateur peut le reconnecter avec `/snow connect`."
    )
    refusal = ProviderRefusedError(Provider.SERVICENOW, "no")
    doubted = progress.rejected(ShareRecord(share=samples.share(), doubted=True), refusal, NOW)
    assert ". Une requête précédente n'a jamais été confirmée" in doubted.share.reason
    limit = ThrottledError(Provider.SERVICENOW, "429", until=NOW + timedelta(hours=1), now=NOW)
    waiting = progress.waiting(ShareRecord(share=samples.share()), limit)
    assert waiting.share.reason == (
        "ServiceNow n'accepte plus de requêtes avant 13:00 UTC ;"
        " ce ticket partira alors de lui-même."
    )


def test_titles_and_buttons_of_sharing_have_room_in_slack():
    views = [
        *(view for _, view in sharing_samples.sharing_views("x", made) if isinstance(view, dict)),
        share.create_form(channel="C1", where=Where(), today=samples.TODAY),
        share.ticket_form(samples.action(), channel="C1", where=Where(), today=samples.TODAY),
        share.share_taken(samples.draft(), "C1"),
        resend.resend_form(samples.share(), where=Where()),
        attach_form([FileRef(id="F1", name="x", size=1, type="text/plain")]),
    ]
    for view in views:
        for name in ("title", "submit", "close"):
            assert len(view.get(name, {"text": ""})["text"]) <= TITLE, view[name]
        assert "…" not in shown(view)
    assert "…" not in shown(changes.how_fields(TicketKind.CHANGE_REQUEST, STANDARD))


def made(text, **replaced):
    return samples.ticket(name=text, **replaced)
