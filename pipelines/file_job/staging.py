"""Files of JSON in the staging folder: records of blocks, and what belongs to the records of a file."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.job import Folders
from beam_textclean.pipelines.file_job.layout import Extent, Layout
from beam_textclean.pipelines.file_job.outcomes import (
    CleanedBlock,
    Outcome,
    WrittenBlock,
    outcome_as_json,
    outcome_from_json,
)
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.formats.byte_streams import LongLine, OutputFile, checksum, read_chunks, split_lines
from beam_textclean.transforms.errors import InvalidOption, TextCleanError
from beam_textclean.transforms.typos.learned import Learned, accepted_entries

_Value = TypeVar("_Value")


class DamagedStaging(TextCleanError):
    """What a job staged is not what it wrote."""


def exists(path: str) -> bool:
    """Return whether there is such a file."""
    return bool(FileSystems.exists(path))


def are_whole(checksums: Mapping[str, str]) -> bool:
    """Return whether files are there, each with its checksum: those of a job that was interrupted may not be.

    Args:
        checksums: The SHA-256 of each file by its path.
    """
    return all(exists(path) and checksum(path) == sha256 for path, sha256 in checksums.items())


def read_if_staged(path: str, read: Callable[[], _Value]) -> _Value | None:
    """Return what is staged in a file, or None where there is no such file, or not one that a job wrote.

    Args:
        path: The file.
        read: Reads it.
    """
    if not exists(path):
        return None
    try:
        return read()
    except DamagedStaging:
        return None


def read_json(path: str) -> Any:
    """Read a small JSON file.

    Raises:
        DamagedStaging: It is not whole.
    """
    try:
        return json.loads(b"".join(read_chunks(path)))
    except ValueError as error:
        raise DamagedStaging(f"{path} is damaged: {error}") from error


def write_json(folders: Folders, path: str, value: Any, indent: int | None = None) -> None:
    """Write a small JSON file."""
    with folders.create(path) as file:
        file.write(json.dumps(value, indent=indent).encode("ascii") + b"\n")


def read_json_lines(path: str) -> Iterator[Any]:
    """Read a file of JSON lines, one value after the other."""
    return map(json.loads, _lines(path))


class ByRecord(Generic[_Value]):
    """What belongs to records, returned record by record.

    Args:
        entries: The number of a record and what belongs to it, in the order of the numbers; not every record has any.
    """

    def __init__(self, entries: Iterable[tuple[int, _Value]] = ()) -> None:
        self._entries = iter(entries)
        self._next = next(self._entries, None)

    def get(self, record: int) -> _Value | None:
        """Return what belongs to a record, or None. Records are asked for in order, not necessarily all of them."""
        while self._next is not None and self._next[0] < record:
            self._next = next(self._entries, None)
        return self._next[1] if self._next is not None and self._next[0] == record else None


def write_outcome(file: OutputFile, record: int, outcome: Outcome | str) -> None:
    """Stage the outcome of a record.

    Args:
        file: The file of the block's outcomes, which has a line for each: the number of the record, and the outcome.
        record: The record.
        outcome: The outcome, or its staged form.
    """
    staged = outcome if isinstance(outcome, str) else outcome_as_json(outcome)
    file.write(f"{record}\t{staged}\n".encode("ascii"))


def read_outcomes(path: str) -> ByRecord[Outcome]:
    """Read what `write_outcome` wrote."""
    parted = (line.partition(b"\t") for line in _lines(path))
    return ByRecord((int(record), outcome_from_json(staged)) for record, _, staged in parted)


def read_plan(folders: Folders) -> Plan:
    """Read the plan of the job that works in these folders."""
    return Plan.from_json(b"".join(read_chunks(f"{folders.staging}/plan.json")).decode("utf-8"))


def write_layout(folders: Folders, layout: Layout) -> None:
    """Stage where the records of all blocks are."""
    write_json(folders, f"{folders.staging}/layout.json", layout.extents)


def read_layout(folders: Folders, plan: Plan) -> Layout:
    """Read where the records of all blocks are."""
    staged = read_json(f"{folders.staging}/layout.json")
    return Layout(plan, [[Extent(*extent) for extent in block] for block in staged])


def read_learned(folders: Folders) -> Learned:
    """Read the typos that were learned from the input with certainty.

    Raises:
        DamagedStaging: They are not what was written.
    """
    path = folders.unfinished.learned
    try:
        return Learned(accepted_entries(b"".join(read_chunks(path)).decode("utf-8"), path))
    except (UnicodeDecodeError, InvalidOption) as error:
        raise DamagedStaging(f"{path} is damaged: {error}") from error


def cleaned_path(folders: Folders, block: int) -> str:
    """Return the path of what the first stage reports about a block."""
    return folders.staged("cleaned", block)


def read_cleaned(folders: Folders, block: int) -> CleanedBlock:
    """Read what the first stage reports about a block."""
    return _record(CleanedBlock.from_json, cleaned_path(folders, block))


def written_path(folders: Folders, block: int) -> str:
    """Return the path of what the third stage reports about a block."""
    return folders.staged("written", block)


def read_written(folders: Folders, block: int) -> WrittenBlock:
    """Read what the third stage reports about a block."""
    return _record(WrittenBlock.from_json, written_path(folders, block))


def _record(from_json: Callable[[Any], _Value], path: str) -> _Value:
    """Read a record.

    Raises:
        DamagedStaging: It is not one.
    """
    fields = read_json(path)
    try:
        return from_json(fields)
    except (TypeError, ValueError) as error:
        raise DamagedStaging(f"{path} is damaged: {error}") from error


def _lines(path: str) -> Iterator[bytes]:
    for line in split_lines(read_chunks(path), 1 << 62):
        yield b"".join(line.pieces) if isinstance(line, LongLine) else line
