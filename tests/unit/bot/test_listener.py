import asyncio
import logging
import re
from datetime import timedelta

import pytest

from bot.forms import PUBLIC, FormError
from bot.handlers.showing import show_modal
from bot.identifiers import Block
from bot.listener import ANSWER_SECONDS, time_to_answer, user_of, workspace_of
from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.slack import reply
from bot.views.blocks import Message, modal, section
from bot.views.connecting_servicenow import connect_servicenow
from bot.views.finding import find_action
from bot.views.share import create_form
from connector.errors import (
    InvalidInputError,
    NotConnectedError,
    NotFoundError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from connector.models import Right
from connector.store import persons
from connector.words import spoken
from tests.unit.bot import samples
from tests.unit.bot.slack_end import SECURITY, idle, with_bot

TRIED = "Doing the test."
REFERENCE = re.compile(r"Reference `([0-9a-f]{8})`")
FORM = {"Instance name": "acme", "Integration user": "bot", "Client ID": "id"}


def fails_with(failure, after_ack=False):
    async def handler(args, services):
        if after_ack:
            await args.ack()
        raise failure

    return handler


def on_test(handler, right=Right.ANYONE):
    def more(app, bind):
        app.command("/test")(bind(handler, tried=TRIED, right=right))

    return more


@pytest.mark.parametrize("after_ack", [False, True], ids=["before the ack", "after the ack"])
@pytest.mark.parametrize(
    ("failure", "why", "next_step"),
    [
        pytest.param(
            NotConnectedError(Provider.SERVICENOW),
            "ServiceNow is not connected.",
            "/snow connect",
            id="not connected",
        ),
        pytest.param(
            ProviderUnavailableError(Provider.MICROSOFT, "secret-detail"),
            "cannot be reached",
            "Try again in a minute.",
            id="unavailable",
        ),
        pytest.param(NotFoundError("That action"), "not there any more", "pick another", id="gone"),
        pytest.param(
            ProviderRefusedError(Provider.SERVICENOW, "secret-detail", remedy="lets nobody in."),
            "ServiceNow lets nobody in.",
            "",
            id="refused",
        ),
        pytest.param(
            InvalidInputError("words", "Only one word."), "Only one word.", "", id="mistyped"
        ),
        pytest.param(
            ZeroDivisionError("secret-detail"), "did not foresee", "give the reference", id="a bug"
        ),
    ],
)
async def test_a_failed_command_says_what_why_what_next_and_a_reference(
    tmp_path, caplog, failure, why, next_step, after_ack
):
    caplog.set_level(logging.WARNING)
    async with with_bot(tmp_path, on_test(fails_with(failure, after_ack))) as end:
        await end.mia.command("/test", SECURITY)
        message = await end.mia.wait_for_message(SECURITY, text=TRIED, ephemeral=True)
    shown = visible_text(message)
    assert why in shown
    assert next_step in shown
    assert "secret-detail" not in shown
    (reference,) = set(REFERENCE.findall(shown))
    assert reference in caplog.text


async def test_what_was_typed_is_not_in_the_log(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    refusal = InvalidInputError("words", "hunter2 is no list.")
    async with with_bot(tmp_path, on_test(fails_with(refusal))) as end:
        await end.mia.command("/test hunter2", SECURITY)
        await end.mia.wait_for_message(SECURITY, text="hunter2 is no list.", ephemeral=True)
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("user", "fault", "told"),
    [
        pytest.param("ada", None, "Done.", id="an admin"),
        pytest.param("mia", None, "Only admins and owners", id="a member"),
        pytest.param("ada", "503", "Slack cannot be reached", id="an admin, Slack silent"),
        pytest.param("mia", "503", "Slack cannot be reached", id="a member, Slack silent"),
    ],
)
async def test_only_admins_get_through_and_nobody_without_an_answer(tmp_path, user, fault, told):
    async def handler(args, services):
        await args.ack()
        await reply(args, Message("Done.", [section("Done.")]))

    async with with_bot(tmp_path, on_test(handler, Right.CONNECT)) as end:
        await end.mia.command("/snow help", SECURITY)
        await idle()
        if fault:
            end.server.faults.arm(fault)
        await getattr(end, user).command("/test", SECURITY)
        await getattr(end, user).wait_for_message(SECURITY, text=told, ephemeral=True)
        answers = [visible_text(each) for each in await getattr(end, user).messages(SECURITY)]
    assert any("Done." in each for each in answers) == (told == "Done.")


async def test_the_envelope_alone_says_which_workspace_and_who(tmp_path):
    seen = []

    async def handler(args, services):
        seen.append((workspace_of(args), user_of(args)))
        await args.ack()

    async with with_bot(tmp_path, on_test(handler)) as end:
        await end.mia.command("/test T0OTHER U0OTHER", SECURITY)
        await idle()
    assert seen == [(accounts.TEAM_ID, accounts.MIA.id)]


async def test_a_failure_is_read_in_the_persons_language_and_logged_in_english(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    failure = NotConnectedError(Provider.SERVICENOW)
    async with with_bot(tmp_path, on_test(fails_with(failure))) as end:
        end.server.workspace.people.mark(accounts.MIA.id, locale="fr-FR")
        await end.mia.command("/test", SECURITY)
        await end.mia.wait_for_message(SECURITY, text="n'est pas connecté", ephemeral=True)
        await end.ada.command("/test", SECURITY)
        await end.ada.wait_for_message(SECURITY, text="is not connected", ephemeral=True)
    logged = [line for line in caplog.messages if TRIED in line]
    assert len(logged) == 2
    assert all("no connection to ServiceNow" in line for line in logged)


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        pytest.param("fr-FR", "Seuls les administrateurs", id="French"),
        pytest.param("de-DE", "Only admins and owners", id="a language that there is none for"),
    ],
)
async def test_who_is_turned_away_at_the_first_request_reads_why_in_their_language(
    tmp_path, locale, told
):
    async def handler(args, services):
        await args.ack()

    async with with_bot(tmp_path, on_test(handler, Right.CONNECT)) as end:
        end.server.workspace.people.mark(accounts.MIA.id, locale=locale)
        await end.mia.command("/test", SECURITY)
        await end.mia.wait_for_message(SECURITY, text=told, ephemeral=True)


