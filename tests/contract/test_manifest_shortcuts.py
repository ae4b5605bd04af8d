"""The shortcuts of the manifest are those of the code and of the sandbox."""

import pytest
import yaml

from bot.identifiers import Callback
from bot.sandbox.slack.settings import SHORTCUTS
from tests.contract.test_manifest import MANIFEST

OURS = {
    (Callback.ATTACH_FILE, "message"),
    (Callback.MESSAGE_SHORTCUT, "message"),
    (Callback.SHARE_SHORTCUT, "global"),
    (Callback.CREATE_SHORTCUT, "global"),
}


@pytest.fixture
def shortcuts():
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["features"]["shortcuts"]


def test_they_are_those_that_the_code_answers_to(shortcuts):
    assert {(each["callback_id"], each["type"]) for each in shortcuts} == OURS


def test_the_sandbox_offers_the_same(shortcuts):
    offered = {(each.callback_id, each.name, each.type) for each in SHORTCUTS}
    assert offered == {(each["callback_id"], each["name"], each["type"]) for each in shortcuts}


def test_they_stay_within_slacks_limits(shortcuts):
    assert len(shortcuts) <= 10
    assert all(len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in shortcuts)
