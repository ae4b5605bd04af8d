import json

import pytest

from bot.tour import TourOptions, take
from bot.tour.listing import MANY


@pytest.mark.parametrize("socket_mode", [False, True], ids=["HTTP", "Socket Mode"])
async def test_the_tour_shows_what_it_should(tmp_path, socket_mode):
    said = []
    options = TourOptions(
        socket_mode=socket_mode, json_file=tmp_path / "tour.json", record=tmp_path / "payloads"
    )
    assert await take(options, said.append), "\n".join(said)
    kept = json.loads((tmp_path / "tour.json").read_text())
    # Shared, created, created in private, mended after a refusal, posted twice, the test record,
    # one created at App Home, and as many as make a list of two pages; three at once, one for
    # all, and one of a message.
    names = [each["short_description"]["value"] for each in kept["tickets"]["incident"]]
    assert len(set(names)) == len(names) == 12 + MANY
    assert len(kept["tickets"]["change_request"]) == 2
    kinds = {json.loads(f.read_text())["kind"] for f in (tmp_path / "payloads").iterdir()}
    assert {"message", "update", "ephemeral", "modal", "home", "options_ack", "view_ack"} <= kinds


@pytest.mark.shared
async def test_the_tour_counts_real_data_right(shared):
    data = shared / "data" / "secure-score"
    said = []
    options = TourOptions(
        profiles=data / "merged" / "secureScoreControlProfiles.json",
        scores=data / "heimdall2" / "secureScore.json",
    )
    assert await take(options, said.append), "\n".join(said)
    facts = "429 profiles, 68 scored, 40 open, gain 146, 128 of 274 points"
    assert any(facts in line for line in said)
