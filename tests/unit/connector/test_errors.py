"""What errors say to people who wait."""

import pytest

from connector.errors import (
    ConnectorError,
    NotConnectedError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
    SignInExpiredError,
)

SN = Provider.SERVICENOW


def unavailable(remedy=""):
    return ProviderUnavailableError(SN, "503", remedy=remedy)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        pytest.param(unavailable(), "ServiceNow cannot be reached right now.", id="unreachable"),
        pytest.param(
            unavailable("is asleep: open https://acme.example in a browser, then try again."),
            "ServiceNow is asleep: open https://acme.example in a browser.",
            id="asleep",
        ),
        pytest.param(
            unavailable("has no such name. Check the name, or try again in a minute."),
            "ServiceNow has no such name. Check the name.",
            id="or try again",
        ),
        pytest.param(
            ProviderRefusedError(SN, "403", remedy="refused: “Please try again later”. Ask."),
            "ServiceNow refused: “Please”. Ask.",
            id="quoted words",
        ),
        pytest.param(NotConnectedError(SN), "ServiceNow is not connected.", id="not connected"),
        pytest.param(
            SignInExpiredError(SN, "401"),
            "ServiceNow no longer accepts the sign-in.",
            id="sign-in expired",
        ),
        pytest.param(ConnectorError(), ConnectorError.advice, id="anything else"),
    ],
)
def test_why_is_said_without_the_advice_to_try_again(error, why):
    assert error.why == why
