"""What a person types: messages, slash commands, shortcuts; and opening App Home."""

from bot.sandbox import accounts
from bot.sandbox.slack import channel_changes, envelope, membership, unfurling
from bot.sandbox.slack.conversations import Conversation, direct_channel_id
from bot.sandbox.slack.delivery import COMMAND, INTERACTION
from bot.sandbox.slack.errors import DeliveryError, Json, SlackError
from bot.sandbox.slack.kept_files import Upload
from bot.sandbox.slack.link import OK, Link
from bot.sandbox.slack.messages import Content
from bot.sandbox.slack.responding import respond


def say(
    link: Link,
    user: str,
    channel: str,
    text: str,
    thread_ts: str | None = None,
    uploads: list[Upload] | None = None,
) -> Json:
    """Post an ordinary message of a person, with files if there are any."""
    place = _open_place(link, user, channel)
    workspace, files = link.workspace, link.workspace.files
    kept = [files.keep(e, user, workspace.origin, workspace.clock()) for e in uploads or []]
    content = Content(text=text, files=kept)
    messages = link.workspace.messages
    message = messages.post(place, content, user=user, thread_ts=thread_ts or None)
    for each in kept:
        files.share(each["id"], place, message.ts)
    inner = message.wire() | {"channel": place.id, "event_ts": message.ts}
    if place.is_im:
        tell(link, inner | {"channel_type": "im"}, "message.im")
    if f"<@{accounts.BOT_USER_ID}>" in text and place.has_bot:
        tell(link, inner | {"type": "app_mention"}, "app_mention")
    unfurling.posted(link, place, message)
    return OK


def tell(link: Link, inner: Json, subscription: str) -> None:
    """Send an event if the app has subscribed to it."""
    if subscription in link.workspace.settings.events:
        link.delivery.tell(envelope.event(link.workspace, inner))


async def command(link: Link, user: str, channel: str, line: str) -> Json:
    """Run a slash command; the words of its acknowledgement become a message."""
    place = _open_place(link, user, channel)
    form = envelope.command(link.workspace, user, place, line)
    if form["command"] in membership.COMMANDS:
        return membership.carry_out(link, user, place, line)
    if form["command"] in channel_changes.COMMANDS:
        return channel_changes.carry_out(link, user, place, line)
    if form["command"] not in {each.command for each in link.workspace.settings.commands}:
        return {"ok": False, "error": f"`{form['command']}` is not a valid command."}
    workspace = link.workspace
    url = workspace.response_urls.issue(workspace.origin, user, place.id)
    form |= {"response_url": url, "trigger_id": workspace.triggers.issue(user, place.id)}
    try:
        body = await link.delivery.ask(COMMAND, form)
    except DeliveryError as exc:
        told = f"{form['command']} failed with the error “{exc.code}”"
        link.notice(user, place.id, told)
        return {"ok": False, "error": exc.code}
    _show(link, url, body)
    return OK


def _show(link: Link, url: str, body: Json) -> None:
    if not (body.get("text") or body.get("blocks") or body.get("attachments")):
        return
    workspace = link.workspace
    try:
        right = workspace.response_urls.take(url.rpartition("/")[2])
        right.uses -= 1  # the acknowledgement is no use of the URL
        respond(workspace, right, body, "command ack")
    except SlackError as exc:
        workspace.record.refuse("command ack", exc)


def open_home(link: Link, user: str) -> Json:
    """Open App Home; the app hears of it."""
    workspace = link.workspace
    workspace.people.get(user)
    inner: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": direct_channel_id(user),
        "tab": "home",
        "event_ts": workspace.stamps.next(),
    }
    home = workspace.views.homes.get(user)
    if home is not None:
        inner["view"] = envelope.copied(home.wire())
    tell(link, inner, "app_home_opened")
    return OK


async def shortcut(
    link: Link, user: str, callback_id: str, message: Json | None, looked_at: str = ""
) -> Json:
    """Use a global shortcut, or one on a message.

    A global one does not tell the app which conversation somebody looks at; a modal may propose it.
    """
    workspace = link.workspace
    type_ = "message_action" if message else "shortcut"
    payload = envelope.interaction(workspace, type_, user)
    channel = looked_at
    if message:
        place = _place(link, user, str(message.get("channel")))
        target = workspace.messages.find(place.id, str(message.get("ts")))
        channel = place.id
        payload |= {
            "channel": envelope.channel_of(place),
            "message_ts": target.ts,
            "message": target.wire(),
            "response_url": workspace.response_urls.issue(workspace.origin, user, channel),
        }
    payload |= {"callback_id": callback_id, "action_ts": workspace.stamps.next()}
    payload["trigger_id"] = workspace.triggers.issue(user, channel)
    await link.delivery.ask(INTERACTION, payload)
    return OK


def _open_place(link: Link, user: str, channel: str) -> Conversation:
    place = _place(link, user, channel)
    if link.workspace.is_read_only(place):
        raise SlackError("restricted_action_read_only_channel")
    if place.is_archived:
        raise SlackError("is_archived")
    return place


def _place(link: Link, user: str, channel: str) -> Conversation:
    link.workspace.people.get(user)
    return link.workspace.conversations.entered_by(user, channel)
