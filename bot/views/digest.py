"""The digest: what became of a conversation's tickets, and how the score stands."""

from collections.abc import Sequence
from typing import Final

from bot.forms import PUBLIC, Where
from bot.identifiers import COMMAND
from bot.views.blocks import Json, Message, context, header, section
from bot.views.connect import as_of, trouble
from bot.views.score import freshness, outlook, total
from bot.views.share import goes
from bot.views.text import conversation, fill, joined, moment, plural, safe
from bot.views.tickets import by_state, due, numbered, standing
from bot.views.why import digest_footer, with_footer
from connector.errors import CONNECT, Provider
from connector.models import Digest, FieldChange, KindSummary, Ticket, TicketChange

_SHOWN: Final = 8
_SECTION: Final = 2900
_DIRECT: Final = ("D", "U", "W")
_NO_MICROSOFT: Final = (
    f"{Provider.MICROSOFT} is not connected, so no score is read. An admin can connect it with"
    f" {CONNECT[Provider.MICROSOFT]}."
)
_ASKED_IN: Final = "The direct message that this was asked for in"


def digest(digest: Digest) -> Message:
    """Sum up open tickets, what was created, changed and is overdue, and the score."""
    kinds, stale = [_kind(each) for each in digest.kinds], as_of(digest.connections)
    blocks = [
        header("Digest"),
        context(_about(digest)),
        *([context(stale)] if stale else []),
        section("\n".join(kinds) or "No ticket is open here."),
        *_ahead(digest),
        *_parts(digest),
    ]
    if digest.elsewhere:
        noun = plural(digest.elsewhere, "open ticket")
        where = "has its card" if digest.elsewhere == 1 else "have their cards"
        blocks.append(context(f"{noun} {where} elsewhere: `{COMMAND} tickets` lists them all"))
    blocks += _score(digest)
    text = "\n".join(filter(None, ("Digest", stale, *kinds, _points(digest))))
    return Message(text, blocks)


def footed(of: Digest, *, moved: bool) -> Message:
    """Show a digest, with why it is where it is."""
    return with_footer(digest(of), digest_footer(of, moved=moved))


def digest_coming(channel: str, where: Where = PUBLIC) -> Message:
    """Say that the digest will be there in a moment, and where."""
    text = f"The digest is on its way. {goes('It', channel, where)}"
    return Message(text, [section(text)])


def _about(digest: Digest) -> str:
    direct = digest.conversation.startswith(_DIRECT)
    where = _ASKED_IN if direct else conversation(digest.conversation)
    return f"{where}, since {moment(digest.since)}"


def _ahead(digest: Digest) -> list[Json]:
    told = joined(
        (
            _asked_for(digest.on_their_way, "is on its way", "are on their way"),
            _asked_for(digest.unconfirmed, "was never confirmed", "were never confirmed"),
        )
    )
    return [context(f"⏳ {told}")] if told else []


def _asked_for(count: int, one: str, many: str) -> str:
    if not count:
        return ""
    return f"{plural(count, 'ticket')} asked for here {one if count == 1 else many}"


def _parts(digest: Digest) -> list[Json]:
    today = digest.at.date()
    created = [f"• {joined((_named(each), standing(each, today)))}" for each in digest.created]
    changed = [_changed(ticket, change) for ticket, change in digest.changed]
    overdue = [f"• {joined((_named(each), due(each, today)))}" for each in digest.overdue]
    known = "Nothing that Snowline could read" if as_of(digest.connections) else "Nothing"
    quiet = f"{known} was created or changed since {moment(digest.since)}."
    return [
        *([] if created or changed else [context(quiet)]),
        *_list("Created", created),
        *_list("Changed", changed),
        *_list("Overdue", overdue),
    ]


def _list(title: str, lines: Sequence[str]) -> list[Json]:
    if not lines:
        return []
    return [section(f"*{title}* {len(lines):,}\n{fill(lines, _SECTION, _SHOWN)}")]


def _kind(summary: KindSummary) -> str:
    if not summary.total:
        return f"*{summary.kind.label}*  none open"
    return f"*{summary.kind.label}*  {summary.total:,} open: {by_state(summary.states)}"


def _named(ticket: Ticket) -> str:
    return f"{numbered(ticket)} {safe(ticket.name, 80)}"


def _changed(ticket: Ticket, change: TicketChange) -> str:
    told = [_field(each, change) for each in change.fields[:2]]
    more = len(change.fields) - len(told)
    told += [f"{more} more"] if more > 0 else []
    return f"• {joined((_named(ticket), *told))}"


def _field(each: FieldChange, change: TicketChange) -> str:
    if change.from_chat and not each.before:
        return f"{safe(each.field, 30)} by {safe(change.by, 60)}"
    return f"{safe(each.field, 30)} {safe(each.before, 30) or '–'} → {safe(each.after, 30) or '–'}"


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
        return [context(_NO_MICROSOFT)]
    wrong = trouble(known[0])
    return [context(f"⚠️ {wrong}")] if wrong else []


def _points(digest: Digest) -> str:
    return f"Secure Score: {total(digest.score)}" if digest.score else ""
