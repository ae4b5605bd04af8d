"""The authorization page: may this application act as you?"""

import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aiohttp import web
from yarl import URL

from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.answers import html_answer
from bot.sandbox.servicenow.html import tag
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.layout import card, hidden, page
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.signing_in import GOTO, SigningIn, login_page, told
from bot.sandbox.servicenow.tokens import CODE_SECONDS, Grant

_CARRIED: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "code_challenge",
    "code_challenge_method",
)
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Consent:
    """The page ``oauth_auth.do``."""

    instance: Instance
    signing_in: SigningIn
    key: str

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Ask for the password first, then for consent."""
        asked = {name: request.query.get(name, "") for name in _CARRIED}
        client = self._client(asked["client_id"])
        problem = self._problem(asked, client)
        if problem or client is None:
            return html_answer(told("Authorization failed", problem), 400)
        actor = self.signing_in.who(request)
        if actor is None:
            return html_answer(login_page(request.path_qs))
        return html_answer(self._page(request, asked, client, actor))

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """Send the browser back to the application, with a code or with a refusal."""
        form = await request.post()
        asked = {name: str(form.get(name, "")) for name in _CARRIED}
        problem = self._problem(asked, self._client(asked["client_id"]))
        actor = self.signing_in.who(request)
        if actor is None or not secrets.compare_digest(str(form.get("key", "")), self.key):
            problem = problem or "The page is no longer valid. Start again."
        if problem or actor is None:
            return html_answer(told("Authorization failed", problem), 400)
        answer = {"error": "access_denied"}
        if form.get("decision") == "allow":
            answer = {"code": self._grant(asked, actor)}
        target = URL(asked["redirect_uri"]).update_query({**answer, "state": asked["state"]})
        return web.Response(status=302, headers={"Location": str(target)})

    def _grant(self, asked: Row, actor: Actor) -> str:
        return self.instance.tokens.grant(
            Grant(
                client_id=asked["client_id"],
                redirect_uri=asked["redirect_uri"],
                challenge=asked["code_challenge"],
                user=actor.sys_id,
                expires_at=self.instance.settings.clock() + CODE_SECONDS,
            )
        )

    def _client(self, client_id: str) -> Row | None:
        row = self.instance.records.first("oauth_entity", "client_id", client_id)
        return row if row and row["active"] == "true" else None

    def _problem(self, asked: Row, client: Row | None) -> str:
        method = asked["code_challenge_method"]
        checks = (
            (client is not None, "Invalid client_id"),
            (asked["response_type"] == "code", "Invalid response_type"),
            (asked["state"] != "", "Missing State parameter in request"),
            (self._may_return_to(asked["redirect_uri"], client), "Invalid redirect_uri"),
            (not asked["code_challenge"] or method == "S256", "Invalid code_challenge_method"),
            (
                asked["code_challenge"] or (client or {}).get("public_client") != "true",
                "A public client must send a code_challenge",
            ),
        )
        return next((words for fine, words in checks if not fine), "")

    def _may_return_to(self, redirect_uri: str, client: Row | None) -> bool:
        registered = (client or {}).get("redirect_url", "").split(",")
        if any(registered):
            return redirect_uri in registered
        try:
            url = URL(redirect_uri)
        except ValueError:
            return False
        return url.scheme in {"http", "https"} and url.host in _THIS_MACHINE

    def _page(self, request: web.Request, asked: Row, client: Row, actor: Actor) -> str:
        out = f"/logout.do?{GOTO}={quote(request.path_qs, safe='')}"
        form = tag(
            "form",
            hidden(**asked, key=self.key),
            tag("button", "Allow", name="decision", value="allow", class_="primary"),
            tag("button", "Deny", name="decision", value="deny"),
            method="post",
            action="/oauth_auth.do",
            class_="buttons",
        )
        return page(
            "Allow access",
            card(
                "Allow access",
                tag("p", tag("b", client["name"]), " would like to connect to this instance."),
                tag("p", "It will be able to do everything the account below may do."),
                tag(
                    "p",
                    "Signed in as ",
                    tag("b", actor.user_name),
                    f" ({actor.name}). ",
                    tag("a", "Not you?", href=out),
                    class_="who",
                ),
                form,
                tag(
                    "p", f"You will return to {URL(asked['redirect_uri']).origin()}", class_="hint"
                ),
            ),
        )
