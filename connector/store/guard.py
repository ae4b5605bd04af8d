"""One process per database file, and a file only its owner can read."""

import fcntl
import logging
import os
import stat
from pathlib import Path
from typing import Final

from connector.store.engine import StoreError

_log = logging.getLogger(__name__)
_PRIVATE: Final = 0o600
_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Guard:
    """Holds a lock file beside the database for as long as the process uses it.

    The lock is not on the database itself: SQLite has locks of its own there, which the
    system drops as soon as any handle of the process to that file is closed.
    """

    def __init__(self, path: Path) -> None:
        # By whatever links it was named, it is the same file and has the same lock.
        self._path = Path(os.path.realpath(path))
        self._lock_path = self._path.with_name(f"{self._path.name}.lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Lock the database for this process and see to its mode.

        Raises:
            StoreError: the folder is missing, another process has the database, or the file
                has a second name.
        """
        if not self._path.parent.is_dir():
            raise StoreError(f"the folder {self._path.parent} for the database is not there")
        try:
            self._lock()
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, _PRIVATE))
            self._make_private()
            self._refuse_second_name()
        except OSError as exc:
            self.release()
            raise StoreError(f"{self._path}: {exc.strerror}") from exc
        except StoreError:
            self.release()
            raise

    def release(self) -> None:
        """Let the next process have the database; may be repeated."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _lock(self) -> None:
        handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            owner = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            os.close(handle)
            raise StoreError(
                f"{self._path} is in use by another Snowline process ({owner}); stop that one first"
            ) from exc
        os.truncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._handle = handle

    def _refuse_second_name(self) -> None:
        # SQLite keeps its journal beside the name: under two names, two processes share the
        # database without each other's journal, and after a crash one opens it without either.
        status = self._path.stat()
        if status.st_nlink > 1:
            raise StoreError(
                f"{self._path} has {status.st_nlink} names (hard links), and under another one a"
                " second process would damage it; remove the others, which"
                f" `find / -xdev -inum {status.st_ino}` lists"
            )

    def _make_private(self) -> None:
        mode = stat.S_IMODE(self._path.stat().st_mode)
        if mode & _FOR_OTHERS:
            self._path.chmod(_PRIVATE)
            _log.warning(
                "%s could be read by others (mode %o); it is private now", self._path, mode
            )
