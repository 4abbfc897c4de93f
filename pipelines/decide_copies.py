"""Second stage of a file job: which paragraphs stand earlier in the corpus, partition by partition."""

from functools import lru_cache

import numpy as np

from beam_textclean.pipelines.clean_block import Job
from beam_textclean.pipelines.plan import Plan
from beam_textclean.pipelines.staging import COPY, FINGERPRINT, exists, read_array, read_json


def decide_copies(job: Job, plan: Plan, partition: int) -> int:
    """Find the later copies in one partition and stage them by block.

    The copy that stays is the first in document order: the order of blocks, of records in a block, of paragraphs in a
    record. It does not depend on how the work was shared out.

    Args:
        job: What is to be done.
        plan: The blocks.
        partition: Which partition.

    Returns:
        The number of copies. They are staged sorted by block, behind an index of where each block begins.
    """
    path = job.folders.staged("copies", partition)
    if exists(path):
        return 0
    parts = []
    for block in range(len(plan.blocks)):
        for edges in _runs(job.folders.staged("cleaned", block)):
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
    copies = np.flatnonzero(same & ~own)
    kept = first[copies]
    table = np.empty(len(copies), COPY)
    for name in ("record", "start", "end"):
        table[name] = rows[name][copies]
        table[f"kept_{name}"] = rows[name][kept]
    table["kept_block"] = blocks[kept]
    by_block = np.argsort(blocks[copies], kind="stable")
    index = np.searchsorted(blocks[copies][by_block], np.arange(len(plan.blocks) + 1)).astype("<i8")
    with job.folders.create(path) as file:
        file.write(index.tobytes())
        file.write(table[by_block].tobytes())
    return len(copies)


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


@lru_cache(maxsize=4096)
def _runs(path: str) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(edges) for edges in read_json(path)["runs"])
