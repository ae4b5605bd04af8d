"""Why a message is where it is, and the way to the setting that brought it there."""

from typing import Final

from bot.identifiers import COMMAND, Action
from bot.views.blocks import Json, Message, actions, button, context
from bot.views.places import moved_sentence
from bot.views.text import safe
from connector.announcer import Card, NoticeKind
from connector.models import Because, Digest, Mute
from connector.words import tr

_DIRECT: Final = ("D", "U", "W")


def card_footer(card: Card, *, moved: bool) -> Json:
    """Say why a card stands here, and whether its thread is muted."""
    has_menu = card.ticket is not None and card.ticket.is_followed and not card.ticket.is_gone
    second = _muted(card.mute) if card.mute else _setting(has_menu=has_menu)
    return context(f"{_posted(card, moved=moved)} {second}")


def moved_footer() -> Json:
    """Say why a message is not where it was asked for."""
    return context(moved_sentence())


def digest_footer(digest: Digest, *, moved: bool) -> Json:
    """Say who asked for a digest, and where."""
    by = safe(digest.requested_by_name, 100)
    if moved:
        return moved_footer()
    if digest.conversation.startswith(_DIRECT):
        return context(tr("Sent to you because you typed `{command} digest now`.", command=COMMAND))
    if by:
        return context(
            tr(
                "Posted here because {person} typed `{command} digest now` here.",
                person=by,
                command=COMMAND,
            )
        )
    return context(
        tr("Posted here because somebody typed `{command} digest now` here.", command=COMMAND)
    )


def news_footer(reasons: frozenset[Because]) -> list[Json]:
    """Say why somebody is told of tickets in private, with the way to change that."""
    if reasons == {Because.FOLLOWED}:
        said = tr("Sent to you because you follow this. Nobody else sees it.")
    elif reasons == {Because.ASKED}:
        said = tr("Sent to you because you asked for this ticket. Nobody else sees it.")
    else:
        said = tr("Sent to you because you follow these tickets or asked for them.")
    return [actions(settings_button()), context(said)]


def outcome_footer() -> list[Json]:
    """Say why somebody is told what came of what they did."""
    said = tr("Sent to you because you did this from Slack.")
    return [actions(settings_button()), context(said)]


def notice_footer(kind: NoticeKind) -> Json:
    """Say why somebody is told of a connection or of a conversation."""
    if kind is NoticeKind.PLACE_LOST:
        return context(tr("Sent to you because you made a connection of Snowline here."))
    if kind in {NoticeKind.SIGN_IN_EXPIRED, NoticeKind.SIGN_IN_ENDS}:
        return context(tr("Sent to you because you made this connection."))
    return context(tr("Sent to you because you were connecting."))


def settings_button() -> Json:
    """Lead to one's own settings."""
    return button(tr("My notifications…"), Action.NOTIFICATIONS)


def with_footer(message: Message, *blocks: Json) -> Message:
    """Set blocks under a message."""
    return Message(message.text, [*message.blocks, *blocks])


def _posted(card: Card, *, moved: bool) -> str:
    if moved:
        return moved_sentence()
    draft, destination = card.share.draft, card.share.destination
    if destination.startswith(_DIRECT):
        return tr("Sent to you because you asked for this ticket in private.")
    by = safe(draft.requester_name, 100)
    # Who asks may do it elsewhere: the form says, and lets them choose, where the card goes.
    if not by:
        return tr(
            "Posted here because somebody asked for this ticket, with its card to appear here."
        )
    if draft.action_id:
        return tr(
            "Posted here because {person} shared it, with its card to appear here.", person=by
        )
    return tr("Posted here because {person} asked for it, with its card to appear here.", person=by)


def _muted(mute: Mute) -> str:
    by = safe(mute.by_name, 100)
    if by:
        return tr(
            "🔕 {person} muted it: what changes is shown on this card, not said in its thread.",
            person=by,
        )
    return tr("🔕 Muted: what changes is shown on this card, not said in its thread.")


def _setting(*, has_menu: bool) -> str:
    if has_menu:
        return tr("*Notifications…* in the menu changes what is said here.")
    return tr("`{command} notifications` changes what you are told.", command=COMMAND)
