"""An admin's browser, as far as signing in needs one: pages, forms, buttons, cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import aiohttp


@dataclass(slots=True)
class Form:
    """An HTML form: where it goes, what it carries, and its buttons by their text."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.words: list[str] = []
        self._button: tuple[str, str] | None = None
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif tag == "a":
            self._link = given.get("href", "")
        elif tag == "button":
            self._button = (given.get("name", ""), given.get("value", ""))
        elif tag == "input" and self.forms and given.get("name"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            return
        self.words.append(text)
        if self._button is not None and self.forms:
            self.forms[-1].buttons[text] = self._button
        if self._link is not None:
            self.links[text] = self._link


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a person reads it."""

    url: str
    status: int
    text: str
    forms: tuple[Form, ...]
    links: dict[str, str]


class NoSuchButtonError(Exception):
    """The page has no button or link of that name; the text says what it has."""


_BUTTONS_OF_FORMS: Final = "a button or link"


class Browser:
    """Keeps cookies, follows redirects, fills in forms."""

    def __init__(self) -> None:
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of 127.0.0.1 count here
        self._http = aiohttp.ClientSession(cookie_jar=jar)

    async def close(self) -> None:
        """Close every connection and forget every cookie."""
        await self._http.close()

    async def open(self, url: str) -> Page:
        """Go to an address and read the page at the end of its redirects."""
        async with self._http.get(url) as response:
            return await _read(response)

    async def press(self, page: Page, name: str, **fields: str) -> Page:
        """Press the button or follow the link of that name, after filling in ``fields``.

        Raises:
            NoSuchButtonError: the page offers no such thing.
        """
        for form in page.forms:
            if name in form.buttons:
                return await self._send(page, form, form.buttons[name], fields)
        if name in page.links:
            return await self.open(urljoin(page.url, page.links[name]))
        offers = [*page.links, *(text for form in page.forms for text in form.buttons)]
        raise NoSuchButtonError(f"{page.url} has no {_BUTTONS_OF_FORMS} {name!r}, but {offers}")

    async def _send(
        self, page: Page, form: Form, button: tuple[str, str], fields: dict[str, str]
    ) -> Page:
        values = form.fields | fields | ({button[0]: button[1]} if button[0] else {})
        url = urljoin(page.url, form.action)
        if form.method == "get":
            request = self._http.get(url, params=values)
        else:
            request = self._http.post(url, data=values)
        async with request as response:
            return await _read(response)


async def _read(response: aiohttp.ClientResponse) -> Page:
    reader = _FormReader()
    reader.feed(await response.text())
    url = str(response.url)
    return Page(url, response.status, "\n".join(reader.words), tuple(reader.forms), reader.links)
