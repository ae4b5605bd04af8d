"""Every view, of ordinary and hostile things, against Slack's own rules."""

import itertools
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from pydantic import SecretStr
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.forms import Where
from bot.identifiers import Action
from bot.views import card as cards
from bot.views import checks as checking
from bot.views import connect, finding, home, moving, notices, share
from bot.views import connecting_servicenow as connecting
from bot.views import digest as digests
from bot.views import help as helping
from bot.views import installation as installing
from bot.views import problem as problems
from bot.views import score as scores
from bot.views import ticket_lists as lists
from bot.views.blocks import Message
from connector.announcer import Notice, NoticeKind
from connector.errors import Provider
from connector.models import (
    PAGE,
    ChangePlan,
    ChangeTemplate,
    ChangeType,
    Check,
    CheckOutcome,
    ConnectionState,
    Facets,
    FieldChange,
    Grant,
    Installation,
    KindSummary,
    LeftBehind,
    MyTickets,
    ShareState,
    Standing,
    Step,
    StepName,
    TicketFilter,
    TicketKind,
)
from connector.services.forms import MicrosoftForm, ServiceNowForm, SignIn
from tests.contract import (
    link_samples,
    notification_samples,
    rights_samples,
    settings_samples,
    sharing_samples,
)
from tests.unit.bot import act_samples, home_samples, samples

HOSTILE = {
    "ordinary": "Require MFA for administrative roles",
    "empty": "",
    "one": "x",
    "long": "Lorem ipsum dolor sit amet " * 186,
    "long without spaces": "x" * 5000,
    "lines": "a\n" * 2500,
    "ampersands": "&" * 5000,
    "mentions": "<!channel> <!here> <@U0EVE> <#C0EVE> <!subteam^S0EVE> <https://evil.example|click>",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 :tada: ❤️" * 300,
    "right to left": "\u202e\u2066עברית العربية\u2069 " * 200,
    "query": "^ORactive=true^javascript:gs.getUserName()",
    "script": "javascript:alert(1)",
    "code": "[code]<b>bold</b>[/code] ```` ` *_~ |",
    "controls": "\x00\x07\x1b\u200b\ufeff",
    "entities": "&lt;!channel&gt; &amp;amp;",
}


def checks(text):
    return [
        Check(name=text, outcome=outcome, sentence=text, remedy=remedy)
        for outcome in CheckOutcome
        for remedy in (text, "")
        for _ in range(40)
    ]


def draft(text):
    return samples.draft(
        name=text[:160] or "x", description=text[:4000], requester_name=text, action_link=text
    )


def ticket(text, **changes):
    words = {
        "number": text,
        "link": text,
        "name": text,
        "state_label": text,
        "priority_label": text,
        "assigned_to": text,
        "requester_name": text,
        "action_link": text,
        "not_kept": (text, text),
    }
    return samples.ticket(**words | changes)


def action(text, index=0):
    return samples.action(
        id=f"{text}{index}",
        title=text,
        remediation=text,
        user_impact=text,
        implementation_cost=text,
        deep_link=text,
        rank=index,
        category=None if index % 2 else samples.action().category,
    )


def score(text, count):
    return samples.score(actions=tuple(action(text, index) for index in range(count)))


def connection(text, **changes):
    words = {"remote": text, "identity": text, "connected_by": text, "problem": text}
    return samples.connection(**words | changes)


def change(text, count=1):
    fields = (FieldChange(field=text, before=text, after=text),) * count
    return samples.change(*fields, number=text, by=text)


def card_views(text):
    for state in ShareState:
        for reason in ("", text):
            of = samples.card(state=state, draft=draft(text), reason=reason, correlation_id=text)
            yield f"card {state} {bool(reason)}", cards.card(of, samples.NOW)
            later = samples.NOW + timedelta(days=2)
            yield f"card {state} {bool(reason)} later", cards.card(of, later)
            numbered = replace(of, ticket=ticket(text))
            yield f"card of a ticket {state} {bool(reason)}", cards.card(numbered, samples.NOW)
    for count in (1, 2, 40):
        yield f"change {count}", cards.change(samples.card(draft=draft(text)), change(text, count))


