"""What the stages of a job leave for each other, as typed records; `staging` and `fingerprint_files` write them.

In the staging folder each record is an array of JSON, or an object where fields are often absent.
"""

import json
from typing import Any, NamedTuple, TypeAlias
from zlib import crc32

from beam_textclean.pipelines.file_job.schema import (
    Detail,
    FirstRejected,
    OutputEntry,
    RejectedPlace,
    RepeatedEntry,
    UnopenedFile,
)
from beam_textclean.pipelines.formats.watched_reads import Reads


class StagedChange(NamedTuple):
    """A change without the text before, which the text has that it is made on.

    Attributes:
        check: A checksum of the text before, by `check_of`.
    """

    step: str
    rule: str
    start: int
    end: int
    after: str
    detail: Detail
    check: int


def check_of(before: str) -> int:
    """Return the checksum of the text that a change replaces."""
    return crc32(before.encode("utf-8", "surrogatepass"))


class Edited(NamedTuple):
    """The outcome of a record that is to be written, where something is changed.

    Attributes:
        changes: What is changed, in order.
        decoded: The text that the first change is made on, where it had to be decoded.
        raw: The record's bytes in base64, where the changes alone would not give them back.
    """

    changes: list[StagedChange]
    decoded: str | None = None
    raw: str | None = None


class Rejected(NamedTuple):
    """The outcome of a record that could not be read or cleaned: the name of the error, and what it says."""

    error: str
    reason: str


#: What became of a record. A record that is written as it is has none.
Outcome: TypeAlias = Edited | Rejected


def outcome_as_json(outcome: Outcome) -> str:
    """Return the staged form of an outcome.

    >>> outcome_as_json(Rejected("InvalidRecord", "the line is not valid JSON"))
    '{"error": "InvalidRecord", "reason": "the line is not valid JSON"}'
    """
    return json.dumps({name: value for name, value in outcome._asdict().items() if value is not None})


def outcome_from_json(text: str | bytes) -> Outcome:
    """Return the outcome that `outcome_as_json` wrote.

    >>> outcome = Edited([StagedChange("typos", "dictionary", 3, 12, "événement", {}, check_of("evenement"))])
    >>> outcome_from_json(outcome_as_json(outcome)) == outcome
    True
    """
    fields: dict[str, Any] = json.loads(text)
    if "error" in fields:
        return Rejected(**fields)
    changes = [StagedChange(*change) for change in fields.pop("changes")]
    return Edited(changes, **fields)


class CleanedBlock(NamedTuple):
    """What the first stage reports about a block.

    Attributes:
        records: How many records each of its pieces has.
        runs: For each run of its fingerprints, where those of each partition begin.
        reads: For each piece, the digests of what was read of its file.
        outcomes: The checksum of the outcomes that are staged.
        unopened: For each piece, why its file could not be opened, or None.
        characters: How many code points the cleaned texts of each piece have.
        fingerprints: The checksum of the fingerprints that are staged.
    """

    records: list[int]
    runs: list[list[int]]
    reads: list[Reads]
    outcomes: str
    unopened: list[str | None]
    characters: list[int]
    fingerprints: str

    def to_json(self) -> list[Any]:
        """Return the record as an array of JSON."""
        return [*self[:2], [[[*place, digest] for place, digest in reads.items()] for reads in self.reads], *self[3:]]

    @classmethod
    def from_json(cls, fields: list[Any]) -> "CleanedBlock":
        """Return the record from the array that was staged."""
        block = cls(*fields)
        return block._replace(reads=[{(at, size): digest for at, size, digest in reads} for reads in fields[2]])


class Spot(NamedTuple):
    """Where a paragraph is: its block, the record in that, its code points in the text as the passes left it."""

    block: int
    record: int
    start: int
    end: int


class Repeated(NamedTuple):
    """A paragraph of several documents: how many, and where the first is."""

    documents: int
    first: Spot


class Loss(NamedTuple):
    """A stretch that a document loses to another one: its record in the block, its number there, and the change."""

    record: int
    number: int
    change: StagedChange


class Copy(NamedTuple):
    """Something that is removed, and where the copy is that is kept.

    Attributes:
        kept: Where it is kept; None for boilerplate, which is kept nowhere.
        digest: The digest of boilerplate, by which its copies belong together.
        spot: Where it was.
    """

    kept: Spot | None
    digest: bytes
    spot: Spot


class WrittenPiece(NamedTuple):
    """What was written for a piece: the index of its input file, and the entry for the summary."""

    file: int
    output: OutputEntry


class WrittenBlock(NamedTuple):
    """What the third stage reports about a block.

    Attributes:
        counts: What happened, by name.
        pieces: What was written.
        repeated: Those of the most repeated paragraphs that are kept in this block.
        first_rejected: The first record that could not be read, if any.
        rejected_references: The records of a reference that could not be read.
        unopened_files: The files that could not be opened.
    """

    counts: dict[str, int]
    pieces: list[WrittenPiece]
    repeated: list[RepeatedEntry]
    first_rejected: FirstRejected | None
    rejected_references: list[RejectedPlace]
    unopened_files: list[UnopenedFile]

    @classmethod
    def from_json(cls, fields: list[Any]) -> "WrittenBlock":
        """Return the record from the array that was staged."""
        block = cls(*fields)
        return block._replace(pieces=[WrittenPiece(*piece) for piece in block.pieces])
