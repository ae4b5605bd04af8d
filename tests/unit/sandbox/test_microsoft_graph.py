import pytest

from bot.sandbox import accounts
from bot.sandbox.microsoft import apps
from tests.unit.sandbox.tenant_client import PROFILES, SCORES, open_gains, tenant_client

VENDOR = {"vendorInformation": {"vendor": "Microsoft", "provider": "SecureScore"}}
ACTION = "SNL_MfaForAdmins"


@pytest.fixture
async def tenant():
    async with tenant_client() as client:
        yield await client.sign_in()


async def newest(tenant):
    _, body = await tenant.get(f"{SCORES}?$top=1")
    return body["value"][0]


async def test_top_one_still_leads_through_the_whole_history(tenant):
    pages = await tenant.walk(f"{SCORES}?$top=1")
    days = [page[0]["createdDateTime"] for page in pages]
    assert len(days) == 30
    assert days == sorted(days, reverse=True)


async def test_a_day_is_found_by_its_id(tenant):
    score = await newest(tenant)
    _, body = await tenant.get(f"{SCORES}/{score['id']}")
    assert body["currentScore"] == score["currentScore"]
    assert body["@odata.context"].endswith("$metadata#security/secureScores/$entity")


async def test_a_link_leads_on_to_the_host_the_client_named(tenant):
    _, body = await tenant.get(f"{PROFILES}?$top=50", Host="graph.northwind.example:8080")
    assert body["@odata.nextLink"].startswith(f"http://graph.northwind.example:8080{PROFILES}?")
    _, body = await tenant.get(f"{PROFILES}?$top=50", Host="graph.microsoft.com")
    assert body["@odata.nextLink"].startswith(f"https://graph.microsoft.com{PROFILES}?")


async def test_a_link_keeps_the_filter_and_the_selection(tenant):
    path = f"{PROFILES}?$top=5&$filter=controlCategory eq 'Identity'&$select=id&$count=true"
    pages = await tenant.walk(path)
    found = [profile for page in pages for profile in page]
    assert len(found) == 27
    assert all(profile.keys() == {"id"} for profile in found)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("controlCategory eq 'Identity' and maxScore ge 8", 4, id="and, numbers"),
        pytest.param("deprecated eq false", 94, id="booleans"),
        pytest.param("vendorInformation/provider eq 'SecureScore'", 94, id="a path"),
        pytest.param("service eq null", 6, id="null"),
        pytest.param("service gt 5", 0, id="unlike kinds"),
        pytest.param("title eq 'It''s'", 0, id="a doubled quote"),
    ],
)
async def test_a_filter_compares(tenant, query, expected):
    _, body = await tenant.get(f"{PROFILES}?$filter={query}&$count=true")
    assert body["@odata.count"] == expected == len(body["value"])


async def test_count_is_plain_text(tenant):
    async with tenant.http.get(f"{PROFILES}/$count", headers=tenant.headers) as answer:
        assert answer.content_type == "text/plain"
        assert await answer.text() == "94"


@pytest.mark.parametrize(
    "path",
    [
        f"{PROFILES}/{ACTION}",
        f"{PROFILES}('{ACTION}')",
        f"/V1.0/Security/securescorecontrolprofiles/{ACTION}",
        f"/beta/security/secureScoreControlProfiles/{ACTION}",
    ],
)
async def test_an_action_has_many_spellings_of_its_address(tenant, path):
    status, body = await tenant.get(path)
    assert (status, body["id"]) == (200, ACTION)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        pytest.param(f"{PROFILES}/nobody", 404, "ResourceNotFound", id="unknown action"),
        pytest.param(f"{SCORES}/never", 404, "ResourceNotFound", id="unknown day"),
        pytest.param("/v1.0/users", 400, "BadRequest", id="another part of Graph"),
        pytest.param("/v1.0/security/alerts", 400, "BadRequest", id="another collection"),
        pytest.param(f"{PROFILES}/a/b", 400, "BadRequest", id="too deep"),
        pytest.param("/v3.0/security/secureScores", 400, "BadRequest", id="unknown version"),
        pytest.param(f"{PROFILES}?$top=-1", 400, "BadRequest", id="negative top"),
        pytest.param(f"{PROFILES}?$orderby=rank", 400, "BadRequest", id="unsupported option"),
        pytest.param(f"{PROFILES}?$filter=rank", 400, "BadRequest", id="half a filter"),
        pytest.param(f"{PROFILES}?$filter=rank eq 1 and", 400, "BadRequest", id="open filter"),
        pytest.param(f"{PROFILES}?$skiptoken=mine", 400, "BadRequest", id="invented skip token"),
    ],
)
async def test_an_error_has_graphs_shape(tenant, path, status, code):
    got, body = await tenant.get(path, **{"client-request-id": "mine"})
    assert (got, body["error"]["code"]) == (status, code)
    assert body["error"]["innerError"]["client-request-id"] == "mine"


