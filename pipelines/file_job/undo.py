"""Undo a job: rebuild its input from the results, of which nothing is believed before it is checked."""

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineRunner

from beam_textclean.pipelines.file_job.exchange import move
from beam_textclean.pipelines.file_job.job import Folders, Results
from beam_textclean.pipelines.file_job.listed_files import FILES, FOLDERS, checksums_of, listed, read_summary
from beam_textclean.pipelines.file_job.output_folder import OutputExists, holds_files
from beam_textclean.pipelines.file_job.paths import files_below, lies_in
from beam_textclean.pipelines.file_job.rebuild import CannotUndo, Undone, rebuild_file
from beam_textclean.pipelines.file_job.schema import Summary
from beam_textclean.pipelines.file_job.staging import exists
from beam_textclean.pipelines.formats.byte_streams import checksum, delete
from beam_textclean.pipelines.formats.rows import Settings
from beam_textclean.transforms.errors import TextCleanError


def undo(folder: str, output: str, options: PipelineOptions, runner: str | PipelineRunner | None = None) -> Undone:
    """Rebuild every input file of a job.

    The files appear in the folder to write to when all of them are whole.

    Args:
        folder: The output folder of the job.
        output: The folder to write the input files to.
        options: Beam's options.
        runner: A Beam runner, or its name; None means the one in the options.

    Returns:
        How much was rebuilt.

    Raises:
        CannotUndo: There is no finished job, its documents were written in another format, or its files are not those
            that it wrote.
        NotResults: The summary is not one that a job writes.
        OutputExists: The folder to write to is not empty, or one of the two is in the other.
        RuntimeError: The job failed, or found that the files do not fit together. Nothing is left of it.
    """
    summary = checked_summary(folder, output)
    is_new = not exists(output)
    folders = Folders(output)
    try:
        with beam.Pipeline(runner=runner, options=options) as pipeline:
            _ = (
                pipeline
                | "ListFiles" >> beam.Create(range(len(summary["files"])), reshuffle=True)
                | "RebuildFiles" >> beam.ParDo(_Rebuild(folder, output))
            )
        place_files(folders, summary)
    except BaseException as error:
        if exists(output):
            delete(output if is_new else folders.staging)
        if isinstance(error, TextCleanError):  # as by runners whose workers are other processes
            raise RuntimeError(str(error)) from error
        raise
    if exists(folders.staging):
        delete(folders.staging)
    pieces = [piece for file in summary["files"] for piece in file["outputs"]]
    return Undone(
        len(summary["files"]),
        sum(piece["records"] for piece in pieces),
        summary["counts"]["documents_rejected"],
    )


def checked_summary(folder: str, output: str) -> Summary:
    """Check all that can be checked before a file is written, and return the summary of the job.

    Raises:
        CannotUndo: As `undo`.
        NotResults: As `undo`.
        OutputExists: As `undo`.
    """
    results = Results(folder)
    if not exists(results.summary):
        raise CannotUndo(f"{folder} holds no finished job: there is no {results.summary}")
    summary = read_summary(results)
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
    check_files(results, summary)
    return summary


def place_files(folders: Folders, summary: Summary) -> None:
    """Move rebuilt files to the folder that is to have them."""
    for file in summary["files"]:
        move(folders.unfinished.documents(file["name"]), f"{folders.output}/{file['name']}")


class _Rebuild(beam.DoFn):
    def __init__(self, folder: str, output: str) -> None:
        self._folder = folder
        self._output = output

    def setup(self) -> None:
        self._results = Results(self._folder)
        self._summary = read_summary(self._results)

    def process(self, number: int) -> None:
        file = self._summary["files"][number]
        rebuild_file(self._results, file, settings_of(self._summary), Folders(self._output))


def settings_of(summary: Summary) -> Settings:
    """Return how the records of a job were read."""
    return Settings(*(summary["configuration"][name] for name in Settings._fields))


def check_files(results: Results, summary: Summary) -> None:
    """Check that the files of results are those that the job wrote; others beside them are passed over.

    Raises:
        CannotUndo: One is missing, was edited, is a link, or is not listed in the summary.
    """
    own = listed(summary)
    found = set()
    for path, is_link in files_below(results.folder):
        if path.split("/")[0] not in (*FOLDERS, *FILES):
            continue
        if is_link:
            raise CannotUndo(f"{results.folder}/{path} is a link; results are files and folders")
        if path not in own:
            raise CannotUndo(f"{results.folder}/{path} is not one of the results that summary.json lists; move it away")
        found.add(path)
    for path, sha256 in checksums_of(summary).items():
        if path not in found:
            raise CannotUndo(f"{results.folder}/{path} is missing")
        if checksum(f"{results.folder}/{path}") != sha256:
            raise CannotUndo(
                f"{results.folder}/{path} was edited after the job wrote it: its checksum is not the one in "
                "summary.json, and the recorded changes no longer fit"
            )
