import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms import (
    Command,
    ConnectForm,
    FormError,
    MicrosoftConnectForm,
    Origin,
    TicketForm,
    Where,
    action_of,
    parse_command,
)
from bot.identifiers import Action, Block, Verb
from bot.views import connect, share
from bot.views.connecting_servicenow import connect_servicenow
from connector.models import (
    Grant,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    TicketKind,
)
from tests.unit.bot import samples

TODAY = samples.TODAY


def filled(view, **typed):
    """The view as Slack hands it back: initial values, and what was typed over them."""
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            values[block["block_id"]] = {Action.INPUT: _state(block, typed)}
    return json.loads(json.dumps(view | {"state": {"values": values}}))


def _state(block, typed):
    element, name = block["element"], block["block_id"]
    match element["type"]:
        case "plain_text_input":
            value = typed.get(name, element.get("initial_value"))
            return {"type": element["type"], "value": value}
        case "datepicker":
            value = typed.get(name, element.get("initial_date"))
            return {"type": element["type"], "selected_date": value}
        case "static_select" | "radio_buttons":
            initial = (element.get("initial_option") or {}).get("value")
            value = typed.get(name, initial)
            chosen = {"value": value} if value is not None else None
            return {"type": element["type"], "selected_option": chosen}
        case other:
            raise AssertionError(other)


def read(view, action=None, today=TODAY):
    return TicketForm.read(
        view, requester=samples.ADA, requester_name="Ada Admin", today=today, action=action
    )


def free(**more):
    return share.create_form(channel="C0ACME", where=Where(), today=TODAY, **more)


def about(action):
    return share.ticket_form(action, channel="C0ACME", where=Where(), today=TODAY)


def refused(view, action=None):
    with pytest.raises(FormError) as caught:
        read(view, action)
    return caught.value.errors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Command(Verb.HELP, ""), id="nothing"),
        pytest.param("   ", Command(Verb.HELP, ""), id="spaces"),
        pytest.param("help", Command(Verb.HELP, ""), id="help"),
        pytest.param("Share  admin MFA ", Command(Verb.SHARE, "admin MFA"), id="words"),
        pytest.param("connect microsoft", Command(Verb.CONNECT, "microsoft"), id="object"),
        pytest.param("share SSO &amp; MFA", Command(Verb.SHARE, "SSO & MFA"), id="escaped"),
        pytest.param("share &amp;lt;", Command(Verb.SHARE, "&lt;"), id="escaped once only"),
        pytest.param("dance now", Command(None, "dance now"), id="unknown"),
        pytest.param(
            "connect\N{NO-BREAK SPACE}microsoft",
            Command(Verb.CONNECT, "microsoft"),
            id="no-break space",
        ),
        pytest.param(
            "connect microsoft\N{NO-BREAK SPACE}365",
            Command(Verb.CONNECT, "microsoft 365"),
            id="no-break space between words",
        ),
    ],
)
def test_a_command_is_a_verb_and_words(text, expected):
    assert parse_command(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("security", Where()),
        ("privategroup", Where(private=True)),
        ("directmessage", Where(direct=True)),
        ("mpdm-ada--mia-1", Where(direct=True)),
    ],
)
def test_the_channels_name_tells_where_a_form_was_opened(name, expected):
    assert Where.of(name) == expected


def test_a_modal_remembers_where_it_was_opened_and_what_it_is_about():
    origin = Origin("C0ACME", Where(private=True), "AdminMFAV2", RecommendationCategory.DATA)
    assert Origin.read({"private_metadata": origin.metadata()}) == origin


@pytest.mark.parametrize("metadata", [None, "", "{", "[]", '{"category": "Nonsense"}'])
def test_a_modal_that_remembers_nothing_is_read_all_the_same(metadata):
    assert Origin.read({"private_metadata": metadata}) == Origin("")


def test_an_action_becomes_a_microsoft_recommendation():
    action = samples.action()
    form = read(filled(about(action)), action)
    assert form.draft.source is RecommendationSource.MICROSOFT
    assert form.draft.category is RecommendationCategory.IDENTITY
    assert (form.draft.name, form.draft.gain) == (action.title, 9.0)
    assert form.draft.description == action.remediation
    assert form.draft.due == TODAY + timedelta(days=30)
    assert (form.draft.kind, form.draft.priority) == (TicketKind.INCIDENT, Priority.MODERATE)
    assert form.destination == "C0ACME"
    assert action_of(filled(about(action))) == action.id


def test_an_action_without_a_category_asks_for_one():
    action = samples.action(category=None)
    assert Block.CATEGORY in refused(filled(about(action)), action)
    form = read(filled(about(action), category="Apps"), action)
    assert form.draft.category is RecommendationCategory.APPS


def test_an_action_that_is_gone_leaves_a_recommendation_of_the_user():
    view = filled(about(samples.action()), name="Typed with care")
    draft = read(view).draft
    assert draft.source is RecommendationSource.USER
    assert (draft.name, draft.action_id, draft.gain) == ("Typed with care", "", None)
    assert read(filled(free(draft=draft))).draft == draft


def test_a_free_ticket_is_a_recommendation_of_the_user():
    form = read(
        filled(free(), name=" Mend it ", category="Data", kind="change_request", priority="1")
    )
    assert form.draft.source is RecommendationSource.USER
    assert (form.draft.name, form.draft.description) == ("Mend it", "")
    assert form.draft.kind is TicketKind.CHANGE_REQUEST
    assert form.draft.priority is Priority.CRITICAL
    assert form.draft.action_link == ""


