"""Where the records of blocks stand in their files."""

from collections import Counter
from typing import NamedTuple, TypeAlias

from beam_textclean.pipelines.file_job.plan import Plan

Layout: TypeAlias = list[list[tuple[int, int]]]
"""For each piece of each block: how many records of its file stand before it, and how many it has."""


def lay_out(plan: Plan, records: dict[int, list[int]]) -> Layout:
    """Number the records of files that were cleaned in pieces.

    Args:
        plan: The blocks.
        records: For each block, how many records each of its pieces has.

    Returns:
        The place of each piece in its file.
    """
    seen: Counter[int] = Counter()
    layout: Layout = []
    for number, block in enumerate(plan.blocks):
        layout.append([])
        for piece, count in zip(block, records[number], strict=True):
            layout[-1].append((seen[piece.file], count))
            seen[piece.file] += count
    return layout


class Place(NamedTuple):
    """Where a record stands.

    Attributes:
        file: What the audit trail calls its file.
        record: Its number there, from 1.
        is_reference: Whether it is of a file that is only compared with.
    """

    file: str
    record: int
    is_reference: bool

    def names(self) -> dict[str, str | int]:
        """File and record, as they are written to result files."""
        return {"file": self.file, "record": self.record}


def place_of(plan: Plan, layout: Layout, block: int, record: int) -> Place:
    """Give the place of a record, by its number in a block."""
    first = 0
    for piece, (before, count) in zip(plan.blocks[block], layout[block], strict=True):
        if record < first + count:
            file = plan.files[piece.file]
            return Place(file.name, before + record - first + 1, file.is_reference)
        first += count
    raise AssertionError(f"block {block} has no record {record}")
