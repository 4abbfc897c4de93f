"""A lock against two jobs in one folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from beam_textclean.pipelines.formats.byte_streams import make_folder
from beam_textclean.transforms.errors import TextCleanError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class FolderInUse(TextCleanError):
    """Another job works in the folder."""


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold a lock until the block ends.

    The system releases it when the process ends, in whatever way, so that a lock is never stale. Object stores, Windows
    and filesystems without locks have none.

    Args:
        path: The file to lock. It is made, and may be deleted while it is locked.

    Raises:
        FolderInUse: Another process holds the lock.
    """
    if fcntl is None or "://" in path:
        yield
        return
    make_folder(os.path.dirname(path))
    while True:
        with open(path, "a+", encoding="ascii") as file:
            _lock(file, path)
            if not _is_at(file, path):  # the job that held it ended, and deleted it
                continue
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield
            return


def _lock(file: TextIO, path: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        process = file.read().strip() or "unknown"
        raise FolderInUse(
            f"another job (process {process}) works in {os.path.dirname(path)}; wait until it has ended"
        ) from None
    except OSError:  # a filesystem without locks
        return


def _is_at(file: TextIO, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False
