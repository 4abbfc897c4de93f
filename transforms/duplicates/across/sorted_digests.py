"""Files of sorted digests: the fingerprints of a corpus, looked up without reading all of them.

The digests come first, 16 bytes each, in blocks of 256. A table follows, with a row for each block: how its first
digest begins, and a checksum of the block. The table is read when the file is opened; a block is read, and its checksum
compared, when a digest may be in it.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, BinaryIO, NamedTuple, Protocol, TypeAlias
from zlib import crc32

import numpy as np
import numpy.typing as npt

from beam_textclean.transforms.errors import DamagedIndex

DIGEST = np.dtype([("high", "<u8"), ("low", "<u8")])
"""A digest as two numbers. Digests are in order by the first, then by the second."""

#: An array of `DIGEST`.
Digests: TypeAlias = npt.NDArray[Any]

_BLOCK = 256  # digests
_BLOCK_BYTES = _BLOCK * DIGEST.itemsize
_AT_ONCE = 256  # digests that are looked up together, in not much more than twice as many blocks
_TABLE_ROW = np.dtype([("first", "<u8"), ("check", "<u4")])


class Stored(NamedTuple):
    """What is known of a file of digests: how many it has, and the SHA-256 of its table."""

    digests: int
    table: str


class _Writable(Protocol):
    def write(self, data: bytes, /) -> Any: ...


def write_digests(file: _Writable, runs: Iterable[Digests]) -> Stored:
    """Write sorted digests and their table.

    Args:
        file: Where they are written.
        runs: The digests in order, each once, cut into arrays of any length.

    >>> import io
    >>> digests = np.array([(1, 5), (3, 4)], DIGEST)
    >>> file = io.BytesIO()
    >>> stored = write_digests(file, [digests[:1], digests[1:]])
    >>> SortedDigests(file, stored, "a file").contains(np.array([(3, 4), (3, 5)], DIGEST)).tolist()
    [True, False]
    """
    count = 0
    tables = []
    held = np.empty(0, DIGEST)
    for run in runs:
        held = np.concatenate([held, run])
        whole = len(held) // _BLOCK * _BLOCK
        tables.append(_write_blocks(file, held[:whole]))
        count, held = count + whole, held[whole:]
    tables.append(_write_blocks(file, held))
    table = np.concatenate(tables).tobytes()
    file.write(table)
    return Stored(count + len(held), hashlib.sha256(table).hexdigest())


def each_once(digests: Digests) -> Digests:
    """Return digests in order, each once."""
    digests = digests[np.lexsort((digests["low"], digests["high"]))]
    is_new = np.ones(len(digests), bool)
    is_new[1:] = digests[1:] != digests[:-1]
    return digests[is_new]


def _write_blocks(file: _Writable, digests: Digests) -> npt.NDArray[Any]:
    data = digests.tobytes()
    file.write(data)
    table = np.empty(-(-len(digests) // _BLOCK), _TABLE_ROW)
    table["first"] = digests["high"][::_BLOCK]
    table["check"] = _checksums(data)
    return table


def _checksums(data: bytes) -> list[int]:
    view = memoryview(data)
    return [crc32(view[start : start + _BLOCK_BYTES]) for start in range(0, len(data), _BLOCK_BYTES)]


class SortedDigests:
    """A file of digests that is open for reading, by any number of threads.

    Args:
        file: The file.
        stored: What `write_digests` returned for it.
        name: What errors call it.

    Raises:
        DamagedIndex: It is not the file that was written.
    """

    def __init__(self, file: BinaryIO, stored: Stored, name: str) -> None:
        self._file = file
        self._name = name
        self._lock = Lock()
        self._count = stored.digests
        at = stored.digests * DIGEST.itemsize
        size = at + -(-stored.digests // _BLOCK) * _TABLE_ROW.itemsize
        if (found := file.seek(0, os.SEEK_END)) != size:
            raise DamagedIndex(f"{name} is damaged: it has {found:,} bytes instead of {size:,}")
        data = self._read_bytes(at, size - at)
        if hashlib.sha256(data).hexdigest() != stored.table:
            raise DamagedIndex(f"{name} is damaged: its table has another checksum")
        table = np.frombuffer(data, _TABLE_ROW)
        self._firsts = np.ascontiguousarray(table["first"])
        self._checks = table["check"].tolist()

    def contains(self, digests: Digests) -> npt.NDArray[np.bool_]:
        """Return for each digest whether the file has it.

        Raises:
            DamagedIndex: A block is not what was written.
        """
        found = np.zeros(len(digests), bool)
        if not len(digests) or not self._count:
            return found
        order = np.argsort(digests["high"], kind="stable")
        wanted = digests[order]
        # Digests with the same first half may be on both sides of a border.
        first = np.maximum(np.searchsorted(self._firsts, wanted["high"], "left") - 1, 0)
        last = np.maximum(np.searchsorted(self._firsts, wanted["high"], "right") - 1, 0)
        for start in range(0, len(wanted), _AT_ONCE):
            batch = slice(start, start + _AT_ONCE)
            rows = np.concatenate([self._read(*blocks) for blocks in _ranges(first[batch], last[batch])])
            found[order[batch]] = _are_among(rows, wanted[batch])
        return found

    def between(self, least: int, most: int) -> Digests:
        """Return the digests whose first half is from `least` to `most`."""
        start = int(np.searchsorted(self._firsts, np.uint64(least), "left")) - 1
        rows = self._read(max(start, 0), int(np.searchsorted(self._firsts, np.uint64(most), "right")))
        return rows[(rows["high"] >= np.uint64(least)) & (rows["high"] <= np.uint64(most))]

    def _read(self, start: int, stop: int) -> Digests:
        """Read blocks `start` to `stop`."""
        at = start * _BLOCK_BYTES
        data = self._read_bytes(at, min(stop * _BLOCK_BYTES, self._count * DIGEST.itemsize) - at)
        if _checksums(data) != self._checks[start:stop]:
            raise DamagedIndex(f"{self._name} is damaged: digests of it have another checksum")
        return np.frombuffer(data, DIGEST)

    def _read_bytes(self, at: int, size: int) -> bytes:
        with self._lock:
            self._file.seek(at)
            return self._file.read(size)


def _ranges(first: npt.NDArray[np.intp], last: npt.NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Join ranges of blocks, which are in order, where one adjoins the next."""
    edges = np.flatnonzero(first[1:] > last[:-1] + 1)
    starts, ends = first[[0, *(edges + 1)]], last[[*edges, -1]]
    return zip(starts.tolist(), (ends + 1).tolist(), strict=True)


def _are_among(rows: Digests, wanted: Digests) -> npt.NDArray[np.bool_]:
    """Return for each digest whether it is among sorted ones."""
    found = np.zeros(len(wanted), bool)
    at = np.searchsorted(np.ascontiguousarray(rows["high"]), wanted["high"], "left")
    pending = np.arange(len(wanted))
    while len(pending):  # again only where digests differ in nothing but the second half
        pending = pending[at[pending] < len(rows)]
        candidates = rows[at[pending]]
        is_same_half = candidates["high"] == wanted["high"][pending]
        found[pending] = is_same_half & (candidates["low"] == wanted["low"][pending])
        pending = pending[is_same_half & ~found[pending]]
        at[pending] += 1
    return found
