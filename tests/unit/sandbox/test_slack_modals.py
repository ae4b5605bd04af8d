"""Modals: triggers, the stack of three, what was typed, and the answers to a submission."""

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.sandbox.driver import DriverError, visible_text
from bot.sandbox.slack import SlackSettings
from tests.unit.sandbox.slack_stage import (
    ADA,
    GENERAL,
    SECURITY,
    bare,
    button,
    field_of,
    modal,
    option,
    payload_of,
    plain,
    section,
    soon,
    with_answers,
    with_bolt,
)

IMPATIENT = SlackSettings(ack_seconds=0.2)
NAME = field_of("Name", "name", {"type": "plain_text_input", "max_length": 10})
KIND = field_of(
    "Kind",
    "kind",
    {
        "type": "radio_buttons",
        "options": [option("Incident", "inc"), option("Change", "chg")],
        "initial_option": option("Incident", "inc"),
    },
)
DUE = field_of("Due", "due", {"type": "datepicker", "initial_date": "2026-12-01"}, optional=True)
FORM = modal("Form", NAME, KIND, DUE)


def chosen(text, value):
    """Write an option as Slack hands it back: of its text it says what the app left out."""
    return {"text": {**plain(text), "emoji": True}, "value": value}


def trigger_of(stage):
    return stage.server.workspace.triggers.issue(ADA, SECURITY)


async def opened(stage, view=FORM):
    answer = await stage.client.views_open(trigger_id=trigger_of(stage), view=view)
    return answer["view"]


async def refusal(call):
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response["error"]


def with_form(on_submit):
    def register(app):
        @app.command("/snow")
        async def snow(ack, body, client):
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)

        app.view("form")(on_submit)

    return register


async def test_a_form_comes_back_with_everything_that_was_filled_in():
    submitted = []

    async def on_submit(ack, view):
        submitted.append(view["state"]["values"])
        await ack()

    async with with_bolt(with_form(on_submit)) as stage:
        await stage.ada.command("/snow", SECURITY)
        await stage.ada.modal(title="Form")
        assert await stage.ada.submit({"Name": "Laptops", "Kind": "Change", "Due": None}) == {}
        await stage.ada.modal_is_closed()
        assert submitted == [
            {
                "name": {"name": {"type": "plain_text_input", "value": "Laptops"}},
                "kind": {
                    "kind": {"type": "radio_buttons", "selected_option": chosen("Change", "chg")}
                },
                "due": {"due": {"type": "datepicker", "selected_date": None}},
            }
        ]


async def test_errors_stand_at_their_fields_and_the_form_stays():
    async def on_submit(ack):
        await ack(response_action="errors", errors={"name": "Taken"})

    async with with_bolt(with_form(on_submit)) as stage:
        await stage.ada.command("/snow", SECURITY)
        await stage.ada.modal(title="Form")
        assert await stage.ada.submit({"Name": "Laptops"}) == {"Name": "Taken"}
        shown = await stage.get("view", user=ADA)
        assert shown["errors"] == {"name": "Taken"}
        assert "Laptops" in visible_text(shown["view"])


async def test_the_client_checks_required_fields_and_lengths_before_the_app_hears():
    async with with_answers() as stage:
        await opened(stage)
        required = "Please complete this required field."
        assert await stage.ada.submit() == {"Name": required}
        assert await stage.ada.submit({"Name": ""}) == {"Name": required}
        errors = await stage.ada.submit({"Name": "much too long"})
        assert errors == {"Name": "This entry is too long: at most 10 characters."}
        assert stage.heard == []


