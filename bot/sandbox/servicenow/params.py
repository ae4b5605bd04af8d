"""The ``sysparm_`` parameters of a request, read as leniently as instances read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from aiohttp import web

from bot.sandbox.servicenow.render import Shape

DEFAULT_LIMIT: Final = 10_000
_SHAPES: Final[Mapping[str, Shape]] = {"false": "false", "true": "true", "all": "all"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """What a client asked for; ``named`` are the plain ``field=value`` pairs."""

    query: str
    named: tuple[tuple[str, str], ...]
    fields: str
    limit: int
    offset: int
    shape: Shape
    links: bool
    input_display: bool
    with_count: bool
    with_pages: bool


def read_params(request: web.Request, tiny: Mapping[str, str]) -> Params:
    """Read the query string; what is malformed counts as absent.

    ``tiny`` are queries too long for an address, by the id that ``sysparm_tiny`` names.
    """
    kept = dict(parse_qsl(tiny.get(request.query.get("sysparm_tiny", ""), "")))
    given = {**kept, **request.query}
    return Params(
        query=given.get("sysparm_query", ""),
        named=tuple((k, v) for k, v in given.items() if not k.startswith("sysparm_")),
        fields=given.get("sysparm_fields", ""),
        limit=_whole(given.get("sysparm_limit", ""), DEFAULT_LIMIT),
        offset=_whole(given.get("sysparm_offset", ""), 0),
        shape=_SHAPES.get(given.get("sysparm_display_value", "").lower(), "false"),
        links=not _yes(given, "sysparm_exclude_reference_link"),
        input_display=_yes(given, "sysparm_input_display_value"),
        with_count=not _yes(given, "sysparm_no_count"),
        with_pages=not _yes(given, "sysparm_suppress_pagination_header"),
    )


def _yes(given: Mapping[str, str], name: str) -> bool:
    return given.get(name, "").lower() == "true"


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else default


def pages_header(request: web.Request, params: Params, total: int) -> str:
    """Write the ``Link`` header; empty when everything fits on one page."""
    limit, offset = params.limit, params.offset
    if limit <= 0 or total <= limit:
        return ""
    places = {"first": 0}
    if offset > 0:
        places["prev"] = max(offset - limit, 0)
    if offset + limit < total:
        places["next"] = offset + limit
    places["last"] = (total - 1) // limit * limit
    kept = [(k, v) for k, v in request.query.items() if k not in _PAGING]
    address = f"{request.scheme}://{request.host}{request.path}"
    return ",".join(
        f'<{address}?{_encoded([*kept, *_page(limit, at)])}>;rel="{rel}"'
        for rel, at in places.items()
    )


def _page(limit: int, offset: int) -> list[tuple[str, str]]:
    return [("sysparm_limit", str(limit)), ("sysparm_offset", str(offset))]


def _encoded(query: list[tuple[str, str]]) -> str:
    return urlencode(query, quote_via=quote)


_PAGING: Final = frozenset({"sysparm_limit", "sysparm_offset"})
