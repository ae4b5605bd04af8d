"""Setting up: the checklist before and after, a check that fails and is mended."""

from bot.sandbox.driver import visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon

_TITLE = "Set up ServiceNow"


async def see_how_to_begin(stage: Stage) -> str:
    """Find the checklist on App Home, and open the whole of it from there."""
    home = visible_text(await stage.ada.home())
    expect("1. Application registration" in home, f"there is no checklist on App Home: {home}")
    await stage.ada.click_at_home(_TITLE)
    text = visible_text(await stage.ada.modal(title=_TITLE))
    for words in ("Kingston or later", "redirect URL", "sn_change_write", "Nobody has signed in"):
        expect(words in text, f"{words!r} is not in the checklist: {text}")
    await stage.ada.close_modal()
    return "the prerequisites and four steps, none of them taken"


async def find_single_sign_on(stage: Stage) -> str:
    """Let single sign-on stand in the way, read both remedies, mend it and check again."""
    faults = stage.tryout.sandbox.servicenow_server.faults
    faults.arm("sso:50")
    await stage.ada.command("/snow setup", HOME_CHANNEL)
    await stage.ada.modal(title=_TITLE)
    await stage.ada.click_in_modal("Check now")
    failed = await _shows(stage, "Single sign-on is in the way")
    for remedy in ("Not you?", "an Entra user of the same name and e-mail address"):
        expect(remedy in failed, f"{remedy!r} is no remedy there: {failed}")
    faults.armed.clear()
    await stage.ada.click_in_modal("Check now")
    await _shows(stage, "ServiceNow is set up")
    await stage.ada.close_modal()
    home = visible_text(await stage.ada.home())
    expect("Application registration" not in home, f"the checklist stays on App Home: {home}")
    return "it fails with both remedies; mended, all is done and App Home shows no checklist"


async def see_it_in_servicenow(stage: Stage) -> str:
    """Read in ServiceNow, as its people do, how the connection stands."""
    url = f"{stage.tryout.sandbox.servicenow.origin}/sys_user_preference_list.do"
    page = await stage.browser.open(url)
    expect("Connected to Slack workspace" in page.text, f"ServiceNow shows: {page.text}")
    return "a preference of the integration user says since when, and what the checks found"


async def _shows(stage: Stage, words: str) -> str:
    async def look() -> str | None:
        text = visible_text(await stage.ada.modal(title=_TITLE))
        return text if words in text else None

    return await soon(look, f"the checklist never says {words!r}", 20)
