"""What is told where: the settings of a conversation and one's own, and what is followed."""

from typing import Final

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
from connector.words import later, number, tr, trn

_SAID_HERE: Final = {
    Told.ALL: later("The threads of Snowline's cards here say everything that changes."),
    Told.STATES: later("The threads of Snowline's cards here say changes of state only."),
    Told.DONE: later(
        "The threads of Snowline's cards here say only that a ticket ended or was reopened."
    ),
    Told.NOTHING: later("Snowline is muted here: cards show what changes, threads do not say it."),
}
_SAID_FROM_NOW: Final = {
    Told.ALL: later(
        "{person} has the threads of Snowline's cards here say everything that changes."
    ),
    Told.STATES: later(
        "{person} has the threads of Snowline's cards here say changes of state only."
    ),
    Told.DONE: later(
        "{person} has the threads of Snowline's cards here say only that a ticket ended or was"
        " reopened."
    ),
    Told.NOTHING: later(
        "🔕 {person} muted Snowline here: cards show what changes, threads do not say it."
    ),
}
_BRIEFLY: Final = {
    Told.ALL: later("every change"),
    Told.STATES: later("state changes"),
    Told.DONE: later("done, cancelled or reopened"),
    Told.NOTHING: later("nothing"),
}


def channel_panel(news: ChannelNews) -> Message:
    """Let anybody in a conversation choose what is said in the threads of its cards."""
    where = conversation(news.conversation)
    title = tr(
        "*Notifications in {where}*\nCards are always kept up to date. This is about threads.",
        where=where,
    )
    told = radio(_told_here(), news.told.value) | {"action_id": Action.CHANNEL_TOLD}
    return Message(
        tr("Notifications in {where}: {sentence}", where=where, sentence=tr(_SAID_HERE[news.told])),
        [
            section(title),
            actions(told),
            actions(_broadcasts(news)),
            context(_changed_by(news)),
            actions(button(tr("My notifications…"), Action.NOTIFICATIONS)),
        ],
    )


def channel_changed(news: ChannelNews, by_name: str) -> Message:
    """Tell everybody in a conversation what is said there from now on, and who wanted that."""
    by = safe(by_name, 100)
    sentence = tr(_SAID_FROM_NOW[news.told], person=by) if by else tr(_SAID_HERE[news.told])
    if news.told is not Told.NOTHING and news.broadcasts:
        sentence = f"{sentence} {_broadcast_sentence()}"
    undo = tr("`{command} follow` and `{command} mute` change it.", command=COMMAND)
    return Message(sentence, [context(f"{sentence} {undo}")])


def personal(
    settings: PersonalNews, followed: Followed, skipped: int = 0, *, most: int = 10
) -> Json:
    """Let somebody choose what they are told in private, and stop following tickets."""
    return modal(
        Callback.NOTIFICATIONS,
        tr("My notifications"),
        [
            section(
                tr("What Snowline tells you in direct messages. Never of what you did yourself.")
            ),
            _choice(Block.ASKED_NEWS, tr("Tickets I asked for"), _private(), settings.asked.value),
            _choice(
                Block.FOLLOWED_NEWS, tr("Tickets I follow"), _private(), settings.followed.value
            ),
            _choice(
                Block.OUTCOMES,
                tr("What came of what I did"),
                _outcomes(),
                Outcomes.of(every=settings.every_outcome),
            ),
            divider(),
            *_followed(followed, skipped, most),
            context(
                tr(
                    "`{command} mute` and `{command} follow` in a channel are for its threads.",
                    command=COMMAND,
                )
            ),
        ],
        submit=tr("Save"),
    )


def followed(ticket: Ticket) -> Message:
    """Say that somebody follows a ticket now."""
    said = tr(
        "You follow {ticket}. Snowline tells you in a direct message what others change, and what"
        " is said on it in ServiceNow.",
        ticket=numbered(ticket),
    )
    stop = button(tr("Unfollow"), Action.UNFOLLOW, ticket.share)
    return Message(
        tr("You follow {ticket}.", ticket=safe(ticket.number, 40)),
        [section(said), actions(stop, button(tr("My notifications…"), Action.NOTIFICATIONS))],
    )


def unfollowed(ticket: Ticket) -> Message:
    """Say that somebody does not follow a ticket any more."""
    again = button(tr("Follow again"), Action.FOLLOW, ticket.share)
    plain, linked = (
        tr("You do not follow {ticket} any more.", ticket=named)
        for named in (safe(ticket.number, 40), numbered(ticket))
    )
    return Message(plain, [section(linked), actions(again)])