@pytest.mark.parametrize(
    ("typed", "block", "word"),
    [
        pytest.param({"name": None}, Block.NAME, "name", id="no name"),
        pytest.param({"name": " \n\t"}, Block.NAME, "name", id="only white space"),
        pytest.param({"name": "\u200b\u202e"}, Block.NAME, "name", id="nothing to see"),
        pytest.param({"name": "x" * 161}, Block.NAME, "160", id="name too long"),
        pytest.param({"description": "x" * 5000}, Block.DESCRIPTION, "3,000", id="too long"),
        pytest.param({"due": "2020-01-31"}, Block.DUE, "past", id="past"),
        pytest.param({"due": "2100-01-01"}, Block.DUE, "2099-12-31", id="too far away"),
        pytest.param({"due": "tomorrow"}, Block.DUE, "date", id="no date"),
        pytest.param({"kind": "problem"}, Block.KIND, "kind", id="no such kind"),
        pytest.param({"priority": "9"}, Block.PRIORITY, "priority", id="no such priority"),
        pytest.param({"category": "Fun"}, Block.CATEGORY, "category", id="no such category"),
        pytest.param({"category": None}, Block.CATEGORY, "category", id="no category"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(typed, block, word):
    errors = refused(filled(free(), **{"name": "Mend it", "category": "Data", **typed}))
    assert set(errors) == {block}
    assert word in errors[block]


@pytest.mark.parametrize(
    ("kind", "priority", "refusal"),
    [
        ("change_request", "5", "A change request has no priority 5 - Planning in ServiceNow."),
        ("change_request", "4", ""),
        ("incident", "5", ""),
    ],
)
def test_a_priority_that_the_kind_does_not_have_is_refused_at_its_field(kind, priority, refusal):
    view = filled(free(), name="Mend it", category="Data", kind=kind, priority=priority)
    if not refusal:
        assert read(view).draft.priority.value == int(priority)
        return
    errors = refused(view)
    assert set(errors) == {Block.PRIORITY}
    assert errors[Block.PRIORITY].startswith(refusal)


def test_every_wrong_field_is_said_at_once():
    assert set(refused(filled(free(), name="", due="2020-01-31"))) == {
        Block.NAME,
        Block.DUE,
        Block.CATEGORY,
    }


def test_a_ticket_may_be_due_today_or_never():
    typed = {"name": "Mend it", "category": "Data"}
    assert read(filled(free(), **typed, due=TODAY.isoformat())).draft.due == TODAY
    assert read(filled(free(), **typed, due=None)).draft.due is None


@given(name=st.text(max_size=400), description=st.text(max_size=4000))
def test_a_form_is_read_whole_or_refused_never_cut(name, description):
    view = filled(free(), name=name, description=description, category="Data")
    try:
        draft = read(view).draft
    except FormError as exc:
        assert set(exc.errors) <= {Block.NAME, Block.DESCRIPTION}  # noqa: PT017  -- either is right
    else:
        assert 1 <= len(draft.name) <= 160
        assert len(draft.description) <= 3000
        assert "…" not in draft.name or "…" in name


def test_a_forged_submission_without_values_is_refused_at_its_fields():
    assert Block.NAME in refused({"state": None, "private_metadata": "nonsense"})


def test_the_servicenow_form_is_read_without_the_secret_too():
    view = connect_servicenow(None, "C0ACME", samples.REDIRECT)
    typed = {"instance": " acme ", "integration_user": "snow", "client_id": "abc"}
    form = ConnectForm.read(filled(view, **typed))
    assert (form.instance, form.integration_user, form.client_id) == ("acme", "snow", "abc")
    assert form.client_secret.get_secret_value() == ""
    assert form.grant is Grant.CODE
    form = ConnectForm.read(filled(view, **typed, grant=str(Grant.CLIENT)))
    assert form.grant is Grant.CLIENT
    with pytest.raises(FormError) as caught:
        ConnectForm.read(filled(view))
    assert set(caught.value.errors) == {Block.INSTANCE, Block.INTEGRATION_USER, Block.CLIENT_ID}


def test_the_microsoft_form_needs_its_secret():
    view = connect.connect_microsoft(None)
    typed = {"tenant": "0b1c", "client_id": "5a0c"}
    with pytest.raises(FormError) as caught:
        MicrosoftConnectForm.read(filled(view, **typed))
    assert set(caught.value.errors) == {Block.CLIENT_SECRET}
    form = MicrosoftConnectForm.read(filled(view, **typed, client_secret="s3cret"))
    assert (form.tenant, form.client_secret.get_secret_value()) == ("0b1c", "s3cret")


def test_no_secret_is_ever_filled_in_again():
    form = ConnectForm.read(
        filled(
            connect_servicenow(None, "", samples.REDIRECT),
            instance="acme",
            integration_user="snow",
            client_id="abc",
            client_secret="s3cret",
        )
    )
    assert "s3cret" not in json.dumps(connect_servicenow(form, "", samples.REDIRECT))


def test_a_due_date_may_be_the_requesters_own_today():
    earliest = date(2026, 11, 23)
    view = filled(free(), name="Mend it", category="Data", due="2026-11-23")
    assert read(view, today=earliest).draft.due == earliest
