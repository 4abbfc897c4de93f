"""What the stages of a file job leave for each other in the staging folder."""

import json
from collections.abc import Iterator
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.formats.byte_streams import OutputFile, open_raw, read_chunks, split_lines

FINGERPRINT = np.dtype([("high", "<u8"), ("low", "<u8"), ("record", "<u4"), ("start", "<u4"), ("end", "<u4")])
"""A paragraph: the two halves of its digest, the record in its block, its code points in the text the passes left."""

COPY = np.dtype(
    [
        (name, "<u4")
        for name in (
            "record", "start", "end", "first_block", "first_record", "first_start", "first_end", "is_boilerplate",
        )
    ]
)  # fmt: skip
"""A paragraph that goes, where the first copy of it is, and whether that goes too."""


_Value = TypeVar("_Value")


class Folders(NamedTuple):
    """The folders of a job's output.

    Attributes:
        output: The output folder; of a local one the whole path, as workers may run in another folder.
    """

    output: str

    def documents(self, name: str) -> str:
        """A cleaned file."""
        return f"{self.output}/documents/{name}"

    def changes(self, name: str) -> str:
        """The changes made in a cleaned file."""
        return f"{self.output}/changes/{name}.jsonl"

    def rejected(self, name: str) -> str:
        """The records left out of a cleaned file."""
        return f"{self.output}/rejected/{name}.jsonl"

    def rejected_raw(self, name: str, record: int) -> str:
        """The bytes of a rejected record that is too large for a line of JSON."""
        return f"{self.output}/rejected/{name}.{record}.raw"

    @property
    def copies(self) -> str:
        """The list of all copies, where it was asked for."""
        return f"{self.output}/copies.jsonl"

    @property
    def summary(self) -> str:
        """What was done, in numbers."""
        return f"{self.output}/summary.json"

    @property
    def staging(self) -> str:
        """Where an unfinished job keeps its work."""
        return f"{self.output}/.staging"

    def staged(self, kind: str, number: int) -> str:
        """A file of one block or partition, by the kind of what it holds."""
        return f"{self.staging}/{kind}/{number:07d}"

    def create(self, path: str, compression: str = "") -> OutputFile:
        """Open a file of the job for writing; it appears under its name when it is whole."""
        return OutputFile(path, f"{self.staging}/unfinished/file", compression)


def exists(path: str) -> bool:
    """Whether there is such a file."""
    return bool(FileSystems.exists(path))


def read_json(path: str) -> Any:
    """Read a small JSON file."""
    return json.loads(b"".join(read_chunks(path)))


def write_json(folders: Folders, path: str, value: Any, indent: int | None = None) -> None:
    """Write a small JSON file."""
    with folders.create(path) as file:
        file.write(json.dumps(value, indent=indent).encode("ascii") + b"\n")


def read_json_lines(path: str) -> Iterator[Any]:
    """Read a file of JSON lines, one value after the other."""
    for line in split_lines(read_chunks(path), 1 << 62):
        assert isinstance(line, bytes)
        yield json.loads(line)


class ByRecord(Generic[_Value]):
    """What belongs to records, given out record by record.

    Args:
        entries: The number of a record and what belongs to it, in the order of the numbers; not every record has any.
    """

    def __init__(self, entries: Iterator[tuple[int, _Value]]) -> None:
        self._entries = entries
        self._next = next(entries, None)

    def get(self, record: int) -> _Value | None:
        """Give what belongs to a record, or None; to be asked in the order of records, which need not be all."""
        while self._next is not None and self._next[0] < record:
            self._next = next(self._entries, None)
        return self._next[1] if self._next is not None and self._next[0] == record else None


def read_by_record(path: str) -> ByRecord[dict[str, Any]]:
    """Read a file of JSON lines, each of one record."""
    return ByRecord((line["record"], line) for line in read_json_lines(path))


def read_plan(folders: Folders) -> Plan:
    """The plan of the job that works in these folders."""
    return Plan.from_json(b"".join(read_chunks(f"{folders.staging}/plan.json")).decode("utf-8"))


def read_array(path: str, dtype: npt.DTypeLike, start: int, stop: int, skip: int = 0) -> npt.NDArray[Any]:
    """Read items `start` to `stop` of an array that begins `skip` bytes into a file."""
    size = np.dtype(dtype).itemsize
    if stop <= start:
        return np.empty(0, dtype)
    with open_raw(path) as file:
        file.seek(skip + start * size)
        return np.frombuffer(file.read((stop - start) * size), dtype)
