"""Second stage of a file job: which paragraphs stand earlier in the corpus, partition by partition."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from beam_textclean.pipelines.file_job.clean_block import Job
from beam_textclean.pipelines.file_job.layout import Layout, place_of
from beam_textclean.pipelines.file_job.plan import Plan
from beam_textclean.pipelines.file_job.staging import COPY, FINGERPRINT, exists, read_array, read_json, write_json
from beam_textclean.pipelines.formats.byte_streams import read_chunks

_MOST_REPEATED = 20

#: For each run of a block's fingerprints, where those of each partition begin, by the block.
Runs: TypeAlias = Callable[[int], tuple[tuple[int, ...], ...]]


class Spot(NamedTuple):
    """Where a paragraph stands: its block, the record in that, its code points in the text the passes left."""

    block: int
    record: int
    start: int
    end: int


class Repeated(NamedTuple):
    """A paragraph that stands in several documents.

    Attributes:
        documents: How many.
        block: The block of the first.
        record: Its record in that block.
        start: The paragraph's first code point in the text the passes left.
        end: The code point after it.
    """

    documents: int
    block: int
    record: int
    start: int
    end: int


def decide_copies(job: Job, plan: Plan, layout: Layout, runs: Runs, partition: int) -> int:
    """Find the later copies in one partition and stage them by block.

    The copy that stays is the first in document order: the order of blocks, of records in a block, of paragraphs in a
    record. It does not depend on how the work was shared out.

    Args:
        job: What is to be done.
        plan: The blocks.
        layout: Where the pieces of every block stand in their files.
        runs: `runs_of` this job; every partition asks for all blocks, so it is worth remembering.
        partition: Which partition.

    Returns:
        The number of copies. They are staged sorted by block, behind an index of where each block begins.
    """
    path = job.folders.staged("copies", partition)
    if exists(path):
        return 0
    table, blocks = _later_copies(job, plan, layout, runs, partition)
    write_json(job.folders, job.folders.staged("repeated", partition), _most_repeated(table, blocks))
    if job.lists_copies:
        _list_copies(job, plan, layout, partition, table, blocks)
    by_block = np.argsort(blocks, kind="stable")
    index = np.searchsorted(blocks[by_block], np.arange(len(plan.blocks) + 1)).astype("<i8")
    with job.folders.create(path) as file:
        file.write(index.tobytes())
        file.write(table[by_block].tobytes())
    return len(table)


def _later_copies(
    job: Job, plan: Plan, layout: Layout, runs: Runs, partition: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint32]]:
    """Find the later copies in a partition: rows of `COPY`, those of one paragraph together, and the block of each."""
    parts = []
    for block in range(len(plan.blocks)):
        for edges in runs(block):
            rows = read_array(
                job.folders.staged("fingerprints", block), FINGERPRINT, edges[partition], edges[partition + 1]
            )
            if len(rows):
                parts.append((block, rows))
    rows = np.concatenate([np.empty(0, FINGERPRINT), *(rows for _, rows in parts)])
    blocks = np.repeat(
        np.array([block for block, _ in parts], np.uint32), np.array([len(rows) for _, rows in parts], np.intp)
    )
    order = np.lexsort((rows["low"], rows["high"]))  # stable: equal digests stay in document order
    rows, blocks = rows[order], blocks[order]
    same = np.zeros(len(rows), bool)
    same[1:] = (rows["high"][1:] == rows["high"][:-1]) & (rows["low"][1:] == rows["low"][:-1])
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(rows))))
    # What the pass within a document left there twice stays: it had its reasons.
    own = (blocks == blocks[first]) & (rows["record"] == rows["record"][first])
    goes = same & ~own
    # What stands in a reference goes for that reason, boilerplate or not; a block's reference records come first.
    references = np.array([_references(plan, layout, block) for block in range(len(plan.blocks))], np.int64)
    boilerplate = _boilerplate(rows, blocks, first, job.config.duplicates.boilerplate)
    boilerplate &= rows["record"][first] >= references[blocks[first]]
    copies = np.flatnonzero(goes | boilerplate)
    table = np.empty(len(copies), COPY)
    for name in ("record", "start", "end"):
        table[name] = rows[name][copies]
        table[f"first_{name}"] = rows[name][first[copies]]
    table["first_block"] = blocks[first[copies]]
    table["is_boilerplate"] = boilerplate[copies]
    return table, blocks[copies]


def _references(plan: Plan, layout: Layout, block: int) -> int:
    return sum(
        count
        for piece, (_, count) in zip(plan.blocks[block], layout[block], strict=True)
        if plan.files[piece.file].is_reference
    )


def _boilerplate(
    rows: npt.NDArray[Any], blocks: npt.NDArray[np.uint32], first: npt.NDArray[np.intp], most: int | None
) -> npt.NDArray[np.bool_]:
    """Tell which rows stand in more than `most` documents; rows of one digest are together, in document order."""
    if most is None:
        return np.zeros(len(rows), bool)
    is_new = np.ones(len(rows), bool)
    is_new[1:] = (blocks[1:] != blocks[:-1]) | (rows["record"][1:] != rows["record"][:-1]) | (first[1:] != first[:-1])
    documents = np.bincount(first, is_new, len(rows))
    return np.asarray(documents[first] > most)


def _most_repeated(table: npt.NDArray[Any], blocks: npt.NDArray[np.uint32]) -> list[Repeated]:
    """Choose the paragraphs that stand in most documents; of equals, the first in document order."""
    if not len(table):
        return []
    first = table[["first_block", "first_record", "first_start", "first_end"]]
    is_first = np.concatenate([[True], first[1:] != first[:-1]])
    # The copies of one document stand together.
    is_new = is_first.copy()
    is_new[1:] |= (blocks[1:] != blocks[:-1]) | (table["record"][1:] != table["record"][:-1])
    edges = np.flatnonzero(is_first)
    # Boilerplate has its first copy in the table, too.
    counts = np.add.reduceat(is_new, edges, dtype=np.int64) + 1 - table["is_boilerplate"][edges]
    # Only those that may be among the first are made into rows of Python.
    least = np.sort(counts)[-_MOST_REPEATED:][:1]
    chosen = np.flatnonzero(counts >= least[0]).tolist()
    found = [Repeated(int(counts[number]), *map(int, first[edges[number]])) for number in chosen]
    return first_repeated(found)


def first_repeated(repeated: Iterable[Repeated]) -> list[Repeated]:
    """Choose those that stand in most documents, as many as are shown; of equals, the first in document order."""
    return sorted(repeated, key=lambda paragraph: (-paragraph.documents, *paragraph[1:]))[:_MOST_REPEATED]


def most_repeated(job: Job, plan: Plan) -> list[Repeated]:
    """Give the paragraphs of the corpus that stand in most documents, most first.

    Args:
        job: What is to be done. All its partitions are decided.
        plan: The blocks.
    """
    partitions = range(plan.partitions if job.across_corpus() else 0)
    staged = (read_json(job.folders.staged("repeated", partition)) for partition in partitions)
    return first_repeated(Repeated(*row) for rows in staged for row in rows)


def _list_copies(
    job: Job,
    plan: Plan,
    layout: Layout,
    partition: int,
    table: npt.NDArray[Any],
    blocks: npt.NDArray[np.uint32],
) -> None:
    """Stage the copies of each paragraph of a partition for ``copies.jsonl``."""
    rows: Iterator[tuple[Any, int]] = zip(table.tolist(), blocks.tolist(), strict=True)
    with job.folders.create(job.folders.staged("listed", partition)) as file:
        for (first_block, first_record, first_start, first_end, is_boilerplate), group in groupby(
            rows, key=lambda row: row[0][3:]
        ):
            first = None if is_boilerplate else Spot(first_block, first_record, first_start, first_end)
            copies = [Spot(block, *row[:3]) for row, block in group]
            file.write(copies_entry(plan, layout, first, copies))


def copies_entry(plan: Plan, layout: Layout, kept: Spot | None, copies: Iterable[Spot]) -> bytes:
    """Give the line of ``copies.jsonl`` for one paragraph: where it stays, if anywhere, and where it goes."""

    def named(spot: Spot) -> dict[str, str | int]:
        return {**place_of(plan, layout, *spot[:2]).names(), "start": spot.start, "end": spot.end}

    entry = {"kept": None if kept is None else named(kept), "copies": [named(copy) for copy in copies]}
    return json.dumps(entry).encode("ascii") + b"\n"


def join_lists(job: Job, plan: Plan) -> None:
    """Write ``copies.jsonl`` from what the partitions staged for it."""
    with job.folders.create(job.folders.copies) as file:
        for partition in range(plan.partitions if job.across_corpus() else 0):
            for chunk in read_chunks(job.folders.staged("listed", partition)):
                file.write(chunk)


def copies_in_block(job: Job, plan: Plan, block: int) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    """The later copies that stand in one block, sorted by record and position.

    Args:
        job: What is to be done.
        plan: The blocks.
        block: Which block.

    Returns:
        Rows of `COPY`.
    """
    if not job.across_corpus():
        return np.empty(0, COPY)
    skip = (len(plan.blocks) + 1) * 8
    parts = []
    for partition in range(plan.partitions):
        path = job.folders.staged("copies", partition)
        start, stop = read_array(path, "<i8", block, block + 2)
        parts.append(read_array(path, COPY, int(start), int(stop), skip))
    table = np.concatenate(parts)
    return table[np.lexsort((table["start"], table["record"]))]


def runs_of(job: Job, block: int) -> tuple[tuple[int, ...], ...]:
    """Give where the fingerprints of each partition begin in those of a block, run by run."""
    return tuple(tuple(edges) for edges in read_json(job.folders.staged("cleaned", block))["runs"])
