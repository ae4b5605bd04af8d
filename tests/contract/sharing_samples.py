"""Every view of sharing again, several at once, and from a message, around one text."""

from dataclasses import replace
from datetime import timedelta

from bot.forms import Origin, TicketForm, Where
from bot.forms.bulks import BulkForm, Mode, Repeat
from bot.identifiers import Block
from bot.views import bulks, card, finding, sharing_again, shortcuts
from bot.views.act_forms import Filling, act_form
from connector.models import (
    MOST_AT_ONCE,
    ActKind,
    Bulk,
    BulkId,
    BulkItem,
    CoveredAction,
    Covering,
    Mark,
    Place,
    Priority,
    ShareId,
    ShareState,
    TicketKind,
)
from tests.contract.rights_samples import DEFAULTS
from tests.unit.bot import act_samples, samples

ORIGINS = {
    "public": Origin(samples.CHANNEL),
    "private": Origin(samples.CHANNEL, Where(private=True)),
    "thread": Origin(samples.CHANNEL, Where(thread="1764100000.000100")),
    "nowhere": Origin(samples.ADA, Where(direct=True, is_open=True)),
}


def named(text):
    return samples.draft(name=text[:160] or "x", requester_name=text, action_link=text)


def grouped(text, count=MOST_AT_ONCE):
    covers = tuple(
        CoveredAction(id=f"{text}{index}", title=text, gain=index, link=samples.DEEP_LINK)
        for index in range(count)
    )
    return replace(named(text), covers=covers, action_id="", action_link="")


def bulk(text, *states, ticket=None, count=MOST_AT_ONCE):
    cycle = states or (ShareState.ANNOUNCED, ShareState.REJECTED, ShareState.RECEIVED)
    items = []
    for index in range(count):
        state = cycle[index % len(cycle)]
        share_ = samples.share(
            id=ShareId(f"{index:032}"), draft=named(text), state=state, reason=text
        )
        made = ticket if state is ShareState.ANNOUNCED else None
        items.append(BulkItem(share=share_, ticket=made))
    return Bulk(
        id=BulkId("b" * 32),
        workspace=samples.ACME,
        requester=samples.ADA,
        destination=samples.CHANNEL,
        requested_at=samples.NOW - timedelta(minutes=1),
        items=tuple(items),
        place=Place(conversation=samples.CHANNEL, message="1.1"),
    )


def coverings(text, ticket):
    closed = replace(ticket, is_open=False)
    change = replace(closed, kind=TicketKind.CHANGE_REQUEST)
    return tuple(
        Covering(share=samples.share(draft=draft, id=ShareId(f"{index:032}")), ticket=each)
        for index, (draft, each) in enumerate(
            (
                (named(text), ticket),
                (grouped(text), closed),
                (named(text), None),
                (named(text), change),
            )
        )
    )


def form(text, origin, repeat=None):
    return BulkForm(
        origin=origin,
        keys={text: text},
        mode=Mode.ALL,
        kind=TicketKind.CHANGE_REQUEST,
        name=text[:160],
        description=text[:3000],
        priority=Priority.HIGH,
        due=samples.TODAY,
        repeat=repeat,
    )


def chosen(text, count=MOST_AT_ONCE):
    return [samples.action(id=f"{text}{index}", title=text, service=text) for index in range(count)]


def sharing_views(text, ticket):
    made = ticket(text, link=samples.LINK)
    for where, origin in ORIGINS.items():
        for name, view in (*bulk_forms(text, origin), *forms_again(text, origin, made)):
            yield f"{name} {where}", view
    yield from messages(text, made)
    filling = Filling(draft=act_samples.draft(text=sharing_again.shared_again(about(text))))
    for kind in TicketKind:
        update = act_form(replace(made, kind=kind), ActKind.UPDATE, filling=filling)
        yield f"update of {kind}", update
    found, known = chosen(text, 100), marks(text)
    view = finding.find_action(text, found, channel=samples.CHANNEL, note=text, marks=known)
    yield "find, marked", view


def about(text):
    return samples.action(title=text, implementation_cost=text, user_impact=text)


def marks(text):
    return {f"{text}{n}": Mark(number=text if n % 2 else "", state=text) for n in range(200)}


def bulk_forms(text, origin):
    yield "bulk form", bulks.bulk_form(origin, today=samples.TODAY, note=text)
    asked = form(text, origin, Repeat.LEAVE)
    filled = bulks.Filled(form=asked, chosen=chosen(text), marks=marks(text))
    for index, defaults in enumerate(DEFAULTS):
        yield (
            f"bulk form again {index}",
            bulks.bulk_form(origin, today=samples.TODAY, filled=filled, defaults=defaults),
        )
    yield "bulk taken", bulks.bulk_taken(20, samples.CHANNEL, origin.where)
    texts = {Block.NAME: text[:160], Block.DESCRIPTION: text[:3000]}
    message = shortcuts.message_form(origin, texts, today=samples.TODAY, note=text)
    yield "form of a message", message


def forms_again(text, origin, made):
    known, action = coverings(text, made), about(text)
    yield "shared before", sharing_again.shared_before(action, known, origin, samples.NOW)
    yield "another", sharing_again.another_form(action, known, origin, samples.TODAY, note=text)
    filled = TicketForm(replace(named(text), description=text[:3000]), origin, samples.CHANNEL)
    for index, defaults in enumerate(DEFAULTS):
        view = sharing_again.overtaken_form(action, known, filled, samples.NOW, defaults=defaults)
        yield f"overtaken {index}", view


def messages(text, made):
    for each in (made, None):
        yield f"progress {bool(each)}", bulks.progress(bulk(text, ticket=each))
        ended = bulk(text, ShareState.ANNOUNCED, ticket=each)
        yield f"progress, ended {bool(each)}", bulks.progress(ended)
    group = replace(samples.card(), ticket=replace(made, covers=grouped(text).covers))
    yield "card of a group", card.card(group, samples.NOW)
    yield "change in a thread of many", card.with_name(group, card.change(group, samples.change()))


def sharing_options(text):
    known = {f"{text[:200]}{n}": Mark(number=text, state=text) for n in range(100)}
    yield "options, marked", finding.action_options(chosen(text[:200], 200), known)
