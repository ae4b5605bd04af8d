"""The settings and the checklist of setting up, as people read them in French."""

from datetime import UTC, datetime

import pytest

from bot.views.access import requested_modal
from bot.views.defaults import defaults_form, defaults_overview
from bot.views.installation import setup
from bot.views.rights import rights_form
from bot.views.settings import rule_form, settings
from bot.views.states import states_form
from connector.models import (
    DueRule,
    FormDefaults,
    Priority,
    Right,
    RightRequest,
    Rights,
    TicketKind,
    UserId,
    WorkspaceId,
)
from connector.services.checks.words import named
from connector.words import speaking
from tests.unit.bot.home_samples import installation
from tests.unit.bot.reading import shown

LONGEST_TITLE = 24
NOTHING = dict.fromkeys(TicketKind, ())
REQUEST = RightRequest(
    id="1",
    workspace=WorkspaceId("T1"),
    user=UserId("U1"),
    right=Right.SHARE,
    asked_at=datetime(2026, 11, 26, 12, tzinfo=UTC),
)

pytestmark = pytest.mark.usefixtures("french")


def test_every_title_fits_in_french():
    views = [
        requested_modal(REQUEST, is_new=True),
        rights_form(Rights()),
        defaults_form(FormDefaults()),
        settings("acme.service-now.com", NOTHING, NOTHING),
        *(rule_form(kind) for kind in TicketKind),
        *(states_form("acme.service-now.com", kind, ()) for kind in TicketKind),
        setup(installation()),
    ]
    titles = [view["title"]["text"] for view in views]
    assert "États : changements" in titles
    assert [title for title in titles if len(title) > LONGEST_TITLE] == []


def test_days_are_counted_in_french():
    one, more = (FormDefaults(days=days) for days in (1, 30))
    assert "*Échéance :* 1 jour après la création" in shown(defaults_overview(one, None))
    assert "*Échéance :* 30 jours après la création" in shown(defaults_overview(more, None))
    days = ((Priority.CRITICAL, 1), (Priority.HIGH, 2))
    by_priority = FormDefaults(due=DueRule.BY_PRIORITY, by_priority=days)
    text = shown(defaults_overview(by_priority, None))
    assert " : 1 jour · 2 - " in text
    assert " : 2 jours\n" in text


@pytest.mark.parametrize("kind", TicketKind)
def test_a_check_keeps_its_name_by_which_it_is_found_again(kind):
    in_french = named("Making", kind)
    with speaking("en"):
        assert named("Making", kind) == in_french
