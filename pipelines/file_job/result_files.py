"""The files that one piece of the input becomes: cleaned documents, changes, rejected records."""

import base64
import json
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring_ascii
from types import TracebackType
from typing import Any

from beam_textclean.pipelines.file_job.job import Job
from beam_textclean.pipelines.file_job.outcomes import Rejected
from beam_textclean.pipelines.file_job.plan import Piece, Plan
from beam_textclean.pipelines.file_job.schema import (
    Dialect,
    FirstRejected,
    OutputEntry,
    RawBytes,
    RejectedEntry,
    WholeFile,
)
from beam_textclean.pipelines.formats.byte_streams import OutputFile
from beam_textclean.pipelines.formats.registry import FORMATS, is_new_format, open_writer
from beam_textclean.pipelines.formats.rows import Row, Target, Unreadable, Writer
from beam_textclean.transforms.errors import InvalidOption, TextCleanError
from beam_textclean.transforms.records import Change

_MOST_RAW_BYTES = 1 << 20  # of a rejected record in a line of JSON; a larger one gets a file of its own
_EXCERPT = 200
_encode = json.JSONEncoder().encode


def output_name(plan: Plan, piece: Piece, output_format: str) -> str:
    """Return the name of a piece's results below ``documents/``."""
    new = is_new_format(plan.files[piece.file].format, output_format)
    return plan.output_name(piece, output_format if new else "")


def check_names(plan: Plan, output_format: str) -> None:
    """Check that every piece has a name of its own.

    Raises:
        InvalidOption: Two input files would be written to one.
    """
    paths: dict[str, str] = {}
    for block in plan.blocks:
        for piece in block:
            if plan.files[piece.file].is_reference:
                continue
            path = plan.files[piece.file].path
            name = output_name(plan, piece, output_format)
            if ".." in name.split("/") or name.startswith("/"):
                raise InvalidOption(f"the results of {path} would lie outside of the output folder, at {name}")
            other = paths.setdefault(name, path)
            if other != path:
                raise InvalidOption(
                    f"{other} and {path} would both be written to documents/{name}; clean them into two folders"
                )


