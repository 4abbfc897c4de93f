"""Indexes of fingerprints and the file job: compare with one, add to one, merge several.

A part is added for each corpus. Whoever cleans the same corpus again compares with the parts before its own, so that it
gets the same results.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np

from beam_textclean.pipelines.file_job.fingerprint_files import read_digests
from beam_textclean.pipelines.file_job.job import Folders, JobIndex
from beam_textclean.pipelines.file_job.lock import locked
from beam_textclean.pipelines.file_job.paths import absolute, files_below
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.staging import exists
from beam_textclean.pipelines.formats.byte_streams import OutputFile, delete
from beam_textclean.pipelines.formats.rows import Settings
from beam_textclean.transforms.duplicates import DuplicatesConfig
from beam_textclean.transforms.duplicates.across.sorted_digests import Digests, each_once, write_digests
from beam_textclean.transforms.duplicates.beam.fingerprint_index import (
    FingerprintIndex,
    IndexPart,
    compared_by,
    head_path,
    open_part,
    part_path,
)
from beam_textclean.transforms.errors import DamagedIndex, IndexMismatch, InvalidOption

_MERGED_AT_ONCE = 1 << 18  # digests of all indexes together, roughly


def index_of_job(folder: str, plan: Plan, settings: Settings, config: DuplicatesConfig) -> JobIndex:
    """Find what a job is compared with.

    Args:
        folder: The folder of the index. It is new if there is nothing in it.
        plan: The blocks.
        settings: How records are read.
        config: How paragraphs are compared.

    Raises:
        DamagedIndex: The folder holds something else than an index.
        IndexMismatch: The index has other fingerprints.
        InvalidOption: Fingerprints are not enough for what is to be done; or the corpus was merged with others.
    """
    folder = absolute(folder).rstrip("/")
    corpus = _identity(plan, settings)
    if not exists(head_path(folder)):
        for path, _ in files_below(folder):
            if path != "lock" and not path.startswith("unfinished/"):
                raise DamagedIndex(f"{folder} is not an index: it has no index.json, and holds {path}")
        return JobIndex(FingerprintIndex(folder, compared_by(config), ()), corpus)
    index = FingerprintIndex.read(folder)
    index.check(config)
    before = [part.corpora for part in index.parts]
    own = next((number for number, corpora in enumerate(before) if corpus in corpora), len(before))
    if own < len(before) and len(before[own]) > 1:
        raise InvalidOption(
            f"this input is in the index {folder} already, merged with others, which cannot be told from it any more; "
            "clean it with the index as it was before they were merged, or without one"
        )
    for part in index.parts[:own]:
        open_part(folder, part)  # what is damaged is found before anything is read
    return JobIndex(index._replace(parts=index.parts[:own]), corpus)


@contextmanager
def index_held(index: JobIndex | None) -> Iterator[None]:
    """Keep other jobs from adding to the index of a job until the block ends; make the index if there is none.

    Raises:
        FolderInUse: Another job adds to it.
        IndexMismatch: Another job has added to it since it was read.
    """
    if index is None or not index.corpus:
        yield
        return
    with locked(f"{index.known.folder}/lock"):
        if not exists(head_path(index.known.folder)):
            write_head(index.known)
        _parts_from(index)
        yield


def add_to_index(folders: Folders, index: JobIndex, partitions: int) -> None:
    """Add the fingerprints of a job to its index, or put them in place of those that the same job added before.

    Args:
        folders: The folders of the job, which has decided all its partitions.
        index: What it was compared with.
        partitions: How many partitions there are.

    Raises:
        IndexMismatch: Another job has added to the index meanwhile.
    """
    known = index.known
    staged = (read_digests(folders, partition) for partition in range(partitions))
    part = write_part(known.folder, staged, (index.corpus,))
    write_head(known._replace(parts=(*known.parts, part, *_parts_from(index)[1:])))


def write_part(folder: str, runs: Iterable[Digests], corpora: tuple[str, ...]) -> IndexPart:
    """Write a part of an index, which does not list it yet.

    Args:
        folder: The folder of the index.
        runs: The digests, as `write_digests` takes them.
        corpora: What they were made from.
    """
    with OutputFile("", _unfinished(folder)) as file:
        stored = write_digests(file, runs)
        file.path = part_path(folder, file.sha256)
    return IndexPart(file.sha256, *stored, corpora)


def write_head(index: FingerprintIndex) -> None:
    """Write the head of an index, whose parts are there."""
    with OutputFile(head_path(index.folder), _unfinished(index.folder)) as file:
        file.write(index.as_json().encode("ascii"))
    delete(_unfinished(index.folder).rpartition("/")[0])


def _parts_from(index: JobIndex) -> tuple[IndexPart, ...]:
    """Return the part of a job, if it is in the index, and those that were added later."""
    known = index.known
    parts = FingerprintIndex.read(known.folder).parts
    later = parts[len(known.parts) :]
    if parts[: len(known.parts)] != known.parts or (later and later[0].corpora != (index.corpus,)):
        raise IndexMismatch(
            f"another job has changed the index {known.folder} meanwhile; the same command with --overwrite compares "
            "with it as it is now"
        )
    return later


def merge_indexes(folders: Sequence[str], output: str) -> FingerprintIndex:
    """Merge indexes into a new one, in one part.

    Args:
        folders: The folders of the indexes.
        output: The folder of the new one.

    Raises:
        DamagedIndex: One of them is not an index, or damaged.
        IndexMismatch: They have fingerprints of different kinds.
        InvalidOption: There is something in the output folder.
    """
    indexes = [FingerprintIndex.read(folder) for folder in folders]
    for index in indexes:
        if index.compared != indexes[0].compared:
            raise IndexMismatch(
                f"the indexes {indexes[0].folder} and {index.folder} were made with different options: "
                f"{indexes[0].compared} and {index.compared}; merge those that are alike"
            )
    output = absolute(output).rstrip("/")
    if next(files_below(output), None) is not None:
        raise InvalidOption(f"{output} is not empty; choose another --output for the merged index")
    corpora = dict.fromkeys(corpus for index in indexes for part in index.parts for corpus in part.corpora)
    part = write_part(output, _merged(indexes), tuple(corpora))
    merged = FingerprintIndex(output, indexes[0].compared, (part,))
    write_head(merged)
    return merged


def _identity(plan: Plan, settings: Settings) -> str:
    """Return a digest of what is read: the same for the same files, wherever the results are written."""
    limits = [piece.limit for block in plan.blocks for piece in block if piece.limit is not None]
    read = [[file.path, file.size, file.modified, file.format] for file in plan.files]
    what = [read, settings.text_field, sum(limits) if limits else None]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def _unfinished(folder: str) -> str:
    return f"{folder}/unfinished/file"


def _merged(indexes: Sequence[FingerprintIndex]) -> Iterator[Digests]:
    """Yield the digests of all parts in order, each once, some at a time."""
    parts = [open_part(index.folder, part) for index in indexes for part in index.parts]
    pieces = 1 + sum(part.digests for index in indexes for part in index.parts) // _MERGED_AT_ONCE
    edges = [(number << 64) // pieces for number in range(pieces + 1)]
    for least, end in pairwise(edges):
        yield each_once(np.concatenate([part.between(least, end - 1) for part in parts]))