async def test_slack_is_asked_for_a_language_only_after_the_acknowledgement(tmp_path):
    async def handler(args, services):
        await reply(args, Message(spoken(), [section(spoken())]))

    async with with_bot(tmp_path, on_test(handler)) as end:
        end.server.workspace.people.mark(accounts.MIA.id, locale="fr-FR")
        end.server.faults.arm("hang@users.info")
        async with asyncio.timeout(0.9):
            await end.mia.command("/test", SECURITY)
        await end.mia.wait_for_message(SECURITY, text="en", ephemeral=True)


async def test_whose_language_cannot_be_told_for_an_unforeseen_reason_is_answered_in_english(
    tmp_path,
):
    async def handler(args, services):
        await reply(args, Message(spoken(), [section(spoken())]))

    async with with_bot(tmp_path, on_test(handler)) as end:
        end.server.workspace.people.mark(accounts.MIA.id, profile=["odd"], real_name="")
        await end.mia.command("/test", SECURITY)
        await end.mia.wait_for_message(SECURITY, text="en", ephemeral=True)


async def test_an_answer_finds_another_way_when_its_address_is_used_up(tmp_path):
    async def handler(args, services):
        await args.ack()
        for number in range(6):
            text = f"Answer {number}."
            await reply(args, Message(text, [section(text)]))

    async with with_bot(tmp_path, on_test(handler)) as end:
        await end.mia.command("/test", SECURITY)
        await end.mia.wait_for_message(SECURITY, text="Answer 5.", ephemeral=True)