def list_views(text):
    today, now = samples.TODAY, samples.NOW
    waiting = [
        samples.share(draft=draft(text), reason=text, state=state) for state in ShareState
    ] * 3
    linked = {"link": samples.LINK}
    for count in (0, 1, 40, 200):
        many = [ticket(text, **(linked if index % 2 else {})) for index in range(count)]
        for which in TicketFilter:
            page = home_samples.page(
                many[:PAGE], 40 * bool(count), 10_000 * bool(count), which=which
            )
            yield f"{count} {which}", lists.tickets(page, waiting[:count], today, now)
        yield from narrowed_lists(text, many[:PAGE], waiting)
        connected = (connection(text), samples.microsoft(problem=text)) if count else ()
        yield f"home {count}", home.home(home_of(many, connected, score(text, count)))
        yield f"digest {count}", digests.digest(digest(text, many))
    nothing = home_samples.facts(connections=(), installation=home_samples.not_begun())
    yield "home, nothing known", home.home(nothing)
    yield "digest coming", digests.digest_coming(text)


def narrowed_lists(text, many, waiting):
    facets = Facets(states=((text, 3), ("Any", 4)) * 60, priorities=((text, 3),) * 120)
    for kind in (None, *TicketKind):
        for state in ("", text):
            page = home_samples.page(many, 20, 10_000, kind=kind, state=state)
            view = lists.tickets_modal(page, facets, waiting, samples.TODAY, samples.NOW)
            yield f"{len(many)} {kind} {bool(state)} modal", view


def home_of(many, connections, of_score):
    mine = MyTickets(open=len(many), overdue=len(many), urgent=tuple(many[:5]))
    days = home_samples.days(*range(len(many[:31])))
    return home_samples.facts(many, mine=mine, connections=connections, score=of_score, days=days)


def digest(text, many):
    kinds = tuple(KindSummary(kind=kind, states=((text, 3),) * len(many)) for kind in TicketKind)
    return samples.digest(
        conversation=text,
        kinds=kinds,
        created=tuple(many),
        changed=tuple((each, change(text, 3)) for each in many),
        overdue=tuple(many),
        elsewhere=len(many),
        score=score(text, len(many)) if len(many) != 1 else None,
        connections=(connection(text), samples.microsoft(problem=text)),
        on_their_way=len(many),
        unconfirmed=len(many),
    )


def change_form(text, more):
    template = ChangeTemplate(id="a" * 32, name=text or "x")
    at = samples.NOW
    plan = ChangePlan(type=ChangeType.STANDARD, template=template, starts_at=at, ends_at=at)
    of_a_change = replace(draft(text), kind=TicketKind.CHANGE_REQUEST, plan=plan)
    return share.create_form(**more, today=samples.TODAY, draft=of_a_change)


def share_views(text):
    for where in (Where(), Where(private=True), Where(direct=True)):
        more = {"channel": samples.CHANNEL, "where": where}
        for category in (0, 1):
            about = replace(action(text, category), id="AdminMFAV2")
            form = share.ticket_form(about, **more, today=samples.TODAY)
            yield f"ticket form {where} {category}", form
        free = share.create_form(**more, today=samples.TODAY)
        yield f"create form {where}", free
        again = share.create_form(**more, today=samples.TODAY, draft=draft(text), note=text)
        yield f"create form again {where}", again
        yield f"create form of a change {where}", change_form(text, more)
        yield f"taken {where}", share.share_taken(draft(text), samples.CHANNEL, where)
        for count in (0, 1, 6, 200):
            found = [action(text, index) for index in range(count)]
            yield f"find {count} {where}", finding.find_action(text, found, note=text, **more)
    for count in (0, 1, 200):
        yield f"score {count}", scores.score(score(text, count), samples.NOW)
    empty = samples.score(0, current=0, maximum=0, read_at=samples.NOW - timedelta(days=9))
    yield "score of nothing", scores.score(empty, samples.NOW)


