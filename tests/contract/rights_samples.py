"""Rights, defaults and requests with ordinary and hostile words in them."""

from dataclasses import replace

from bot.views import access, defaults, problem, rights, settings, share
from connector.models import (
    DueRule,
    FormDefaults,
    Priority,
    RecommendationCategory,
    RequestState,
    Right,
    RightRequest,
    RightRule,
    Rights,
    SettingChange,
    SettingTopic,
    TicketKind,
    UserGroup,
    UserId,
)
from tests.unit.bot import samples

USERS = tuple(UserId(f"U0{index:04}") for index in range(100))
CHANGE = SettingChange(
    topic=SettingTopic.RIGHTS, by=UserId("U0ADA"), at=samples.NOW, what="who may do what"
)
CHANNELS = tuple((each, "C0SECURITY") for each in RecommendationCategory)
DAYS = tuple((each, 365) for each in Priority)
DEFAULTS = (
    FormDefaults(),
    FormDefaults(due=DueRule.NONE),
    FormDefaults(kind=TicketKind.CHANGE_REQUEST, channels=CHANNELS, priority=Priority.PLANNING),
    FormDefaults(due=DueRule.BY_PRIORITY, by_priority=DAYS, channels=CHANNELS[:1]),
)


def groups(text, count):
    return tuple(UserGroup(id=f"S0{index:04}", name=text[:80]) for index in range(count))


def rule(text, users, count):
    return RightRule(users=USERS[:users], groups=groups(text, count))


def rights_views(text):
    for users, count in ((0, 0), (1, 1), (100, 10)):
        every = rule(text, users, count)
        known = Rights(connect=every, change=every, approvers=USERS[:users])
        yield f"who may do what {users}", rights.rights_form(known)
        for changed in (None, CHANGE):
            above = rights.rights_overview(known, changed)
            yield (
                f"settings, unconnected {users} {bool(changed)}",
                settings.unconnected_settings(above, f"Not connected. {text}"),
            )
    yield from defaults_views(text)
    yield from request_views(text)


def defaults_views(text):
    for index, known in enumerate(DEFAULTS):
        yield f"defaults {index}", defaults.defaults_form(known)
        above = defaults.defaults_overview(known, CHANGE)
        kinds = dict.fromkeys(TicketKind, ())
        yield f"settings with defaults {index}", settings.settings(text, kinds, kinds, above)
        more = {"channel": samples.CHANNEL, "where": share.PUBLIC, "today": samples.TODAY}
        for category in (None, RecommendationCategory.DATA):
            about = samples.action(title=text or "x", category=category)
            yield (
                f"ticket form by defaults {index} {category}",
                share.ticket_form(about, **more, note=text, defaults=known),
            )
        yield f"create form by defaults {index}", share.create_form(**more, defaults=known)


def request_views(text):
    for right in (Right.CONNECT, Right.SHARE, Right.CHANGE):
        wrong = problem.Problem(text, text, text, text, right)
        yield f"refused {right}", problem.problem(wrong)
        yield f"refused {right} modal", problem.problem_modal(wrong)
        asked = RightRequest(
            id="a" * 16,
            workspace=samples.ACME,
            user=USERS[0],
            right=right,
            asked_at=samples.NOW,
        )
        for state in RequestState:
            request = replace(asked, state=state, decided_by=USERS[1])
            yield f"request {right} {state}", access.right_request(request)
            yield f"answer {right} {state}", access.right_answer(request)
            yield f"answered already {right} {state}", access.answered_already(request)
            for is_new in (True, False):
                yield (
                    f"requested {right} {state} {is_new}",
                    access.requested(request, is_new=is_new),
                )
                yield (
                    f"requested {right} {state} {is_new} modal",
                    access.requested_modal(request, is_new=is_new),
                )
    yield "closed home", access.closed_home(text)


def option_lists(text):
    for count in (0, 1, 200):
        yield f"user groups {count}", rights.user_group_options(groups(text, count))
