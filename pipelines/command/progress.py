"""Show how far a file job is: a live bar on a terminal, a plain line now and then elsewhere.

What the stages have left in the staging folder is counted, which holds for any runner and any number of workers.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Protocol, TextIO

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.job import Job
from beam_textclean.pipelines.file_job.plan import Piece, Plan
from beam_textclean.pipelines.file_job.staging import DamagedStaging, read_cleaned, read_written
from beam_textclean.pipelines.formats.byte_streams import as_pattern
from beam_textclean.pipelines.passes import STEPS

if TYPE_CHECKING:
    from rich.progress import TaskID

_PLAIN_SECONDS = 30.0
_SECONDS = 0.5
_SHARE = 20  # counting takes at most one part in so many of the time


class Stage(NamedTuple):
    """A stage of a job: the folder of what it leaves, what it does, and how many bytes of input each number stands for.

    The numbers are those of blocks; partitions, which have no bytes of the input, each stand for an equal part of it.
    """

    folder: str
    verb: str
    sizes: Sequence[float]


class State(NamedTuple):
    """How far a job is.

    Attributes:
        stage: What is done now.
        done: How many bytes of input are done in this stage.
        total: How many there are.
        documents: How many records are cleaned.
        changes: How many changes each step made in what is written.
    """

    stage: Stage
    done: float
    total: float
    documents: int
    changes: dict[str, int]

    def note(self) -> str:
        """Return the documents and changes so far in words."""
        parts = [f"{self.documents:,} documents"] if self.documents else []
        parts += [f"{step}: {self.changes[step]:,} changes" for step in STEPS if self.changes.get(step)]
        return ", ".join(parts)


class Watch:
    """Counts what the stages of a job have left in the staging folder.

    Attributes:
        ends: When each stage was first seen to have ended, by `time.monotonic`.
    """

    def __init__(self, job: Job, plan: Plan) -> None:
        sizes = [sum(_size(plan, piece) for piece in block) for block in plan.blocks]
        total = sum(sizes)
        partitions = plan.partitions if job.across_corpus() else 0
        self._stages = [
            Stage("cleaned", "cleaning", sizes),
            Stage("repeated", "comparing", [total / partitions] * partitions if partitions else []),
            Stage("written", "writing", sizes),
        ]
        self._folders = job.folders
        self._seen: dict[str, set[int]] = {stage.folder: set() for stage in self._stages}
        self._documents = 0
        self._changes: Counter[str] = Counter()
        self.ends: dict[str, float] = {}

    def look(self) -> State:
        """Count what is new, and return how far the job is."""
        for stage in self._stages:
            seen = self._seen[stage.folder]
            for number in sorted(self._numbers(stage) - seen):
                if self._count(stage, number):
                    seen.add(number)
            if len(seen) == len(stage.sizes):
                self.ends.setdefault(stage.verb, time.monotonic())
        now = next((stage for stage in self._stages if stage.verb not in self.ends), self._stages[-1])
        done = sum(now.sizes[number] for number in self._seen[now.folder])
        return State(now, done, sum(now.sizes), self._documents, dict(self._changes))

    def seconds(self, began: float) -> dict[str, float]:
        """Return how long each stage took, once the job has ended; what was not seen to end has ended now."""
        seconds = {}
        for stage in self._stages:
            if stage.sizes:
                end = self.ends.get(stage.verb, time.monotonic())
                seconds[stage.verb] = end - began
                began = end
        return seconds

    def _numbers(self, stage: Stage) -> set[int]:
        try:
            [found] = FileSystems.match([f"{as_pattern(self._folders.staging)}/{stage.folder}/*"])
        except BeamIOError:
            return set()  # the folder is made with its first file, and deleted when the job has ended
        names = {file.path.rpartition("/")[2] for file in found.metadata_list}
        return {int(name) for name in names if name.isdecimal() and int(name) < len(stage.sizes)}

    def _count(self, stage: Stage, number: int) -> bool:
        """Count a block or partition that a stage has left; return whether it could be read."""
        try:
            if stage.verb == "cleaning":
                self._documents += sum(read_cleaned(self._folders, number).records)
            elif stage.verb == "writing":
                for name, count in read_written(self._folders, number).counts.items():
                    step = next((step for step in STEPS if name.startswith(f"{step}_")), None)
                    if step is not None:
                        self._changes[step] += count
        except (OSError, BeamIOError, DamagedStaging):
            return False  # it is being deleted, as the job has ended
        return True


class _Display(Protocol):
    """What shows the state of a job."""

    def show(self, state: State) -> None:
        """Show a state, or nothing."""

    def close(self) -> None:
        """Leave the stream as it was found."""


class PlainLines:
    """Shows a line now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = self._last = time.monotonic()

    def show(self, state: State) -> None:
        """Show a state if the last was shown long ago."""
        now = time.monotonic()
        if now - self._last < _PLAIN_SECONDS:
            return
        self._last = now
        note = state.note()
        self._stream.write(
            f"{state.stage.verb}: {state.done / 1e6:.1f} of {state.total / 1e6:.1f} MB, {now - self._began:.0f} s"
            + (f", {note}\n" if note else "\n")
        )
        self._stream.flush()

    def close(self) -> None:
        """Leave the lines."""


class LiveBar:
    """Shows one bar for the stage that is running; it disappears with the job."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
        from rich.progress import Progress as Bars

        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(file=stream),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._bars.start()

    def show(self, state: State) -> None:
        """Show a state."""
        if state.stage.verb not in self._tasks:
            for task in self._tasks.values():
                self._bars.remove_task(task)
            self._tasks = {state.stage.verb: self._bars.add_task(state.stage.verb, total=state.total, note="")}
        self._bars.update(self._tasks[state.stage.verb], completed=state.done, note=state.note())

    def close(self) -> None:
        """Remove the bar."""
        self._bars.stop()


class Silence:
    """Shows nothing."""

    def show(self, state: State) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Do nothing."""


class Progress:
    """Watches a job while it is entered.

    Args:
        job: The job.
        plan: Its plan.
        is_quiet: Whether nothing is shown.
        stream: Where to show it.
    """

    def __init__(self, job: Job, plan: Plan, is_quiet: bool = False, stream: TextIO = sys.stderr) -> None:
        self._watch = Watch(job, plan)
        self._display: _Display = Silence() if is_quiet else LiveBar(stream) if stream.isatty() else PlainLines(stream)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Progress":
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._display.close()

    def seconds(self) -> dict[str, float]:
        """Return how long each stage took so far."""
        return self._watch.seconds(self._began)

    def _run(self) -> None:
        pause = _SECONDS
        while not self._stop.wait(pause):
            began = time.monotonic()
            self._display.show(self._watch.look())
            pause = max(_SECONDS, _SHARE * (time.monotonic() - began))


def _size(plan: Plan, piece: Piece) -> int:
    return (plan.files[piece.file].size if piece.end is None else piece.end) - piece.start
