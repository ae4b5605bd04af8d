"""The test's hand in the tenant: time passes, actions are carried out or withdrawn."""

from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.microsoft.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Control:
    """Calls under ``/_sandbox`` that no real tenant has."""

    tenant: Tenant

    def routes(self) -> list[web.RouteDef]:
        """The control's addresses; each takes ``{"id": ACTION}``."""
        return [
            web.post("/_sandbox/fix", self._fix),
            web.post("/_sandbox/remove", self._remove),
        ]

    async def _fix(self, request: web.Request) -> web.Response:
        action = await _action(request)
        try:
            score = self.tenant.fix(action)
        except KeyError:
            return _unknown(f"{action!r} does not count towards the score")
        return web.json_response({"ok": True, "score": score["id"]})

    async def _remove(self, request: web.Request) -> web.Response:
        action = await _action(request)
        try:
            self.tenant.remove(action)
        except KeyError:
            return _unknown(f"there is no action {action!r}")
        return web.json_response({"ok": True})


async def _action(request: web.Request) -> str:
    try:
        body = await request.json()
    except ValueError:
        body = None
    return str(body.get("id", "")) if isinstance(body, dict) else ""


def _unknown(reason: str) -> web.Response:
    return web.json_response({"ok": False, "error": reason}, status=404)