async def test_what_cannot_be_changed_is_not_allowed(tenant):
    async with tenant.http.delete(f"{PROFILES}/{ACTION}", headers=tenant.headers) as answer:
        assert answer.status == 405


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer a.b.c", "Basic YTpi"])
async def test_without_a_token_of_ours_nothing_is_told(tenant, header):
    tenant.headers = {"Authorization": header}
    status, body = await tenant.get(SCORES)
    assert (status, body["error"]["code"]) == (401, "InvalidAuthenticationToken")


async def test_permissions_decide_who_reads_and_who_writes(tenant):
    reader = {"client_id": apps.READER.client_id, "client_secret": apps.READER.secret}
    await tenant.sign_in(**reader)
    assert (await tenant.get(SCORES))[0] == 200
    assert (await tenant.patch(ACTION, VENDOR | {"state": "Ignored"}))[0] == 403
    nobody = {"client_id": apps.UNCONSENTED.client_id, "client_secret": apps.UNCONSENTED.secret}
    await tenant.sign_in(**nobody)
    status, body = await tenant.get(SCORES)
    assert status == 403
    assert "valid permissions" in body["error"]["message"]


async def test_a_decision_is_appended_to_the_history(tenant):
    wish = VENDOR | {"state": "thirdParty", "comment": "the gateway does it"}
    assert await tenant.patch(ACTION, wish) == (204, None)
    status, body = await tenant.patch(
        ACTION, VENDOR | {"state": "Reviewed"}, Prefer="return=representation"
    )
    assert status == 200
    history = body["controlStateUpdates"]
    assert [update["state"] for update in history] == ["Default", "ThirdParty", "Reviewed"]
    assert history[-1]["comment"] == "the gateway does it"
    assert history[-1]["updatedBy"] == accounts.MICROSOFT_CLIENT_ID


@pytest.mark.parametrize(
    ("action", "body"),
    [
        pytest.param(ACTION, {"state": "Ignored"}, id="no vendor"),
        pytest.param(ACTION, {"vendorInformation": {"vendor": "Microsoft"}}, id="no provider"),
        pytest.param(ACTION, VENDOR | {"state": "Done"}, id="unknown state"),
        pytest.param(ACTION, VENDOR | {"comment": 5}, id="a comment that is no text"),
        pytest.param(ACTION, [], id="no object"),
        pytest.param("scid_900001", VENDOR | {"state": "Ignored"}, id="a device control"),
    ],
)
async def test_a_decision_the_provider_refuses_changes_nothing(tenant, action, body):
    status, answer = await tenant.patch(action, body)
    assert (status, answer["error"]["code"]) == (400, "")
    _, profile = await tenant.get(f"{PROFILES}/{action}")
    assert len(profile["controlStateUpdates"]) == 1


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("429", 429, "TooManyRequests"),
        ("500", 500, "InternalServerError"),
        ("503", 503, "ServiceUnavailable"),
        ("expired-token", 401, "InvalidAuthenticationToken"),
    ],
)
async def test_an_armed_fault_speaks_graphs_language(tenant, fault, status, code):
    async with tenant.http.post("/_sandbox/faults", json={"name": fault}) as armed:
        assert armed.status == 200
    async with tenant.http.get(SCORES, headers=tenant.headers) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]["code"] == code
        assert answer.headers.get("Retry-After") == ("1" if fault == "429" else None)
        assert answer.headers["request-id"]
    assert (await tenant.get(SCORES))[0] == 200


async def test_a_fixed_action_is_complete_in_the_next_days_score(tenant):
    before = await newest(tenant)
    status, answer = await tenant.control("fix", "SNL_NoAutoForward")
    after = await newest(tenant)
    assert (status, answer["score"]) == (200, after["id"])
    assert after["createdDateTime"] > before["createdDateTime"]
    assert after["currentScore"] == pytest.approx(before["currentScore"] + 5)
    assert after["maxScore"] == before["maxScore"]
    (control,) = [c for c in after["controlScores"] if c["controlName"] == "SNL_NoAutoForward"]
    assert (control["score"], control["count"], control["scoreInPercentage"]) == (5, "340", 100)


async def test_a_removed_action_is_gone_with_its_score(tenant):
    before = await newest(tenant)
    assert (await tenant.control("remove", ACTION))[0] == 200
    after = await newest(tenant)
    assert (await tenant.get(f"{PROFILES}/{ACTION}"))[0] == 404
    assert len(after["controlScores"]) == len(before["controlScores"]) - 1
    assert after["maxScore"] == before["maxScore"] - 10
    assert ACTION not in open_gains(after, (await tenant.walk(PROFILES))[0])


@pytest.mark.parametrize(
    ("call", "action"),
    [("fix", "nobody"), ("fix", "SNL_NoUnknownUsb"), ("remove", "nobody"), ("remove", None)],
)
async def test_the_control_refuses_what_does_not_count(tenant, call, action):
    status, body = await tenant.control(call, action)
    assert (status, body["ok"]) == (404, False)
