"""Drives the sandbox's Slack as a person would, for the tour and the end-to-end tests."""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import aiohttp

from bot.sandbox.asking import Client, expect_ok, until
from bot.sandbox.previews import PreviewReader
from bot.sandbox.reading import (
    DriverError,
    Field,
    Json,
    find_field,
    pick,
    pick_several,
    visible_text,
)
from bot.sandbox.slack.elements import CLICKED, VALUE_KEY

__all__ = ["DriverError", "SlackUser", "visible_text"]

_NOTHING: Final[Mapping[str, str | None]] = MappingProxyType({})


class SlackUser:
    """Drives the sandbox's Slack as one person would: types, clicks, fills in, reads."""

    def __init__(self, http: aiohttp.ClientSession, origin: str, user: str, team: str = "") -> None:
        self.user = user
        self._client = Client(http, origin.rstrip("/"), user, team)

    async def command(self, text: str, channel: str) -> None:
        """Type a slash command in a channel.

        Raises:
            DriverError: Slack says that it failed; the text ends with Slack's code.
        """
        answer = await self._client.post("command", channel=channel, text=text)
        expect_ok(answer, text)

    async def say(self, text: str, channel: str, thread_ts: str | None = None) -> None:
        """Write an ordinary message."""
        fields = {"channel": channel, "text": text, "thread_ts": thread_ts}
        expect_ok(await self._client.post("say", **fields), text)

    @property
    def previews(self) -> PreviewReader:
        """What links that were posted are shown as, and the panes beside that."""
        return PreviewReader(self._client)

    async def post_file(self, name: str, content: bytes, channel: str, type_: str) -> None:
        """Write a message that holds a file."""
        kept = {"name": name, "type": type_, "content": base64.b64encode(content).decode()}
        expect_ok(await self._client.post("say", channel=channel, text=name, files=[kept]), name)

    async def use_shortcut(
        self, callback_id: str, message: Json | None = None, *, channel: str | None = None
    ) -> None:
        """Choose a shortcut in a message's menu, or a global one while looking at a channel."""
        where = {"channel": message["channel"], "ts": message["ts"]} if message else None
        answer = await self._client.post(
            "shortcut", callback_id=callback_id, message=where, channel=channel
        )
        expect_ok(answer, callback_id)

    async def messages(self, channel: str) -> list[Json]:
        """Read a conversation, oldest first, with what only this person sees."""
        answer = await self._client.get("messages", channel=channel)
        if "messages" not in answer:
            raise DriverError(f"{channel}: {answer.get('error')}")
        messages: list[Json] = answer["messages"]
        return messages

    async def direct_channel(self) -> str:
        """Name this person's direct messages with the bot."""
        channels = (await self._client.get("state"))["channels"]
        return next(str(each["id"]) for each in channels if each.get("user") == self.user)

    async def wait_for_message(
        self,
        channel: str,
        *,
        text: str = "",
        ephemeral: bool | None = None,
        thread_ts: str | None = None,
        seconds: float = 10,
        after: str = "0",
    ) -> Json:
        """Wait for the newest message that shows ``text`` and fits the other wishes.

        Raises:
            DriverError: there was none in time; the text says what there was instead.
        """

        def fits(message: Json) -> bool:
            return (
                message["ts"] > after
                and ephemeral in (None, bool(message.get("ephemeral")))
                and thread_ts in (None, message.get("thread_ts"))
                and text in visible_text(message)
            )

        async def look() -> Json | None:
            found = [each for each in await self.messages(channel) if fits(each)]
            return found[-1] if found else None

        found = await until(look, seconds)
        if found is None:
            seen = [visible_text(each) for each in (await self.messages(channel))[-5:]]
            raise DriverError(f"no message with {text!r} in {channel}; the last were: {seen}")
        return found

    async def click(
        self, message: Json, label: str, *, option: str | None = None, confirm: bool = True
    ) -> str | None:
        """Press a button of a message, or choose ``option`` there; return a link's address.

        The message is looked up again first: a person clicks on what is there now. ``confirm``
        is the answer to a dialog that asks whether one is sure.
        """
        there = await self.messages(message["channel"])
        current = next((each for each in there if each["ts"] == message["ts"]), message)
        where = {"message": {"channel": message["channel"], "ts": message["ts"]}}
        return await self._click(current, where, label, option=option, confirm=confirm)

    async def modal(self, *, title: str | None = None, seconds: float = 10) -> Json:
        """Wait for the modal on top, with that title if one is given.

        Raises:
            DriverError: another one or none was open.
        """

        async def look() -> Json | None:
            view = await self._top()
            if view is None or title not in (None, (view.get("title") or {}).get("text")):
                return None
            return view

        found = await until(look, seconds)
        if found is None:
            top = await self._top()
            seen = visible_text(top) if top else "no modal"
            raise DriverError(f"no modal {title!r} but: {seen}")
        return found

    async def click_in_modal(self, label: str, *, option: str | None = None) -> str | None:
        """Press a button of the modal on top; return a link's address."""
        view = await self.modal()
        return await self._click(view, {"view_id": view["id"]}, label, option=option)

    async def choose(self, label: str, query: str, option: str) -> None:
        """Type ``query`` into a select of the modal and take the option that shows ``option``.

        Raises:
            DriverError: no such option was offered.
        """
        view = await self.modal()
        field = find_field(view, label)
        await self._enter(view, field, await self._entry(view, field, option, query))

    async def submit(self, values: Mapping[str, str | None] = _NOTHING) -> dict[str, str]:
        """Fill in fields by their labels and submit; return the errors by label.

        ``None`` empties a field; what is not named keeps its value. A date with a time is in
        seconds since 1970.

        Raises:
            DriverError: the modal has no such field, or the app did not answer.
        """
        for label, value in values.items():
            view = await self.modal()
            field = find_field(view, label)
            await self._enter(view, field, await self._entry(view, field, value))
        view = await self.modal()
        answer = await self._client.post("submit", view_id=view["id"])
        if "errors" not in answer:
            expect_ok(answer, "submit")
            return {}
        labels = {b["block_id"]: (b.get("label") or {}).get("text") for b in view["blocks"]}
        return {labels.get(block) or block: text for block, text in answer["errors"].items()}

    async def close_modal(self) -> None:
        """Close the modal on top.

        Raises:
            DriverError: none is open.
        """
        view = await self._top()
        if view is None:
            raise DriverError("no modal is open")
        expect_ok(await self._client.post("close", view_id=view["id"]), "close")

    async def clear_modals(self) -> None:
        """Close every modal, if there is one."""
        view = await self._top()
        if view is not None:
            await self._client.post("close", view_id=view["id"], clear=True)

    async def modal_is_closed(self, seconds: float = 5) -> None:
        """Wait until no modal is open.

        Raises:
            DriverError: one stayed open.
        """

        async def look() -> bool | None:
            return await self._top() is None or None

        if not await until(look, seconds):
            view = await self._top()
            raise DriverError(f"a modal stayed open: {visible_text(view or {})}")

    async def speak(self, locale: str) -> None:
        """Choose a language for oneself, such as ``fr-FR``."""
        expect_ok(await self._client.post("language", locale=locale), locale)

    async def home(self, seconds: float = 10) -> Json:
        """Open App Home and read it once the app has published it.

        Raises:
            DriverError: the app never published one.
        """
        before: Json | None = (await self._client.get("home"))["view"]
        expect_ok(await self._client.post("home"), "App Home")

        async def look() -> Json | None:
            view: Json | None = (await self._client.get("home"))["view"]
            if view is None or (before is not None and view["hash"] == before["hash"]):
                return None
            return view

        found = await until(look, seconds if before is None else min(seconds, 2.0)) or before
        if found is None:
            raise DriverError("the app published no home")
        return found

    async def wait_at_home(self, text: str, seconds: float = 10) -> Json:
        """Look at App Home, without opening it again, until it shows ``text``.

        Raises:
            DriverError: it did not in time; the text says what it showed instead.
        """

        async def look() -> Json | None:
            view: Json | None = (await self._client.get("home"))["view"]
            return view if view is not None and text in visible_text(view) else None

        found = await until(look, seconds)
        if found is None:
            seen = (await self._client.get("home"))["view"] or {}
            raise DriverError(f"App Home does not show {text!r} but: {visible_text(seen)}")
        return found

    async def click_at_home(self, label: str, *, option: str | None = None) -> str | None:
        """Press a button of App Home; return a link's address.

        Raises:
            DriverError: it has no such button.
        """
        view = (await self._client.get("home"))["view"] or await self.home()
        while True:
            try:
                return await self._click(view, {"home": True}, label, option=option)
            except DriverError:
                before, view = view, (await self._client.get("home"))["view"]
                # Published anew between the look and the press, it is looked at again.
                if view == before:
                    raise

    async def _top(self) -> Json | None:
        view: Json | None = (await self._client.get("view"))["view"]
        return view

    async def _click(
        self,
        surface: Json,
        where: Json,
        label: str,
        *,
        option: str | None = None,
        confirm: bool = True,
    ) -> str | None:
        field = find_field(surface, label)
        if field.element.get("confirm") and not confirm:
            return None
        fields: Json = {**where, **field.ids}
        if option is not None:
            fields["element"] = await self._entry(surface, field, option, where=where)
        answer = await self._client.post("click", **fields)
        expect_ok(answer, label)
        link: str | None = answer.get("open")
        return link

    async def _enter(self, view: Json, field: Field, entry: Json) -> None:
        """Type or choose; what the app wants to hear of at once is a click."""
        heard = field.block["type"] != "input" or field.block.get("dispatch_action")
        where = {"view_id": view["id"], **field.ids}
        if heard:
            answer = await self._client.post("click", **where, element=entry)
        else:
            answer = await self._client.post("set", **where, state=entry)
        expect_ok(answer, field.names[0])

    async def _entry(
        self,
        surface: Json,
        field: Field,
        value: str | None,
        query: str | None = None,
        *,
        where: Json | None = None,
    ) -> Json:
        type_ = field.element["type"]
        key = "selected_option" if type_ in CLICKED else VALUE_KEY[type_]
        if not value:
            return {"type": type_, key: [] if key.endswith("s") else None}
        if type_ == "datetimepicker":
            return {"type": type_, key: int(value)}
        if not key.startswith("selected_option"):
            return {"type": type_, key: [value] if key.endswith("s") else value}
        where = where or {"view_id": surface["id"]}
        if type_ == "multi_external_select":
            # Nothing fits all of them: each is typed by itself.
            found = [await self._options(where, field, part) for part in value.split(", ")]
            return {
                "type": type_,
                key: pick_several([each for part in found for each in part], value),
            }
        options = await self._options(where, field, value if query is None else query)
        if key == "selected_option":
            return {"type": type_, key: pick(options, value)}
        return {"type": type_, key: pick_several(options, value)}

    async def _options(self, where: Json, field: Field, query: str) -> list[Json]:
        source = field.element
        if "external" in source["type"]:
            source = await self._client.post("options", **where, **field.ids, value=query)
            if source.get("ok") is False:
                raise DriverError(f"{field.names[0]}: {source['error']}")
        groups = [group["options"] for group in source.get("option_groups") or []]
        return [*(source.get("options") or []), *(each for group in groups for each in group)]
