"""The clients' own environments: made once, by one, and only from what is pinned."""

import asyncio
import re

import pytest

from tests.contract.servicenow_clients import environments
from tests.contract.servicenow_clients.environments import NoIndexError, python_of


async def test_whoever_asks_at_the_same_time_gets_the_one_environment(monkeypatch, tmp_path):
    for name in ("building", "nothing"):
        (tmp_path / f"{name}.txt").write_text("# nothing to install\n")
    monkeypatch.setattr(environments, "HERE", tmp_path)

    def ask():
        python = python_of("nothing", tmp_path / "homes")
        return python, python.lstat().st_ino

    first, second = await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(2)))
    assert first == second
    assert len(list((tmp_path / "homes").glob("*/.made"))) == 1


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"PIP_INDEX_URL": "http://127.0.0.1:1/simple"}, id="no index answers"),
        pytest.param({"PIP_NO_INDEX": "1"}, id="no index is set"),
    ],
)
def test_where_no_index_is_in_reach_it_says_so(monkeypatch, tmp_path, settings):
    alone = {"PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": "", "PIP_RETRIES": "1"}
    for name, value in (alone | settings).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NoIndexError):
        python_of("requests_oauthlib", tmp_path)
    assert not list(tmp_path.glob("*/.made"))


def test_a_file_that_is_not_the_pinned_one_is_an_error(pysnc_python, monkeypatch, tmp_path):
    pinned = (environments.HERE / "building.txt").read_text()
    wrong = re.sub("sha256:[0-9a-f]+", f"sha256:{'0' * 64}", pinned)
    (tmp_path / "building.txt").write_text(wrong)
    monkeypatch.setattr(environments, "HERE", tmp_path)
    with pytest.raises(RuntimeError, match="HASHES"):
        python_of("building", tmp_path)
