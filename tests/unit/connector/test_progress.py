"""Steps of a share as pure functions: what one step leaves behind for the next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from connector.errors import Provider, ProviderRefusedError, ThrottledError
from connector.models import ShareId, ShareState
from connector.services.sharing import progress
from connector.store.shares import ShareRecord
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME

NOW: Final = rows.NOON
LIMIT: Final = ThrottledError(Provider.SERVICENOW, "429", until=NOW + timedelta(hours=1), now=NOW)
REFUSAL: Final = ProviderRefusedError(Provider.SERVICENOW, "no")


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda record: progress.unclear(record, NOW), id="nobody can tell"),
        pytest.param(lambda record: progress.unseen(record, NOW), id="it cannot be seen"),
        pytest.param(lambda record: progress.given_up(record, NOW), id="the day is over"),
        pytest.param(
            lambda record: progress.given_up(progress.sure(record, again=False), NOW),
            id="it is not there and the day is over",
        ),
        pytest.param(lambda record: progress.rejected(record, REFUSAL, NOW), id="refused"),
        pytest.param(lambda record: progress.unsure(record, NOW), id="unsure again"),
        pytest.param(lambda record: progress.sure(record, again=True), id="it is not there"),
    ],
)
def test_what_waited_for_servicenow_waits_no_more_when_it_is_decided(
    end: Callable[[ShareRecord], ShareRecord],
) -> None:
    share = rows.share(ACME, ShareId("asked"), ShareState.UNKNOWN)
    record = progress.waiting(progress.unsure(ShareRecord(share=share), NOW), LIMIT)
    assert record.share.waits_until == LIMIT.until
    assert end(record).share.waits_until is None
    assert end(replace(record, unsure_at=None)).share.waits_until is None
