"""Rebuild one input file from its cleaned documents and its audit trail."""

import base64
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from beam_textclean.pipelines.file_job.job import Folders, Results
from beam_textclean.pipelines.file_job.schema import ChangeEntry, FileEntry, OutputEntry, RejectedEntry
from beam_textclean.pipelines.file_job.schema_check import fault_of
from beam_textclean.pipelines.file_job.staging import ByRecord, read_json_lines
from beam_textclean.pipelines.formats.byte_streams import read_chunks
from beam_textclean.pipelines.formats.registry import FORMATS, open_own_writer, read_rows
from beam_textclean.pipelines.formats.rows import InputFile, OwnWriter, Row, Settings, Source, Target, Unreadable
from beam_textclean.transforms.encoding import reencode
from beam_textclean.transforms.encoding.mixed import are_steps
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change, revert_changes


class CannotUndo(TextCleanError):
    """The results do not allow the input to be rebuilt."""


class Undone(NamedTuple):
    """How many input files and records were rebuilt, and how many of these are rejected records."""

    files: int
    records: int
    rejected: int


def rebuild_file(results: Results, file: FileEntry, settings: Settings, folders: Folders) -> None:
    """Rebuild one input file from the pieces that it became, among the unfinished documents of a folder.

    Args:
        results: The files of the job. The summary and the checksums fit them.
        file: Its entry in the summary.
        settings: How its records are read.
        folders: The folder to write to.

    Raises:
        CannotUndo: What the files say does not fit together.
        OSError: It cannot be read or written.
    """
    try:
        _rebuild(results, file, settings, folders)
    except (OSError, MemoryError, CannotUndo):
        raise
    except Exception as error:
        raise CannotUndo(f"{file['name']} cannot be rebuilt, its results do not fit together: {error}") from error


def _rebuild(results: Results, file: FileEntry, settings: Settings, folders: Folders) -> None:
    path = folders.unfinished.documents(file["name"])
    pieces = [_Piece(results, file, entry, settings) for entry in file["outputs"]]
    whole_file = pieces[0].whole_file()
    if whole_file is not None:
        with folders.create(path) as out:
            for chunk in whole_file:
                out.write(chunk)
        return
    with folders.create(path, file["compression"]) as out:
        writer = open_own_writer(Target(out, pieces[0].source, pieces[0].header()))
        first = 1
        for piece in pieces:
            piece.rebuild(first, writer)
            first += piece.records
        writer.close()


