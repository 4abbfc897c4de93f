"""Begin a job in its output folder: new, over old results, or where an interrupted one stopped."""

import json

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from beam_textclean.pipelines.file_job.inputs import absolute
from beam_textclean.pipelines.file_job.job import Folders, Job
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.staging import exists, read_json, write_json
from beam_textclean.pipelines.file_job.summary import describe, versions
from beam_textclean.pipelines.formats.byte_streams import as_pattern, delete
from beam_textclean.pipelines.formats.rows import Settings
from beam_textclean.transforms.errors import InvalidOption, TextCleanError

_OWN = ("documents", "changes", "rejected", "copies.jsonl", "summary.json", ".staging")


class OutputExists(TextCleanError):
    """The output folder holds something that would be mixed up with new results."""


def check_apart(plan: Plan, output: str) -> None:
    """Check that the input is outside the output folder, which a job clears and fills.

    Raises:
        InvalidOption: An input file is in the output folder.
    """
    for file in plan.files:
        if lies_in(file.path, output):
            raise InvalidOption(f"the input {file.path} lies in the output folder {output}; choose another --output")


def begin(job: Job, plan: Plan, overwrite: bool) -> bool:
    """Prepare the output folder and write the plan there.

    Args:
        job: What is to be done.
        plan: The blocks.
        overwrite: Whether to delete the results of an earlier job.

    Returns:
        Whether an interrupted job is continued.

    Raises:
        OutputExists: There are results, an interrupted job of another kind, or foreign files.
    """
    folders = job.folders
    identity = json.loads(json.dumps({"job": describe(job), "versions": versions(), "plan": plan.to_json()}))
    record = f"{folders.staging}/job.json"
    if overwrite:
        clear(folders)
    elif exists(folders.summary):
        raise OutputExists(
            f"{folders.output} holds results already; --overwrite replaces them, or choose another --output"
        )
    elif exists(record):
        if read_json(record) == identity:
            return True
        raise OutputExists(
            f"{folders.output} holds an interrupted job with other input, options or versions; run that command again "
            "to finish it, or give --overwrite to start anew"
        )
    if exists(f"{folders.staging}/plan.json") or exists(f"{folders.staging}/unfinished"):
        delete(folders.staging)  # of a job that was stopped before it began
    if holds_files(folders.output):
        raise OutputExists(
            f"{folders.output} is not empty and not an output of beam-textclean; choose another --output"
        )
    try:
        with folders.create(f"{folders.staging}/plan.json") as file:
            file.write(plan.to_json().encode("ascii"))
        write_json(folders, record, identity)
    except (OSError, BeamIOError) as error:
        raise InvalidOption(f"cannot write to {folders.output}: {error}") from error
    return False


def clear(folders: Folders) -> None:
    """Delete what a job wrote, and nothing else."""
    for name in _OWN:
        if exists(path := f"{folders.output}/{name}"):
            delete(path)


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
    return exists(folder) and bool(FileSystems.match([f"{as_pattern(folder)}/**"], limits=[1])[0].metadata_list)


def lies_in(path: str, folder: str) -> bool:
    """Return whether a path is below a folder."""
    return absolute(path).startswith(absolute(folder) + "/")