async def test_where_the_bot_cannot_write_at_all_the_answer_is_a_direct_message(tmp_path):
    async def handler(args, services):
        await args.ack()
        args.context["response_url"] = None
        await reply(args, Message("Quietly.", [section("Quietly.")]))

    async with with_bot(tmp_path, on_test(handler)) as end:
        await end.ada.command("/test", accounts.BOARD.id)
        await end.ada.wait_for_message(await end.ada.direct_channel(), text="Quietly.")


async def test_a_trigger_that_is_too_old_becomes_a_button_with_a_new_one(tmp_path):
    async def slow(args, services):
        await args.ack()
        await asyncio.sleep(1.1)
        view = create_form(channel=SECURITY, where=PUBLIC, today=samples.TODAY)
        await show_modal(args, view, again="connect")

    async with with_bot(tmp_path, on_test(slow), trigger_seconds=1.0) as end:
        await end.ada.command("/test", SECURITY)
        message = await end.ada.wait_for_message(SECURITY, text="took too long", ephemeral=True)
        await end.ada.click(message, "Open form")
        await end.ada.modal(title="Connect ServiceNow")


async def test_the_time_to_answer_counts_from_the_arrival(tmp_path):
    now = asyncio.get_running_loop().time
    heard = []

    async def handler(args, services):
        begun = now()
        await asyncio.sleep(0.1)
        async with time_to_answer(args) as time:
            heard.append((begun, time.when()))
        await args.ack()

    async with with_bot(tmp_path, on_test(handler)) as end:
        typed = now()
        await end.mia.command("/test", SECURITY)
        await idle()
    ((begun, due),) = heard
    assert typed + ANSWER_SECONDS <= due <= begun + ANSWER_SECONDS


