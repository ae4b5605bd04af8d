"""App Home and one's own list: what somebody is given in ServiceNow is theirs in Slack, too."""

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import soon
from tests.e2e.acts import SECURITY, create, number_of, records


def mine(view):
    return visible_text(view).partition("Change management")[0]


async def give_to_mia(stage, name):
    """Assign a ticket to Mia's ServiceNow user, as somebody there does."""
    (row,) = records(stage, name)
    people = stage.tryout.sandbox.servicenow_server.records("sys_user")
    (mia,) = (each for each in people if each["email"] == accounts.MIA.email)
    await stage.far.change("incident", row["sys_id"], assigned_to=mia["sys_id"])


async def test_what_is_assigned_to_me_there_comes_to_my_home_and_leaves_it(connected):
    stage = connected
    await create(stage.ada, "For Mia")
    number = await number_of(stage.ada, "For Mia")
    assert number not in mine(await stage.mia.home())
    await give_to_mia(stage, "For Mia")

    async def given():
        return number in mine(await stage.mia.wait_at_home("Incident management")) or None

    await soon(given, "it never is among Mia's tickets", 20)
    (row,) = records(stage, "For Mia")
    await stage.far.change("incident", row["sys_id"], state="8")

    async def done():
        view = await stage.mia.wait_at_home("Incident management")
        return (number not in mine(view) and "✅ 1 done" in visible_text(view)) or None

    await soon(done, "it stays among Mia's open tickets", 20)


async def test_my_list_holds_what_is_assigned_to_me_there_though_i_never_opened_home(connected):
    stage = connected
    await create(stage.ada, "For Mia, too")
    number = await number_of(stage.ada, "For Mia, too")
    await give_to_mia(stage, "For Mia, too")

    async def listed():
        await stage.mia.command("/snow tickets mine", SECURITY)
        found = await stage.mia.wait_for_message(SECURITY, text="My tickets", ephemeral=True)
        return number in visible_text(found) or None

    await soon(listed, "it is never listed as Mia's", 20)
