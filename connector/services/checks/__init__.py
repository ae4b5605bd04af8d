"""What stands between a connection and its tickets, each in one sentence with its remedy."""

from connector.services.checks.service import ChecksService

__all__ = ["ChecksService"]
