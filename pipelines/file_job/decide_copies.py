"""Second stage of a file job: which paragraphs are earlier in the corpus or in an index, partition by partition."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from beam_textclean.pipelines.file_job.copies_report import (
    MOST_REPEATED,
    first_repeated,
    is_staged,
    stage_copies,
    stage_repeated,
)
from beam_textclean.pipelines.file_job.fingerprint_files import (
    COPY,
    FINGERPRINT,
    HAS_FIRST,
    IS_BOILERPLATE,
    IS_IN_INDEX,
    digests_of,
    read_fingerprints,
    stage_digests,
    write_copies,
)
from beam_textclean.pipelines.file_job.job import Folders, Job
from beam_textclean.pipelines.file_job.layout import Layout
from beam_textclean.pipelines.file_job.outcomes import Repeated, Spot
from beam_textclean.pipelines.file_job.staging import read_cleaned

#: For each run of a block's fingerprints, where those of each partition begin, by the block.
Runs: TypeAlias = Callable[[int], tuple[tuple[int, ...], ...]]


def runs_of(folders: Folders, block: int) -> tuple[tuple[int, ...], ...]:
    """Return where the fingerprints of each partition begin in those of a block, run by run."""
    return tuple(map(tuple, read_cleaned(folders, block).runs))


def decide_copies(job: Job, layout: Layout, runs: Runs, partition: int) -> int:
    """Find the later copies in one partition and stage them by block.

    The copy that is kept is the first in document order: the order of blocks, of records in a block, of paragraphs in a
    record. It does not depend on how the work was divided.

    Args:
        job: What is to be done.
        layout: Where the records of every block are.
        runs: `runs_of` this job; every partition asks for all blocks, so it is worth remembering.
        partition: Which partition.

    Returns:
        The number of copies.
    """
    if is_staged(job.folders, partition):
        return 0
    units = _read_units(job.folders, len(layout.plan.blocks), runs, partition)
    checksums: dict[str, str] = {}
    is_known = np.zeros(len(units.rows), bool)
    if job.earlier is not None:
        firsts = np.flatnonzero(units.first == np.arange(len(units.rows)))
        digests = digests_of(units.rows[firsts])
        in_index = job.earlier.known.holds(digests)
        checksums["digests"] = stage_digests(job.folders, partition, digests[~in_index])
        is_known[firsts] = in_index
    table, of_block = _later_copies(job, layout, units, is_known[units.first])
    if job.lists_copies:
        checksums["listed"] = stage_copies(job.folders, layout, partition, _groups(table, of_block))
    path = job.folders.staged("copies", partition)
    checksums["copies"] = write_copies(path, job.folders, table, of_block, len(layout.plan.blocks))
    stage_repeated(job.folders, partition, _most_repeated(table, of_block), checksums)
    return len(table)


class _Units(NamedTuple):
    """The paragraphs of a partition, in the order of their digests; equal ones are in document order.

    Attributes:
        rows: Rows of `FINGERPRINT`.
        blocks: The block of each.
        first: For each, which row is the first of its digest.
    """

    rows: npt.NDArray[Any]
    blocks: npt.NDArray[np.uint32]
    first: npt.NDArray[np.intp]


def _read_units(folders: Folders, blocks: int, runs: Runs, partition: int) -> _Units:
    parts = []
    for block in range(blocks):
        for edges in runs(block):
            rows = read_fingerprints(folders, block, edges[partition], edges[partition + 1])
            if len(rows):
                parts.append((block, rows))
    rows = np.concatenate([np.empty(0, FINGERPRINT), *(rows for _, rows in parts)])
    of_block = np.repeat(
        np.array([block for block, _ in parts], np.uint32), np.array([len(rows) for _, rows in parts], np.intp)
    )
    order = np.lexsort((rows["low"], rows["high"]))  # stable: equal digests keep document order
    rows = rows[order]
    same = np.zeros(len(rows), bool)
    same[1:] = (rows["high"][1:] == rows["high"][:-1]) & (rows["low"][1:] == rows["low"][:-1])
    return _Units(rows, of_block[order], np.maximum.accumulate(np.where(same, 0, np.arange(len(rows)))))


def _later_copies(
    job: Job, layout: Layout, units: _Units, is_known: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint32]]:
    """Find what is removed of a partition: rows of `COPY`, those of one paragraph together, and the block of each."""
    rows, blocks, first = units
    # What the pass within a document kept twice is kept here, too: it had its reasons.
    own = (blocks == blocks[first]) & (rows["record"] == rows["record"][first])
    reason = np.full(len(rows), HAS_FIRST)
    reason[_boilerplate(rows, blocks, first, job.config.duplicates.boilerplate)] = IS_BOILERPLATE
    reason[is_known] = IS_IN_INDEX
    # What a reference has is removed for that reason, whatever else is true; a block's reference records come first.
    references = np.array(list(map(layout.reference_records, range(len(layout.plan.blocks)))), np.int64)
    reason[rows["record"][first] < references[blocks[first]]] = HAS_FIRST
    copies = np.flatnonzero(~own | (reason != HAS_FIRST))
    table = np.empty(len(copies), COPY)
    for name in ("record", "start", "end"):
        table[name] = rows[name][copies]
        table[f"first_{name}"] = rows[name][first[copies]]
    table["first_block"] = blocks[first[copies]]
    table["reason"] = reason[copies]
    return table, blocks[copies]


def _boilerplate(
    rows: npt.NDArray[Any], blocks: npt.NDArray[np.uint32], first: npt.NDArray[np.intp], most: int | None
) -> npt.NDArray[np.bool_]:
    """Return which rows are in more than `most` documents; rows of one digest are together, in document order."""
    if most is None:
        return np.zeros(len(rows), bool)
    is_new = np.ones(len(rows), bool)
    is_new[1:] = (blocks[1:] != blocks[:-1]) | (rows["record"][1:] != rows["record"][:-1]) | (first[1:] != first[:-1])
    documents = np.bincount(first, is_new, len(rows))
    return np.asarray(documents[first] > most)


def _most_repeated(table: npt.NDArray[Any], of_block: npt.NDArray[np.uint32]) -> list[Repeated]:
    """Choose the paragraphs that are in most documents; of equals, the first in document order."""
    if not len(table):
        return []
    first = table[["first_block", "first_record", "first_start", "first_end"]]
    is_first = np.concatenate([[True], first[1:] != first[:-1]])
    # The copies of one document are together.
    is_new = is_first.copy()
    is_new[1:] |= (of_block[1:] != of_block[:-1]) | (table["record"][1:] != table["record"][:-1])
    edges = np.flatnonzero(is_first)
    # A first copy that is kept is not in the table.
    counts = np.add.reduceat(is_new, edges, dtype=np.int64) + (table["reason"][edges] == HAS_FIRST)
    # Only those that may be among the first are made into records of Python.
    least = np.sort(counts)[-MOST_REPEATED:][:1]
    chosen = np.flatnonzero(counts >= least[0]).tolist()
    return first_repeated(Repeated(int(counts[number]), Spot(*map(int, first[edges[number]]))) for number in chosen)


def _groups(table: npt.NDArray[Any], of_block: npt.NDArray[np.uint32]) -> Iterator[tuple[Spot | None, Iterator[Spot]]]:
    """Yield where each paragraph is kept, if anywhere, and its copies."""
    rows: Iterator[tuple[Any, int]] = zip(table.tolist(), of_block.tolist(), strict=True)
    for (*first, reason), group in groupby(rows, key=lambda row: row[0][3:]):
        yield Spot(*first) if reason == HAS_FIRST else None, (Spot(block, *row[:3]) for row, block in group)
