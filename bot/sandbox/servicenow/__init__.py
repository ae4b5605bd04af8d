"""The sandbox's ServiceNow: Table API, OAuth and pages of one instance."""

from bot.sandbox.servicenow.server import ServiceNowServer
from bot.sandbox.servicenow.settings import ServiceNowSettings

__all__ = ["ServiceNowServer", "ServiceNowSettings"]
