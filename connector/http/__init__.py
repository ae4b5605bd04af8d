"""The only way out: one call, one answer, and one meaning for every failure."""

from connector.http.barriers import (
    BrowserSignInError,
    SecondFactorError,
    is_sign_in_page,
    leads_to_sign_in,
)
from connector.http.budget import Budget, BudgetGate
from connector.http.calls import Answer, Call
from connector.http.door import Http
from connector.http.failures import MissingError, UnauthorizedError, UnknownHostError

__all__ = [
    "Answer",
    "BrowserSignInError",
    "Budget",
    "BudgetGate",
    "Call",
    "Http",
    "MissingError",
    "SecondFactorError",
    "UnauthorizedError",
    "UnknownHostError",
    "is_sign_in_page",
    "leads_to_sign_in",
]