class TestSubmissions:
    """A modal of the bot's own, with a submission that fails."""

    def more(self, failure, callback="test_form"):
        async def open_form(args, services):
            await args.ack()
            view = connect_servicenow(None, SECURITY, "http://x") | {"callback_id": callback}
            await show_modal(args, view, again="connect")

        def more(app, bind):
            app.command("/test")(bind(open_form, tried=TRIED, right=Right.ANYONE))
            failing = bind(fails_with(failure), tried=TRIED, right=Right.ANYONE)
            app.view(callback)(failing)

        return more

    @pytest.mark.parametrize(
        ("failure", "errors"),
        [
            pytest.param(
                FormError({Block.CLIENT_ID: "Not that."}), {"Client ID": "Not that."}, id="a form's"
            ),
            pytest.param(
                InvalidInputError("instance", "No such instance."),
                {"Instance name": "No such instance."},
                id="a service's",
            ),
        ],
    )
    async def test_a_wrong_field_is_said_at_the_field(self, tmp_path, failure, errors):
        async with with_bot(tmp_path, self.more(failure)) as end:
            await end.mia.command("/test", SECURITY)
            await end.mia.modal(title="Connect ServiceNow")
            assert await end.mia.submit(FORM) == errors
            assert await end.refused() == []

    @pytest.mark.parametrize(
        "failure",
        [
            FormError({Block.INSTANCE: "It is asleep."}),
            InvalidInputError("instance", "It is asleep."),
        ],
        ids=["a form's", "a service's"],
    )
    async def test_what_a_remote_caused_at_a_field_has_a_reference_that_is_in_the_log(
        self, tmp_path, caplog, failure
    ):
        failure.__cause__ = ProviderUnavailableError(Provider.SERVICENOW, "no-answer-at-all")
        async with with_bot(tmp_path, self.more(failure)) as end:
            await end.mia.command("/test", SECURITY)
            await end.mia.modal(title="Connect ServiceNow")
            said = (await end.mia.submit(FORM))["Instance name"]
        found = re.fullmatch(r"It is asleep\. \(reference ([0-9a-f]{8})\)", said)
        assert found
        (line,) = (each for each in caplog.messages if f"reference={found[1]}" in each)
        assert TRIED in line
        assert "no-answer-at-all" in line

    @pytest.mark.parametrize(
        "failure",
        [
            NotConnectedError(Provider.SERVICENOW),
            InvalidInputError("no_such_field", "Nowhere."),
            ZeroDivisionError(),
        ],
        ids=["not connected", "a field that is not there", "a bug"],
    )
    async def test_another_failure_is_said_above_the_form_which_stays(self, tmp_path, failure):
        async with with_bot(tmp_path, self.more(failure)) as end:
            await end.mia.command("/test", SECURITY)
            await end.mia.modal(title="Connect ServiceNow")
            assert await end.mia.submit(FORM) == {}
            assert TRIED in visible_text(await end.mia.modal(title="That did not work"))
            await end.mia.close_modal()
            await end.mia.modal(title="Connect ServiceNow")

    async def test_what_is_said_above_a_form_is_in_the_language_of_whoever_sent_it(self, tmp_path):
        async def open_form(args, services):
            await args.ack()
            view = modal("test_form", "Test", [section("Test.")], submit="Send")
            await show_modal(args, view, again="connect")

        def more(app, bind):
            app.command("/test")(bind(open_form, tried=TRIED, right=Right.ANYONE))
            failing = fails_with(NotConnectedError(Provider.SERVICENOW))
            app.view("test_form")(bind(failing, tried=TRIED, right=Right.ANYONE))

        async with with_bot(tmp_path, more) as end:
            end.server.workspace.people.mark(accounts.MIA.id, locale="fr-FR")
            await end.mia.command("/test", SECURITY)
            assert (await end.mia.modal(title="Test"))["close"]["text"] == "Fermer"
            assert await end.mia.submit() == {}
            told = visible_text(await end.mia.modal(title="Cela n'a pas marché"))
            assert "n'est pas connecté" in told

    async def test_a_click_in_a_modal_that_fails_is_said_above_it(self, tmp_path):
        async def open_modal(args, services):
            await args.ack()
            view = find_action("words", [samples.action()], channel=SECURITY)
            view["blocks"][-2]["accessory"]["action_id"] = "test_button"
            await show_modal(args, view, again="share")

        def more(app, bind):
            app.command("/test")(bind(open_modal, tried="Opening.", right=Right.ANYONE))
            failing = bind(fails_with(NotFoundError("It")), tried=TRIED, right=Right.ANYONE)
            app.action("test_button")(failing)

        async with with_bot(tmp_path, more) as end:
            await end.mia.command("/test", SECURITY)
            await end.mia.modal(title="Share an action")
            await end.mia.click_in_modal("Share")
            shown = visible_text(await end.mia.modal(title="That did not work"))
            assert "It is not there any more." in shown


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"type": "app_home_opened", "tab": "messages"}, id="the app is opened"),
        pytest.param(
            {"type": "entity_details_requested", "user_locale": "fr-FR"}, id="a pane is opened"
        ),
    ],
)
async def test_a_change_of_language_is_seen_when_something_of_snowlines_is_opened(tmp_path, event):
    async with with_bot(tmp_path) as end:
        languages = end.services.languages
        await end.mia.command("/snow status", SECURITY)
        await idle()
        await told_long_ago(languages, "en")
        await end.mia.speak("fr-FR")
        await end.mia.command("/snow status", SECURITY)
        await idle()
        assert await languages.kept(accounts.TEAM_ID, accounts.MIA.id) == "en"
        end.server.send_event({"user": accounts.MIA.id, "channel": SECURITY} | event)
        async with asyncio.timeout(10):
            while await languages.kept(accounts.TEAM_ID, accounts.MIA.id) != "fr":
                await asyncio.sleep(0.01)


async def told_long_ago(languages, language):
    ago = languages.clock() - timedelta(minutes=5)
    async with languages.database.transaction(accounts.TEAM_ID) as tx:
        await persons.keep_language(tx, accounts.MIA.id, language, ago)
