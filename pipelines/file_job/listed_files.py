"""What a results folder says that it holds: its summary, checked before anything is believed or touched."""

import json
import os.path
import re
from collections.abc import Iterable, Iterator
from typing import get_type_hints

from apache_beam.io.filesystem import BeamIOError

from beam_textclean.pipelines.file_job.job import Results
from beam_textclean.pipelines.file_job.schema import OutputEntry, Summary
from beam_textclean.pipelines.file_job.schema_check import fault_of
from beam_textclean.pipelines.formats.byte_streams import read_chunks
from beam_textclean.pipelines.formats.compression import COMPRESSIONS
from beam_textclean.pipelines.formats.registry import FORMATS
from beam_textclean.pipelines.formats.rows import Settings
from beam_textclean.transforms.errors import TextCleanError

FOLDERS = ("documents", "changes", "rejected")
"""The folders of results; every file in them is one of results."""

FILES = ("copies.jsonl", "learned.csv", "report.html", "summary.json")
"""The files of results beside these folders; the summary is the last to appear and the first to be removed."""

_CONFIGURED = {"format": str, **get_type_hints(Settings)}
_RAW = re.compile(rf"\.([0-9]{{1,18}})\.raw(?:\.({'|'.join(COMPRESSIONS)}))?$")
_SHA256 = re.compile("[0-9a-f]{64}")


class NotResults(TextCleanError):
    """A folder does not hold what a job leaves."""


def read_summary(results: Results) -> Summary:
    """Read the summary of a finished job.

    Raises:
        NotResults: It is not one that this program writes, or names files that are not below the folder.
    """
    if os.path.islink(results.summary):
        raise NotResults(f"{results.summary} is a link; results are files and folders")
    try:
        summary: Summary = json.loads(b"".join(read_chunks(results.summary)))
    except (OSError, BeamIOError, ValueError, RecursionError) as error:
        raise NotResults(f"{results.summary} cannot be read: {error}") from error
    fault = fault_of_summary(summary)
    if fault:
        raise NotResults(f"{results.summary} is not the summary of a job: {fault}")
    return summary


def fault_of_summary(summary: Summary) -> str:
    """Return what of a summary no job can have written, or nothing."""
    return fault_of(summary, Summary) or next(_faults(summary), "")


def checksums_of(summary: Summary) -> dict[str, str]:
    """Return the checksum of each file of results that a summary lists, by its path below the folder."""
    return {path: sha256 for output in _outputs(summary) for path, sha256 in output["sha256"].items()}


def listed(summary: Summary) -> set[str]:
    """Return the paths of all files that a job wrote, its summary included."""
    copies, learned, report, own = FILES
    asked_for = {copies: summary["configuration"].get("lists_copies"), learned: "learned" in summary}
    return {*checksums_of(summary), report, own} | {name for name, is_there in asked_for.items() if is_there}


def is_below(name: str) -> bool:
    """Return whether a name is one of a file below a folder, and of no other.

    >>> [name for name in ("a/b.txt", "a..b", "/a", "../a", "a/../b", "a//b", "./a", "", "a/") if is_below(name)]
    ['a/b.txt', 'a..b']
    """
    parts = name.split(os.sep) if os.sep != "/" else []
    is_plain = all(part not in ("", ".", "..") for part in (*name.split("/"), *parts))
    return is_plain and "\0" not in name and not os.path.isabs(name) and not os.path.splitdrive(name)[0]


def _outputs(summary: Summary) -> Iterator[OutputEntry]:
    return (output for file in summary["files"] for output in file["outputs"])


def _faults(summary: Summary) -> Iterator[str]:
    """Yield what is wrong with the files of a summary."""
    for name, hint in _CONFIGURED.items():
        if fault := fault_of(summary["configuration"].get(name), hint, f"configuration.{name}"):
            yield fault
    for file in summary["files"]:
        name = file["name"]
        if not is_below(name) or name.startswith(".staging/"):
            yield f"the name {name!r} leads out of the folder"
        if file["format"] not in FORMATS or file["compression"] not in ("", *COMPRESSIONS):
            yield f"{name!r} has the unknown format {file['format']!r} {file['compression']!r}"
        if not file["outputs"]:
            yield f"{name!r} has no outputs"
        for output in file["outputs"]:
            yield from _faults_of_output(output)
    yield from _faults_of_names("the input file", (file["name"] for file in summary["files"]))
    yield from _faults_of_names("the output", (output["name"] for output in _outputs(summary)))
    counts = summary["counts"]
    records = counts.get("documents", 0) + counts.get("documents_rejected", 0)
    if sum(output["records"] for output in _outputs(summary)) != records:
        yield f"its files do not have the {records} records of its counts"


def _faults_of_output(output: OutputEntry) -> Iterator[str]:
    name = output["name"]
    if not is_below(name):
        yield f"the name {name!r} leads out of the folder"
    if output["records"] < 0:
        yield f"{name!r} has {output['records']} records"
    if not output["sha256"]:
        yield f"{name!r} has no checksum"
    own = Results("")
    expected = {own.relative(path) for path in (own.documents(name), own.changes(name), own.rejected(name))}
    for path, sha256 in output["sha256"].items():
        number = _RAW.search(path)
        if path not in expected and not (
            number and path == own.relative(own.rejected_raw(name, int(number[1]), number[2] or ""))
        ):
            yield f"{path!r} is not a file of {name!r}"
        if not _SHA256.fullmatch(sha256):
            yield f"{path!r} has no checksum"


def _faults_of_names(noun: str, names: Iterable[str]) -> Iterator[str]:
    """Yield names that are there twice, or are the folder of another."""
    seen: set[str] = set()
    folders: set[str] = set()
    for name in names:
        parts = name.split("/")
        above = {"/".join(parts[:end]) for end in range(1, len(parts))}
        if name in seen or name in folders or above & seen:
            yield f"{noun} {name!r} is listed twice, or is a folder of another one"
        seen.add(name)
        folders |= above