def servicenow_views(text):
    form = ServiceNowForm(instance=text, integration_user=text, client_id=text)
    yield "connect", connecting.connect_servicenow(None, samples.CHANNEL, samples.REDIRECT)
    yield "connect again", connecting.connect_servicenow(form, samples.CHANNEL, samples.REDIRECT)
    url = "https://snowline.example/connect/servicenow/abc"
    for grant, asks in itertools.product(Grant, (False, True)):
        begun = SignIn(url=url, expires_in_minutes=10, host=text, grant=grant, asks_secret=asks)
        yield f"sign in, {grant}, {asks}", connecting.sign_in(begun)
    yield "connected", connecting.servicenow_connected(text, text)


def connect_views(text):
    now = samples.NOW
    yield from servicenow_views(text)
    tenant = MicrosoftForm(tenant=text, client_id=text, client_secret=SecretStr(text))
    yield "connect Microsoft", connect.connect_microsoft(None)
    yield "connect Microsoft again", connect.connect_microsoft(tenant)
    there = connection(text, provider=Provider.MICROSOFT)
    for known in (None, score(text, 3)):
        yield f"connected {bool(known)}", connect.microsoft_connected(there, known)
    gone = connection(text, state=ConnectionState.EXPIRED, last_success_at=None)
    soon = connection(text, signs_out_at=now + timedelta(days=2), problem="")
    for name, known in {"none": (), "gone": (gone, there), "soon": (soon,)}.items():
        for waiting in (0, 1, 40):
            yield f"status {name} {waiting}", connect.status(known, waiting, now)
            yield f"configuration {name} {waiting}", connect.configuration(known, waiting, now)
            yield f"disconnect {name} {waiting}", connect.disconnect(known, waiting)
    for provider in connect.PROVIDERS:
        yield f"disconnected {provider}", connect.disconnected(provider)
    yield from notice_views(text)
    found = checks(text)
    yield "checking", checking.checking()
    for count in (0, 1, len(found)):
        yield f"checked {count}", checking.checked(found[:count])


def notice_views(text):
    there = connection(text, provider=Provider.MICROSOFT)
    for kind in NoticeKind:
        for about in (None, there):
            said = Notice(kind=kind, text=text, connection=about, conversation="C0SECURITY")
            yield f"notice {kind} {bool(about)}", notices.notice(said)
    for reason in ("is_archived", "channel_not_found", "restricted_action"):
        said = Notice(kind=NoticeKind.PLACE_LOST, text=reason, conversation=text)
        yield f"place lost {reason}", notices.notice(said)
    said = Notice(kind=NoticeKind.CONNECTED, text=text, connection=there, checks=checks(text))
    yield "notice with checks", notices.notice(said)


def installation_views(text):
    for outcome in CheckOutcome:
        for connected in (False, True):
            every = [Step(name=n, outcome=outcome, sentence=text, remedy=text) for n in StepName]
            whole = Installation(
                prerequisites=tuple(every[:3]), steps=tuple(every[3:]), connected=connected
            )
            yield f"setup {outcome} {connected}", installing.setup(whole, samples.CHANNEL)
            for admin in (False, True):
                left = home_samples.facts(connections=(), installation=whole, may_administer=admin)
                yield f"home, setting up {outcome} {connected} {admin}", home.home(left)
    url = "https://snowline.example/connect/servicenow/abc"
    sign_in = SignIn(url=url, expires_in_minutes=10, host=samples.HOST)
    for count in (1, 40):
        left = LeftBehind(instances=(text,) * count, tickets=count, open=count)
        yield f"move {count}", moving.move(left, sign_in)
    for standing in Standing:
        of = replace(samples.card(), ticket=ticket(text, standing=standing, instance=text))
        yield f"card {standing}", cards.card(of, samples.NOW)


