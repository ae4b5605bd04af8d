"""Fields are kept with English names, whoever reads them then, and sent to ServiceNow so, too."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from connector.models import (
    BotField,
    ChangePlan,
    ChangeTemplate,
    ChangeType,
    Copied,
    FieldChange,
    FieldRule,
    JournalElement,
    Person,
    Priority,
    TicketDraft,
    TicketKind,
    spoken_change,
    spoken_names,
)
from connector.models.fields import NAMES
from connector.servicenow.mapping import mapped
from connector.servicenow.payload import not_kept, to_payload
from connector.servicenow.record import Record
from connector.services.acts.words import LABELS
from connector.services.checks.words import named
from connector.services.tickets.records import changes, gone, replaced_by
from connector.words import speaking
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, MIA

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SHARE = rows.share(ACME, rows.MADE, rows.ShareState.CREATED)
TICKET = rows.ticket(ACME, rows.MADE)
PERSON = Person(user=MIA, name="Mia", email="mia@example.com")
EMPTY = Record(
    **dict.fromkeys(
        (
            "number",
            "name",
            "description",
            "state",
            "state_label",
            "priority",
            "priority_label",
            "assigned_to",
            "assignee",
            "requester_sys_id",
            "correlation_id",
            "correlation_display",
            "type",
            "planned_start",
            "planned_end",
            "template",
            "created_by",
            "updated_by",
        ),
        "",
    ),
    sys_id="a" * 32,
    kind=TicketKind.CHANGE_REQUEST,
    due=None,
    is_open=True,
    created_at=NOON,
    updated_at=NOON,
)


def everything_lost() -> tuple[str, ...]:
    plan = ChangePlan(
        type=ChangeType.STANDARD,
        template=ChangeTemplate(id="b" * 32, name="Patch"),
        starts_at=NOON,
        ends_at=NOON,
    )
    draft = replace(
        SHARE.draft, kind=TicketKind.CHANGE_REQUEST, plan=plan, due=date(2026, 12, 31), name="N"
    )
    payload = to_payload(draft, share=SHARE, person=PERSON, requester_sys_id="c" * 32)
    return not_kept(payload, EMPTY, draft)


def every_change() -> tuple[FieldChange, ...]:
    other = replace(
        gone(TICKET, read_at=NOON),
        state_label="Other",
        priority_label="Other",
        due=date(2031, 1, 1),
        assigned_to="Other",
        name="Other",
    )
    return (*changes(TICKET, other), replaced_by(EMPTY))


def test_every_name_that_something_is_kept_with_can_be_said() -> None:
    assert {*LABELS.values()} <= NAMES
    assert {each.label for each in JournalElement} <= NAMES
    assert {each.field for each in every_change()} == NAMES & {
        *("State", "Priority", "Due date", "Assigned to", "Name", "Record")
    }
    assert len(everything_lost()) == 11
    assert set(everything_lost()) <= NAMES


def test_what_is_kept_and_what_is_sent_is_english_whatever_is_spoken() -> None:
    english = (every_change(), everything_lost(), sent_priority(SHARE.draft))
    with speaking("fr"):
        assert (every_change(), everything_lost(), sent_priority(SHARE.draft)) == english
        assert Priority.HIGH.label == "2 - Élevée"
    assert english[-1] == SHARE.draft.priority.label


def sent_priority(draft: TicketDraft) -> str:
    rule = FieldRule(column="u_x", label="X", source=Copied(field=BotField.PRIORITY))
    return mapped(draft, PERSON, (rule,))[0].value


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (("Due date", "none", "2026-12-31"), ("Échéance", "(vide)", "2026-12-31")),
        (("Assigned to", "none", "State"), ("Affecté à", "(vide)", "State")),
        (("Priority", "4 - Low", "P1"), ("Priorité", "4 - Basse", "P1")),
        (("Comment", "", "none"), ("Commentaire", "", "none")),
        (("Name", "in ServiceNow", "none"), ("Nom", "in ServiceNow", "none")),
        (("Catégorie", "State", "none"), ("Catégorie", "State", "none")),
        (
            ("Record", "in ServiceNow", "deleted there; another one, INC9, stands in its place"),
            (
                "Fiche",
                "dans ServiceNow",
                "supprimée dans ServiceNow ; une autre, INC9, est à sa place",
            ),
        ),
    ],
)
def test_our_own_words_of_a_change_are_said_in_french_and_nobody_elses(
    kept: tuple[str, str, str], said: tuple[str, str, str]
) -> None:
    with speaking("fr"):
        spoken = spoken_change(FieldChange(field=kept[0], before=kept[1], after=kept[2]))
    assert (spoken.field, spoken.before, spoken.after) == said


def test_fields_that_were_not_kept_are_named_in_french() -> None:
    lost = ("Template", "Priority (no impact and urgency make it 4 - Low there)", "Business unit")
    with speaking("fr"):
        said = spoken_names(lost)
    assert said == (
        "Modèle, Priorité (dans ServiceNow, aucune combinaison d'impact et d'urgence ne donne"
        " 4 - Basse), Business unit"
    )


def test_a_check_is_kept_by_the_same_name_whatever_is_spoken() -> None:
    with speaking("fr"):
        assert named("Making", TicketKind.CHANGE_REQUEST) == "Making change requests"
