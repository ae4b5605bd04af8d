"""Which hosts may be called, and which addresses they may have."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]", re.ASCII)
_HTTPS_PORT: Final = 443

# The standard library's is_global lets 192.0.0.192 and 192.88.99.1 through, is_private misses
# 100.64.0.0/10. 168.63.129.16 is a public address that answers inside every Azure machine.
_CLOSED_V4: Final = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_V6: Final = ipaddress.IPv6Network("2000::/3")
# Teredo, benchmarking, documentation and 6to4: each can carry a private address inside.
_CLOSED_V6: Final = tuple(
    ipaddress.IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


class AddressRefusedError(Exception):
    """An address that Snowline does not call; nothing has left the machine."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open Internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _CLOSED_V4)
    # Outside 2000::/3 lie loopback, mapped IPv4, NAT64, unique local, link local, multicast.
    return parsed in _OPEN_V6 and not any(parsed in network for network in _CLOSED_V6)


class Routes:
    """Knows where a URL may lead: to a named https host, or to an origin set in its place."""

    def __init__(self, allow_hosts: Mapping[str, str]) -> None:
        """Take exact hosts and the exact origins that stand in for them.

        Raises:
            ValueError: one of them is not an origin.
        """
        self._origins = {host: _origin(origin) for host, origin in allow_hosts.items()}
        self.doors = frozenset(_door(origin) for origin in self._origins.values())
        """Host and port of every origin that may be reached without further questions."""

    def route(self, url: str) -> str:
        """Return the URL to call.

        Raises:
            AddressRefusedError: it is no https URL on port 443 of a named host.
        """
        if not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
            raise AddressRefusedError("the address holds characters that no address holds")
        parts = _parts(url)
        origin = self._origins.get(parts.netloc)
        if origin is not None:
            return parts._replace(scheme=origin.scheme, netloc=origin.netloc).geturl()
        if parts.scheme != "https" or _NAME.fullmatch(_without_port(parts.netloc)) is None:
            raise AddressRefusedError(f"{parts.netloc!r} is no https host on port {_HTTPS_PORT}")
        return url

    def browser(self, url: str) -> str:
        """Return the URL under which a browser reaches the same page."""
        parts = urlsplit(url)
        origin = self._origins.get(parts.netloc)
        if origin is None:
            return url
        return parts._replace(scheme=origin.scheme, netloc=origin.netloc).geturl()


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as exc:
        raise AddressRefusedError(f"{url!r:.100} is no address") from exc


def _without_port(netloc: str) -> str:
    return netloc.removesuffix(f":{_HTTPS_PORT}")


def _origin(text: str) -> SplitResult:
    parts = urlsplit(text.removesuffix("/"))
    is_origin = parts.geturl() == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_origin:
        raise ValueError(f"not an origin such as http://127.0.0.1:4411: {text!r}")
    return parts


def _door(origin: SplitResult) -> tuple[str, int]:
    default = _HTTPS_PORT if origin.scheme == "https" else 80
    return origin.hostname or "", origin.port or default
