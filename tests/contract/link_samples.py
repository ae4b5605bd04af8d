"""Links to show: every kind of thing they name, around one text."""

from dataclasses import replace

from bot.views import link_notices, links
from connector.models import Preview, PreviewRule, TicketDetails, TicketKind
from tests.unit.bot import samples

URL = "https://acme.service-now.com/incident.do?sys_id=" + "a" * 32


def previews(text, ticket, action):
    """Make a preview of each kind of ticket, open and done, and of actions."""
    for kind in TicketKind:
        for is_open in (True, False):
            named = ticket(text, kind=kind, is_open=is_open, link=samples.LINK)
            yield f"{kind} {is_open}", Preview(url=URL, about=named)
    for score in (0.0, 10.0):
        named = replace(_action(action, text), score=score, state=text or "Default")
        yield f"action {score}", Preview(url=URL, about=named)


def _action(action, text):
    # Its id and its address are in the link that named it.
    return replace(action(text), id="AdminMFAV2", deep_link=samples.DEEP_LINK)


def unfurls(text, ticket, action):
    """Show each plainly."""
    for name, preview in previews(text, ticket, action):
        payload = {"unfurls": {preview.url: links.plainly(preview)}}
        yield {"name": f"plain {name}", "kind": "unfurl", "payload": payload}


def panes(text, ticket, action):
    """Show what each pane may hold."""
    for kind in TicketKind:
        for changes in ({}, {"due": None, "assigned_to": "", "gain": None, "action_link": ""}):
            details = TicketDetails(
                ticket=ticket(text, kind=kind, link=samples.LINK, **changes),
                description=text,
                assignment_group=text,
            )
            yield f"{kind} {bool(changes)}", links.ticket_pane(details)
    yield "action", links.action_pane(_action(action, text))
    yield from notices(text).items()


def notices(text):
    """Say why a pane stays closed, or a change was not made."""
    return {
        "not yours": link_notices.not_yours(text),
        "members only": link_notices.members_only(),
        "not followed": link_notices.not_followed(),
        "trouble": link_notices.trouble(text),
        "not saved": link_notices.not_saved(text),
        "late": link_notices.late(),
        "under way": link_notices.still_under_way(),
        "not kept": link_notices.not_kept(),
    }


def rules():
    """Say which rule holds in a channel."""
    return [(f"rule {rule}", link_notices.rule_here(rule)) for rule in PreviewRule]
