"""Acts to show: every form, every outcome and every word of the thread, around one text."""

from itertools import product

from bot.forms.acts import About
from bot.forms.attachments import files_of
from bot.identifiers import Action, Block
from bot.views import act_forms, acts, attachments
from connector.models import (
    Act,
    ActDraft,
    ActId,
    ActKind,
    ActState,
    Choice,
    FieldChange,
    Paths,
    Setting,
    TicketKind,
)
from tests.unit.bot import samples

COLUMNS = (
    "state",
    "hold_reason",
    "close_code",
    "close_notes",
    "assigned_to",
    "assignment_group",
)


def draft(kind=ActKind.COMMENT, **changes):
    ordinary = {
        "kind": kind,
        "ticket": samples.ticket().share,
        "by": samples.ADA,
        "by_name": "Ada Admin",
        "text": "Two hosts are left.",
    }
    return ActDraft(**ordinary | changes)


def act(kind=ActKind.COMMENT, state=ActState.DONE, **changes):
    of = changes.pop("draft", None) or draft(kind)
    ordinary = {
        "id": ActId("6" * 32),
        "workspace": samples.ACME,
        "draft": of,
        "state": state,
        "requested_at": samples.NOW,
    }
    return Act(**ordinary | changes)


def paths(text="Resolved", values=("6", "3"), **changes):
    offered = tuple(Choice(value=each, label=text) for each in values)
    ordinary = {"states": offered, "close_codes": offered, "hold_reasons": offered}
    return Paths(**ordinary | changes)


def typed(text):
    """What was typed into every field there is."""
    settings = tuple(Setting(column=each, value="6", shown=text or "-") for each in COLUMNS)
    due = Setting(column="due_date", value="2027-01-31 12:00:00", shown="2027-01-31")
    return draft(settings=(*settings, due), text=text)


def outcome_views(text, ticket):
    for state, kind, gave_up in product(ActState, ActKind, (True, False)):
        of = act(kind, state, reason=text, not_kept=(text, text), gave_up=gave_up)
        yield f"outcome {state} {kind} {gave_up}", acts.outcome(of, ticket)
        yield f"outcome modal {state} {kind} {gave_up}", acts.outcome_modal(of, ticket)


def form_views(text, ticket):
    for kind in set(ActKind) - {ActKind.FILE}:
        where = paths(text, barred=(("6", text),))
        filled = act_forms.Filling(draft=typed(text), wanted=(text, *COLUMNS), note=text)
        for filling in (act_forms.EMPTY, filled):
            view = act_forms.act_form(ticket, kind, paths=where, filling=filling)
            yield f"form {kind} {filling is filled}", view
    posted = {"id": "F0FILE", "name": text, "mimetype": f"text/{text}", "size": 1}
    files = files_of({"files": [posted | {"id": f"F{each}"} for each in range(20)]})
    yield "attach", attachments.attach_form(files)
    yield "nothing to attach", attachments.nothing_to_attach(10_000_000)
    yield "no way on", act_forms.act_form(ticket, ActKind.STATE, paths=paths(values=()))


def act_views(text, make_ticket):
    for kind, is_open in product(TicketKind, (True, False)):
        ticket = make_ticket(text, kind=kind, is_open=is_open)
        yield from outcome_views(text, ticket)
        yield from form_views(text, ticket)
    fields = tuple(
        FieldChange(field=text, before=before, after=text) for before in ("", text) for _ in "abcd"
    )
    said = samples.change(*fields, number=text, by=text, from_chat=True)
    yield "said from here", acts.from_chat(said, text)


def submitted(kind, **entered):
    """A form as Slack sends it back; what was chosen stands as ``(value, label)``."""
    values = {}
    for name, value in entered.items():
        block = Block(name)
        action = {
            Block.STATE: Action.ACT_STATE_CHOSEN,
            Block.PERSON: Action.ACT_PERSON,
            Block.GROUP: Action.ACT_GROUP,
        }.get(block, Action.INPUT)
        values[block] = {action: _entered(block, value)}
    metadata = About(ticket=samples.ticket().share, kind=kind).metadata()
    return {"private_metadata": metadata, "state": {"values": values}}


def _entered(block, value):
    if isinstance(value, tuple):
        chosen = {"value": value[0], "text": {"type": "plain_text", "text": value[1]}}
        return {"selected_option": chosen}
    return {"selected_date": value} if block is Block.DUE else {"value": value}
