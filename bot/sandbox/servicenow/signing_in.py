"""Sign in and out of the instance's pages, by cookie."""

import secrets
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.answers import html_answer
from bot.sandbox.servicenow.html import join, tag
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.layout import card, hidden, page

COOKIE: Final = "glide_user_activity"
GOTO: Final = "sysparm_goto_url"
_REFUSED: Final = "User name or password invalid. Account may be locked."


def login_page(goto: str, error: str = "") -> str:
    """Ask who it is; ``goto`` is where to go on afterwards."""
    form = tag(
        "form",
        hidden(**{GOTO: goto}),
        tag("label", "User name", for_="user_name"),
        tag("input", id="user_name", name="user_name", autocomplete="username", autofocus=True),
        tag("label", "Password", for_="user_password"),
        tag(
            "input",
            id="user_password",
            name="user_password",
            type="password",
            autocomplete="current-password",
        ),
        tag("button", "Log in", type="submit", class_="primary wide"),
        method="post",
        action="/login.do",
    )
    told = tag("p", error, class_="error", role="alert") if error else ""
    return page("Log in", card("Log in", told, form, _hint()))


def _hint() -> str:
    return tag(
        "p",
        "A sandbox: the bot's own account is ",
        tag("code", "snowline.integration"),
        " with password ",
        tag("code", "integration"),
        ".",
        class_="hint",
    )


@dataclass(frozen=True, slots=True)
class SigningIn:
    """The pages ``login.do`` and ``logout.do``, and who a browser is."""

    instance: Instance

    def who(self, request: web.Request) -> Actor | None:
        """Tell who is signed in in this browser."""
        name = self.instance.sessions.get(request.cookies.get(COOKIE, ""))
        return self.instance.people.named(name) if name else None

    async def log_in(self, request: web.Request) -> web.StreamResponse:
        """Check the password, set the cookie, go on."""
        form = await request.post()
        goto = _local(str(form.get(GOTO, "")))
        name, password = str(form.get("user_name", "")), str(form.get("user_password", ""))
        actor = self.instance.people.sign_in(name, password)
        if actor is None or self.instance.people.is_for_services(actor.sys_id):
            return html_answer(login_page(goto, _REFUSED))
        session = secrets.token_urlsafe(24)
        self.instance.sessions[session] = actor.user_name
        answer = web.Response(status=302, headers={"Location": goto})
        answer.set_cookie(COOKIE, session, httponly=True, samesite="Lax")
        return answer

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the login page."""
        return html_answer(login_page(_local(request.query.get(GOTO, ""))))

    async def log_out(self, request: web.Request) -> web.StreamResponse:
        """Forget the session and go on, which asks for another account."""
        self.instance.sessions.pop(request.cookies.get(COOKIE, ""), None)
        goto = _local(request.query.get(GOTO, ""))
        answer = web.Response(status=302, headers={"Location": goto})
        answer.del_cookie(COOKIE)
        return answer


def _local(goto: str) -> str:
    safe = goto.startswith("/") and not goto.startswith(("//", "/\\"))
    return goto if safe and "\n" not in goto and "\r" not in goto else "/"


def told(title: str, *words: str) -> str:
    """Make a page that only says something."""
    return page(title, card(title, tag("p", join(*words))))
