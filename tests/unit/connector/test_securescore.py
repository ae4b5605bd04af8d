import datetime as dt
import json
from collections import Counter

import pytest
from aiohttp import web
from pydantic import SecretStr, ValidationError

from bot.sandbox import accounts
from bot.sandbox.microsoft import MicrosoftSettings
from connector.errors import (
    ProviderRefusedError,
    ProviderUnavailableError,
    UnexpectedAnswerError,
)
from connector.http import UnauthorizedError
from connector.models import RecommendationCategory
from connector.oauth.microsoft import client_credentials
from connector.securescore.client import SecureScoreClient
from connector.securescore.wire import Profile, Score, state_of, to_secure_score
from tests.unit.connector import remotes
from tests.unit.connector.remotes import GRAPH, LOGIN, door_to, serving

PORTAL = "https://security.microsoft.com"
READ_AT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
TENANT = "12345678-1234-1234-1234-1234567890ab"


def control(name="AdminMFAV2", score=3, **rest):
    return {"controlName": name, "controlCategory": "Identity", "score": score, **rest}


def score_of(*controls, **changed):
    return {
        "id": f"{TENANT}_2026-11-23",
        "azureTenantId": TENANT,
        "createdDateTime": "2026-11-23T00:00:00Z",
        "currentScore": 3,
        "maxScore": 10,
        "controlScores": list(controls),
        **changed,
    }


def update(state, at=None):
    return {"state": state, "updatedDateTime": at, "assignedTo": None}


def profile(**changed):
    return {
        "id": "AdminMFAV2",
        "title": "Require MFA &amp; more",
        "controlCategory": "Identity",
        "service": "AzureAD",
        "maxScore": 10,
        "rank": 7,
        "deprecated": False,
        "remediation": "<ol><li>Open <b>Entra</b></li></ol>",
        "remediationImpact": "None.",
        "userImpact": "Moderate",
        "implementationCost": None,
        "actionUrl": "https://entra.microsoft.com/x",
        "controlStateUpdates": [update("Default")],
        **changed,
    }


def joined(controls, profiles):
    score = Score.model_validate(score_of(*controls))
    described = [Profile.model_validate(each) for each in profiles]
    return to_secure_score(score, described, portal_url=PORTAL, read_at=READ_AT)


def action_of(scored=None, **changed):
    (action,) = joined([scored or control()], [profile(**changed)]).actions
    return action


def test_a_score_and_its_profiles_become_actions():
    found = joined([control()], [profile()])
    (action,) = found.actions
    assert (found.tenant, found.day, found.read_at) == (TENANT, dt.date(2026, 11, 23), READ_AT)
    assert (found.current, found.maximum, found.profiles) == (3, 10, 1)
    assert action.gain == 7
    assert action.is_open
    assert action.remediation == "1. Open Entra"
    assert action.implementation_cost == ""
    assert action.deep_link == f"{PORTAL}/securescore?viewid=actions&actionId=AdminMFAV2"


def test_an_action_that_is_not_scored_does_not_count_for_this_tenant():
    found = joined([control()], [profile(), profile(id="scid_1")])
    assert [action.id for action in found.actions] == ["AdminMFAV2"]
    assert found.profiles == 2


def test_an_action_without_a_profile_keeps_its_name_and_counts_as_done():
    (action,) = joined([control("new_one", 4)], []).actions
    assert (action.title, action.score, action.max_score) == ("new_one", 4, 4)
    assert action.category is RecommendationCategory.IDENTITY
    assert not action.is_open


def test_an_action_that_is_scored_twice_counts_once():
    found = joined([control(score=3), control("b", 1), control(score=9)], [profile()])
    assert [(a.id, a.score) for a in found.actions] == [("AdminMFAV2", 3), ("b", 1)]


@pytest.mark.parametrize(
    ("updates", "state", "is_open"),
    [
        ([], "Default", True),
        (None, "Default", True),
        ([update("Default")], "Default", True),
        ([update("Default"), update("Ignored", "2026-01-02T00:00:00Z")], "Ignored", False),
        ([update("ThirdParty", "2026-01-03T00:00:00Z"), update("Default")], "ThirdParty", False),
        (
            [update("Ignored", "2026-01-02T00:00:00Z"), update("default", "2026-01-01T00:00:00Z")],
            "Ignored",
            False,
        ),
        (
            [update("Ignored", "2026-01-02T00:00:00.1234567Z"), update("Default", "2026-02-01")],
            "Default",
            True,
        ),
        ([update("Ignored", "yesterday"), update("Default", "nonsense")], "Default", True),
        ([update(None)], "Default", True),
        ([update("NotScored")], "NotScored", False),
    ],
)
def test_the_newest_decision_is_the_state(updates, state, is_open):
    action = action_of(controlStateUpdates=updates)
    assert action.state == state
    assert action.is_open is is_open