async def test_a_submission_can_update_push_and_clear():
    second = modal("Second", field_of("More", "more", {"type": "plain_text_input"}))
    answers = [
        web.json_response({"response_action": "update", "view": second}),
        web.json_response({"response_action": "push", "view": modal("Third")}),
        web.json_response({"response_action": "clear"}),
    ]
    async with with_answers(*answers) as stage:
        first = await opened(stage)
        await stage.ada.submit({"Name": "n"})
        updated = await stage.ada.modal(title="Second")
        assert (updated["id"], updated["hash"] != first["hash"]) == (first["id"], True)
        await stage.ada.submit({"More": "m"})
        pushed = await stage.ada.modal(title="Third")
        assert [pushed["previous_view_id"], pushed["root_view_id"]] == [first["id"], first["id"]]
        await stage.ada.submit()
        await stage.ada.modal_is_closed()


async def test_an_empty_answer_closes_only_the_modal_on_top():
    async with with_answers(
        web.json_response({"response_action": "push", "view": modal("Top")})
    ) as stage:
        await opened(stage, modal("Below"))
        await stage.ada.submit()
        await stage.ada.modal(title="Top")
        await stage.ada.submit()
        await stage.ada.modal(title="Below")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"response_action": "errors", "errors": {"nowhere": "x"}}, id="unknown field"),
        pytest.param({"response_action": "errors", "errors": {}}, id="no errors"),
        pytest.param({"response_action": "errors", "errors": {"name": ""}}, id="empty error"),
        pytest.param({"response_action": "update", "view": {"type": "modal"}}, id="broken view"),
        pytest.param({"response_action": "dance"}, id="unknown action"),
        pytest.param({"text": "ok"}, id="no action"),
    ],
)
async def test_an_answer_slack_cannot_read_is_trouble_for_the_person(answer):
    async with with_answers(web.json_response(answer)) as stage:
        await opened(stage)
        with pytest.raises(DriverError, match="invalid_arguments"):
            await stage.ada.submit({"Name": "n"})
        shown = await stage.get("view", user=ADA)
        assert shown["error"] == "We had some trouble connecting. Try again?"
        assert await stage.refused() == ["invalid_arguments"]


async def test_a_slow_bot_is_trouble_and_the_form_keeps_what_was_typed():
    async with with_answers(1.0, settings=IMPATIENT) as stage:
        await opened(stage)
        with pytest.raises(DriverError, match="operation_timeout"):
            await stage.ada.submit({"Name": "kept"})
        assert "kept" in visible_text(await stage.ada.modal(title="Form"))


async def test_a_trigger_opens_one_modal_within_its_time():
    async with with_answers() as stage:
        trigger = trigger_of(stage)
        await stage.client.views_open(trigger_id=trigger, view=FORM)
        again = stage.client.views_open(trigger_id=trigger, view=FORM)
        assert await refusal(again) == "exchanged_trigger_id"
        old = trigger_of(stage)
        stage.clock.ahead = 3.1
        assert await refusal(stage.client.views_open(trigger_id=old, view=FORM)) == (
            "expired_trigger_id"
        )
        made_up = stage.client.views_open(trigger_id="1.2.abc", view=FORM)
        assert await refusal(made_up) == "invalid_trigger_id"


async def test_a_refused_view_does_not_use_the_trigger_up():
    async with with_answers() as stage:
        trigger = trigger_of(stage)
        broken = FORM | {"title": plain("A title of more than 24 characters")}
        call = stage.client.views_open(trigger_id=trigger, view=broken)
        assert await refusal(call) == "invalid_arguments"
        await stage.client.views_open(trigger_id=trigger, view=FORM)


async def test_the_stack_is_three_deep_and_grows_only_from_inside():
    dispatching = modal("Stack", {"type": "actions", "elements": [button("More", "more")]})
    async with with_answers() as stage:
        await opened(stage, dispatching)
        outside = stage.client.views_push(trigger_id=trigger_of(stage), view=dispatching)
        assert await refusal(outside) == "not_found"
        for _ in range(2):
            await stage.ada.click_in_modal("More")
            trigger = payload_of(stage.heard[-1])["trigger_id"]
            await stage.client.views_push(trigger_id=trigger, view=dispatching)
        await stage.ada.click_in_modal("More")
        trigger = payload_of(stage.heard[-1])["trigger_id"]
        fourth = stage.client.views_push(trigger_id=trigger, view=dispatching)
        assert await refusal(fourth) == "push_limit_reached"
        assert len((await stage.get("view", user=ADA))["stack"]) == 3
        await stage.ada.clear_modals()
        await stage.ada.modal_is_closed()


