"""Show how far a file job is: one live line on a terminal, a plain line now and then elsewhere."""

import sys
import threading
import time
from types import TracebackType
from typing import TextIO

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.job import Job
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.formats.byte_streams import as_pattern

_STAGES = (("cleaned", "cleaning"), ("repeated", "comparing"), ("written", "writing"))
_PLAIN_SECONDS = 30.0
_LIVE_SECONDS = 0.5


class Progress:
    """Counts, while it is entered, what the stages have left in the staging folder; this holds for any runner."""

    def __init__(self, job: Job, plan: Plan, stream: TextIO = sys.stderr) -> None:
        blocks = len(plan.blocks)
        self._totals = {"cleaned": blocks, "repeated": plan.partitions if job.across_corpus() else 0, "written": blocks}
        self._folder = job.folders.staging
        self._megabytes = sum(file.size for file in plan.files) / 1e6
        self._stream = stream
        self._live = stream.isatty()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Progress":
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _watch(self) -> None:
        while not self._stop.wait(_LIVE_SECONDS if self._live else _PLAIN_SECONDS):
            line = self._line()
            self._stream.write(f"\r\x1b[K{line}" if self._live else f"{line}\n")
            self._stream.flush()

    def _line(self) -> str:
        done = {stage: self._count(stage) for stage, _ in _STAGES}
        now = next((row for row in _STAGES if done[row[0]] < self._totals[row[0]]), _STAGES[-1])
        stage, verb = now
        total = self._totals[stage]
        unit = "partitions" if stage == "repeated" else "blocks"
        seconds = time.monotonic() - self._began
        return f"{verb}: {done[stage]} of {total} {unit} ({self._megabytes:.1f} MB of input), {seconds:.0f} s"

    def _count(self, stage: str) -> int:
        try:
            [found] = FileSystems.match([f"{as_pattern(self._folder)}/{stage}/*"])
        except BeamIOError:
            return 0  # the folder is made with its first file, and deleted when the job has ended
        return len(found.metadata_list)
