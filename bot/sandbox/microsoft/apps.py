"""The app registrations of the sandbox's tenant: client ids, secrets, application permissions."""

from dataclasses import dataclass
from typing import Final

from bot.sandbox import accounts

READ: Final = "SecurityEvents.Read.All"
WRITE: Final = "SecurityEvents.ReadWrite.All"
TENANT_DOMAIN: Final = "northwind.onmicrosoft.com"


@dataclass(frozen=True, slots=True)
class AppRegistration:
    """An application known to the tenant; ``roles`` are what an administrator consented to."""

    name: str
    client_id: str
    secret: str
    roles: tuple[str, ...]
    expired_secret: str = ""


SNOWLINE: Final = AppRegistration(
    "Snowline",
    accounts.MICROSOFT_CLIENT_ID,
    accounts.MICROSOFT_CLIENT_SECRET,
    (READ, WRITE),
    "sandbox-expired-secret",
)
READER: Final = AppRegistration(
    "Reader, may not change a state",
    "5a0c1e2d-3b4f-4a69-8778-9a0b1c2d3e50",
    "sandbox-reader-secret",
    (READ,),
)
UNCONSENTED: Final = AppRegistration(
    "Without consent, may read nothing",
    "5a0c1e2d-3b4f-4a69-8778-9a0b1c2d3e51",
    "sandbox-unconsented-secret",
    (),
)
REGISTERED: Final = (SNOWLINE, READER, UNCONSENTED)


def registered(client_id: str) -> AppRegistration | None:
    """Find the registration of a client id, however its letters are cased."""
    wanted = client_id.casefold()
    return next((app for app in REGISTERED if app.client_id == wanted), None)


def is_tenant(name: str) -> bool:
    """Tell whether a path's first segment names the sandbox's one tenant."""
    return name.casefold() in {accounts.TENANT_ID, TENANT_DOMAIN}