def other_views(text):
    wrong = problems.Problem(tried=text, why=text, next_step=text, reference=text)
    yield "problem", problems.problem(wrong)
    yield "problem modal", problems.problem_modal(wrong)
    yield "open again", problems.open_again(Action.OPEN_AGAIN, text)
    yield "help", helping.help_text(text)
    yield from link_samples.rules()
    yield from act_samples.act_views(text, ticket)
    yield from notification_samples.notification_views(text, ticket)
    yield from sharing_samples.sharing_views(text, ticket)


def kind_of(view):
    return "message" if isinstance(view, Message) else view["type"]


def payload_of(view):
    shown = {"text": view.text, "blocks": view.blocks} if isinstance(view, Message) else view
    return json.loads(json.dumps(shown))


@cache
def everything(text):
    return list(_everything(text))


def _everything(text):
    makers = (
        card_views,
        list_views,
        share_views,
        connect_views,
        installation_views,
        other_views,
        settings_samples.settings_views,
        rights_samples.rights_views,
    )
    for make in makers:
        for name, view in make(text):
            yield {"name": name, "kind": kind_of(view), "payload": payload_of(view)}
    for count in (0, 1, 100, 200):
        options = finding.action_options([action(text[:150], index) for index in range(count)])
        yield {"name": f"options {count}", "kind": "options_ack", "payload": options}
    yield from link_samples.unfurls(text, ticket, action)
    for name, options in sharing_samples.sharing_options(text):
        yield {"name": name, "kind": "options_ack", "payload": options}
    lists_ = (*settings_samples.option_lists(text), *rights_samples.option_lists(text))
    for name, options in lists_:
        yield {"name": name, "kind": "options_ack", "payload": options}


def texts(node):
    """All mrkdwn of a payload: what Slack would act upon."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_every_view_passes_slacks_own_models(text):
    for item in everything(text):
        payload = item["payload"]
        if item["kind"] in {"modal", "home"}:
            View(**payload).to_dict()
        elif item["kind"] == "message":
            assert len(payload["text"]) <= 4000, item["name"]
            assert 0 < len(payload["blocks"]) <= 50, item["name"]
            for block in Block.parse_all(payload["blocks"]):
                block.to_dict()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_message_stays_below_the_size_slack_refuses(text):
    for item in everything(text):
        if item["kind"] == "message":
            blocks = json.dumps(item["payload"]["blocks"], ensure_ascii=False)
            assert len(blocks) <= 13_200, item["name"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_from_outside_mentions_anybody_or_leads_anywhere(text):
    ours = re.compile(
        r"<!date\^\d+\^[^|<>]*\|[^<>]*>|<[@#][UC]0(?!EVE)\w+>"
        r"|<https://(acme.service-now|docs.servicenow|security.microsoft).com/[^|<>]*\|[^<>]*>"
    )
    for item in everything(text):
        shown = [*texts(item["payload"]), item["payload"].get("text", "")]
        for each in shown:
            if isinstance(each, str):
                rest = ours.sub("", each)
                assert "<" not in rest, (item["name"], each)


@pytest.mark.shared
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_every_view_passes_the_independent_judges(text, shared, tmp_path):
    file = tmp_path / "payloads.json"
    file.write_text(json.dumps(everything(text)), encoding="utf-8")
    judge = shared / "checks" / "blockkit_check.py"
    judged = subprocess.run(
        [sys.executable, judge, "--json", file], capture_output=True, text=True, check=False
    )
    results = json.loads(judged.stdout)
    wrong = [each for each in results if each["status"] == "errors"]
    assert not wrong, wrong[:5]
    assert judged.returncode == 0