async def test_an_update_keeps_what_was_typed_where_the_ids_stay():
    async with with_answers() as stage:
        view = await opened(stage, modal("Before", NAME, KIND))
        where = {"user": ADA, "view_id": view["id"], "block_id": "name", "action_id": "name"}
        await stage.post("set", **where, state={"type": "plain_text_input", "value": "typed"})
        renamed = KIND | {"block_id": "kind-2"}
        answer = await stage.client.views_update(
            view_id=view["id"], view=modal("After", NAME, renamed), hash=view["hash"]
        )
        values = answer["view"]["state"]["values"]
        assert values["name"]["name"]["value"] == "typed"
        assert values["kind-2"]["kind"]["selected_option"]["value"] == "inc"


async def test_an_update_of_an_older_state_is_a_hash_conflict():
    async with with_answers() as stage:
        view = await opened(stage)
        await stage.client.views_update(view_id=view["id"], view=FORM)
        stale = stage.client.views_update(view_id=view["id"], view=FORM, hash=view["hash"])
        assert await refusal(stale) == "hash_conflict"


async def test_a_closed_modal_cannot_be_updated():
    async with with_answers() as stage:
        view = await opened(stage)
        await stage.ada.close_modal()
        gone = stage.client.views_update(view_id=view["id"], view=FORM)
        assert await refusal(gone) == "not_found"
        with pytest.raises(DriverError, match="no modal is open"):
            await stage.ada.close_modal()


async def test_external_ids_name_a_view_and_are_unique():
    async with with_answers() as stage:
        mine = FORM | {"external_id": "mine"}
        await opened(stage, mine)
        twin = stage.client.views_open(trigger_id=trigger_of(stage), view=mine)
        assert await refusal(twin) == "duplicate_external_id"
        await stage.client.views_update(external_id="mine", view=modal("Updated"))
        await stage.ada.modal(title="Updated")


async def test_the_app_hears_of_a_close_it_asked_for():
    async with with_answers() as stage:
        await opened(stage, FORM | {"notify_on_close": True, "private_metadata": "m"})
        await stage.ada.close_modal()
        payload = payload_of(await soon(lambda: stage.heard and stage.heard[0]))
        assert (payload["type"], payload["is_cleared"]) == ("view_closed", False)
        assert payload["view"]["private_metadata"] == "m"


async def test_a_click_in_a_modal_carries_the_view_and_what_was_entered():
    link = button("Open", "open", url="https://example.com/x")
    view = modal("Form", NAME, {"type": "actions", "block_id": "row", "elements": [link]})
    async with with_answers() as stage:
        given = await opened(stage, view)
        assert await stage.ada.click_in_modal("Open") == "https://example.com/x"
        payload = payload_of(stage.heard[0])
        assert payload["container"] == {"type": "view", "view_id": given["id"]}
        assert payload["view"]["state"]["values"]["name"]["name"]["value"] is None
        assert payload["view"]["hash"] == given["hash"]
        assert payload["actions"][0]["block_id"] == "row"
        assert not {"response_url", "message", "channel"} & set(payload)


async def test_a_select_that_dispatches_is_heard_at_once():
    select = {"type": "static_select", "options": [option("A", "a"), option("B", "b")]}
    view = modal("Form", field_of("Pick", "pick", select, dispatch_action=True))
    async with with_answers() as stage:
        await opened(stage, view)
        await stage.ada.choose("Pick", "", "B")
        action = payload_of(stage.heard[0])["actions"][0]
        assert action["selected_option"] == chosen("B", "b")


