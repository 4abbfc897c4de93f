"""Rebuild the input of a job from its cleaned documents and its audit trail."""

import base64
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineRunner

from beam_textclean.pipelines.file_job.inputs import InputFile
from beam_textclean.pipelines.file_job.output_folder import OutputExists, holds_files, lies_in
from beam_textclean.pipelines.file_job.staging import ByRecord, Folders, exists, read_json, read_json_lines
from beam_textclean.pipelines.formats.byte_streams import OutputFile, checksum, delete, read_chunks
from beam_textclean.pipelines.formats.registry import open_writer, read_rows
from beam_textclean.pipelines.formats.rows import Row, Settings, Source, Target, Unreadable, Writer
from beam_textclean.pipelines.formats.text_files import TextRow
from beam_textclean.transforms.encoding import reencode
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change, revert_changes


class CannotUndo(TextCleanError):
    """The results do not allow the input to be rebuilt."""


class Undone(NamedTuple):
    """What was rebuilt: input files and records, and rejected records among them."""

    files: int
    records: int
    rejected: int


def undo(folder: str, output: str, options: PipelineOptions, runner: str | PipelineRunner | None = None) -> Undone:
    """Rebuild every input file of a job.

    Args:
        folder: The output folder of the job.
        output: The folder to write the input files to.
        options: Beam's options.
        runner: A Beam runner, or its name; None takes the one in the options.

    Returns:
        How much was rebuilt.

    Raises:
        CannotUndo: There is no finished job, its documents were written in another format, or they were edited.
        OutputExists: The folder to write to is not empty, or lies in that of the results.
    """
    results = Folders(folder)
    if not exists(results.summary):
        raise CannotUndo(f"{folder} holds no finished job: there is no {results.summary}")
    summary = read_json(results.summary)
    written = summary["configuration"]["format"]
    if written != "same":
        raise CannotUndo(
            f"{folder} was written with --format {written}; undo can rebuild files only from documents in the format "
            "of the input (--format same)"
        )
    if lies_in(output, folder):
        raise OutputExists(f"{output} lies in {folder}, among the results; choose another --output")
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
        self._summary = read_json(Folders(self._folder).summary)

    def process(self, number: int) -> None:
        settings = Settings(*(self._summary["configuration"][name] for name in Settings._fields))
        rebuild_file(Folders(self._folder), self._summary["files"][number], settings, self._output)


def _check(results: Folders, summary: dict[str, Any]) -> None:
    for file in summary["files"]:
        for piece in file["outputs"]:
            for path, sha256 in piece["sha256"].items():
                if not exists(f"{results.output}/{path}"):
                    raise CannotUndo(f"{results.output}/{path} is missing")
                if checksum(f"{results.output}/{path}") != sha256:
                    raise CannotUndo(
                        f"{results.output}/{path} was edited after the job wrote it: its checksum is not the one in "
                        "summary.json, and the recorded changes no longer fit"
                    )


def rebuild_file(results: Folders, file: dict[str, Any], settings: Settings, output: str) -> None:
    """Rebuild one input file from the pieces it was written in.

    Args:
        results: The folders of the job.
        file: Its entry in the summary.
        settings: How its records are read.
        output: The folder to write to.
    """
    sources = [_source(results, file, piece["name"], settings) for piece in file["outputs"]]
    first_rejected = _entries(results.rejected(file["outputs"][0]["name"])).get(1)
    if first_rejected and first_rejected[0].get("whole_file"):
        with Folders(output).create(f"{output}/{file['name']}") as out:
            out.write(_raw(results, file["outputs"][0]["name"], first_rejected[0]))
        return
    with Folders(output).create(f"{output}/{file['name']}", file["compression"]) as out:
        writer = open_writer(Target(out, sources[0]), "same")
        first = 0
        for source, piece in zip(sources, file["outputs"], strict=True):
            _rebuild_piece(results, source, piece, first, writer, out)
            first += piece["records"]
        writer.close()


def _source(results: Folders, file: dict[str, Any], name: str, settings: Settings) -> Source:
    # What was cleaned is within every limit; what a record grew by must not make it too large now.
    path = results.documents(name)
    settings = settings._replace(max_record_bytes=1 << 62)
    return Source(InputFile(path, name, 0, file["format"], file["compression"]), 0, None, settings)


def _rebuild_piece(
    results: Folders, source: Source, piece: dict[str, Any], first: int, writer: Writer, out: OutputFile
) -> None:
    rows = read_rows(source) if exists(source.file.path) else iter(())
    changes = _entries(results.changes(piece["name"]))
    rejected = _entries(results.rejected(piece["name"]))
    for record in range(first + 1, first + piece["records"] + 1):
        refused = rejected.get(record)
        if refused:
            writer.restore(_raw(results, piece["name"], refused[0]))
            continue
        row = next(rows, None)
        if row is None and source.file.format == "lines":
            row = TextRow(b"", source)  # a last line that became empty, and had no line feed
        if row is None or isinstance(row, Unreadable):
            raise CannotUndo(f"{source.file.path} has fewer records than summary.json says")
        _restore(row, changes.get(record) or [], writer, out)


def _restore(row: Row, entries: list[dict[str, Any]], writer: Writer, out: OutputFile) -> None:
    """Write one record as it was before the job."""
    if not entries:
        writer.write(row, None)
        return
    if "raw" in entries[0]:
        writer.restore(base64.b64decode(entries[0]["raw"]))
        return
    text = row.read().text
    changes = [Change(*(entry[name] for name in Change._fields)) for entry in entries]
    text = revert_changes(text.decode("utf-8") if isinstance(text, bytes) else text, changes)
    if changes[0].rule.startswith("decoded_") and isinstance(row, TextRow):
        out.write(reencode(text, changes[0].detail) + row.ending)
        return
    writer.write(row, text)


def _raw(results: Folders, name: str, entry: dict[str, Any]) -> bytes:
    if "raw" in entry:
        return base64.b64decode(entry["raw"])
    return b"".join(read_chunks(results.rejected_raw(name, entry["record"])))


def _entries(path: str) -> ByRecord[list[dict[str, Any]]]:
    """The entries of an audit file, by record."""
    lines = read_json_lines(path) if exists(path) else iter(())
    return ByRecord((record, list(entries)) for record, entries in groupby(lines, key=itemgetter("record")))
