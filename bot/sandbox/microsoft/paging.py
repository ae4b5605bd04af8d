"""Pages of a collection, linked by tokens that mean nothing to the client."""

import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.sandbox.microsoft.addresses import origin_of
from bot.sandbox.microsoft.errors import bad_request
from bot.sandbox.microsoft.odata import Entity, Options

_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class Pager:
    """Cuts collections into pages and remembers where each page ended."""

    _offsets: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def page(self, request: web.Request, options: Options, found: list[Entity]) -> dict[str, Any]:
        """Answer one page; more than one leads on by ``@odata.nextLink``.

        ``$top`` is the size of a page and no limit: the link leads through the whole
        collection, also after ``$top=1``.

        Raises:
            GraphError: 400, the skip token is none of ours.
        """
        start = self._start(options)
        end = start + options.top
        answer: dict[str, Any] = {}
        if options.counted:
            answer["@odata.count"] = len(found)
        if options.top and end < len(found):
            answer["@odata.nextLink"] = self._link(request, end)
        answer["value"] = [options.shown(entity) for entity in found[start:end]]
        return answer

    def _start(self, options: Options) -> int:
        if not options.skiptoken:
            return options.skip
        if options.skiptoken not in self._offsets:
            raise bad_request("Invalid skip token.")
        return self._offsets[options.skiptoken]

    def _link(self, request: web.Request, offset: int) -> str:
        token = str(uuid.uuid4())
        self._offsets[token] = offset
        while len(self._offsets) > _REMEMBERED:
            self._offsets.popitem(last=False)
        kept = {k: v for k, v in request.query.items() if k not in {"$skip", "$skiptoken"}}
        query = urlencode(kept | {"$skiptoken": token}, safe="$,'()", quote_via=quote)
        return f"{origin_of(request)}{request.rel_url.raw_path}?{query}"
