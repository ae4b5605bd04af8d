"""Reads what links are shown as, and works in the panes beside them, as a person would."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.asking import Client, expect_ok, until
from bot.sandbox.reading import DriverError, Json


@dataclass(frozen=True, slots=True)
class PreviewReader:
    """One person before the previews of a conversation."""

    client: Client

    async def wait_for(self, channel: str, *, url: str = "", seconds: float = 10) -> Json:
        """Wait until the newest message of a channel that has ``url`` shows a preview of it.

        Raises:
            DriverError: it showed none in time.
        """

        async def look() -> Json | None:
            answer = await self.client.get("messages", channel=channel)
            for message in reversed(answer["messages"]):
                if url in message["text"] and message["unfurls"]:
                    shown: Json = {"message": message, **message["unfurls"][0]}
                    return shown
            return None

        found = await until(look, seconds)
        if found is None:
            raise DriverError(f"no preview of {url!r} in {channel}")
        return found

    async def open(self, preview: Json, *, refresh: bool = False, seconds: float = 10) -> Json:
        """Click a preview, and read the pane once the app has filled it or said why not.

        Raises:
            DriverError: the pane stayed empty.
        """
        fields = _where(preview)
        expect_ok(await self.client.post("pane", **fields, refresh=refresh), "pane")
        return await self._filled(fields, seconds)

    async def save(self, preview: Json, values: Mapping[str, str | None]) -> Mapping[str, str]:
        """Change fields of the open pane by their names, and save; return the errors by name.

        Raises:
            DriverError: the app did not take it.
        """
        answer = await self.client.post("save", **_where(preview), values=dict(values))
        if "errors" in answer:
            errors: dict[str, str] = answer["errors"]
            return errors
        expect_ok(answer, "save")
        await self._filled(_where(preview), 10)
        return {}

    async def compose(self, text: str, channel: str) -> str:
        """Write a message without sending it; return what its preview is known by."""
        answer = await self.client.post("compose", channel=channel, text=text)
        expect_ok(answer, text)
        return str(answer["at"])

    async def composed(self, at: str, *, after: int = 0, seconds: float = 10) -> Json:
        """Wait for the preview of a message that is being written.

        Raises:
            DriverError: there was none in time.
        """

        async def look() -> Json | None:
            answer = await self.client.get("events", after=str(after), seconds="0.2")
            events = [e for e in answer["events"] if e["type"] == "composer_unfurl"]
            return next((each for each in events if each["at"] == at), None)

        found = await until(look, seconds)
        if found is None:
            raise DriverError("no preview of what is being written")
        return found

    async def pane(self, preview: Json) -> Json | None:
        """Read the pane of a preview as it stands; None where it was never opened."""
        panes = (await self.client.get("panes"))["panes"]
        where = _where(preview)
        fits = (p for p in panes if (p["ts"], p["app_unfurl_url"]) == (where["ts"], where["url"]))
        return next(fits, None)

    async def _filled(self, where: Json, seconds: float) -> Json:
        async def look() -> Json | None:
            panes = (await self.client.get("panes"))["panes"]
            here = [
                p for p in panes if (p["ts"], p["app_unfurl_url"]) == (where["ts"], where["url"])
            ]
            return here[0] if here and not here[0]["waits"] else None

        found = await until(look, seconds)
        if found is None:
            raise DriverError("the pane stayed empty")
        return found


def _where(preview: Json) -> Json:
    message = preview["message"]
    return {"channel": message["channel"], "ts": message["ts"], "url": preview["app_unfurl_url"]}


def fields_of(pane: Json) -> Json:
    """Read what an object says, by its fields' names."""
    payload = pane["entity"]["entity_payload"]
    named = {each["key"]: each for each in payload.get("custom_fields") or []}
    return {name: _said(each) for name, each in {**payload.get("fields", {}), **named}.items()}


def _said(field: Json) -> object:
    user = field.get("user") or {}
    return field.get("value", user.get("text") or user.get("user_id"))
