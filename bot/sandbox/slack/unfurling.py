"""Links that people post: the app is told of those of its domains, and shows what they lead to."""

import secrets
from typing import Final

from bot.sandbox.slack import envelope
from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.chat import keep
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.elements import with_ids
from bot.sandbox.slack.entity_rules import check_unfurled
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.link import OK, Link
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.objects import attachment_of, made_by_app
from bot.sandbox.slack.shared_links import COMPOSER, Shared, links_in

_SOURCES: Final = ("composer", "conversations_history")
_ASKING: Final = ("user_auth_required", "user_auth_url", "user_auth_message", "user_auth_blocks")


def posted(link: Link, place: Conversation, message: Message) -> None:
    """Tell the app of the links in a message of a person."""
    workspace = link.workspace
    links = links_in(message.text, workspace.settings.unfurl_domains)
    unfurl_id = f"{place.id}.{message.ts}.{secrets.token_hex(32)}"
    shared = Shared(
        user=message.user,
        channel=place.id,
        ts=message.ts,
        unfurl_id=unfurl_id,
        links=links,
        thread_ts=message.thread_ts,
    )
    tell(link, shared)


async def compose(link: Link, user: str, body: Json) -> Json:
    """Tell the app of the links in a message that is being written; ``at`` names its preview."""
    workspace = link.workspace
    workspace.conversations.entered_by(user, str(body.get("channel")))
    links = links_in(str(body.get("text") or ""), workspace.settings.unfurl_domains)
    unfurl_id = secrets.token_hex(16)
    shared = Shared(user=user, channel=COMPOSER, ts=unfurl_id, unfurl_id=unfurl_id, links=links)
    tell(link, shared)
    return OK | {"at": unfurl_id, "links": links}


def tell(link: Link, shared: Shared) -> None:
    """Send ``link_shared``, if there are links and the app has asked for them."""
    workspace = link.workspace
    settings = workspace.settings
    wanted = "link_shared" in settings.events and "links:read" in settings.scopes
    if not shared.links or not wanted:
        return
    shared.acknowledged = False
    workspace.links.keep(shared)
    inner: Json = {
        "type": "link_shared",
        "user": shared.user,
        "channel": shared.channel,
        "message_ts": shared.ts,
        "unfurl_id": shared.unfurl_id,
        "source": _SOURCES[not shared.is_composer],
        "is_bot_user_member": _has_bot(link, shared.channel),
        "links": [dict(each) for each in shared.links],
        "event_ts": workspace.stamps.next(),
    }
    inner |= {"thread_ts": shared.thread_ts} if shared.thread_ts else {}
    wrapped = envelope.event(workspace, inner)
    place = workspace.conversations.by_id.get(shared.channel)
    wrapped["is_ext_shared_channel"] = bool(place and place.is_ext_shared)
    link.delivery.tell(wrapped, taken=shared.acknowledge)


def _has_bot(link: Link, channel: str) -> bool:
    place = link.workspace.conversations.by_id.get(channel)
    return bool(place and place.has_bot)


def chat_unfurl(call: Call) -> Json:
    """Show under a message, or beside one that is being written, what its links lead to."""
    keep(call, "unfurl")
    shared = _shared(call)
    metadata, unfurls = _given(call, "metadata"), _given(call, "unfurls")
    if metadata is None and unfurls is None:
        if not any(call.text(each) for each in _ASKING):
            raise SlackError("missing_unfurls")
        return {}
    if not call.workspace.settings.work_objects:
        # An app without them is only known by what it was always known by.
        metadata = None
        if unfurls is None:
            raise SlackError("missing_unfurls")
    previews = _plain(unfurls or {}) | _objects(call, metadata or {})
    if not shared.acknowledged or set(previews) - shared.urls:
        raise SlackError("cannot_unfurl_url")
    _show(call, shared, previews)
    return {}


def _shared(call: Call) -> Shared:
    links = call.workspace.links
    if call.text("unfurl_id") or call.text("source"):
        found = links.named(_argument(call, "unfurl_id"))
        if _argument(call, "source") not in _SOURCES:
            raise SlackError("invalid_source")
        if found is None:
            raise SlackError("invalid_unfurl_id")
        return found
    channel, ts = _argument(call, "channel"), _argument(call, "ts")
    if channel not in call.workspace.conversations.by_id and channel != COMPOSER:
        raise SlackError("cannot_find_channel")
    found = links.at(channel, ts)
    if found is None:
        raise SlackError("cannot_find_message")
    return found


def _argument(call: Call, name: str) -> str:
    value = call.text(name)
    if not value:
        raise SlackError(f"missing_{name}")
    return value


def _given(call: Call, name: str) -> Json | None:
    refusal = "invalid_unfurls_format" if name == "unfurls" else "invalid_metadata_format"
    value = call.structure(name, refusal)
    if value is not None and not isinstance(value, dict):
        raise SlackError(refusal)
    return value


def _plain(unfurls: Json) -> dict[str, Json]:
    previews = {}
    for address, given in unfurls.items():
        if not isinstance(given, dict) or not given:
            raise SlackError("invalid_unfurls_format")
        blocks = given.get("blocks") or []
        problems = check_blocks(blocks, "message", f"/unfurls/{address}/blocks")
        if problems or any(each["type"] == "rich_text" for each in blocks):
            raise SlackError("invalid_blocks", problems)
        previews[address] = given | ({"blocks": with_ids(blocks)} if blocks else {})
    return previews


def _objects(call: Call, metadata: Json) -> dict[str, Json]:
    entities = metadata.get("entities")
    if metadata and not isinstance(entities, list):
        raise SlackError("invalid_metadata_format")
    previews = {}
    for number, entity in enumerate(entities or []):
        at = f"/metadata/entities/{number}"
        if problems := check_unfurled(entity, at):
            raise SlackError("invalid_metadata_format", problems)
        if entity["entity_type"] not in call.workspace.settings.entity_types:
            told = [f"[ERROR] entity type not enabled for the app [json-pointer:{at}/entity_type]"]
            raise SlackError("invalid_metadata_format", told)
        previews[entity["app_unfurl_url"]] = attachment_of(entity)
    return previews


def _show(call: Call, shared: Shared, previews: dict[str, Json]) -> None:
    workspace = call.workspace
    made = {address: made_by_app(address, each) for address, each in previews.items()}
    shared.previews |= made
    if shared.is_composer:
        told = {"at": shared.unfurl_id, "unfurls": list(shared.previews.values())}
        workspace.feed.tell([shared.user], "composer_unfurl", **told)
        return
    place = workspace.conversations.by_id[shared.channel]
    message = workspace.messages.find(shared.channel, shared.ts)
    workspace.messages.unfurl(place, message, made)


METHODS: Final = {"chat.unfurl": chat_unfurl}
