"""Digests of what is read of a file, so that a second reading can be compared with the first."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from types import TracebackType
from typing import BinaryIO, NamedTuple, TypeAlias, cast

Reads: TypeAlias = dict[tuple[int, int], str]
"""The digest of each read, by the byte where it began and the number of bytes that were asked for."""

_DIGEST_BYTES = 8


class _Watch(NamedTuple):
    path: str
    reads: Reads


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching(path: str) -> Iterator[Reads]:
    """Collect what this thread reads of a file until the block ends."""
    reads: Reads = {}
    _watch.set(_Watch(path, reads))
    try:
        yield reads
    finally:
        _watch.set(None)


def watched(path: str, file: BinaryIO) -> BinaryIO:
    """Return an open file, with its reads collected if it is the one that is watched."""
    watch = _watch.get()
    return file if watch is None or watch.path != path else cast(BinaryIO, _WatchedFile(file, watch.reads))


class _WatchedFile:
    """A file that is read, with the methods that this program and Arrow call."""

    def __init__(self, file: BinaryIO, reads: Reads) -> None:
        self._file = file
        self._reads = reads
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._reads[self._position, size] = blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._position = self._file.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        return self._position

    @property
    def closed(self) -> bool:
        return self._file.closed

    def close(self) -> None:
        self._file.close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def writable(self) -> bool:
        return False

    def __enter__(self) -> "_WatchedFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
