"""The report of a job: made with its results, or later from them."""

import os
import platform
import shlex
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timezone

from apache_beam.io.filesystem import BeamIOError

from beam_textclean.pipelines.command.progress import Progress
from beam_textclean.pipelines.file_job.job import Folders, Results
from beam_textclean.pipelines.file_job.output_folder import holds_files
from beam_textclean.pipelines.file_job.staging import exists
from beam_textclean.pipelines.formats.byte_streams import OutputFile, delete, read_chunks
from beam_textclean.pipelines.report.run import Run
from beam_textclean.transforms.errors import InvalidOption, TextCleanError


class Reporter:
    """Makes the report of a job as its last act.

    Args:
        arguments: The arguments of the command.
        engine: What runs the job.
        progress: What watches its stages.
        was_continued: Whether an interrupted run is continued.
    """

    def __init__(self, arguments: Sequence[str], engine: str, progress: Progress, was_continued: bool) -> None:
        self._command = shlex.join(["beam-textclean", *arguments])
        self._engine = engine
        self._progress = progress
        self._was_continued = was_continued
        self._wall = time.time()

    def __call__(self, results: Results) -> str | None:
        """Return the page, or None, saying why, where it cannot be made: results are never held back for it."""
        from beam_textclean.pipelines.report.page import make_report

        try:
            return make_report(results, self._run())
        except Exception as error:
            print(f"beam-textclean: the results are whole, but their report cannot be made: {error!r}", file=sys.stderr)
            return None

    def _run(self) -> Run:
        times = os.times()
        return Run(
            self._command,
            self._engine,
            platform.python_version(),
            datetime.fromtimestamp(self._wall, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC"),
            time.time() - self._wall,
            times.user + times.system + times.children_user + times.children_system,
            self._progress.seconds(),
            self._was_continued,
        )


def report_on(folder: str, output: str | None) -> str:
    """Write the report of a job that has ended, and return its path.

    What an earlier report says of the run is taken over, as the results do not have it.

    Args:
        folder: The output folder of the job.
        output: The file to write; None means ``report.html`` in that folder.

    Raises:
        NotResults: The folder does not hold what a job leaves.
        InvalidOption: The results do not fit together, or the report cannot be written.
    """
    from beam_textclean.pipelines.report.page import make_report, run_of

    folders = Folders(folder)
    path = folders.finished.report if output is None else output
    if os.path.isdir(path):
        raise InvalidOption(f"cannot write {path}: it is a folder; --output names another file")
    earlier = None
    if exists(folders.finished.report):
        with suppress(UnicodeDecodeError, OSError, BeamIOError):
            earlier = run_of(b"".join(read_chunks(folders.finished.report)).decode("utf-8"))
    try:
        page = make_report(folders.finished, earlier).encode("utf-8")
    except TextCleanError:
        raise
    except Exception as error:
        raise InvalidOption(f"{folder} is not whole, its results do not fit together: {error}") from error
    try:
        if output is not None:
            with open(output, "wb") as plain:
                plain.write(page)
            return path
        with OutputFile(path, f"{folders.staging}/unfinished/file") as file:
            file.write(page)
        if not holds_files(folders.staging):
            delete(folders.staging)
    except (OSError, BeamIOError) as error:
        raise InvalidOption(f"cannot write {path}: {error}; --output names another file") from error
    return path
