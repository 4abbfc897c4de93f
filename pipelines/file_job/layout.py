"""The input laid out: where the records of every block are in their files."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from beam_textclean.pipelines.file_job.plan import Piece, Plan


class Extent(NamedTuple):
    """Which records of its file a piece has: how many come before it, and how many it has."""

    before: int
    records: int


class Place(NamedTuple):
    """Where a record is.

    Attributes:
        file: The name of its file.
        record: Its number there, from 1.
        is_reference: Whether it is of a file that is only compared with.
    """

    file: str
    record: int
    is_reference: bool


class Layout(NamedTuple):
    """The plan, once it is known how many records each piece has.

    Attributes:
        plan: The blocks.
        extents: Which records of its file each piece of each block has.
    """

    plan: Plan
    extents: list[list[Extent]]

    def pieces(self, block: int) -> list[tuple[Piece, Extent]]:
        """Return the pieces of a block, and which records of their files these have."""
        return list(zip(self.plan.blocks[block], self.extents[block], strict=True))

    def place_of(self, block: int, record: int) -> Place:
        """Return where a record is, by its number in a block."""
        first = 0
        for piece, (before, count) in self.pieces(block):
            if record < first + count:
                file = self.plan.files[piece.file]
                return Place(file.name, before + record - first + 1, file.is_reference)
            first += count
        raise LookupError(f"block {block} has {first} records; there is no record {record}")

    def reference_records(self, block: int) -> int:
        """Return how many records of a block are of references; they come first."""
        return sum(extent.records for piece, extent in self.pieces(block) if self.plan.files[piece.file].is_reference)


def lay_out(plan: Plan, records: Mapping[int, Sequence[int]]) -> Layout:
    """Number the records of files that were cleaned in pieces.

    Args:
        plan: The blocks.
        records: For each block, how many records each of its pieces has.

    Returns:
        The place of each piece in its file.
    """
    seen: Counter[int] = Counter()
    extents: list[list[Extent]] = []
    for number, block in enumerate(plan.blocks):
        extents.append([])
        for piece, count in zip(block, records[number], strict=True):
            extents[-1].append(Extent(seen[piece.file], count))
            seen[piece.file] += count
    return Layout(plan, extents)
