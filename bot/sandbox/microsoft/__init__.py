"""A local Microsoft 365: the token endpoint, and Graph's Secure Score with a tenant behind it."""

from bot.sandbox.microsoft.server import MicrosoftServer
from bot.sandbox.microsoft.settings import MicrosoftSettings

__all__ = ["MicrosoftServer", "MicrosoftSettings"]
