"""The digest: what became of a conversation's tickets, and how the score stands."""

from collections.abc import Sequence
from typing import Final

from bot.forms import PUBLIC, Where
from bot.identifiers import COMMAND
from bot.views.blocks import Json, Message, context, header, section
from bot.views.connect import as_of, trouble
from bot.views.score import freshness, outlook, total
from bot.views.text import conversation, fill, joined, moment, more, safe
from bot.views.tickets import by_state, due, numbered, standing
from bot.views.why import digest_footer, with_footer
from connector.errors import CONNECT, Provider
from connector.models import Digest, FieldChange, KindSummary, Ticket, TicketChange, spoken_change
from connector.words import later, number, tr, trn

_SHOWN: Final = 8
_SECTION: Final = 2900
_DIRECT: Final = ("D", "U", "W")
_NO_MICROSOFT: Final = later(
    "{provider} is not connected, so no score is read. An admin can connect it with {connect}."
)


def digest(digest: Digest) -> Message:
    """Sum up open tickets, what was created, changed and is overdue, and the score."""
    kinds, stale = [_kind(each) for each in digest.kinds], as_of(digest.connections)
    blocks = [
        header(tr("Digest")),
        context(_about(digest)),
        *([context(stale)] if stale else []),
        section("\n".join(kinds) or tr("No ticket is open here.")),
        *_ahead(digest),
        *_parts(digest),
    ]
    if digest.elsewhere:
        blocks.append(context(_elsewhere(digest.elsewhere)))
    blocks += _score(digest)
    text = "\n".join(filter(None, (tr("Digest"), stale, *kinds, _points(digest))))
    return Message(text, blocks)


def footed(of: Digest, *, moved: bool) -> Message:
    """Show a digest, with why it is where it is."""
    return with_footer(digest(of), digest_footer(of, moved=moved))


def digest_coming(channel: str, where: Where = PUBLIC) -> Message:
    """Say that the digest will be there in a moment, and where."""
    text = _coming(channel, where)
    return Message(text, [section(text)])


def _coming(channel: str, where: Where) -> str:
    if where.direct:
        return tr(
            "The digest is on its way. It comes to you as a direct message from Snowline.",
        )
    if where.thread and not where.private:
        return tr("The digest is on its way. It appears in the thread that you asked for it in.")
    if where.private:
        return tr(
            "The digest is on its way. It appears here. This conversation is private: where"
            " Snowline is not a member, it comes to you as a direct message instead;"
            " `/invite @Snowline` changes that."
        )
    return tr("The digest is on its way. It appears in {channel}.", channel=conversation(channel))


def _about(digest: Digest) -> str:
    since = moment(digest.since)
    if digest.conversation.startswith(_DIRECT):
        return tr("The direct message that this was asked for in, since {since}", since=since)
    return tr("{channel}, since {since}", channel=conversation(digest.conversation), since=since)


def _elsewhere(count: int) -> str:
    return trn(
        "{count} open ticket has its card elsewhere: `{command} tickets` lists them all",
        "{count} open tickets have their cards elsewhere: `{command} tickets` lists them all",
        count,
        command=COMMAND,
    )


def _ahead(digest: Digest) -> list[Json]:
    coming = trn(
        "{count} ticket asked for here is on its way",
        "{count} tickets asked for here are on their way",
        digest.on_their_way,
    )
    unsure = trn(
        "{count} ticket asked for here was never confirmed",
        "{count} tickets asked for here were never confirmed",
        digest.unconfirmed,
    )
    told = joined((coming if digest.on_their_way else "", unsure if digest.unconfirmed else ""))
    return [context(f"⏳ {told}")] if told else []


def _parts(digest: Digest) -> list[Json]:
    today = digest.at.date()
    created = [f"• {joined((_named(each), standing(each, today)))}" for each in digest.created]
    changed = [_changed(ticket, change) for ticket, change in digest.changed]
    overdue = [f"• {joined((_named(each), due(each, today)))}" for each in digest.overdue]
    return [
        *([] if created or changed else [context(_quiet(digest))]),
        *_list(tr("Created"), created),
        *_list(tr("Changed"), changed),
        *_list(tr("Overdue"), overdue),
    ]


def _quiet(digest: Digest) -> str:
    since = moment(digest.since)
    if as_of(digest.connections):
        return tr(
            "Nothing that Snowline could read was created or changed since {since}.", since=since
        )
    return tr("Nothing was created or changed since {since}.", since=since)


def _list(title: str, lines: Sequence[str]) -> list[Json]:
    if not lines:
        return []
    return [section(f"*{title}* {number(len(lines))}\n{fill(lines, _SECTION, _SHOWN)}")]


def _kind(summary: KindSummary) -> str:
    kind = summary.kind.label
    if not summary.total:
        return tr("*{kind}*  none open", kind=kind)
    count, states = number(summary.total), by_state(summary.states)
    return tr("*{kind}*  {count} open: {states}", kind=kind, count=count, states=states)


def _named(ticket: Ticket) -> str:
    return f"{numbered(ticket)} {safe(ticket.name, 80)}"


def _changed(ticket: Ticket, change: TicketChange) -> str:
    told = [_field(each, change) for each in change.fields[:2]]
    left = len(change.fields) - len(told)
    told += [more(left)] if left > 0 else []
    return f"• {joined((_named(ticket), *told))}"


def _field(each: FieldChange, change: TicketChange) -> str:
    spoken = spoken_change(each)
    field = safe(spoken.field, 30)
    if change.from_chat and not each.before:
        return tr("{field} by {person}", field=field, person=safe(change.by, 60))
    return f"{field} {safe(spoken.before, 30) or '–'} → {safe(spoken.after, 30) or '–'}"


def _score(digest: Digest) -> list[Json]:
    problem = _score_problem(digest)
    if digest.score is None:
        return problem
    return [
        section(f"*{_points(digest)}*\n{outlook(digest.score)}"),
        context(freshness(digest.score, digest.at)),
        *problem,
    ]


def _score_problem(digest: Digest) -> list[Json]:
    known = [each for each in digest.connections if each.provider is Provider.MICROSOFT]
    if not known:
        provider = Provider.MICROSOFT
        return [context(tr(_NO_MICROSOFT, provider=provider, connect=CONNECT[provider]))]
    wrong = trouble(known[0])
    return [context(f"⚠️ {wrong}")] if wrong else []


def _points(digest: Digest) -> str:
    return tr("Secure Score: {total}", total=total(digest.score)) if digest.score else ""
