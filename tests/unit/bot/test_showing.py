"""Modals that come too late: opened by another click, changed by the newest one, or left alone."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.handlers.showing import change_modal, push_modal, show_modal
from bot.views.blocks import actions, button, modal, section
from connector.models import Right
from tests.unit.bot.slack_end import SECURITY, with_bot


@dataclass
class Choices:
    """A modal with two buttons; each click is held until it is let go, and then shows its value."""

    held: dict[str, asyncio.Event] = field(default_factory=dict)
    arrived: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def view(self, text):
        row = actions(
            button("First", "test_first", "first"), button("Second", "test_second", "second")
        )
        return modal("test_form", "Choose", [section(text), row])

    def more(self, app, bind):
        async def open_form(args, _services):
            await args.ack()
            await show_modal(args, self.view("nothing yet"), again="help")

        async def choose(args, _services):
            await args.ack()
            value = args.action["value"]
            self.arrived.append(value)
            await self.held.setdefault(value, asyncio.Event()).wait()
            await change_modal(args, self.view(value))
            self.shown.append(value)

        app.command("/test")(bind(open_form, tried="Opening.", right=Right.ANYONE))
        app.action("test_first")(bind(choose, tried="Choosing.", right=Right.ANYONE))
        app.action("test_second")(bind(choose, tried="Choosing.", right=Right.ANYONE))

    async def let_go(self, value):
        self.held.setdefault(value, asyncio.Event()).set()
        await until(lambda: value in self.shown)


def shown(view):
    return view["blocks"][0]["text"]["text"]


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
async def test_the_last_click_is_what_a_modal_shows_whichever_is_ready_first(tmp_path, order):
    choices = Choices()
    async with with_bot(tmp_path, choices.more) as end:
        await end.ada.command("/test", SECURITY)
        await end.ada.modal(title="Choose")
        for label, value in (("First", "first"), ("Second", "second")):
            await end.ada.click_in_modal(label)
            await until(lambda value=value: value in choices.arrived)
        for value in order:
            await choices.let_go(value)
        assert "second" in shown(await end.ada.modal())
        assert await end.refused() == ["hash_conflict"]


async def test_a_modal_that_was_closed_meanwhile_is_nobodys_trouble(tmp_path):
    choices = Choices()
    async with with_bot(tmp_path, choices.more) as end:
        await end.ada.command("/test", SECURITY)
        await end.ada.modal(title="Choose")
        await end.ada.click_in_modal("First")
        await until(lambda: choices.arrived)
        await end.ada.close_modal()
        await choices.let_go("first")
        assert await end.refused() == ["not_found"]
        assert await end.ada.messages(SECURITY) == []


async def test_what_can_no_longer_be_put_on_top_takes_the_place_of_what_was_clicked(tmp_path):
    choices = Choices()

    def more(app, bind):
        async def late(args, _services):
            await args.ack()
            end.server.workspace.triggers.seconds = 0.0
            view_id = await push_modal(args, choices.view("on top"))
            assert view_id == args.body["view"]["id"]

        async def open_form(args, _services):
            await args.ack()
            await show_modal(args, choices.view("below"), again="help")

        app.command("/test")(bind(open_form, tried="Opening.", right=Right.ANYONE))
        app.action("test_first")(bind(late, tried="Pushing.", right=Right.ANYONE))

    async with with_bot(tmp_path, more) as end:
        await end.ada.command("/test", SECURITY)
        await end.ada.modal(title="Choose")
        await end.ada.click_in_modal("First")
        async with asyncio.timeout(5):
            while shown(await end.ada.modal()) != "on top":
                await asyncio.sleep(0.01)


async def test_a_failure_that_can_no_longer_be_told_above_a_modal_is_told_in_private(tmp_path):
    choices = Choices()

    def more(app, bind):
        async def fail(args, _services):
            await args.ack()
            end.server.workspace.triggers.seconds = 0.0
            raise ZeroDivisionError

        async def open_form(args, _services):
            await args.ack()
            await show_modal(args, choices.view("below"), again="help")

        app.command("/test")(bind(open_form, tried="Opening.", right=Right.ANYONE))
        app.action("test_first")(bind(fail, tried="Failing on purpose.", right=Right.ANYONE))

    async with with_bot(tmp_path, more) as end:
        await end.ada.command("/test", SECURITY)
        await end.ada.modal(title="Choose")
        await end.ada.click_in_modal("First")
        direct = await end.ada.direct_channel()
        await end.ada.wait_for_message(direct, text="Failing on purpose.")
