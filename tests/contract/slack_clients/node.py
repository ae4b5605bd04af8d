"""Slack's clients for Node.js, installed once, under `build/clients`, as the lock file says."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from tests.contract.servicenow_clients.environments import CLIENTS, held

HERE = Path(__file__).parent
OLDEST = 20
"""The first version of Node.js that they run on."""
UNREACHABLE = ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "ENETUNREACH", "E403")


class NoNodeError(Exception):
    """The clients cannot be run here; the text says what is missing."""


def modules(homes: Path = CLIENTS) -> tuple[str, Path]:
    """Tell where Node.js is and where its modules are; install them where there are none.

    Raises:
        NoNodeError: Node.js or npm is missing or too old, or npm reaches no registry.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoNodeError("no Node.js with npm: installing both runs these tests too")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", told)[1]) < OLDEST:
        raise NoNodeError(f"Slack's clients need Node.js {OLDEST} or newer; this is {told.strip()}")
    home = homes / f"node-{_digest(told)}"
    homes.mkdir(parents=True, exist_ok=True)
    with held(home.with_suffix(".lock")):
        if not (home / ".made").exists():
            _install(npm, home)
            (home / ".made").touch()
    return node, home / "node_modules"


def _digest(version: str) -> str:
    wanted = (HERE / "package-lock.json").read_bytes() + version.encode()
    return hashlib.sha256(wanted).hexdigest()[:16]


def _install(npm: str, home: Path) -> None:
    home.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, home)
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [npm, "ci", *quietly], cwd=home, capture_output=True, text=True, check=False
    )
    if done.returncode and any(word in done.stderr for word in UNREACHABLE):
        raise NoNodeError("npm reaches no package index, from which Slack's clients would come")
    if done.returncode:
        raise RuntimeError(f"npm could not install what is pinned:\n{done.stdout}{done.stderr}")
