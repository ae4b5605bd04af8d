"""Which ticket or improvement action a link names; pure.

Everything here was typed by somebody: what is not surely one of the connected instance's or the
portal's own addresses names nothing.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from connector.models import TicketKind

LONGEST: Final = 4000
"""Characters; the addresses that are meant have some hundred."""
_TABLES: Final = {each.value: each for each in TicketKind}
_ANY: Final = "task"
_DOCUMENT: Final = re.compile(r"/?([a-z_]{1,40})\.do", re.ASCII)
_CLASSIC: Final = "/now/nav/ui/classic/params/target/"
_RECORD: Final = re.compile(
    r"/now/[a-z0-9_/-]{1,80}/record/([a-z_]{1,40})/([0-9a-f]{32})(?:/.*)?", re.ASCII
)
_PORTAL: Final = re.compile(r"/(?:sp|esc|csm)", re.ASCII)
_SYS_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_BY_NUMBER: Final = re.compile(r"number=([A-Z]{2,8}[0-9]{4,15})", re.ASCII)
_UNSEEN: Final = re.compile(r"[^\x21-\x7e]|[\\<>\"`]")
_ACTION: Final = re.compile(r"[\x20-\x7e]{1,200}", re.ASCII)
_MOST_PARAMETERS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordName:
    """A record by its ``sys_id`` or its ``number``; ``kind`` is None where the link leaves it."""

    kind: TicketKind | None
    sys_id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionName:
    """An improvement action by its id; ``tenant`` is empty where the link names none."""

    id: str
    tenant: str = ""


def record_in(url: str, origins: frozenset[str]) -> RecordName | None:
    """Name the record that a link leads to; ``origins`` are where the instance is reached."""
    parts = _parts(url, origins)
    if parts is None:
        return None
    if parts.path.startswith(_CLASSIC):
        return _document(_decoded(parts.path.removeprefix(_CLASSIC)))
    if found := _RECORD.fullmatch(parts.path):
        return _by_sys_id(found[1], found[2])
    if parts.path == "/nav_to.do":
        return _document(_one(parts.query, "uri"))
    if _PORTAL.fullmatch(parts.path):
        return _by_sys_id(_one(parts.query, "table"), _one(parts.query, "sys_id"))
    return _document(f"{parts.path}?{parts.query}")


def action_in(url: str, origins: frozenset[str]) -> ActionName | None:
    """Name the improvement action that a link leads to; ``origins`` are the portal's."""
    parts = _parts(url, origins)
    if parts is None or parts.path.rstrip("/").casefold() != "/securescore":
        return None
    id_ = _one(parts.query, "actionId")
    if not _ACTION.fullmatch(id_):
        return None
    return ActionName(id=id_, tenant=_one(parts.query, "tid"))


def origin_of(url: str) -> str:
    """Return the scheme, host and port of an address of ours, without the usual port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_host(parts)}"


def _parts(url: str, origins: frozenset[str]) -> SplitResult | None:
    if len(url) > LONGEST or _UNSEEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        # A port that is no number raises here.
        origin = f"{parts.scheme}://{_host(parts)}"
    except ValueError:
        return None
    return parts if "@" not in parts.netloc and origin in origins else None


def _host(parts: SplitResult) -> str:
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in {None, usual} else f":{parts.port}"
    return f"{(parts.hostname or '').lower()}{port}"


def _document(target: str) -> RecordName | None:
    """Read ``incident.do?sys_id=…``, the address of a form within an instance."""
    path, _, query = target.partition("?")
    found = _DOCUMENT.fullmatch(path)
    if found is None:
        return None
    if sys_id := _one(query, "sys_id"):
        return _by_sys_id(found[1], sys_id)
    number = _BY_NUMBER.fullmatch(_one(query, "sysparm_query"))
    if number is None or not _is_ticket(found[1]):
        return None
    return RecordName(kind=_TABLES.get(found[1]), number=number[1])


def _by_sys_id(table: str, sys_id: str) -> RecordName | None:
    if not _is_ticket(table) or not _SYS_ID.fullmatch(sys_id):
        return None
    return RecordName(kind=_TABLES.get(table), sys_id=sys_id)


def _is_ticket(table: str) -> bool:
    return table in _TABLES or table == _ANY


def _one(query: str, name: str) -> str:
    """Read a parameter that stands there once; one that stands twice says nothing sure."""
    try:
        values = parse_qs(query, max_num_fields=_MOST_PARAMETERS).get(name, [])
    except ValueError:
        return ""
    return values[0] if len(values) == 1 else ""


def _decoded(target: str) -> str:
    # Browsers show what the address bar encodes once or twice.
    once = unquote(target)
    return once if "?" in once else unquote(once)
