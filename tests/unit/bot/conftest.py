"""What tests of the Slack half have in common."""

import pytest

from connector.words import speaking


@pytest.fixture
def french():
    """French is spoken."""
    with speaking("fr"):
        yield
