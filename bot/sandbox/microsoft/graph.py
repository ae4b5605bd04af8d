"""Microsoft Graph: the Secure Score addresses under ``/v1.0`` and ``/beta``."""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import web

from bot.sandbox.microsoft.addresses import origin_of
from bot.sandbox.microsoft.apps import READ, WRITE
from bot.sandbox.microsoft.decisions import read_decision
from bot.sandbox.microsoft.errors import GraphError, Trace, bad_request, odata
from bot.sandbox.microsoft.odata import Entity, Options
from bot.sandbox.microsoft.paging import Pager
from bot.sandbox.microsoft.tenant import Tenant
from bot.sandbox.microsoft.tokens import BadTokenError, Bearer, Tokens

_SCORES: Final = "secureScores"
_PROFILES: Final = "secureScoreControlProfiles"
_COLLECTIONS: Final = {name.casefold(): name for name in (_SCORES, _PROFILES)}
_KEYED: Final = re.compile(r"(?P<name>[^(]+)\('(?P<key>.*)'\)")
_COUNT: Final = "$count"


@dataclass(frozen=True, slots=True)
class Address:
    """What a path names: a collection, one of its entities, or (``$count``) its size."""

    collection: str
    key: str = ""

    @classmethod
    def read(cls, path: str) -> "Address":
        """Read the path after the version; letters may be cased in any way.

        Raises:
            GraphError: 400, there is nothing of that name.
        """
        segments = [unquote(part) for part in path.strip("/").split("/")]
        keyed = _KEYED.fullmatch(segments[-1])
        if keyed:
            segments[-1:] = [keyed["name"], keyed["key"].replace("''", "'")]
        if segments[0].casefold() != "security":
            raise _no_segment(segments[0])
        if len(segments) < 2 or segments[1].casefold() not in _COLLECTIONS:
            raise _no_segment(segments[-1])
        if len(segments) > 3:
            raise _no_segment(segments[3])
        return cls(_COLLECTIONS[segments[1].casefold()], "".join(segments[2:]))


def _no_segment(name: str) -> GraphError:
    return bad_request(f"Resource not found for the segment '{name}'.")


@dataclass(frozen=True, slots=True)
class Graph:
    """Answers Graph's requests from one tenant."""

    tenant: Tenant
    tokens: Tokens
    pager: Pager = field(default_factory=Pager)

    def routes(self) -> list[web.RouteDef]:
        """Graph's addresses: everything that nobody else on this server answers."""
        return [web.route("*", "/{version}/{path:.*}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        trace = Trace.of(request)
        try:
            response = await self._dispatch(request)
        except GraphError as exc:
            response = exc.response(trace)
        trace.mark(response)
        return response

    async def _dispatch(self, request: web.Request) -> web.Response:
        if request.match_info["version"].casefold() not in {"v1.0", "beta"}:
            raise bad_request("Invalid version.")
        bearer = self._bearer(request)
        raw_path = request.rel_url.raw_path.split("/", 2)[2]
        address = Address.read(raw_path)
        match request.method:
            case "GET" | "HEAD":
                _check_permission(bearer, READ, WRITE)
                return self._read(request, address)
            case "PATCH" if address.collection == _PROFILES and address.key not in {"", _COUNT}:
                _check_permission(bearer, WRITE)
                return await self._update(request, address.key, bearer)
            case _:
                raise GraphError(
                    405, "Request_BadRequest", "Specified HTTP method is not allowed here."
                )

    def _bearer(self, request: web.Request) -> Bearer:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            return self.tokens.read(token.strip() if scheme.casefold() == "bearer" else "")
        except BadTokenError as exc:
            raise GraphError(401, "InvalidAuthenticationToken", str(exc)) from exc

    def _read(self, request: web.Request, address: Address) -> web.Response:
        options = Options.read(request.query)
        if address.key == _COUNT:
            count = len(options.filtered(self._all(address.collection)))
            return web.Response(text=str(count), headers={"OData-Version": "4.0"})
        if address.key:
            entity = options.shown(self._one(address))
            return odata(_context(request, address, options, single=True) | entity)
        found = options.filtered(self._all(address.collection))
        page = self.pager.page(request, options, found)
        return odata(_context(request, address, options) | page)

    def _all(self, collection: str) -> list[Entity]:
        if collection == _PROFILES:
            return list(self.tenant.profiles.values())
        return self.tenant.scores

    def _one(self, address: Address) -> Entity:
        if address.collection == _PROFILES:
            entity = self.tenant.profiles.get(address.key)
        else:
            entity = self.tenant.score(address.key)
        if entity is None:
            raise GraphError(404, "ResourceNotFound", f"'{address.key}' does not exist.")
        return entity

    async def _update(self, request: web.Request, action: str, bearer: Bearer) -> web.Response:
        profile = self._one(Address(_PROFILES, action))
        update = read_decision(await request.read(), profile, bearer.client_id)
        profile = self.tenant.decide(action, update)
        if "return=representation" not in request.headers.get("Prefer", "").replace(" ", ""):
            return web.Response(status=204)
        context = _context(request, Address(_PROFILES), Options(), single=True)
        response = odata(context | profile)
        response.headers["Preference-Applied"] = "return=representation"
        return response


def _check_permission(bearer: Bearer, *any_of: str) -> None:
    if not set(any_of) & set(bearer.roles):
        raise GraphError(
            403,
            "Forbidden",
            "Auth token does not contain valid permissions or user does not have valid roles. "
            f"Token roles: {', '.join(bearer.roles) or 'none'}; one of these is needed: "
            f"{', '.join(any_of)}.",
        )


def _context(
    request: web.Request, address: Address, options: Options, *, single: bool = False
) -> dict[str, Any]:
    version = request.match_info["version"]
    columns = f"({','.join(options.selected)})" if options.selected else ""
    end = "/$entity" if single else ""
    url = f"{origin_of(request)}/{version}/$metadata#security/{address.collection}{columns}{end}"
    return {"@odata.context": url}
