"""What can be known of the instance itself: its registry, its release, its other ways in."""

import re
from typing import Any, Final

from connector.errors import ProviderError
from connector.models import Check
from connector.servicenow.probes import Glimpse
from connector.services.checks.words import failed, not_answered, passed, unknown
from connector.words import tr

_REGISTRY: Final = "OAuth client"
_RELEASE: Final = "Release"
_BASIC: Final = "Basic authentication"
RELEASES: Final = (
    "Kingston",
    "London",
    "Madrid",
    "New York",
    "Orlando",
    "Paris",
    "Quebec",
    "Rome",
    "San Diego",
    "Tokyo",
    "Utah",
    "Vancouver",
    "Washington DC",
    "Xanadu",
    "Yokohama",
    "Zurich",
    "Australia",
)
"""The releases that will do, oldest first: after Zurich the alphabet begins again."""
_TOO_OLD: Final = (
    "Fuji",
    "Geneva",
    "Helsinki",
    "Istanbul",
    "Jakarta",
)
_WAR: Final = re.compile(r"(?:glide-)?([a-z]+)-\d\d-\d\d-\d{4}.*", re.ASCII | re.IGNORECASE)


def oauth_client(seen: Glimpse | ProviderError, redirect_uri: str) -> Check:
    """Judge the row of the Application Registry, which most instances show to admins only."""
    if isinstance(seen, ProviderError):
        return not_answered(_REGISTRY, seen)
    if not seen.rows:
        return unknown(
            _REGISTRY,
            tr(
                "The integration user may not read oauth_entity, the Application Registry. Snowline"
                " does not need it; other tools report it as a cross-scope access policy."
            ),
            tr(
                "Nothing need be done. To let it be read: the table's application access, Can read."
            ),
        )
    row = seen.rows[0]
    if str(row.get("active", "")) == "false":
        text = tr("The OAuth client of Snowline is not active in ServiceNow.")
        return failed(_REGISTRY, text, tr("Activate it in System OAuth > Application Registry."))
    known = str(row.get("redirect_url") or "")
    if known and redirect_uri not in re.split(r"[,\s]+", known):
        text = tr("The OAuth client in ServiceNow does not name Snowline's redirect URL.")
        return failed(
            _REGISTRY,
            text,
            tr("Add {redirect_uri} to it: the next sign-in needs it.", redirect_uri=redirect_uri),
        )
    return passed(_REGISTRY, tr("The OAuth client is active and leads back to Snowline."))


def release(seen: Glimpse | ProviderError) -> Check:
    """Judge by the instance's properties whether it is on Kingston or later."""
    if isinstance(seen, ProviderError):
        return not_answered(_RELEASE, seen)
    known = {str(row.get("name")): str(row.get("value") or "") for row in seen.rows}
    found = _release_in(known)
    if not found:
        return unknown(
            _RELEASE,
            tr("ServiceNow does not tell the integration user its release."),
            tr("An admin there sees it in System Diagnostics > Stats: Kingston or later will do."),
        )
    if name := _among(RELEASES, found):
        return passed(_RELEASE, tr("ServiceNow is on {name}: Kingston or later.", name=name))
    if name := _among(_TOO_OLD, found):
        text = tr("ServiceNow is on {name}, and Snowline needs Kingston or later.", name=name)
        return failed(_RELEASE, text, tr("Have the instance upgraded."))
    return unknown(
        _RELEASE,
        tr("ServiceNow is on {found}, a release that this Snowline does not know.", found=found),
        tr("If it is newer than Australia, nothing need be done."),
    )


def basic_authentication() -> Check:
    """Say what a restriction of Basic authentication means here: nothing."""
    text = tr(
        "A restriction of Basic authentication does not concern Snowline: it signs in by OAuth."
    )
    return passed(_BASIC, text)


def _release_in(properties: dict[str, Any]) -> str:
    war = _WAR.fullmatch(properties.get("glide.war", "").strip())
    return war[1] if war else str(properties.get("glide.buildname", "")).strip()


def _among(names: tuple[str, ...], found: str) -> str:
    wanted = _letters(found)
    return next((name for name in names if _letters(name) == wanted), "")


def _letters(name: str) -> str:
    return "".join(name.split()).casefold()
