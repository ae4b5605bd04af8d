"""What is told where: the settings of a conversation and one's own, and what is followed."""

from collections.abc import Mapping

from bot.forms.notifications import BROADCASTS, Outcomes
from bot.identifiers import COMMAND, Action, Block, Callback
from bot.views.blocks import (
    Json,
    Message,
    actions,
    button,
    context,
    divider,
    entry,
    modal,
    option,
    radio,
    section,
)
from bot.views.text import conversation, moment, safe
from bot.views.tickets import mark, numbered
from connector.models import ChannelNews, Followed, PersonalNews, Ticket, Told


def channel_panel(news: ChannelNews) -> Message:
    """Let anybody in a conversation choose what is said in the threads of its cards."""
    where = conversation(news.conversation)
    title = f"*Notifications in {where}*\nCards are always kept up to date. This is about threads."
    told = radio(_told_here(), news.told.value) | {"action_id": Action.CHANNEL_TOLD}
    return Message(
        f"Notifications in {where}: {_in_words(news.told)}",
        [
            section(title),
            actions(told),
            actions(_broadcasts(news)),
            context(_changed_by(news)),
            actions(button("My notifications…", Action.NOTIFICATIONS)),
        ],
    )


def channel_changed(news: ChannelNews, by_name: str) -> Message:
    """Tell everybody in a conversation what is said there from now on, and who wanted that."""
    by = safe(by_name, 100)
    sentence = _now_told(by)[news.told] if by else _in_words(news.told)
    if news.told is not Told.NOTHING and news.broadcasts:
        sentence = f"{sentence} {_broadcast_sentence()}"
    undo = f"`{COMMAND} follow` and `{COMMAND} mute` change it."
    return Message(sentence, [context(f"{sentence} {undo}")])


def personal(
    settings: PersonalNews, followed: Followed, skipped: int = 0, *, most: int = 10
) -> Json:
    """Let somebody choose what they are told in private, and stop following tickets."""
    return modal(
        Callback.NOTIFICATIONS,
        "My notifications",
        [
            section("What Snowline tells you in direct messages. Never of what you did yourself."),
            _choice(Block.ASKED_NEWS, "Tickets I asked for", _private(), settings.asked.value),
            _choice(Block.FOLLOWED_NEWS, "Tickets I follow", _private(), settings.followed.value),
            _choice(
                Block.OUTCOMES,
                "What came of what I did",
                _outcomes(),
                Outcomes.of(every=settings.every_outcome),
            ),
            divider(),
            *_followed(followed, skipped, most),
            context(f"`{COMMAND} mute` and `{COMMAND} follow` in a channel are for its threads."),
        ],
        submit="Save",
    )


def followed(ticket: Ticket) -> Message:
    """Say that somebody follows a ticket now."""
    said = (
        f"You follow {numbered(ticket)}. Snowline tells you in a direct message what others"
        " change, and what is said on it in ServiceNow."
    )
    stop = button("Unfollow", Action.UNFOLLOW, ticket.share)
    return Message(
        f"You follow {safe(ticket.number, 40)}.",
        [section(said), actions(stop, button("My notifications…", Action.NOTIFICATIONS))],
    )


def unfollowed(ticket: Ticket) -> Message:
    """Say that somebody does not follow a ticket any more."""
    again = button("Follow again", Action.FOLLOW, ticket.share)
    return Message(
        f"You do not follow {safe(ticket.number, 40)} any more.",
        [section(f"You do not follow {numbered(ticket)} any more."), actions(again)],
    )


def muted(ticket: Ticket) -> Message:
    """Say that nothing more is said in the thread of a ticket's card."""
    number = safe(ticket.number, 40)
    said = (
        f"{number} is muted here: its card is kept up to date, and nothing more is said in its"
        f" thread. `{COMMAND} unmute {number}` undoes it."
    )
    return Message(said, [section(said)])


def unmuted(ticket: Ticket) -> Message:
    """Say that changes are said in the thread of a ticket's card again."""
    said = f"{safe(ticket.number, 40)} is not muted here any more: its thread says what changes."
    return Message(said, [section(said)])


def summary_blocks(settings: PersonalNews, count: int) -> list[Json]:
    """Say in App Home what one is told in private, with the way to change it."""
    lines = [
        "*My notifications* in direct messages",
        f"Tickets I asked for: {_briefly()[settings.asked]}",
        f"Tickets I follow ({count:,}): {_briefly()[settings.followed]}",
    ]
    press = button("Change", Action.NOTIFICATIONS)
    return [divider(), section("\n".join(lines), press)]


