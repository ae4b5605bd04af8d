"""Who may do what: an admin closes sharing, a member asks, and an admin allows it."""

from collections.abc import Mapping

from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser, visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect, soon

_SETTINGS = "ServiceNow settings"
_FORM = "Who may do what"
_WHO = "Who may share actions and create tickets?"


async def close_sharing(stage: Stage) -> str:
    """Let only admins make tickets, and set who answers requests."""
    chosen = "Admins, and whom you choose below"
    values = {_WHO: chosen, "People who answer requests": accounts.ADA.id}
    await _set(stage, values, "*Make tickets:* admins")
    return "only admins make tickets now"


async def refuse_visitors(stage: Stage) -> str:
    """A guest and somebody of another organisation see nothing."""
    for account in accounts.VISITORS:
        visitor = SlackUser(stage.http, stage.tryout.sandbox.slack.origin, account.id)
        await visitor.command("/snow tickets", accounts.CONTOSO.id)
        refusal = await visitor.wait_for_message(accounts.CONTOSO.id, ephemeral=True)
        shown = visible_text(refusal)
        expect("for full members" in shown, f"{account.real_name} reads: {shown}")
        expect("Request access" not in shown, f"{account.real_name} is offered to ask")
    return "a guest and a stranger are told kindly that they see nothing"


async def ask_and_allow(stage: Stage) -> str:
    """Mia is refused, requests access, Ada allows it, and Mia's form opens."""
    await stage.mia.command("/snow create", HOME_CHANNEL)
    refusal = await stage.mia.wait_for_message(HOME_CHANNEL, text="Request access", ephemeral=True)
    await stage.mia.click(refusal, "Request access")
    await stage.mia.wait_for_message(HOME_CHANNEL, text="is asked whether", ephemeral=True)
    direct = await stage.ada.direct_channel()
    await stage.ada.click(await stage.ada.wait_for_message(direct, text="asks to share"), "Allow")
    await stage.ada.wait_for_message(direct, text="has allowed it")
    own = await stage.mia.direct_channel()
    await stage.mia.wait_for_message(own, text="lets you make tickets")
    await stage.mia.command("/snow create", HOME_CHANNEL)
    await stage.mia.modal(title="Create a ticket")
    await stage.mia.clear_modals()
    return "asked, allowed with one press, and told"


async def open_sharing(stage: Stage) -> str:
    """Let every full member make tickets again."""
    values = {_WHO: "Every full member of this workspace"}
    await _set(stage, values, "*Make tickets:* every full member")
    return "every full member makes tickets again"


async def _set(stage: Stage, values: Mapping[str, str | None], shown: str) -> None:
    await stage.ada.command("/snow settings", HOME_CHANNEL)
    await stage.ada.modal(title=_SETTINGS)
    await stage.ada.click_in_modal(_FORM)
    await stage.ada.modal(title=_FORM)
    errors = await stage.ada.submit(values)
    expect(not errors, f"the form was refused: {errors}")

    async def look() -> str | None:
        said = visible_text(await stage.ada.modal(title=_SETTINGS))
        return said if shown in said else None

    said = await soon(look, f"the settings never show {shown!r}")
    expect("Last changed by" in said, "it is not said who changed the settings")
    await stage.ada.clear_modals()
