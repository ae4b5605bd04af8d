"""Everything that is said about notifications, around one text and for any number of tickets."""

from itertools import product

from bot.views import acts, card, digest, news, notifications, why
from connector.announcer import NoticeKind
from connector.models import (
    Because,
    ChannelNews,
    FieldChange,
    Followed,
    JournalElement,
    Mute,
    PersonalNews,
    TicketNews,
    Told,
    Turn,
)
from tests.unit.bot import act_samples, samples


def notification_views(text, make_ticket):
    yield from _settings(text)
    yield from _lists(text, make_ticket)
    yield from _news(text, make_ticket)
    yield from _footers(text, make_ticket)
    ticket = make_ticket(text)
    for name in ("followed", "unfollowed", "muted", "unmuted"):
        yield name, getattr(notifications, name)(ticket)


def _settings(text):
    for told, broadcasts, at in product(Told, (True, False), (samples.NOW, None)):
        kept = ChannelNews(
            conversation=samples.CHANNEL,
            told=told,
            broadcasts=broadcasts,
            by=samples.ADA,
            by_name=text,
            at=at,
        )
        yield f"channel {told} {broadcasts} {at}", notifications.channel_changed(kept, text)
        yield f"panel {told} {broadcasts} {at}", notifications.channel_panel(kept)


def _lists(text, make_ticket):
    for count, skipped in ((0, 0), (1, 0), (10_000, 0), (10_000, 5_000), (10_000, 9_990)):
        shown = tuple(make_ticket(text) for _ in range(min(count, 10)))
        followed = Followed(tickets=shown, count=count)
        for told in (Told.ALL, Told.NOTHING):
            mine = PersonalNews(asked=told, followed=told, every_outcome=told is Told.ALL)
            yield f"mine {count} {skipped} {told}", notifications.personal(mine, followed, skipped)
            home = {"type": "home", "blocks": notifications.summary_blocks(mine, count)}
            yield f"home {count} {told}", home


def _news(text, make_ticket):
    fields = (FieldChange(field=text, before=text, after=text),) * 9
    said = FieldChange(field=JournalElement.COMMENTS.label, before="", after=text)
    changes = [
        samples.change(*fields, number=text, by=by, from_chat=from_chat, turn=Turn.ENDED)
        for by, from_chat in product((text, ""), (True, False))
    ]
    changes.append(samples.change(said, number=text, by=text))
    for count, because, many in product((1, 2, 500), Because, (1, 500)):
        each = TicketNews(
            ticket=make_ticket(text), changes=tuple((changes * 100)[:many]), because=because
        )
        other = TicketNews(
            ticket=make_ticket(text), changes=(changes[0],), because=Because.FOLLOWED
        )
        yield f"news {count} {because} {many}", news.news([each, *[other] * (count - 1)])


def _footers(text, make_ticket):
    mute = Mute(conversation=samples.CHANNEL, by=samples.ADA, at=samples.NOW, by_name=text)
    for moved, muted, destination in product(
        (True, False), (mute, None), (samples.CHANNEL, samples.ADA, "D0DIRECT")
    ):
        draft = samples.draft(requester_name=text)
        of = samples.card(make_ticket(text), draft=draft, destination=destination)
        of = type(of)(share=of.share, ticket=of.ticket, mute=muted)
        name = f"{moved} {bool(muted)} {destination}"
        yield f"footed card {name}", card.card(of, samples.NOW, moved=moved)
        asked = samples.digest(conversation=destination, requested_by_name=text)
        yield f"footed digest {name}", digest.footed(asked, moved=moved)
    yield "details", card.details(make_ticket(text), samples.NOW)
    told = acts.outcome(act_samples.act(reason=text), make_ticket(text))
    yield "outcome told", why.with_footer(told, *why.outcome_footer())
    for kind in NoticeKind:
        yield f"notice {kind}", why.with_footer(told, why.notice_footer(kind))
