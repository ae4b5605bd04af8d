"""Words of ours that rows of the database hold: they are said in any language, and never reworded.

A new wording takes a migration: a row of before would be read no more, or only in English.
"""

import pytest

from connector.models import (
    BotField,
    JournalElement,
    RecommendationCategory,
    RecommendationSource,
    StepName,
)
from connector.models.fields import NAMES
from connector.services.acts.words import LABELS

KEPT = {
    RecommendationCategory: {"Devices", "Data", "Apps", "Identity", "Infrastructure"},
    RecommendationSource: {"Microsoft recommendation", "User recommendation"},
    BotField: {
        *("Recommendation source", "Recommendation category", "Gain in points"),
        *("Improvement action's id", "Link to the action", "Requester's name"),
        *("Requester's e-mail address", "Due date", "Ticket's name", "Priority"),
    },
    StepName: {
        *("ServiceNow Kingston or later", "Admin rights in ServiceNow"),
        "ServiceNow's settings left at their defaults",
        *("Application registration", "Integration user and its roles", "Authorise", "Checks"),
    },
}


@pytest.mark.parametrize("words", KEPT)
def test_words_that_rows_hold_are_not_reworded(words):
    assert {each.value for each in words} == KEPT[words]


def test_every_field_that_acts_and_journals_name_is_said_in_each_language():
    assert {*LABELS.values(), *(each.label for each in JournalElement)} <= NAMES
