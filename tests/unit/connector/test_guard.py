"""One process per database, by whatever name it comes."""

import os

import pytest

from connector.store.engine import StoreError
from connector.store.guard import Guard


@pytest.fixture
def path(tmp_path):
    return tmp_path / "snowline.db"


@pytest.fixture
def taken(path):
    guard = Guard(path)
    guard.take()
    yield guard
    guard.release()


def symlink(path):
    link = path.with_name("link.db")
    link.symlink_to(path)
    return link


def relative(path):
    return path.parent / ".." / path.parent.name / path.name


@pytest.mark.parametrize("name", [lambda path: path, symlink, relative], ids=lambda f: f.__name__)
def test_a_second_process_is_refused_by_every_name(path, taken, name):
    with pytest.raises(StoreError, match=f"another Snowline process .{os.getpid()}"):
        Guard(name(path)).take()


@pytest.mark.usefixtures("taken")
def test_a_second_process_is_refused_at_a_hard_link(path):
    link = path.parent / "elsewhere.db"
    link.hardlink_to(path)
    with pytest.raises(StoreError, match="hard links"):
        Guard(link).take()


def test_a_file_with_a_second_name_is_refused_until_the_name_is_gone(path):
    path.touch(0o600)
    link = path.parent / "elsewhere.db"
    link.hardlink_to(path)
    guard = Guard(path)
    with pytest.raises(StoreError, match=f"-inum {path.stat().st_ino}"):
        guard.take()
    link.unlink()
    guard.take()
    guard.release()
