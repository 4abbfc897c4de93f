"""How a job was run: what its results do not depend on, and its report says apart from them."""

from typing import NamedTuple


class Run(NamedTuple):
    """One run of a job.

    Attributes:
        command: The command that repeats it.
        engine: What ran it.
        python: The version of Python.
        began: When, as ISO 8601 in UTC.
        seconds: How long it took.
        cpu_seconds: How much processor time the command and its worker processes took, where they ran on this machine.
        stages: How long each stage took, in seconds, by what the stage does.
        was_continued: Whether it continued an interrupted run, of which no time is known.
    """

    command: str
    engine: str
    python: str
    began: str
    seconds: float
    cpu_seconds: float
    stages: dict[str, float]
    was_continued: bool
