"""Arrays in the staging folder: the fingerprints of paragraphs, by partition, and the copies among them, by block."""

import struct
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from beam_textclean.pipelines.file_job.job import Folders
from beam_textclean.pipelines.file_job.staging import DamagedStaging
from beam_textclean.pipelines.formats.byte_streams import OutputFile, open_raw, read_chunks
from beam_textclean.transforms.duplicates.across.sorted_digests import DIGEST, Digests

FINGERPRINT = np.dtype([("high", "<u8"), ("low", "<u8"), ("record", "<u4"), ("start", "<u4"), ("end", "<u4")])
"""A paragraph: its digest as in `DIGEST`, the record in its block, its code points in the text the passes left."""

_ROW = struct.Struct("<16sIII")  # the layout of FINGERPRINT
_RUN_BYTES = _ROW.size << 20  # a million paragraphs are sorted at a time
_ROWS = 1000  # copies made into records of Python at a time
_INDEX = np.dtype("<i8")


#: Why a paragraph is removed: the first copy is kept; or that is removed, too, for one of two reasons.
HAS_FIRST, IS_BOILERPLATE, IS_IN_INDEX = range(3)


class StagedCopy(NamedTuple):
    """A paragraph that is removed, where the first copy of it is, and why it is removed."""

    record: int
    start: int
    end: int
    first_block: int
    first_record: int
    first_start: int
    first_end: int
    reason: int


COPY = np.dtype([(name, "<u4") for name in StagedCopy._fields])
"""A `StagedCopy` in an array."""


def pack_fingerprints(units: Iterable[tuple[bytes, int, int]]) -> bytes:
    """Return rows of `FINGERPRINT` for the digests and code points of the paragraphs of one text, with the record 0."""
    return b"".join([_ROW.pack(digest, 0, start, end) for digest, start, end in units])


class FingerprintFile:
    """The fingerprints of a block on their way to a file, sorted by partition a run at a time.

    Attributes:
        runs: For each run, where the fingerprints of each partition begin.
    """

    def __init__(self, file: OutputFile, partitions: int) -> None:
        self.runs: list[list[int]] = []
        self._file = file
        self._partitions = partitions
        self._held = bytearray()
        self._written = 0

    def add(self, fingerprints: bytes, record: int) -> None:
        """Add the fingerprints of one record, as `pack_fingerprints` returns them."""
        if not fingerprints:
            return
        rows = np.frombuffer(bytearray(fingerprints), FINGERPRINT)
        rows["record"] = record
        self._held += rows.tobytes()
        if len(self._held) >= _RUN_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is held, as a run."""
        rows = np.frombuffer(bytes(self._held), FINGERPRINT)
        self._held.clear()
        partition = _partition_of(rows, self._partitions)
        order = np.argsort(partition, kind="stable")
        edges = np.searchsorted(partition[order], np.arange(self._partitions + 1)) + self._written
        self._file.write(rows[order].tobytes())
        self._written += len(rows)
        self.runs.append(edges.tolist())


def _partition_of(rows: npt.NDArray[Any], partitions: int) -> npt.NDArray[np.uint64]:
    """Return the partition of each fingerprint: all that are in one come before all that are in the next."""
    return np.asarray((rows["high"] >> np.uint64(32)) * np.uint64(partitions) >> np.uint64(32))


def read_fingerprints(folders: Folders, block: int, start: int, stop: int) -> npt.NDArray[Any]:
    """Read rows `start` to `stop` of the fingerprints of a block."""
    return _read_array(folders.staged("fingerprints", block), FINGERPRINT, start, stop)


def write_copies(path: str, folders: Folders, table: npt.NDArray[Any], of_block: npt.NDArray[Any], blocks: int) -> str:
    """Stage the copies of a partition by block, after an index of where those of each block begin.

    Args:
        path: The file.
        folders: The folders of the job.
        table: Rows of `COPY`.
        of_block: The block of each.
        blocks: How many blocks there are.

    Returns:
        The checksum of the file.
    """
    order = np.argsort(of_block, kind="stable")
    index = np.searchsorted(of_block[order], np.arange(blocks + 1)).astype(_INDEX)
    with folders.create(path) as file:
        file.write(index.tobytes())
        file.write(table[order].tobytes())
    return file.sha256


def read_copies(folders: Folders, partitions: int, block: int, blocks: int) -> Iterator[tuple[int, list[StagedCopy]]]:
    """Read the copies in one block from those of all partitions.

    Args:
        folders: The folders of the job.
        partitions: How many partitions there are.
        block: Which block.
        blocks: How many blocks there are.

    Yields:
        The number of a record, and its copies, in order. They are made into records a thousand at a time, as there may
        be many.
    """
    skip = (blocks + 1) * _INDEX.itemsize
    parts = [np.empty(0, COPY)]
    for partition in range(partitions):
        path = folders.staged("copies", partition)
        start, stop = _read_array(path, _INDEX, block, block + 2)
        parts.append(_read_array(path, COPY, int(start), int(stop), skip))
    table = np.concatenate(parts)
    table = table[np.lexsort((table["start"], table["record"]))]
    rows = (row for first in range(0, len(table), _ROWS) for row in table[first : first + _ROWS].tolist())
    for record, copies in groupby(map(StagedCopy._make, rows), key=attrgetter("record")):
        yield record, list(copies)


def digests_of(fingerprints: npt.NDArray[Any]) -> Digests:
    """Return the digests of fingerprints."""
    digests = np.empty(len(fingerprints), DIGEST)
    digests["high"], digests["low"] = fingerprints["high"], fingerprints["low"]
    return digests


def stage_digests(folders: Folders, partition: int, digests: Digests) -> str:
    """Stage the digests of a partition that are to be added to the index: in order, each once; return the checksum."""
    with folders.create(folders.staged("digests", partition)) as file:
        file.write(digests.tobytes())
    return file.sha256


def read_digests(folders: Folders, partition: int) -> Digests:
    """Read the digests that `stage_digests` staged."""
    return np.frombuffer(b"".join(read_chunks(folders.staged("digests", partition))), DIGEST)


def _read_array(path: str, dtype: npt.DTypeLike, start: int, stop: int, skip: int = 0) -> npt.NDArray[Any]:
    """Read items `start` to `stop` of an array that begins `skip` bytes into a file."""
    size = np.dtype(dtype).itemsize
    if stop <= start:
        return np.empty(0, dtype)
    with open_raw(path) as file:
        file.seek(skip + start * size)
        data = file.read((stop - start) * size)
    if len(data) != (stop - start) * size:
        raise DamagedStaging(f"{path} is damaged: it ends too early")
    return np.frombuffer(data, dtype)
