"""Somebody in front of the sandbox's page."""

import re

from playwright.async_api import Error

_TRIES = 4
_NO_FRAME = "Unable to capture screenshot"


async def picture(page, path):
    """Take a picture of a page that has arrived: wait for its words first."""
    await page.wait_for_load_state()
    for left in reversed(range(_TRIES)):
        try:
            await page.screenshot(path=path)
        except Error as error:
            # A starved Chromium may have no frame to give just then; it has one a moment later.
            if _NO_FRAME not in error.message or not left:
                raise
        else:
            return


class Person:
    """Clicks and types; keeps what the console said."""

    def __init__(self, page, pictures):
        self.page = page
        self.pictures = pictures
        self.complaints = []
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self._hear("error", str(error)))

    def _hear(self, kind, text):
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    async def look(self, name, page=None):
        await picture(page or self.page, self.pictures / f"{name}.png")

    async def type(self, text):
        box = self.page.get_by_role("textbox", name=re.compile("^Message"))
        await box.fill(text)
        await box.press("Enter")

    def dialog(self, title):
        return self.page.get_by_role("dialog", name=title)

    async def leave(self, dialog):
        """Close a modal; it is gone only once the server has heard of it."""
        await dialog.wait_for()
        await self.page.keyboard.press("Escape")
        await dialog.wait_for(state="hidden")

    async def fill_in(self, dialog, values):
        for label, value in values.items():
            await dialog.get_by_label(label, exact=False).first.fill(value)

    async def choose(self, dialog, label, typed, option):
        menu = dialog.get_by_role("combobox", name=re.compile(label))
        await menu.click()
        await menu.fill(typed)
        await self.page.get_by_role("option", name=re.compile(option)).first.click()

    async def is_refused(self, dialog, button, sentence):
        """Submit a form that comes back with a sentence, and wait until it can be sent again."""
        await dialog.get_by_role("button", name=button).click()
        await dialog.get_by_text(sentence).wait_for()
        # The sentence may come before the answer to the click, and until then clicks are ignored.
        await dialog.locator("[aria-busy=true]").wait_for(state="detached")

    def message(self, text):
        return self.page.get_by_role("article").filter(has_text=text).last