async def test_a_view_may_ask_for_a_response_url():
    select = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    async with with_answers() as stage:
        await opened(stage, modal("Where", field_of("Channel", "channel", select)))
        await stage.ada.submit({"Channel": GENERAL})
        urls = payload_of(stage.heard[0])["response_urls"]
        assert [(u["channel_id"], u["block_id"]) for u in urls] == [(GENERAL, "channel")]


async def test_modals_belong_to_one_person():
    async with with_answers() as stage:
        view = await opened(stage)
        answer = await stage.post("submit", user="U0MIA", view_id=view["id"])
        assert answer == {"ok": False, "error": "not_found"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"title": plain("x" * 25)}, "must be less than 25 characters", id="title"),
        pytest.param({"submit": None}, "`submit` is required", id="no submit"),
        pytest.param({"blocks": [section("x")] * 101}, "no more than 100 items", id="blocks"),
        pytest.param({"private_metadata": "x" * 3001}, "less than 3001", id="metadata"),
        pytest.param(
            {"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type", id="type"
        ),
    ],
)
async def test_a_view_that_breaks_a_rule_is_refused_with_its_place(change, sentence):
    async with with_answers() as stage:
        answer = await stage.call("views.open", trigger_id=trigger_of(stage), view=FORM | change)
        assert answer["error"] == "invalid_arguments"
        messages = answer["response_metadata"]["messages"]
        assert any(sentence in each and "[json-pointer:/view" in each for each in messages)


async def test_a_view_beyond_250_kb_is_too_large():
    async with with_answers() as stage:
        view = modal("Large", *[section("x" * 2999)] * 90)
        answer = await stage.call("views.open", trigger_id=trigger_of(stage), view=view)
        assert answer["error"] == "view_too_large"


async def test_what_names_no_view_is_refused():
    async with with_answers() as stage:
        opened_view = await opened(stage)
        for arguments, error in [
            ({"view": FORM}, "invalid_arguments"),
            ({"view_id": "V0", "view": FORM}, "not_found"),
            ({"view_id": "V0", "view": "{"}, "invalid_arguments"),
            ({"view_id": "V0", "view": []}, "invalid_arguments"),
            (
                {"view_id": opened_view["id"], "view": {"type": "home", "blocks": []}},
                "invalid_arguments",
            ),
        ]:
            assert (await stage.call("views.update", **arguments))["error"] == error
        for method in ("views.open", "views.push"):
            assert (await stage.call(method, view=FORM))["error"] == "invalid_arguments"
        home = {"type": "home", "blocks": [section("x")]}
        nobody = await stage.call("views.publish", user_id="U0NOBODY", view=home)
        assert nobody["error"] == "invalid_arguments"


async def test_a_home_can_be_updated_by_its_id_and_never_by_an_old_hash():
    home = {"type": "home", "blocks": [section("x")]}
    async with with_answers() as stage:
        first = (await stage.client.views_publish(user_id=ADA, view=home))["view"]
        second = (await stage.client.views_update(view_id=first["id"], view=home))["view"]
        assert second["id"] == first["id"]
        stale = stage.client.views_publish(user_id=ADA, view=home, hash=first["hash"])
        assert await refusal(stale) == "hash_conflict"


async def test_texts_that_are_too_short_are_told_too():
    short = field_of("Text", "text", {"type": "plain_text_input", "min_length": 3})
    async with with_answers() as stage:
        await opened(stage, modal("Form", short))
        errors = await stage.ada.submit({"Text": "ab"})
        assert errors == {"Text": "This entry is too short: at least 3 characters."}


async def test_a_view_comes_back_with_what_the_app_left_out():
    async with bare() as stage:
        name, kind, due = (await opened(stage))["blocks"]
        assert (name["optional"], due["optional"]) == (False, True)
        assert name["dispatch_action"] is False
        assert kind["element"]["options"][0]["text"]["emoji"] is True
        posted = await stage.client.chat_postMessage(
            channel=SECURITY, text="x", blocks=[section("*x*")]
        )
        assert posted["message"]["blocks"][0]["text"]["verbatim"] is False