def _told_here() -> list[Json]:
    return [
        option("Everything", Told.ALL.value, "Every change, and what is said in ServiceNow"),
        option("State changes only", Told.STATES.value, "When the state changes"),
        option("Endings only", Told.DONE.value, "Done, cancelled or reopened"),
        option("Nothing (muted)", Told.NOTHING.value, "Cards alone show what changes"),
    ]


def _broadcasts(news: ChannelNews) -> Json:
    only = option(
        "Also show in the channel when a ticket ends or is reopened",
        BROADCASTS,
        "Done, cancelled or open again; not while muted",
    )
    chosen: Json = {"initial_options": [only]} if news.broadcasts else {}
    return {
        "type": "checkboxes",
        "action_id": Action.CHANNEL_BROADCASTS,
        "options": [only],
        **chosen,
    }


def _changed_by(news: ChannelNews) -> str:
    if news.at is None:
        return "As it is for every channel. Everybody who can write here may change it."
    by = safe(news.by_name, 100)
    if not by:
        return f"Changed {moment(news.at)}. Everybody who can write here may change it."
    return f"Changed by {by}, {moment(news.at)}. Everybody who can write here may change it."


def _in_words(told: Told) -> str:
    if told is Told.NOTHING:
        return "Snowline is muted here: cards show what changes, threads do not say it."
    if told is Told.STATES:
        return "The threads of Snowline's cards here say changes of state only."
    if told is Told.DONE:
        return "The threads of Snowline's cards here say only that a ticket ended or was reopened."
    return "The threads of Snowline's cards here say everything that changes."


def _now_told(by: str) -> Mapping[Told, str]:
    return {
        Told.ALL: f"{by} has the threads of Snowline's cards here say everything that changes.",
        Told.STATES: f"{by} has the threads of Snowline's cards here say changes of state only.",
        Told.DONE: (
            f"{by} has the threads of Snowline's cards here say only that a ticket ended or was"
            " reopened."
        ),
        Told.NOTHING: (
            f"🔕 {by} muted Snowline here: cards show what changes, threads do not say it."
        ),
    }


def _broadcast_sentence() -> str:
    return "That a ticket ended or was reopened is shown in the channel, too."


def _private() -> list[Json]:
    return [
        option("Every change", Told.ALL.value),
        option("State changes", Told.STATES.value),
        option("Only when done, cancelled or reopened", Told.DONE.value),
        option("Nothing", Told.NOTHING.value),
    ]


def _briefly() -> Mapping[Told, str]:
    return {
        Told.ALL: "every change",
        Told.STATES: "state changes",
        Told.DONE: "done, cancelled or reopened",
        Told.NOTHING: "nothing",
    }


def _outcomes() -> list[Json]:
    return [
        option("Only when something went wrong", Outcomes.FAILURES),
        option("Always, unless I have seen it already", Outcomes.EVERY),
    ]


def _choice(block: Block, label: str, options: list[Json], chosen: str) -> Json:
    return entry(block, label, radio(options, chosen))


def _followed(followed: Followed, skipped: int, most: int) -> list[Json]:
    if not followed.count:
        how = f"You follow no ticket. *Follow* in a card's menu, or `{COMMAND} follow NUMBER`."
        return [section(how)]
    rows = [_row(each) for each in followed.tickets]
    return [
        section(f"*{_count_followed(followed.count)}*"),
        *rows,
        *_pages(followed, skipped, most),
    ]


def _row(ticket: Ticket) -> Json:
    said = f"{mark(ticket)} {numbered(ticket)}  {safe(ticket.name, 150)}"
    return section(said, button("Unfollow", Action.UNFOLLOW_LISTED, ticket.share))


def _pages(followed: Followed, skipped: int, most: int) -> list[Json]:
    after = skipped + most
    turns: list[tuple[str, int]] = []
    if skipped > 0:
        turns.append(("Newer", max(skipped - most, 0)))
    if after < followed.count:
        turns.append(("Older", after))
    return [actions(button(label, Action.FOLLOWED_PAGE, str(at))) for label, at in turns]


def _count_followed(count: int) -> str:
    if count == 1:
        return "1 ticket I follow"
    return f"{count:,} tickets I follow"