class ResultFiles:
    """The open result files of a piece; those for changes and rejected records appear with their first entry.

    Attributes:
        name: The piece's name below ``documents/``.
        input_name: The name of the input file.
        checksums: SHA-256 by path below the output folder, once the files are closed.
    """

    def __init__(self, job: Job, plan: Plan, piece: Piece) -> None:
        file = plan.files[piece.file]
        self.name = output_name(plan, piece, job.output_format)
        self.checksums: dict[str, str] = {}
        self.input_name = file.name
        self._folders = job.folders
        self._files: dict[str, OutputFile] = {}
        self._results = job.folders.unfinished
        path = self._results.documents(self.name)
        new = is_new_format(file.format, job.output_format)
        self._files[path] = job.folders.create(path, "" if new else file.compression)
        self._target = Target(self._files[path], plan.source(piece, job.settings))
        self._output_format = job.output_format
        self._writer: Writer[Any] | None = None
        self._dialect: Dialect = {}
        self._leaves_out = False

    def __enter__(self) -> "ResultFiles":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._close_documents()
        for path, file in self._files.items():
            file.__exit__(kind, error, trace)
            self.checksums[self._results.relative(path)] = file.sha256

    def entry(self, records: int) -> OutputEntry:
        """Return the entry of the summary, once the files are closed, given how many records the piece has."""
        return {"name": self.name, "records": records, "sha256": self.checksums, **self._dialect}

    def write(self, row: Row, text: str | None) -> None:
        """Write a document, with another text or, where that is None, as it is."""
        self._open().write(row, text)

    def record_changes(self, row: Row, record: int, changes: Iterable[Change], raw: str | None) -> None:
        """Write the changes of a document to the audit trail.

        Args:
            row: The document.
            record: Its number in its input file, from 1.
            changes: What was changed.
            raw: The record's bytes in base64, where the changes alone would not give them back.
        """
        self._open()  # what it begins with is first
        self._append_changes(record, row.identifier(), changes, {} if raw is None else {"raw": raw})

    def drop(self, row: Row, record: int, changes: Iterable[Change]) -> None:
        """Leave a document out, and write its changes to the audit trail, with all of its bytes.

        Args:
            row: The document.
            record: Its number in its input file, from 1.
            changes: What was changed.
        """
        if FORMATS[self._target.source.file.format].is_document:
            self._leaves_out = True
        else:
            self._open()  # what it begins with is first
        raw = base64.b64encode(row.raw).decode("ascii")
        self._append_changes(record, row.identifier(), changes, {"raw": raw, "dropped": True})

    def _append_changes(
        self, record: int, identifier: str | int | None, changes: Iterable[Change], with_first: Mapping[str, str | bool]
    ) -> None:
        key: dict[str, Any] = {"file": self.input_name, "record": record}
        if identifier is not None:
            key["id"] = identifier
        beginning = json.dumps(key)[:-1]
        lines = [f"{beginning}, {change_fields(change)}}}\n" for change in changes]
        if with_first:
            lines[0] = f"{lines[0][:-2]}, {json.dumps(with_first)[1:]}\n"
        self._append(self._results.changes(self.name), "".join(lines))

    def reject(self, row: Row | Unreadable, record: int, rejected: Rejected) -> FirstRejected:
        """Write a rejected record: where it is, why it is rejected, and its bytes.

        Args:
            row: The record.
            record: Its number in its input file, from 1.
            rejected: Why.

        Returns:
            What the summary says of it if it is the first.
        """
        whole_file: WholeFile = {"whole_file": True} if isinstance(row, Unreadable) and row.whole_file else {}
        place: FirstRejected = {
            "file": self.input_name,
            "record": record,
            "error": rejected.error,
            "reason": rejected.reason,
            **whole_file,
        }
        head, raw = self._raw(row.raw if isinstance(row, Unreadable) else [row.raw], record, bool(whole_file))
        excerpt = head[:_EXCERPT].decode("utf-8", "replace")
        entry: RejectedEntry = {**place, **raw, "excerpt": excerpt}
        self._append(self._results.rejected(self.name), json.dumps(entry) + "\n")
        return place

    def _raw(self, raw: Iterable[bytes], record: int, is_whole_file: bool) -> tuple[bytes, RawBytes]:
        """Keep the bytes of a rejected record; return the first of them, and where they are all.

        The file of a large record is compressed as its input is, which may be many times smaller than what it holds.
        """
        pieces = iter(raw)
        held = b""
        for piece in pieces:
            held += piece
            if len(held) > _MOST_RAW_BYTES:
                compression = "" if is_whole_file else self._target.source.file.compression
                path = self._results.rejected_raw(self.name, record, compression)
                self._files[path] = self._folders.create(path, compression)
                self._files[path].write(held)
                for rest in pieces:
                    self._files[path].write(rest)
                return held, {"raw_file": path.rpartition("/")[2]}
        return held, {"raw": base64.b64encode(held).decode("ascii")}

    def _close_documents(self) -> None:
        """Finish the file of documents, or leave none where the input could not be read at all."""
        if self._writer is None:
            is_document = FORMATS[self._target.source.file.format].is_document
            if is_document and (self._leaves_out or self._results.rejected(self.name) in self._files):
                self._files.pop(self._results.documents(self.name)).discard()
                return
            try:
                self._open()
            except TextCleanError:
                self._files.pop(self._results.documents(self.name)).discard()
                return
        self._open().close()

    def _open(self) -> Writer[Any]:
        """Return the writer; what the file begins with is written with it."""
        if self._writer is None:
            self._writer = open_writer(self._target, self._output_format)
            self._note_beginning()
        return self._writer

    def _note_beginning(self) -> None:
        """Keep what `undo` needs to know of a file besides its records: its dialect, and a header in other bytes."""
        source = self._target.source
        format = FORMATS[source.file.format]
        if is_new_format(source.file.format, self._output_format):
            return
        if format.dialect is not None:
            self._dialect = {"dialect": format.dialect(source)}
        header = None if format.header is None else format.header(source)
        if header is not None and header.decoding is not None:
            self._append_changes(0, None, (header.decoding,), {"raw": base64.b64encode(header.raw).decode("ascii")})

    def _append(self, path: str, lines: str) -> None:
        if path not in self._files:
            self._files[path] = self._folders.create(path)
        self._files[path].write(lines.encode("ascii"))


def change_fields(change: Change) -> str:
    """Return the fields of a `ChangeEntry` that a change has, as they are in its line of JSON.

    There may be millions of changes, and ``json.dumps`` takes three times as long.

    >>> change_fields(Change("typos", "dictionary", 0, 3, "teh", "the"))
    '"step": "typos", "rule": "dictionary", "start": 0, "end": 3, "before": "teh", "after": "the", "detail": {}'
    """
    step, rule, start, end, before, after, details = change
    detail = ", ".join(
        [f'"{name}": {value if type(value) is int else _scalar(value)}' for name, value in details.items()]
    )
    return (
        f'"step": "{step}", "rule": "{rule}", "start": {start}, "end": {end}, '
        f'"before": {encode_basestring_ascii(before)}, "after": {encode_basestring_ascii(after)}, '
        f'"detail": {{{detail}}}'
    )


def _scalar(value: str | float) -> str:
    return encode_basestring_ascii(value) if isinstance(value, str) else _encode(value)