def test_a_deprecated_action_is_not_open():
    assert state_of(Profile.model_validate(profile(deprecated=True))) == "Deprecated"
    assert not action_of(deprecated=True).is_open


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("Device", RecommendationCategory.DEVICES),
        ("device", RecommendationCategory.DEVICES),
        ("Apps", RecommendationCategory.APPS),
        ("Data", RecommendationCategory.DATA),
        ("Infrastructure", RecommendationCategory.INFRASTRUCTURE),
        ("", RecommendationCategory.IDENTITY),
        (None, RecommendationCategory.IDENTITY),
        ("Account", None),
    ],
)
def test_a_category_has_our_name(category, expected):
    assert action_of(controlCategory=category).category is expected


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (f"https://a.example/x?tid={TENANT}", "https://a.example/x"),
        (f"https://a.example/x?a=b&tid={TENANT}", "https://a.example/x?a=b"),
        (f"https://a.example/x?tid={TENANT}&a=b", "https://a.example/x?a=b"),
        (f"https://a.example/x?TenantId={TENANT}#here", "https://a.example/x?#here"),
        (f"https://a.example/{TENANT}/x", ""),
        ("https://a.example/#view/x", "https://a.example/#view/x"),
        ("http://a.example/", ""),
        ("javascript:alert(1)", ""),
        (None, ""),
        ("https://a.example/" + "x" * 3000, ""),
    ],
)
def test_an_action_s_address_never_names_the_tenant(url, kept):
    assert action_of(actionUrl=url).action_url == kept


def test_points_may_be_text_and_stay_within_their_bounds():
    action = action_of(control(score="3.5"), maxScore="10", rank="4")
    assert (action.score, action.max_score, action.rank) == (3.5, 10, 4)
    assert action_of(control(score=-1)).score == 0
    assert action_of(control(score=12)).gain == 0


@pytest.mark.parametrize("name", ["a b&c=d", "11770.MDA/x?", "ä"])
def test_a_deep_link_holds_any_id(name):
    (action,) = joined([control(name)], []).actions
    assert action.deep_link.startswith(f"{PORTAL}/securescore?viewid=actions&actionId=")
    assert not set(" &/?ä") & set(action.deep_link.partition("actionId=")[2])


def test_lone_surrogates_do_not_come_through():
    action = action_of(title="a\ud800b", remediation="<p>\udfffx</p>")
    assert action.title == "a?b"
    assert action.remediation == "?x"


@pytest.mark.parametrize(
    "bad",
    [
        {"maxScore": None},
        {"maxScore": "many"},
        {"maxScore": float("nan")},
        {"id": ""},
        {"id": None},
    ],
)
def test_a_profile_without_what_we_rely_on_is_none(bad):
    with pytest.raises(ValidationError):
        Profile.model_validate(profile(**bad))


def client_of(http, token="t"):
    return SecureScoreClient(http=http, graph_url=f"https://{GRAPH}", token=SecretStr(token))


async def reading(handler):
    """Read the score from a Graph that answers with ``handler``."""
    async with serving(handler) as running, door_to(running.origin) as http:
        return await client_of(http).read(portal_url=PORTAL, read_at=READ_AT)


def graph(pages, scores=None, status=200):
    """A Graph whose profile pages are ``pages(request) -> (values, next link)``."""

    async def handler(request):
        if request.path.endswith("secureScores"):
            return web.json_response({"value": [score_of(control())] if scores is None else scores})
        values, link = pages(request)
        body = {"value": values} | ({"@odata.nextLink": link} if link is not None else {})
        return web.json_response(body, status=status)

    return handler


async def test_every_page_of_profiles_is_read_and_only_the_newest_day():
    asked = []

    def pages(request):
        asked.append(request.path_qs)
        if "skiptoken" not in request.query_string:
            return [profile()], f"{request.url.origin()}{request.path}?$skiptoken=a%2Bb"
        return [profile(id="second")], None

    found = await reading(graph(pages, [score_of(control()), score_of(control(score=1))]))
    assert found.profiles == 2
    assert found.actions[0].score == 3
    assert "%2B" in asked[1]


async def test_a_next_page_under_the_real_host_is_read_where_that_host_is():
    def pages(request):
        if request.query_string:
            return [profile(id="second")], None
        return [profile()], f"https://{GRAPH}{request.path}?$skiptoken=x"

    assert (await reading(graph(pages))).profiles == 2


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/x",
        f"https://{GRAPH}.evil.example/v1.0/x",
        f"https://{GRAPH}@evil.example/v1.0/x",
        f"http://{GRAPH}/v1.0/x",
        f"https://{GRAPH}:8443/v1.0/x",
        "//evil.example/x",
        "/v1.0/relative",
        "",
        5,
        ["x"],
    ],
)
async def test_a_next_page_elsewhere_is_never_asked_for(link):
    def pages(request):
        assert not request.query_string
        return [profile()], link

    with pytest.raises(UnexpectedAnswerError, match="another host"):
        await reading(graph(pages))


async def test_a_next_page_that_is_no_address_is_unexpected():
    with pytest.raises(UnexpectedAnswerError, match="no address"):
        await reading(graph(lambda _: ([profile()], "https://[x")))


async def test_a_next_page_on_another_server_gets_no_token():
    seen = []

    async def elsewhere(request):
        seen.append(request.headers.get("Authorization"))
        return web.json_response({"value": []})

    async with serving(elsewhere) as other:
        with pytest.raises(UnexpectedAnswerError):
            await reading(graph(lambda _: ([profile()], f"{other.origin}/v1.0/x?a=b")))
    assert seen == []


