"""What a shortcut tells the app, and what only a modal learns of where it was used."""

from bot.sandbox import accounts
from bot.sandbox.slack import SlackSettings
from bot.sandbox.slack.settings import SHORTCUTS
from tests.unit.sandbox.slack_stage import ADA, SECURITY, bare, field_of, modal, with_bolt

CHANNEL = {"type": "conversations_select", "default_to_current_conversation": True}
FOUND = [
    {"text": {"type": "plain_text", "text": each}, "value": each} for each in ("ab", "bc", "c")
]


def recording(heard):
    """An app that keeps what it is told and answers with a form."""

    def register(app):
        @app.middleware
        async def keep(body, next_):
            heard.append(body)
            await next_()

        answer(app)

    return register


def answer(app):
    @app.global_shortcut("create_shortcut")
    async def create(ack, shortcut, client):
        await ack()
        form = modal("Where", field_of("Channel", "channel", CHANNEL, optional=True))
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form)

    @app.global_shortcut("share_shortcut")
    async def share(ack, shortcut, client):
        await ack()
        menu = {"type": "multi_external_select", "min_query_length": 0}
        form = modal("Several", field_of("Actions", "actions", menu))
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form)

    @app.options("actions")
    async def found(ack, payload):
        await ack(options=[each for each in FOUND if payload["value"] in each["value"]])

    @app.view("form")
    async def submitted(ack):
        await ack()


async def test_a_global_shortcut_names_no_conversation_but_a_modal_may_propose_it():
    heard = []
    async with with_bolt(recording(heard)) as stage:
        await stage.ada.use_shortcut("create_shortcut", channel=SECURITY)
        view = await stage.ada.modal(title="Where")
        told = next(each for each in heard if each.get("type") == "shortcut")
        assert not {"channel", "response_url", "message"} & set(told)
        chosen = view["state"]["values"]["channel"]["channel"]["selected_conversation"]
        assert chosen == SECURITY
        await stage.ada.use_shortcut("create_shortcut")
        view = await stage.ada.modal(title="Where")
        assert view["state"]["values"]["channel"]["channel"]["selected_conversation"] is None


async def test_several_are_chosen_each_by_what_is_typed_for_it():
    heard = []
    async with with_bolt(recording(heard)) as stage:
        await stage.ada.use_shortcut("share_shortcut")
        await stage.ada.modal(title="Several")
        await stage.ada.submit({"Actions": "ab, c"})
        told = next(each for each in heard if each.get("type") == "view_submission")
        chosen = told["view"]["state"]["values"]["actions"]["actions"]["selected_options"]
        assert [each["value"] for each in chosen] == ["ab", "c"]


async def test_the_page_is_told_which_shortcuts_are_for_messages():
    async with bare(SlackSettings()) as stage:
        state = await stage.get("state", user=ADA)
        offered = {(each["callback_id"], each["type"]) for each in state["shortcuts"]}
        assert offered == {(each.callback_id, each.type) for each in SHORTCUTS}
        assert accounts.ADA.id == state["me"]["id"]
