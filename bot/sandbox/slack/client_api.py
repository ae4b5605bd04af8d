"""``/_client``: what the page and the driver see and do on behalf of one person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.slack import (
    channel_changes,
    clicks,
    commands,
    entities,
    membership,
    submitting,
    unfurling,
)
from bot.sandbox.slack.errors import DeliveryError, Json, SlackError
from bot.sandbox.slack.files import uploads_in
from bot.sandbox.slack.link import OK, Link
from bot.sandbox.slack.teams import TEAMS, named
from bot.sandbox.slack.workspaces import Workspaces

PREFIX: Final = "/_client"
_LONGEST_POLL: Final = 20.0
_SHOWN: Final = (
    "id",
    "name",
    "real_name",
    "tz",
    "locale",
    "deleted",
    "is_admin",
    "is_owner",
    "is_bot",
    "is_restricted",
    "is_stranger",
)
Act = Callable[[Link, str, Json], Awaitable[Json]]
Look = Callable[[Link, str, web.Request], Awaitable[Json]]


async def _state(link: Link, user: str, _request: web.Request) -> Json:
    workspace = link.workspace
    settings = workspace.settings
    people = [_person(link, each.id) for each in workspace.people.everyone()]
    return {
        "team": {
            "id": accounts.TEAM_ID,
            "name": accounts.TEAM_NAME,
            "domain": accounts.TEAM_DOMAIN,
        },
        "me": _person(link, user),
        "bot": _person(link, accounts.BOT_USER_ID),
        "users": people,
        "channels": [
            place.shown() | {"is_read_only": workspace.is_read_only(place)}
            for place in workspace.conversations.open_to(user)
        ],
        "commands": [
            {"command": each.command, "hint": each.hint, "description": each.description}
            for each in settings.commands
        ]
        + [
            {"command": name, "hint": hint, "description": "Slack's own"}
            for name, hint in (*membership.COMMANDS.items(), *channel_changes.COMMANDS.items())
        ],
        "shortcuts": [
            {"callback_id": each.callback_id, "name": each.name, "type": each.type}
            for each in settings.shortcuts
        ],
        "servicenow_url": settings.servicenow_url,
        "teams": [{"id": team.id, "name": team.name} for team in TEAMS],
        "n": workspace.feed.last,
    }


def _person(link: Link, user: str) -> Json:
    wire = link.workspace.people.wire(user)
    return {name: wire[name] for name in _SHOWN} | {"email": wire["profile"].get("email", "")}


async def _messages(link: Link, user: str, request: web.Request) -> Json:
    channel = request.query.get("channel", "")
    place = link.workspace.conversations.entered_by(user, channel)
    messages = link.workspace.messages
    return {"messages": [messages.shown(m) for m in messages.seen_by(user, place.id)]}


async def _events(link: Link, user: str, request: web.Request) -> Json:
    feed, after = link.workspace.feed, request.query.get("after", "")
    if not after.isdigit():
        return {"events": [], "n": feed.last}
    wait = request.query.get("seconds", "")
    seconds = min(float(wait), _LONGEST_POLL) if wait else _LONGEST_POLL
    events = await feed.wait(user, int(after), seconds)
    return {"events": events, "n": events[-1]["n"] if events else max(feed.last, int(after))}


async def _view(link: Link, user: str, _request: web.Request) -> Json:
    return link.workspace.views.shown(user)


async def _home(link: Link, user: str, _request: web.Request) -> Json:
    home = link.workspace.views.homes.get(user)
    return {"view": home.wire() if home else None}


async def _say(link: Link, user: str, body: Json) -> Json:
    text, thread = str(body.get("text") or ""), body.get("thread_ts")
    uploads = uploads_in(body.get("files"))
    return commands.say(link, user, str(body.get("channel")), text, thread, uploads)


async def _command(link: Link, user: str, body: Json) -> Json:
    line = str(body.get("text") or "")
    return await commands.command(link, user, str(body.get("channel")), line)


async def _shortcut(link: Link, user: str, body: Json) -> Json:
    callback_id, here = str(body.get("callback_id")), str(body.get("channel") or "")
    return await commands.shortcut(link, user, callback_id, body.get("message"), here)


async def _set(link: Link, user: str, body: Json) -> Json:
    surface = clicks.surface_of(link, user, body)
    block_id, action_id = str(body.get("block_id")), str(body.get("action_id"))
    surface.element(block_id, action_id)
    clicks.enter(surface, {block_id: {action_id: body.get("state") or {}}})
    return OK


async def _close(link: Link, user: str, body: Json) -> Json:
    return submitting.close(link, user, body)


async def _open_home(link: Link, user: str, _body: Json) -> Json:
    return commands.open_home(link, user)


async def _speak(link: Link, user: str, body: Json) -> Json:
    """Choose a language, as *Preferences → Language & region* does; the app is not told."""
    locale = str(body.get("locale") or "")
    if locale not in accounts.LOCALES:
        raise SlackError("invalid_arguments")
    link.workspace.people.mark(user, locale=locale, updated=int(link.workspace.clock()))
    return OK


async def _panes(link: Link, user: str, _request: web.Request) -> Json:
    panes = link.workspace.panes.kept.values()
    return {"panes": [each.shown() for each in panes if each.user == user]}


_LOOKS: Final[dict[str, Look]] = {
    "state": _state,
    "messages": _messages,
    "events": _events,
    "view": _view,
    "home": _home,
    "panes": _panes,
}
_ACTS: Final[dict[str, Act]] = {
    "say": _say,
    "command": _command,
    "shortcut": _shortcut,
    "click": clicks.click,
    "set": _set,
    "options": clicks.options,
    "submit": submitting.submit,
    "close": _close,
    "home": _open_home,
    "language": _speak,
    "compose": unfurling.compose,
    "pane": entities.open_pane,
    "save": entities.save,
}


@dataclass(frozen=True, slots=True)
class ClientApi:
    """Answers the page and the driver; refusals are ``ok: false`` with Slack's code."""

    workspaces: Workspaces

    def routes(self) -> list[web.RouteDef]:
        """List the routes below ``/_client``."""
        return [
            web.get(f"{PREFIX}/payloads", self._payloads),
            web.get(f"{PREFIX}/refused", self._refused),
            web.post(f"{PREFIX}/redeliver", self._redeliver),
            web.post(f"{PREFIX}/uninstall", self._uninstall),
            web.get(PREFIX + "/{what}", self._look),
            web.post(PREFIX + "/{what}", self._act),
        ]

    async def _payloads(self, _request: web.Request) -> web.Response:
        return web.json_response({"payloads": self.workspaces.home.workspace.record.payloads})

    async def _refused(self, _request: web.Request) -> web.Response:
        return web.json_response({"refused": self.workspaces.home.workspace.record.refused})

    async def _redeliver(self, request: web.Request) -> web.Response:
        body = await _read(request)
        link = self.workspaces.named(str(body.get("team") or ""))
        if "events" in body:
            await link.delivery.redeliver_events(int(body["events"]))
        else:
            await link.delivery.redeliver(int(body.get("times", 1)))
        return web.json_response(OK)

    async def _uninstall(self, request: web.Request) -> web.Response:
        """Do what an admin's *Remove app* does; ``where`` is a workspace or the organisation."""
        body = await _read(request)
        where = str(
            body.get("where") or self.workspaces.installed_over(str(body.get("team") or ""))
        )
        try:
            self.workspaces.uninstall(where, tokens_first=bool(body.get("tokens_first")))
        except SlackError as exc:
            return web.json_response({"ok": False, "error": exc.code})
        return web.json_response(OK)

    async def _look(self, request: web.Request) -> web.Response:
        look = _LOOKS.get(request.match_info["what"])
        if look is None:
            raise web.HTTPNotFound
        user, team = request.query.get("user", ""), request.query.get("team", "")
        return await self._answer(team, user, lambda link: look(link, user, request))

    async def _act(self, request: web.Request) -> web.Response:
        act = _ACTS.get(request.match_info["what"])
        if act is None:
            raise web.HTTPNotFound
        body = await _read(request)
        user, team = str(body.get("user", "")), str(body.get("team") or "")
        return await self._answer(team, user, lambda link: act(link, user, body))

    def _entered(self, team: str, user: str) -> Link:
        link = self.workspaces.named(team)
        if user not in link.workspace.people:
            raise SlackError("user_not_found")
        return link

    async def _answer(
        self, team: str, user: str, work: Callable[[Link], Awaitable[Json]]
    ) -> web.Response:
        try:
            link = self._entered(team, user)
            known = next(each for each in TEAMS if self.workspaces.links[each.id] is link)
            return web.json_response(named(known, await work(link)))
        except (SlackError, DeliveryError) as exc:
            return web.json_response({"ok": False, "error": exc.code})


async def _read(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