async def test_pages_in_a_circle_end():
    def pages(request):
        return [], f"{request.url.origin()}{request.path}?$skiptoken=again"

    with pytest.raises(UnexpectedAnswerError, match="no end"):
        await reading(graph(pages))


async def test_pages_without_end_end_after_200():
    count = Counter()

    def pages(request):
        count["pages"] += 1
        return [], f"{request.url.origin()}{request.path}?$skiptoken={count['pages']}"

    with pytest.raises(UnexpectedAnswerError, match="no end"):
        await reading(graph(pages))
    assert count["pages"] == 200


async def test_half_an_answer_is_no_answer():
    with pytest.raises(ProviderUnavailableError, match="206"):
        await reading(graph(lambda _: ([profile()], None), status=206))


async def test_a_missing_consent_names_the_permission():
    with pytest.raises(ProviderRefusedError) as caught:
        await reading(graph(lambda _: ([], None), status=403))
    assert "SecurityEvents.Read.All" in caught.value.user_message


async def test_a_tenant_without_a_score_is_told_so():
    with pytest.raises(ProviderRefusedError) as caught:
        await reading(graph(lambda _: ([], None), scores=[]))
    assert "no Secure Score" in caught.value.user_message


@pytest.mark.parametrize("value", [None, {}, "x", 5])
async def test_an_answer_without_a_list_is_unexpected(value):
    with pytest.raises(UnexpectedAnswerError):
        await reading(graph(lambda _: (value, None)))


async def test_a_row_that_lacks_what_we_rely_on_is_named():
    with pytest.raises(UnexpectedAnswerError, match="maxScore"):
        await reading(graph(lambda _: ([profile(maxScore=None)], None)))


async def token(http):
    tokens = await client_credentials(
        http,
        f"https://{LOGIN}",
        f"https://{GRAPH}",
        accounts.TENANT_ID,
        accounts.MICROSOFT_CLIENT_ID,
        SecretStr(accounts.MICROSOFT_CLIENT_SECRET),
    )
    return tokens.access.get_secret_value()


async def test_the_sandbox_s_tenant_is_read():
    async with remotes.microsoft() as (server, _, http):
        client = client_of(http, await token(http))
        found = await client.read(portal_url=PORTAL, read_at=READ_AT)
        assert found.profiles == len(server.tenant.profiles)
        assert len(found.actions) == len(server.tenant.scores[0]["controlScores"])
        assert found.open_actions


@pytest.mark.parametrize("fault", ["429", "429-bare", "500", "503", "sleeping"])
async def test_a_failing_graph_may_be_asked_again(fault):
    async with remotes.microsoft() as (server, _, http):
        client = client_of(http, await token(http))
        server.faults.arm(fault)
        with pytest.raises(ProviderUnavailableError):
            await client.newest()
        assert (await client.newest()).controls


async def test_a_spent_token_is_told_apart():
    async with remotes.microsoft() as (_, _, http):
        with pytest.raises(UnauthorizedError):
            await client_of(http, "spent").newest()


@pytest.mark.shared
async def test_429_real_profiles_and_a_real_day_are_read(shared):
    data = shared / "data" / "secure-score"
    settings = MicrosoftSettings(
        profiles=data / "merged" / "secureScoreControlProfiles.json",
        scores=data / "heimdall2" / "secureScore.json",
    )
    async with remotes.microsoft(settings) as (_, _, http):
        client = client_of(http, await token(http))
        found = await client.read(portal_url=PORTAL, read_at=READ_AT)
    assert (found.profiles, len(found.actions), len(found.open_actions)) == (429, 68, 40)
    assert (found.gain, found.current, found.maximum) == (146, 128, 274)
    assert all(action.title and action.category for action in found.actions)


@pytest.mark.shared
def test_every_real_profile_reads_as_plain_text_without_a_tenant(shared):
    file = shared / "data" / "secure-score" / "merged" / "secureScoreControlProfiles.json"
    profiles = json.loads(file.read_text())["value"]
    found = joined([control(each["id"], 0) for each in profiles], profiles)
    assert len(found.actions) == 429
    for action in found.actions:
        assert len(action.remediation) <= 3000
        assert not any(tag in action.remediation for tag in ("<p", "<li", "</", "&nbsp;"))
        assert TENANT not in action.action_url
        assert action.action_url


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("heimdall2/profiles.json", Profile),
        ("heimdall2/secureScore.json", Score),
        ("heimdall2/secureScore-multiple.json", Score),
        ("docs-examples/security-list-securescores.1.json", Score),
        ("docs-examples/security-list-securescorecontrolprofiles.1.json", Profile),
        ("docs-examples/securescore-get.1.json", Score),
        ("docs-examples/securescorecontrolprofile-get.1.json", Profile),
    ],
)
def test_recorded_answers_are_read(shared, name, kind):
    body = json.loads((shared / "data" / "secure-score" / name).read_text())
    rows = body.get("value", [body])
    assert [kind.model_validate(row) for row in rows]
