"""The product as somebody sees it who reads French: App Home, sharing, a card, settings."""

import re

import pytest

from bot.sandbox import accounts
from bot.tour import connecting
from bot.tour.stage import raised
from tests.browser.person import Person
from tests.e2e.french import FrenchReader, french

pytestmark = pytest.mark.browser
SHARE, FORM, SEVERAL = map(
    french, ("Share an action", "Share to ServiceNow", "Share several actions")
)
SETTINGS, RIGHTS = french("ServiceNow settings"), french("Who may do what")
STATE, DUE, ON_ITS_WAY = map(french, ("Change state", "Due date", "On its way"))


@pytest.fixture
async def stage(tryout):
    """Ada, an admin, reads French; nothing is connected yet."""
    async with raised(tryout) as stage:
        stage.ada = FrenchReader(stage.http, tryout.page, accounts.ADA.id)
        await stage.ada.speak("fr-FR")
        yield stage


@pytest.fixture
async def person(stage, browser, tryout, pictures):
    """Ada, who has just opened the page."""
    person = Person(await browser.new_page(), pictures)
    await person.page.goto(f"{tryout.page}/#{accounts.SECURITY.id}")
    yield person
    assert person.complaints == []


async def press(person, dialog, name):
    await person.dialog(dialog).get_by_role("button", name=name).first.click()


async def see_home(person, text, name):
    await person.page.get_by_role("link", name="Snowline").click()
    await person.page.get_by_role("tab", name="Home").click()
    region = person.page.get_by_role("region", name="App Home")
    await region.get_by_text(text).first.wait_for()
    await person.look(name)


async def connect(stage):
    await stage.ada.command("/snow connect", accounts.SECURITY.id)
    await stage.ada.modal(title="Connect ServiceNow")
    await connecting.connect_as_integration_user(stage)
    await connecting.connect_microsoft(stage)
    await stage.ada.clear_modals()


async def share(person):
    await person.page.get_by_role("link", name="security").click()
    await person.type("/snow share")
    await person.choose(person.dialog(SHARE), french("Improvement action"), "factor", "every admin")
    form = person.dialog(FORM)
    await form.get_by_label(DUE).fill("2020-01-31")
    await person.is_refused(form, french("Create ticket"), "Cette date est passée.")
    await form.get_by_label(DUE).fill("2031-01-31")
    await person.choose(form, french("Priority"), "Élev", "2 - Élevée")
    await person.look("french-share")
    await press(person, FORM, french("Create ticket"))
    await person.leave(person.dialog(ON_ITS_WAY))


async def share_several(person):
    await person.type("/snow share")
    await press(person, SHARE, french("Share several at once"))
    form = person.dialog(SEVERAL)
    for words in ("phishing threshold", "risky", "passwords that name"):
        await person.choose(form, french("Improvement actions"), words, words)
    await person.look("french-bulk-form")
    await press(person, SEVERAL, french("Create tickets"))
    await person.leave(person.dialog(french("On their way")))
    await person.message("Tickets créés : 3 sur 3").wait_for()
    await person.look("french-bulk")


async def change_the_state(person):
    card = person.message("Ask every administrator").filter(has_text="31 janv. 2031")
    await card.get_by_role("button", name=STATE).click()
    form = person.dialog(STATE)
    await person.choose(form, french("State"), "In Pro", "In Progress")
    await press(person, STATE, french("Send"))
    await person.leave(person.dialog(french("Done")))
    await card.get_by_role("button", name=re.compile("repl")).click()
    thread = person.page.get_by_label("Thread", exact=True)
    await thread.get_by_text("Ada Admin, depuis Slack").first.wait_for()
    await card.scroll_into_view_if_needed()
    await person.look("french-card")
    await thread.get_by_role("button", name="Close").click()


async def see_settings(person):
    await person.type("/snow settings")
    settings = person.dialog(SETTINGS)
    await settings.get_by_text("30 jours après la création").wait_for()
    await person.look("french-settings")
    await press(person, SETTINGS, RIGHTS)
    await person.dialog(RIGHTS).wait_for()
    await person.look("french-settings-rights")
    await press(person, RIGHTS, french("Cancel"))
    await person.leave(settings)


async def test_home_sharing_the_card_and_settings_are_in_french(person, stage):
    await see_home(person, "Pour mettre ServiceNow en place", "french-home-before")
    await connect(stage)
    await share(person)
    await share_several(person)
    await change_the_state(person)
    await see_settings(person)
    await see_home(person, "190,08 sur 315 points (60\u202f%)", "french-home")
