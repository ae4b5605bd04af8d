"""A digest of a direct message comes in private: it says whose tickets it sums up."""

import pytest

from bot.views.digest import digest
from tests.unit.bot import samples
from tests.unit.bot.reading import shown


@pytest.mark.parametrize("conversation", ["D0ADAMIA", samples.ADA])
def test_a_digest_of_a_direct_message_says_so(conversation):
    text = shown(digest(samples.digest(conversation=conversation)))
    assert "The direct message that this was asked for in, since <!date^" in text


def test_a_digest_of_a_channel_names_it():
    text = shown(digest(samples.digest()))
    assert f"<#{samples.CHANNEL}>, since <!date^" in text
    assert "direct message" not in text
