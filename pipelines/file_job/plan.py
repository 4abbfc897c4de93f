"""Cut the input into blocks of bounded size: the units of work, the same for any number of workers."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from beam_textclean.pipelines.file_job.job import with_ending
from beam_textclean.pipelines.formats.registry import FORMATS, read_rows
from beam_textclean.pipelines.formats.rows import InputFile, Row, Settings, Source, Unreadable

BLOCK_BYTES = 8 << 20  # of input
_MOST_PIECES = 500  # of small files in one block
_EXPANSION = 4  # text bytes for one compressed byte, roughly


class Piece(NamedTuple):
    """A part of one input file, cleaned and written in one go.

    Attributes:
        file: Index of the file in the plan.
        start: First byte; 0 for files that are not split.
        end: Byte after the last, or None for the end of the file.
        part: Number of this piece in its file.
        parts: How many pieces the file has.
        limit: The most records to read, or None.
    """

    file: int
    start: int = 0
    end: int | None = None
    part: int = 0
    parts: int = 1
    limit: int | None = None


class Plan(NamedTuple):
    """What a job reads and how the work is divided.

    Attributes:
        files: The input files, in document order.
        blocks: The pieces of each block; blocks and pieces are in document order.
        partitions: How many parts the fingerprints of the corpus are divided into.
    """

    files: tuple[InputFile, ...]
    blocks: tuple[tuple[Piece, ...], ...]
    partitions: int

    def to_json(self) -> str:
        """Return the plan as JSON."""
        return json.dumps({"files": self.files, "blocks": self.blocks, "partitions": self.partitions})

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Return the plan that `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            tuple(InputFile(*file) for file in data["files"]),
            tuple(tuple(Piece(*piece) for piece in block) for block in data["blocks"]),
            data["partitions"],
        )

    def source(self, piece: Piece, settings: Settings) -> Source:
        """Return where the rows of a piece come from."""
        return Source(self.files[piece.file], piece.start, piece.end, settings)

    def rows(self, piece: Piece, settings: Settings) -> Iterator[Row | Unreadable]:
        """Read the records of a piece, in order; they are the same in every stage."""
        return islice(read_rows(self.source(piece, settings)), piece.limit)

    def output_name(self, piece: Piece, extension: str) -> str:
        """Return the name of a piece's results, below ``documents/``.

        Args:
            piece: A piece of this plan.
            extension: The ending of the name, instead of the input's own; empty to keep that.
        """
        name = self.files[piece.file].name
        folder, slash, base = name.rpartition("/")
        stem, endings = _split_endings(base, self.files[piece.file].compression)
        if extension:
            endings = "." + extension
        if piece.parts > 1:
            endings = f"-{piece.part:05d}-of-{piece.parts:05d}{endings}"
        return with_ending(folder + slash + stem, endings)


def make_plan(files: Sequence[InputFile]) -> Plan:
    """Divide files into pieces and group small pieces into blocks.

    Args:
        files: The input files, in document order.

    Returns:
        The plan. It depends on the files' names and sizes only.
    """
    blocks: list[tuple[Piece, ...]] = []
    block: list[Piece] = []
    size = 0
    total = 0
    for number, file in enumerate(files):
        for piece, piece_bytes in _pieces(number, file):
            total += piece_bytes
            if block and (size + piece_bytes > BLOCK_BYTES or len(block) >= _MOST_PIECES):
                blocks.append(tuple(block))
                block, size = [], 0
            block.append(piece)
            size += piece_bytes
    if block:
        blocks.append(tuple(block))
    return Plan(tuple(files), tuple(blocks), max(4, total // (64 << 20)))


def _pieces(number: int, file: InputFile) -> Iterator[tuple[Piece, int]]:
    can_be_split = FORMATS[file.format].can_be_split and not file.compression
    parts = -(-file.size // BLOCK_BYTES) if can_be_split else 1
    if parts <= 1:
        yield Piece(number), file.size * (_EXPANSION if file.compression else 1)
        return
    edges = [file.size * part // parts for part in range(parts)]
    for part, (start, end) in enumerate(zip(edges, [*edges[1:], None], strict=True)):
        yield Piece(number, start, end, part, parts), file.size // parts


def _split_endings(base: str, compression: str) -> tuple[str, str]:
    stem, _, last = base.rpartition(".")
    if not compression:
        return stem, "." + last
    inner, _, extension = stem.rpartition(".")
    return inner, f".{extension}.{last}"
