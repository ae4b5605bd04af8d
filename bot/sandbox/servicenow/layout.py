"""The frame of every page."""

from typing import Final

from bot.sandbox import accounts
from bot.sandbox.servicenow.html import Markup, join, tag

_TABS: Final = (
    ("incident", "Incidents"),
    ("change_request", "Change requests"),
    ("sys_user_preference", "User preferences"),
)


def page(title: str, *body: str, tab: str = "") -> str:
    """Lay a page out below the banner; ``tab`` is the table it belongs to."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} | ServiceNow"),
        tag("link", rel="icon", href="/_static/icon.svg"),
        tag("link", rel="stylesheet", href="/_static/pages.css"),
        tag("script", src="/_static/pages.js", defer=True),
    )
    return "<!doctype html>" + tag(
        "html", head, tag("body", _banner(tab), tag("main", *body)), lang="en"
    )


def _banner(tab: str) -> Markup:
    tabs = [
        tag("a", label, href=f"/{name}_list.do", class_="tab on" if name == tab else "tab")
        for name, label in _TABS
    ]
    return tag(
        "header",
        tag("a", "service", tag("b", "now"), href="/", class_="brand"),
        tag("span", f"{accounts.INSTANCE_NAME} · sandbox", class_="instance"),
        tag("nav", *tabs) if tab else "",
        class_="banner",
    )


def card(title: str, *body: str) -> Markup:
    """Put one thing in the middle of a page."""
    return tag("section", tag("h1", title), join(*body), class_="card")


def hidden(**values: str) -> Markup:
    """Carry values through a form."""
    return join(*(tag("input", type="hidden", name=k, value=v) for k, v in values.items()))
