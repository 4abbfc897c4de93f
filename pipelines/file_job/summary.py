"""What a job did, in numbers: the same for the same input, whoever ran it."""

import hashlib
from collections import Counter
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from beam_textclean.pipelines.configuration import config_as_mapping
from beam_textclean.pipelines.file_job.clean_block import Job
from beam_textclean.pipelines.file_job.plan import Plan

_REJECTED = ("file", "record", "error", "reason")
_PACKAGES = ("beam-textclean", "apache-beam", "ftfy", "chardet", "regex")


def summarize(job: Job, plan: Plan, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """Add up the results of all blocks.

    Args:
        job: What was done.
        plan: The blocks.
        blocks: What `write_block` returned for each, in order.

    Returns:
        ``counts``, ``versions``, ``configuration``, ``first_rejected`` (the first record that could not be read, and
        why), ``against`` (the reference files), ``rejected_references`` (which of their records could not be read, and
        why), ``most_repeated`` (the paragraphs that stood in most documents, and where the first of each stays), and
        ``files`` with the outputs of each input file and their checksums. It holds no time and no number of workers.
    """
    counts: Counter[str] = Counter(
        {"documents": 0, "documents_changed": 0, "documents_emptied": 0, "documents_rejected": 0}
    )
    outputs: list[list[dict[str, Any]]] = [[] for _ in plan.files]
    repeated, rejected = [], []
    for block in blocks:
        counts.update(block["counts"])
        repeated += block["repeated"]
        rejected += [{name: entry[name] for name in _REJECTED} for entry in block["rejected_references"]]
        for piece in block["files"]:
            outputs[piece["file"]].append({key: piece[key] for key in ("name", "records", "sha256")})
    return {
        "counts": dict(sorted(counts.items())),
        "versions": versions(),
        "configuration": describe(job),
        "first_rejected": next((block["first_rejected"] for block in blocks if block["first_rejected"]), None),
        "against": [file.name for file in plan.files if file.is_reference],
        "rejected_references": rejected,
        "most_repeated": sorted(repeated, key=lambda paragraph: -paragraph["documents"]),
        "files": [
            {"name": file.name, "format": file.format, "compression": file.compression, "outputs": pieces}
            for file, pieces in zip(plan.files, outputs, strict=True)
            if pieces
        ],
    }


def versions() -> dict[str, str]:
    """What else decides a job's output: the versions of what makes it, and a digest of the typo tables."""
    return {package: version(package) for package in _PACKAGES} | {"typo tables": _table_digest()}


def describe(job: Job) -> dict[str, Any]:
    """Everything that decides a job's output, apart from its input."""
    return {
        "scope": job.scope,
        "format": job.output_format,
        "lists_copies": job.lists_copies,
        **job.settings._asdict(),
        **config_as_mapping(job.config),
    }


def _table_digest() -> str:
    """A digest of the typo tables and rules that came with this package."""
    digest = hashlib.sha256()
    for file in sorted(files("beam_textclean.transforms.typos").joinpath("data").iterdir(), key=lambda file: file.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
