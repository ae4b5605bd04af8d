"""The ServiceNow settings with ordinary and hostile words in them."""

from bot.views import settings, states, trial
from connector.models import (
    BotField,
    ByCategory,
    Column,
    Copied,
    FieldOutcome,
    FieldRule,
    Fixed,
    Group,
    Meaning,
    RecommendationCategory,
    ShareState,
    TestRecord,
    TicketKind,
    TicketState,
)
from tests.unit.bot import samples

# An instance's columns, choices and sys_ids are never empty nor longer than these.
COLUMN, CHOICE = 80, 150


def column(text, index=0, **changes):
    name = f"u_{index}"
    choices = tuple((f"{index}{text}"[:CHOICE], text) for index in range(120))
    return Column(**{"name": name, "label": text[:COLUMN], "choices": choices} | changes)


def group(text, index=0):
    return Group(sys_id=f"{index:032x}", name=text[:COLUMN] or "x")


def rules(text):
    by = tuple((category, group(text)) for category in RecommendationCategory)
    sources = (
        Fixed(value=text, shown=text),
        Copied(field=BotField.GAIN),
        ByCategory(groups=by, otherwise=group(text)),
        ByCategory(groups=(), otherwise=group(text)),
    )
    return [
        FieldRule(column=f"u_{index}", label=text, source=sources[index % 4]) for index in range(25)
    ]


def named(text, count):
    return [
        TicketState(
            value=f"{index}{text}"[: 40 if index % 2 else 400],
            label=text,
            meaning=list(Meaning)[index % 4],
            name=text[:40] if index % 2 else "",
        )
        for index in range(count)
    ]


def settings_views(text):
    for some in ([], rules(text)):
        kinds = dict.fromkeys(TicketKind, some)
        called = dict.fromkeys(TicketKind, named(text, len(some)))
        yield f"settings {len(some)}", settings.settings(text, kinds, called)
    for kind in TicketKind:
        yield f"rule {kind}", settings.rule_form(kind)
        yield f"rule column {kind}", settings.rule_form(kind, column(text))
        yield f"rule plain column {kind}", settings.rule_form(kind, column(text, choices=()))
        grouped = column(text, points_at="sys_user_group")
        yield f"rule group {kind}", settings.rule_form(kind, grouped)
        for count in (0, 8, 200):
            yield (
                f"states {count} {kind}",
                states.states_form("acme.service-now.com", kind, named(text, count)),
            )
        yield f"making {kind}", trial.making(kind)
    fields = (
        tuple(
            FieldOutcome(label=text, sent=text, held=held, kept=kept)
            for kept in (True, False, None)
            for held in (text, "")
        )
        * 9
    )
    for state in ShareState:
        share = samples.share(state=state, reason=text)
        for ticket in (None, samples.ticket(number=text, link=text, not_kept=(text, "Name"))):
            for some in ((), fields[:3], fields):
                record = TestRecord(share=share, ticket=ticket, fields=some, cancel_problem=text)
                yield f"tried {state} {bool(ticket)} {len(some)}", trial.made_modal(record)
                yield f"tried {state} {bool(ticket)} {len(some)} said", trial.made(record)


def option_lists(text):
    for count in (0, 1, 200):
        columns = [column(text, index, choices=()) for index in range(count)]
        yield f"columns {count}", settings.column_options(columns)
        groups = [group(text, index) for index in range(count)]
        yield f"groups {count}", settings.group_options(groups)
