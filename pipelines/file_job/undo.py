"""Rebuild the input of a job from its cleaned documents and its audit trail."""

import base64
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, cast

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineRunner

from beam_textclean.pipelines.file_job.job import Folders, Results
from beam_textclean.pipelines.file_job.output_folder import OutputExists, holds_files
from beam_textclean.pipelines.file_job.paths import lies_in
from beam_textclean.pipelines.file_job.schema import ChangeEntry, FileEntry, OutputEntry, RejectedEntry, Summary
from beam_textclean.pipelines.file_job.staging import ByRecord, exists, read_json, read_json_lines
from beam_textclean.pipelines.formats.byte_streams import checksum, delete, read_chunks
from beam_textclean.pipelines.formats.registry import FORMATS, open_own_writer, read_rows
from beam_textclean.pipelines.formats.rows import InputFile, OwnWriter, Row, Settings, Source, Target, Unreadable
from beam_textclean.transforms.encoding import reencode
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change, revert_changes


class CannotUndo(TextCleanError):
    """The results do not allow the input to be rebuilt."""


class Undone(NamedTuple):
    """How many input files and records were rebuilt, and how many of these are rejected records."""

    files: int
    records: int
    rejected: int


def undo(folder: str, output: str, options: PipelineOptions, runner: str | PipelineRunner | None = None) -> Undone:
    """Rebuild every input file of a job.

    Args:
        folder: The output folder of the job.
        output: The folder to write the input files to.
        options: Beam's options.
        runner: A Beam runner, or its name; None means the one in the options.

    Returns:
        How much was rebuilt.

    Raises:
        CannotUndo: There is no finished job, its documents were written in another format, or they were edited.
        OutputExists: The folder to write to is not empty, or is in that of the results.
    """
    results = Results(folder)
    if not exists(results.summary):
        raise CannotUndo(f"{folder} holds no finished job: there is no {results.summary}")
    summary = _read_summary(results)
    written = summary["configuration"]["format"]
    if written != "same":
        raise CannotUndo(
            f"{folder} was written with --format {written}; undo can rebuild files only from documents in the format "
            "of the input (--format same)"
        )
    if lies_in(output, folder):
        raise OutputExists(f"{output} lies in {folder}, among the results; choose another --output")
    if lies_in(folder, output):
        raise OutputExists(f"the results {folder} lie in {output}; choose another --output")
    if holds_files(output):
        raise OutputExists(f"{output} is not empty; undo writes to a new folder")
    _check(results, summary)
    with beam.Pipeline(runner=runner, options=options) as pipeline:
        _ = (
            pipeline
            | "ListFiles" >> beam.Create(range(len(summary["files"])), reshuffle=True)
            | "RebuildFiles" >> beam.ParDo(_Rebuild(folder, output))
        )
    delete(Folders(output).staging)
    pieces = [piece for file in summary["files"] for piece in file["outputs"]]
    return Undone(
        len(summary["files"]),
        sum(piece["records"] for piece in pieces),
        summary["counts"]["documents_rejected"],
    )


class _Rebuild(beam.DoFn):
    def __init__(self, folder: str, output: str) -> None:
        self._folder = folder
        self._output = output

    def setup(self) -> None:
        self._results = Results(self._folder)
        self._summary = _read_summary(self._results)

    def process(self, number: int) -> None:
        configuration = self._summary["configuration"]
        settings = Settings(*(configuration[name] for name in Settings._fields))
        rebuild_file(self._results, self._summary["files"][number], settings, self._output)


def _read_summary(results: Results) -> Summary:
    return cast(Summary, read_json(results.summary))


def _check(results: Results, summary: Summary) -> None:
    for file in summary["files"]:
        for piece in file["outputs"]:
            for path, sha256 in piece["sha256"].items():
                if not exists(f"{results.folder}/{path}"):
                    raise CannotUndo(f"{results.folder}/{path} is missing")
                if checksum(f"{results.folder}/{path}") != sha256:
                    raise CannotUndo(
                        f"{results.folder}/{path} was edited after the job wrote it: its checksum is not the one in "
                        "summary.json, and the recorded changes no longer fit"
                    )


def rebuild_file(results: Results, file: FileEntry, settings: Settings, output: str) -> None:
    """Rebuild one input file from the pieces that it became.

    Args:
        results: The folders of the job.
        file: Its entry in the summary.
        settings: How its records are read.
        output: The folder to write to.
    """
    pieces = [_Piece(results, file, entry, settings) for entry in file["outputs"]]
    whole_file = pieces[0].whole_file()
    if whole_file is not None:
        with Folders(output).create(f"{output}/{file['name']}") as out:
            out.write(whole_file)
        return
    with Folders(output).create(f"{output}/{file['name']}", file["compression"]) as out:
        writer = open_own_writer(Target(out, pieces[0].source))
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
        settings = settings._replace(max_record_bytes=1 << 62)
        self.source = Source(InputFile(path, entry["name"], 0, file["format"], file["compression"]), 0, None, settings)
        self.records = entry["records"]
        self._results = results
        self._name = entry["name"]
        self._format = FORMATS[file["format"]]

    def whole_file(self) -> bytes | None:
        """Return the bytes of the input file, where it was rejected as a whole."""
        first = self._rejected().get(1)
        return self._raw(first[0]) if first and first[0].get("whole_file") else None

    def rebuild(self, first: int, writer: OwnWriter[Any]) -> None:
        """Write its records as they were before the job, given the number of the first."""
        rows = read_rows(self.source) if exists(self.source.file.path) else iter(())
        changes: ByRecord[list[ChangeEntry]] = _entries(self._results.changes(self._name))
        rejected = self._rejected()
        for record in range(first, first + self.records):
            refused = rejected.get(record)
            if refused:
                writer.restore(self._raw(refused[0]))
                continue
            row = next(rows, None)
            if row is None and self._format.empty_row is not None:
                row = self._format.empty_row(self.source)
            if row is None or isinstance(row, Unreadable):
                raise CannotUndo(f"{self.source.file.path} has fewer records than summary.json says")
            self._restore(row, changes.get(record) or [], writer)

    def _restore(self, row: Row, entries: list[ChangeEntry], writer: OwnWriter[Any]) -> None:
        if not entries:
            writer.write(row, None)
            return
        if "raw" in entries[0]:
            writer.restore(base64.b64decode(entries[0]["raw"]))
            return
        text = row.read().text
        changes = [_change(entry) for entry in entries]
        text = revert_changes(text.decode("utf-8") if isinstance(text, bytes) else text, changes)
        if changes[0].rule.startswith("decoded_") and self._format.with_bytes is not None:
            writer.restore(self._format.with_bytes(row, reencode(text, changes[0].detail)))
            return
        writer.write(row, text)

    def _rejected(self) -> ByRecord[list[RejectedEntry]]:
        return _entries(self._results.rejected(self._name))

    def _raw(self, entry: RejectedEntry) -> bytes:
        if "raw" in entry:
            return base64.b64decode(entry["raw"])
        return b"".join(read_chunks(self._results.rejected_raw(self._name, entry["record"])))


def _change(entry: ChangeEntry) -> Change:
    return Change(
        entry["step"],
        entry["rule"],
        entry["start"],
        entry["end"],
        entry["before"],
        entry["after"],
        entry["detail"],
    )


def _entries(path: str) -> ByRecord[list[Any]]:
    """Return the entries of an audit file, by record."""
    lines = read_json_lines(path) if exists(path) else iter(())
    return ByRecord((record, list(entries)) for record, entries in groupby(lines, key=itemgetter("record")))
