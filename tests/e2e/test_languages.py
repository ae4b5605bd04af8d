"""Each person reads their own language, whoever else is there."""

from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser, visible_text

SECURITY = accounts.SECURITY.id
FRENCH, ENGLISH = "Seuls les administrateurs", "Only admins and owners"


async def test_a_french_and_an_english_person_read_each_their_own_words(stage):
    await stage.mia.speak("fr-FR")
    await stage.mia.command("/snow connect", SECURITY)
    told = await stage.mia.wait_for_message(SECURITY, text=FRENCH, ephemeral=True)
    assert "*Étape suivante :*" in visible_text(told)
    ned = SlackUser(stage.http, stage.tryout.sandbox.slack.origin, accounts.NED.id)
    await ned.command("/snow connect", SECURITY)
    told = await ned.wait_for_message(SECURITY, text=ENGLISH, ephemeral=True)
    assert "*Next step:*" in visible_text(told)


async def test_a_change_of_language_is_seen_within_the_next_request_of_an_admin(stage):
    await stage.ada.command("/snow doctor", SECURITY)
    await stage.ada.wait_for_message(SECURITY, text="ServiceNow is not connected", ephemeral=True)
    await stage.ada.speak("fr-FR")
    await stage.ada.command("/snow doctor", SECURITY)
    await stage.ada.wait_for_message(SECURITY, text="n'est pas connecté", ephemeral=True)