def muted(ticket: Ticket) -> Message:
    """Say that nothing more is said in the thread of a ticket's card."""
    said = tr(
        "{ticket} is muted here: its card is kept up to date, and nothing more is said in its"
        " thread. `{command} unmute {ticket}` undoes it.",
        ticket=safe(ticket.number, 40),
        command=COMMAND,
    )
    return Message(said, [section(said)])


def unmuted(ticket: Ticket) -> Message:
    """Say that changes are said in the thread of a ticket's card again."""
    said = tr(
        "{ticket} is not muted here any more: its thread says what changes.",
        ticket=safe(ticket.number, 40),
    )
    return Message(said, [section(said)])


def summary_blocks(settings: PersonalNews, count: int) -> list[Json]:
    """Say in App Home what one is told in private, with the way to change it."""
    lines = [
        tr("*My notifications* in direct messages"),
        tr("Tickets I asked for: {told}", told=tr(_BRIEFLY[settings.asked])),
        tr(
            "Tickets I follow ({count}): {told}",
            count=number(count),
            told=tr(_BRIEFLY[settings.followed]),
        ),
    ]
    press = button(tr("Change"), Action.NOTIFICATIONS)
    return [divider(), section("\n".join(lines), press)]


def _told_here() -> list[Json]:
    return [
        option(
            tr("Everything"), Told.ALL.value, tr("Every change, and what is said in ServiceNow")
        ),
        option(tr("State changes only"), Told.STATES.value, tr("When the state changes")),
        option(tr("Endings only"), Told.DONE.value, tr("Done, cancelled or reopened")),
        option(tr("Nothing (muted)"), Told.NOTHING.value, tr("Cards alone show what changes")),
    ]


def _broadcasts(news: ChannelNews) -> Json:
    only = option(
        tr("Also show in the channel when a ticket ends or is reopened"),
        BROADCASTS,
        tr("Done, cancelled or open again; not while muted"),
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
        return tr("As it is for every channel. Everybody who can write here may change it.")
    by = safe(news.by_name, 100)
    if not by:
        return tr(
            "Changed {when}. Everybody who can write here may change it.", when=moment(news.at)
        )
    return tr(
        "Changed by {person}, {when}. Everybody who can write here may change it.",
        person=by,
        when=moment(news.at),
    )


def _broadcast_sentence() -> str:
    return tr("That a ticket ended or was reopened is shown in the channel, too.")


def _private() -> list[Json]:
    return [
        option(tr("Every change"), Told.ALL.value),
        option(tr("State changes"), Told.STATES.value),
        option(tr("Only when done, cancelled or reopened"), Told.DONE.value),
        option(tr("Nothing"), Told.NOTHING.value),
    ]


def _outcomes() -> list[Json]:
    return [
        option(tr("Only when something went wrong"), Outcomes.FAILURES),
        option(tr("Always, unless I have seen it already"), Outcomes.EVERY),
    ]


def _choice(block: Block, label: str, options: list[Json], chosen: str) -> Json:
    return entry(block, label, radio(options, chosen))


def _followed(followed: Followed, skipped: int, most: int) -> list[Json]:
    if not followed.count:
        how = tr(
            "You follow no ticket. *Follow* in a card's menu, or `{command} follow NUMBER`.",
            command=COMMAND,
        )
        return [section(how)]
    rows = [_row(each) for each in followed.tickets]
    return [
        section(f"*{_count_followed(followed.count)}*"),
        *rows,
        *_pages(followed, skipped, most),
    ]


def _row(ticket: Ticket) -> Json:
    said = f"{mark(ticket)} {numbered(ticket)}  {safe(ticket.name, 150)}"
    return section(said, button(tr("Unfollow"), Action.UNFOLLOW_LISTED, ticket.share))


def _pages(followed: Followed, skipped: int, most: int) -> list[Json]:
    after = skipped + most
    turns: list[tuple[str, int]] = []
    if skipped > 0:
        turns.append((tr("Newer"), max(skipped - most, 0)))
    if after < followed.count:
        turns.append((tr("Older"), after))
    return [actions(button(label, Action.FOLLOWED_PAGE, str(at))) for label, at in turns]


def _count_followed(count: int) -> str:
    return trn("{count} ticket I follow", "{count} tickets I follow", count)