class _Piece:
    """A piece of an input file, as it was written.

    Attributes:
        source: Where its documents are read from.
        records: How many records it has.
    """

    def __init__(self, results: Results, file: FileEntry, entry: OutputEntry, settings: Settings) -> None:
        path = results.documents(entry["name"])
        # What was cleaned is within every limit; what a record grew by must not make it too large now.
        dialect = entry.get("dialect", settings.csv_dialect)
        settings = settings._replace(max_record_bytes=1 << 62, csv_dialect=dialect)
        self.source = Source(InputFile(path, entry["name"], 0, file["format"], file["compression"]), 0, None, settings)
        self.records = entry["records"]
        self._results = results
        self._entry = entry
        self._file = file["name"]
        self._format = FORMATS[file["format"]]

    def whole_file(self) -> Iterator[bytes] | None:
        """Return the bytes of the input file, where they are on record as they were."""
        path = self._results.rejected(self._entry["name"])
        entries = self._checked(path, RejectedEntry, 1) if self._has(path) else iter(())
        return next((self._raw(entry) for entry in entries if entry.get("whole_file")), None)

    def header(self) -> bytes | None:
        """Return what the input file began with, where that was decoded."""
        entries = self._entries(self._results.changes(self._entry["name"]), ChangeEntry, 1).get(0)
        return base64.b64decode(entries[0]["raw"], validate=True) if entries else None

    def rebuild(self, first: int, writer: OwnWriter[Any]) -> None:
        """Write its records as they were before the job, given the number of the first."""
        path = self.source.file.path
        rows = read_rows(self.source) if self._has(path) else iter(())
        changes: ByRecord[list[ChangeEntry]] = self._entries(
            self._results.changes(self._entry["name"]), ChangeEntry, first
        )
        rejected = self._rejected(first)
        for record in range(first, first + self.records):
            entries = changes.get(record) or []
            refused = rejected.get(record)
            if refused:
                if entries or len(refused) > 1:
                    raise CannotUndo(f"{self._file}, record {record}: it is rejected and has other entries, too")
                writer.restore(self._raw(refused[0]))
                continue
            if entries and entries[0].get("dropped"):
                writer.restore((self._bytes_of(entries[0]),))
                continue
            row = next(rows, None)
            if row is None and self._format.empty_row is not None and record == first + self.records - 1:
                row = self._format.empty_row(self.source)
            if row is None or isinstance(row, Unreadable):
                raise CannotUndo(f"{path} has fewer records than summary.json says")
            self._restore(row, entries, writer)
        if next(rows, None) is not None:
            raise CannotUndo(f"{path} has more records than summary.json says")

    def _restore(self, row: Row, entries: list[ChangeEntry], writer: OwnWriter[Any]) -> None:
        if not entries:
            writer.write(row, None)
            return
        if "raw" in entries[0]:
            writer.restore((self._bytes_of(entries[0]),))
            return
        text = row.read().text
        changes = [_change(entry) for entry in entries]
        text = revert_changes(text.decode("utf-8") if isinstance(text, bytes) else text, changes)
        if changes[0].rule.startswith("decoded_") and self._format.with_bytes is not None:
            writer.restore((self._format.with_bytes(row, reencode(text, changes[0].detail)),))
            return
        writer.write(row, text)

    def _bytes_of(self, entry: ChangeEntry) -> bytes:
        if "raw" not in entry:
            raise CannotUndo(
                f"{self._file}, record {entry['record']}: it was left out, and its bytes are not on record"
            )
        return base64.b64decode(entry["raw"], validate=True)

    def _has(self, path: str) -> bool:
        """Return whether a file is one of the piece's own: only these were compared with their checksums."""
        return self._results.relative(path) in self._entry["sha256"]

    def _rejected(self, first: int) -> ByRecord[list[RejectedEntry]]:
        return self._entries(self._results.rejected(self._entry["name"]), RejectedEntry, first)

    def _raw(self, entry: RejectedEntry) -> Iterator[bytes]:
        if "raw" in entry:
            yield base64.b64decode(entry["raw"], validate=True)
            return
        compression = "" if entry.get("whole_file") else self.source.file.compression
        path = self._results.rejected_raw(self._entry["name"], entry["record"], compression)
        if entry.get("raw_file") != path.rpartition("/")[2] or not self._has(path):
            raise CannotUndo(f"{self._file}, record {entry['record']}: its bytes are not in {path}")
        yield from read_chunks(path, compression)

    def _entries(self, path: str, hint: Any, first: int) -> ByRecord[list[Any]]:
        """Return the entries of an audit file, by record."""
        lines = self._checked(path, hint, first) if self._has(path) else iter(())
        return ByRecord((record, list(entries)) for record, entries in groupby(lines, key=itemgetter("record")))

    def _checked(self, path: str, hint: Any, first: int) -> Iterator[Any]:
        """Yield the entries of an audit file.

        Raises:
            CannotUndo: One is not as the schema says, or is not of a record of this piece.
        """
        last = 0 if hint is ChangeEntry and first == 1 else first  # the header, if it was decoded, is record 0
        for entry in read_json_lines(path):
            fault = fault_of(entry, hint)
            if not fault and not (entry["file"] == self._file and last <= entry["record"] < first + self.records):
                fault = f"record {entry['record']} of {entry['file']!r} is not among those of {self._file}"
            if fault:
                raise CannotUndo(f"{path} is not one that a job wrote: {fault}")
            last = entry["record"]
            yield entry


def _change(entry: ChangeEntry) -> Change:
    """Return the change of an entry.

    Raises:
        CannotUndo: It is not one that can be.
    """
    start, end, detail = entry["start"], entry["end"], entry["detail"]
    if not (0 <= start <= end == start + len(entry["before"])):
        raise CannotUndo(f"a change of {entry['file']} has {len(entry['before'])} characters between {start} and {end}")
    if "legacy" in detail and not are_steps(str(detail["legacy"])):
        raise CannotUndo(f"a change of {entry['file']} was decoded in a way that cannot be")
    return Change(entry["step"], entry["rule"], start, end, entry["before"], entry["after"], detail)
