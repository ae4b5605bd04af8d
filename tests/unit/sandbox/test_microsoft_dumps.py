import json

import pytest

from bot.sandbox.microsoft import MicrosoftServer, MicrosoftSettings
from tests.unit.sandbox.tenant_client import PROFILES, SCORES, open_gains, tenant_client

PROFILE = {"id": "a", "title": "A", "maxScore": 5}
SCORE = {
    "id": "t_2024-01-01",
    "createdDateTime": "2024-01-01T00:00:00Z",
    "currentScore": 1,
    "maxScore": 5,
    "controlScores": [{"controlName": "a", "score": 1}],
}


@pytest.fixture
def dump(tmp_path):
    def write(content, name="dump.json"):
        file = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content)
        file.write_text(text, encoding="utf-8-sig")
        return file

    return write


@pytest.mark.shared
async def test_a_real_tenants_answers_add_up(shared):
    data = shared / "data/secure-score"
    settings = {
        "profiles": data / "merged/secureScoreControlProfiles.json",
        "scores": data / "heimdall2/secureScore.json",
    }
    async with tenant_client(**settings) as client:
        await client.sign_in()
        pages = await client.walk(PROFILES)
        _, body = await client.get(f"{SCORES}?$top=1")
    score = body["value"][0]
    gains = open_gains(score, [profile for page in pages for profile in page])
    assert [len(page) for page in pages] == [200, 200, 29]
    assert len(score["controlScores"]) == 68
    assert (score["currentScore"], score["maxScore"]) == (128, 274)
    assert (len(gains), sum(gains.values())) == (40, 146)


@pytest.mark.shared
async def test_a_dump_comes_out_as_it_went_in(shared):
    file = shared / "data/secure-score/heimdall2/profiles.json"
    async with tenant_client(profiles=file) as client:
        (page,) = await (await client.sign_in()).walk(PROFILES)
        _, scores = await client.get(SCORES)
    assert page == json.loads(file.read_text(encoding="utf-8"))["value"]
    assert scores["value"] == []


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda day: {"value": [day]}, id="a whole answer"),
        pytest.param(lambda day: [day], id="a bare list"),
        pytest.param(lambda day: day, id="a single score"),
    ],
)
async def test_scores_may_be_wrapped_in_any_way(dump, wrap):
    async with tenant_client(scores=dump(wrap(SCORE))) as client:
        (page,) = await (await client.sign_in()).walk(SCORES)
    assert page == [SCORE]


async def test_the_newest_score_of_a_dump_comes_first(dump):
    older = SCORE | {"id": "t_2023-12-31", "createdDateTime": "2023-12-31T00:00:00Z"}
    async with tenant_client(scores=dump([older, SCORE])) as client:
        (page,) = await (await client.sign_in()).walk(SCORES)
    assert [day["id"] for day in page] == ["t_2024-01-01", "t_2023-12-31"]


async def test_fixing_and_removing_work_on_a_dump(dump):
    settings = {"profiles": dump([PROFILE]), "scores": dump(SCORE, "scores.json")}
    async with tenant_client(**settings) as client:
        await client.sign_in()
        await client.control("fix", "a")
        _, body = await client.get(SCORES)
        assert [day["currentScore"] for day in body["value"]] == [5, 1]
        assert body["value"][0]["id"] == "t_2024-01-02"
        await client.control("remove", "a")
        _, body = await client.get(f"{SCORES}?$top=1")
        assert (body["value"][0]["currentScore"], body["value"][0]["maxScore"]) == (0, 0)


async def test_without_scores_an_action_cannot_be_fixed_but_removed(dump):
    async with tenant_client(profiles=dump([PROFILE])) as client:
        assert (await client.control("fix", "a"))[0] == 404
        assert (await client.control("remove", "a"))[0] == 200


@pytest.mark.parametrize("content", ["no JSON", [1], [{"id": "a"}], {"error": {"code": "x"}}, "5"])
def test_a_file_that_is_no_dump_is_named(dump, content):
    file = dump(content)
    with pytest.raises(ValueError, match=r"dump\.json"):
        MicrosoftServer(settings=MicrosoftSettings(profiles=file))
