"""Where Slack's clients for Node.js cannot be run, it is said why."""

import pytest

from tests.contract.slack_clients.node import NoNodeError, modules


def executable(folder, name, said):
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {said}\n")
    path.chmod(0o755)


def test_without_nodejs(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoNodeError, match=r"no Node\.js with npm"):
        modules(tmp_path)


def test_with_a_nodejs_that_is_too_old(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    for name in ("node", "npm"):
        executable(tmp_path, name, "v18.20.4")
    with pytest.raises(NoNodeError, match=r"need Node\.js 20 or newer; this is v18\.20\.4"):
        modules(tmp_path)


def test_where_npm_reaches_no_registry(node, monkeypatch, tmp_path):
    alone = {"registry": "http://127.0.0.1:1", "fetch_retries": "0", "cache": str(tmp_path / "c")}
    for name, value in alone.items():
        monkeypatch.setenv(f"npm_config_{name}", value)
    with pytest.raises(NoNodeError, match="package index"):
        modules(tmp_path)
    assert not list(tmp_path.glob("*/.made"))
