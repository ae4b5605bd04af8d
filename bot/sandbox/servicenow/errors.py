"""Refusals in the Table API's own words."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A request the instance refuses; ``status`` is the HTTP status."""

    def __init__(
        self,
        status: int,
        message: str,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.detail = detail
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """The envelope clients parse."""
        return {
            "error": {"message": self.message, "detail": self.detail},
            "status": "failure",
        }


def not_authenticated() -> ApiError:
    """Say that nobody is signed in: no, wrong, or expired credentials alike."""
    return ApiError(401, "User is not authenticated", "Required to provide Auth information")


def second_factor_missing() -> ApiError:
    """Say the same to whoever came with a password alone, and that in a header only."""
    error = not_authenticated()
    error.headers = {"X-MFA_TOKEN": "invalid"}
    return error


def no_such_table(name: str) -> ApiError:
    """Say that the instance has no such table."""
    return ApiError(400, f"Invalid table {name}", f"Table {name} does not exist")


def no_such_resource() -> ApiError:
    """Say that the address leads nowhere."""
    return ApiError(400, "Requested URI does not represent any resource")


def no_record() -> ApiError:
    """Say that there is no such record, or none this user may see."""
    return ApiError(
        404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval"
    )


def may_not_query(detail: str | None = None) -> ApiError:
    """Say that the user may not read this table or filter by this field."""
    return ApiError(403, "Insufficient rights to query records", detail)


def acl(operation: str) -> ApiError:
    """Say that the user may not write; ``operation`` is Insert, Update or Delete."""
    return operation_failed(f"ACL Exception {operation} Failed due to security constraints")


def data_policy(labels: list[str]) -> ApiError:
    """Say which fields, by their labels, must be filled in first."""
    return operation_failed(
        "Data Policy Exception: \n\tThe following fields are mandatory: " + ", ".join(labels)
    )


def business_rule(table: str, rule: str, key: str) -> ApiError:
    """Say that a business rule aborted the write."""
    return operation_failed(
        f"Operation against file '{table}' was aborted by Business Rule '{rule}^{key}'. "
        f"Business Rule Stack:{rule}"
    )


def insert_failed(table: str, shown: str) -> ApiError:
    """Say that the database refused the row: its ``sys_id`` exists."""
    return operation_failed(f"Error during insert of {table} ({shown})")


def operation_failed(detail: str) -> ApiError:
    """Say that a write failed, and why."""
    return ApiError(403, "Operation Failed", detail)


def bad_request(message: str, detail: str | None = None) -> ApiError:
    """Say that the request cannot be read."""
    return ApiError(400, message, detail)


def rate_limited(limit: int = 100, headers: Mapping[str, str] | None = None) -> ApiError:
    """Say that the hour's requests are used up."""
    detail = f"Rate limit of {limit} requests per hour for Table API exceeded"
    return ApiError(429, "Rate limit exceeded", detail, headers)


def transaction_cancelled() -> ApiError:
    """Say that the transaction took too long; it may have been carried out."""
    message = "Transaction cancelled: maximum execution time exceeded"
    return ApiError(
        500,
        message,
        f"{message}. Check logs for error trace or enable glide.rest.debug property to verify "
        "REST request processing",
    )
