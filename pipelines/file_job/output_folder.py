"""Begin a job in its output folder: new, beside old results, or where an interrupted one stopped."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from apache_beam.io.filesystem import BeamIOError

from beam_textclean.pipelines.file_job.exchange import is_under_way, job_record, put_in_place
from beam_textclean.pipelines.file_job.job import Folders, Job
from beam_textclean.pipelines.file_job.listed_files import FILES, FOLDERS, NotResults, listed, read_summary
from beam_textclean.pipelines.file_job.lock import locked
from beam_textclean.pipelines.file_job.paths import files_below, lies_in, real_path
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.staging import DamagedStaging, exists, read_json, write_json
from beam_textclean.pipelines.file_job.summary import describe, versions
from beam_textclean.pipelines.formats.byte_streams import delete
from beam_textclean.pipelines.formats.rows import InputFile, Settings
from beam_textclean.transforms.errors import InvalidOption, TextCleanError

_STAGED = re.compile(
    r"(job|plan|layout|exchange|made_room|stopped)\.json|lock"
    r"|(cleaned|outcomes|fingerprints|copies|digests|repeated|listed|losses|written)/\d{7}|unfinished/file\.[0-9a-f]{32}"
    rf"|(results|replaced)/({'|'.join(map(re.escape, FILES))}|({'|'.join(FOLDERS)})/.+)",
    re.DOTALL,  # a name may hold a line break
)
"""The files of the staging folder."""


class OutputExists(TextCleanError):
    """The output folder holds something that would be mixed up with new results."""


class _State(NamedTuple):
    """What is in an output folder.

    Attributes:
        has_results: Whether there are those of a finished job.
        staged: What says which job was interrupted, if any.
    """

    has_results: bool
    staged: dict[str, Any] | None


def check_apart(files: Iterable[InputFile], folders: Sequence[str], output: str) -> None:
    """Check that neither the input is in the output folder, nor this in a folder that is read.

    Args:
        files: The input files.
        folders: The folders among the input.
        output: The output folder.

    Raises:
        InvalidOption: One is in the other, whatever they are called.
    """
    apart: set[str] = set()
    for file in files:
        folder = real_path(file.path).rpartition("/")[0]
        if folder not in apart and lies_in(folder, output):
            raise InvalidOption(f"the input {file.path} lies in the output folder {output}; choose another --output")
        apart.add(folder)
    for folder in folders:
        if lies_in(output, folder):
            raise InvalidOption(
                f"the output {output} lies in the input folder {folder}, with whose files it would be read; choose "
                "another --output"
            )


def check_tables_apart(paths: Iterable[str], output: str) -> None:
    """Check that no table of typos is in the output folder, where new results would take its place.

    Raises:
        InvalidOption: One is, such as proposals that were reviewed where an earlier job wrote them.
    """
    for path in paths:
        if lies_in(real_path(path).rpartition("/")[0], output):
            raise InvalidOption(f"{path} lies in the output folder {output}; copy it to another folder first")


@contextmanager
def begun(job: Job, plan: Plan, overwrite: bool) -> Iterator[bool]:
    """Prepare the output folder for a job, and keep it from others until the block ends.

    Nothing that is in the folder is touched before it is known to be of this program.

    Args:
        job: What is to be done.
        plan: The blocks.
        overwrite: Whether the results of an earlier job may be replaced.

    Yields:
        Whether an interrupted job is continued.

    Raises:
        OutputExists: There are results, an interrupted job of another kind, or foreign files.
        FolderInUse: Another job works there.
    """
    folders = job.folders
    what = {"job": describe(job), "index": job.earlier, "versions": versions(), "plan": plan.to_json()}
    identity = json.loads(json.dumps(what))
    state = _look(folders)
    is_same = state.staged is not None and state.staged.get("identity") == identity
    may_replace = overwrite or (is_same and state.staged is not None and state.staged.get("overwrite") is True)
    _check_may_begin(folders, state, is_same, may_replace)
    lock = f"{folders.staging}/lock"
    if is_under_way(folders) and not is_same:  # its results are whole
        with locked(lock):
            put_in_place(folders)
    with ExitStack() as held:
        try:
            held.enter_context(locked(lock))
            if not is_same:
                _clear(folders)
            with folders.create(f"{folders.staging}/plan.json") as file:
                file.write(plan.to_json().encode("ascii"))
            write_json(folders, job_record(folders), {"identity": identity, "overwrite": may_replace})
        except (OSError, BeamIOError) as error:
            raise InvalidOption(f"cannot write to {folders.output}: {error}") from error
        yield is_same


def finish(folders: Folders) -> None:
    """Put the results of a job in their place.

    Raises:
        OutputExists: There are results that the job may not replace, or files that are foreign.
    """
    state = _look(folders)
    if state.has_results and not is_under_way(folders) and not (state.staged or {}).get("overwrite"):
        raise OutputExists(f"{folders.output} has received results of another job; --overwrite replaces them")
    put_in_place(folders)


def limit_plan(plan: Plan, settings: Settings, limit: int) -> Plan:
    """Keep only the first documents of the input.

    Args:
        plan: The whole input.
        settings: How records are read.
        limit: How many records to keep.

    Returns:
        The plan for these; the files up to the last of them are read once for it.
    """
    blocks = []
    for block in plan.blocks:
        pieces = []
        for piece in block:
            if limit <= 0:
                break
            if plan.files[piece.file].is_reference:
                pieces.append(piece)
                continue
            taken = sum(1 for _ in plan.rows(piece._replace(limit=limit), settings))
            pieces.append(piece._replace(limit=taken))
            limit -= taken
        if pieces:
            blocks.append(tuple(pieces))
    return plan._replace(blocks=tuple(blocks))


def holds_files(folder: str) -> bool:
    """Return whether there are files in or below a folder."""
    return next(files_below(folder), None) is not None


def _look(folders: Folders) -> _State:
    """Find out what is in an output folder.

    Raises:
        OutputExists: There is a file that no job wrote.
    """
    try:
        staged: Any = read_json(job_record(folders)) if exists(job_record(folders)) else None
    except DamagedStaging:
        staged = None
    own: set[str] = set()
    exchanged = (folders.replaced, folders.unfinished) if is_under_way(folders) else ()
    for results in folders.finished, *exchanged:
        if exists(results.summary):
            try:
                own |= listed(read_summary(results))
            except NotResults as error:
                raise OutputExists(f"{error}; {folders.output} is not touched, choose another --output") from error
    for path, is_link in files_below(folders.output):
        inner = path.removeprefix(".staging/")
        if is_link or not (path in own if inner == path else _STAGED.fullmatch(inner)):
            raise OutputExists(
                f"{folders.output} is not empty, and beam-textclean did not write {path} there; nothing is touched, "
                "choose another --output"
            )
    return _State(exists(folders.finished.summary), staged if isinstance(staged, dict) else None)


def _check_may_begin(folders: Folders, state: _State, is_same: bool, may_replace: bool) -> None:
    if may_replace:
        return
    if state.has_results:
        raise OutputExists(
            f"{folders.output} holds results already; --overwrite replaces them, or choose another --output"
        )
    if state.staged is not None and not is_same:
        raise OutputExists(
            f"{folders.output} holds an interrupted job with other input, options or versions; run that command again "
            "to finish it, or give --overwrite to start anew"
        )


def _clear(folders: Folders) -> None:
    """Delete what an earlier job staged, except the lock."""
    if exists(job := job_record(folders)):
        delete(job)
    names = {path.split("/")[0] for path, _ in files_below(folders.staging)} - {"lock"}
    for name in sorted(names):
        delete(f"{folders.staging}/{name}")
