"""What a job did, in numbers: the same for the same input, whoever ran it."""

import hashlib
from collections import Counter
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from beam_textclean.pipelines.configuration import config_as_mapping
from beam_textclean.pipelines.file_job.job import Job
from beam_textclean.pipelines.file_job.outcomes import WrittenBlock
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.proposals import count_proposals
from beam_textclean.pipelines.file_job.schema import OfOptions, OutputEntry, Summary

_PACKAGES = ("beam-textclean", "apache-beam", "ftfy", "chardet", "regex")


def summarize(job: Job, plan: Plan, blocks: list[WrittenBlock]) -> Summary:
    """Add up the results of all blocks.

    Args:
        job: What was done.
        plan: The blocks.
        blocks: What was written for each, in order.

    Returns:
        The content of ``summary.json``. It holds no time and no number of workers.
    """
    counts: Counter[str] = Counter(
        {"documents": 0, "documents_changed": 0, "documents_emptied": 0, "documents_rejected": 0}
    )
    outputs: list[list[OutputEntry]] = [[] for _ in plan.files]
    for block in blocks:
        counts.update(block.counts)
        for piece in block.pieces:
            outputs[piece.file].append(piece.output)
    with_options: OfOptions = {}
    if job.learns():
        found = count_proposals(job.folders.unfinished.learned)
        with_options["learned"] = {"proposals": found.proposals, "accepted": found.accepted}
    if job.earlier is not None:
        with_options["index"] = [part.name for part in job.earlier.known.parts]
    repeated = [paragraph for block in blocks for paragraph in block.repeated]
    return {
        "counts": dict(sorted(counts.items())),
        "versions": versions(),
        "configuration": describe(job),
        **with_options,
        "first_rejected": next((block.first_rejected for block in blocks if block.first_rejected), None),
        "unopened_files": list({each["file"]: each for block in blocks for each in block.unopened_files}.values()),
        "against": [file.name for file in plan.files if file.is_reference],
        "rejected_references": [rejected for block in blocks for rejected in block.rejected_references],
        "most_repeated": sorted(repeated, key=lambda paragraph: -paragraph["documents"]),
        "files": [
            {"name": file.name, "format": file.format, "compression": file.compression, "outputs": pieces}
            for file, pieces in zip(plan.files, outputs, strict=True)
            if pieces
        ],
    }


def versions() -> dict[str, str]:
    """Return what else decides a job's output: the versions of what makes it, and a digest of the typo tables."""
    return {package: version(package) for package in _PACKAGES} | {"typo tables": _table_digest()}


def describe(job: Job) -> dict[str, Any]:
    """Return everything that decides a job's output, apart from its input."""
    return {
        "scope": job.scope,
        "format": job.output_format,
        "lists_copies": job.lists_copies,
        "drops_empty": job.drops_empty,
        **job.settings._asdict(),
        **config_as_mapping(job.config),
    }


def _table_digest() -> str:
    """Return a digest of the typo tables and rules that came with this package."""
    digest = hashlib.sha256()
    for file in sorted(files("beam_textclean.transforms.typos").joinpath("data").iterdir(), key=lambda file: file.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
