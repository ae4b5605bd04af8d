"""The only way out: one call, one answer, and one meaning for every failure."""

from connector.http.budget import Budget, BudgetGate
from connector.http.calls import Answer, Call
from connector.http.door import Http
from connector.http.failures import MissingError, UnauthorizedError, UnknownHostError

__all__ = [
    "Answer",
    "Budget",
    "BudgetGate",
    "Call",
    "Http",
    "MissingError",
    "UnauthorizedError",
    "UnknownHostError",
]
