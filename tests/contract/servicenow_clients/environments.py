"""An environment of its own for each client, whose requirements clash with ours and each other's.

It is made once, under `build/clients`, and found again by what it must contain.
"""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
CLIENTS = HERE.parents[2] / "build" / "clients"
UNREACHABLE = ("connection broken by", "from versions: none")
"""What pip says where no index answers, or none is set."""


class NoIndexError(Exception):
    """pip reaches no package index, so that the environment cannot be made."""


def python_of(client: str, homes: Path = CLIENTS, pins: Path | None = None) -> Path:
    """Tell the interpreter of a client's environment; make the environment where there is none.

    Several processes may ask at once: one makes it, the others wait. ``pins`` is the folder of
    ``CLIENT.txt``, what is to be installed; without it, this one.

    Raises:
        NoIndexError: it is not there, and pip reaches no package index.
    """
    wanted = [HERE / "building.txt", (pins or HERE) / f"{client}.txt"]
    home = homes / f"{client}-{_digest(wanted)}"
    homes.mkdir(parents=True, exist_ok=True)
    with held(home.with_suffix(".lock")):
        made = home / ".made"
        if not made.exists():
            _make(home, *wanted)
            made.touch()
    return home / "bin" / "python"


def _digest(wanted: list[Path]) -> str:
    pins = b"".join(path.read_bytes() for path in wanted)
    return hashlib.sha256(pins + sys.version.encode()).hexdigest()[:16]


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Keep others out, of this process and of others, while something is made."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(home: Path, building: Path, client: Path) -> None:
    # Without a pip of its own, which would take longer than all that is installed: ours does.
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", home], check=True)
    # What one of them builds itself with is pinned, too, and so built with in the same environment.
    _install(home, building, "--only-binary=:all:")
    _install(home, client, "--no-build-isolation")


def _install(home: Path, pins: Path, *options: str) -> None:
    pip = [sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install"]
    how = ["--quiet", "--disable-pip-version-check", "--require-hashes", *options]
    done = subprocess.run([*pip, *how, "-r", pins], capture_output=True, text=True, check=False)
    if done.returncode and any(words in done.stderr for words in UNREACHABLE):
        raise NoIndexError(done.stderr)
    if done.returncode:
        raise RuntimeError(f"pip could not install {pins.name}:\n{done.stdout}{done.stderr}")
