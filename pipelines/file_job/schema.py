"""The schema of what a job writes for others to read; docs/output.md describes every field.

Each class is an object of JSON: a line of ``changes/``, ``rejected/`` or ``copies.jsonl``, or ``summary.json`` and what
it holds. Fields declared with ``total=False`` are left out where they do not apply.
"""

from typing import Any, TypeAlias, TypedDict

#: Why a change was made, by name: the entry of the dictionary, where the copy is that is kept, and so on.
Detail: TypeAlias = dict[str, str | int | float]


class _Changed(TypedDict):
    file: str
    record: int
    step: str
    rule: str
    start: int
    end: int
    before: str
    after: str
    detail: Detail


class ChangeEntry(_Changed, total=False):
    """A line of ``changes/``: one change of a document."""

    id: str | int
    raw: str
    dropped: bool


class RejectedPlace(TypedDict):
    """A record that could not be read, and why."""

    file: str
    record: int
    error: str
    reason: str


class WholeFile(TypedDict, total=False):
    """The mark of a rejected record that is its whole file, as it is on disk."""

    whole_file: bool


class RawBytes(TypedDict, total=False):
    """The bytes of a rejected record, in the line or in a file of their own."""

    raw: str
    raw_file: str


class FirstRejected(RejectedPlace, WholeFile):
    """The first record of a job that could not be read."""


class UnopenedFile(TypedDict):
    """An input file that could not be opened, and why."""

    file: str
    reason: str


class RejectedEntry(RejectedPlace, WholeFile, RawBytes):
    """A line of ``rejected/``: one record that is not among the documents."""

    excerpt: str


class SpotEntry(TypedDict):
    """Where a paragraph is: its document, and its code points in the text as the passes left it."""

    file: str
    record: int
    start: int
    end: int


class CopiesEntry(TypedDict):
    """A line of ``copies.jsonl``: a paragraph of several documents, with all its places."""

    kept: SpotEntry | None
    copies: list[SpotEntry]


class RepeatedEntry(SpotEntry):
    """One of the most repeated paragraphs: where the first is, in how many documents it was, and how it begins."""

    documents: int
    excerpt: str


class Dialect(TypedDict, total=False):
    """The dialect of a CSV file."""

    dialect: str


class OutputEntry(Dialect):
    """A file of documents: its name below ``documents/``, its records, and the checksums of all that belongs to it."""

    name: str
    records: int
    sha256: dict[str, str]


class FileEntry(TypedDict):
    """An input file, and the files of documents that it became."""

    name: str
    format: str
    compression: str
    outputs: list[OutputEntry]


class LearnedCounts(TypedDict):
    """How many typos were learned from the input, and how many of them are certain and were fixed."""

    proposals: int
    accepted: int


class OfOptions(TypedDict, total=False):
    """What there is only with an option: what was learned, and the parts of the index that was compared with."""

    learned: LearnedCounts
    index: list[str]


class Summary(OfOptions):
    """The content of ``summary.json``."""

    counts: dict[str, int]
    versions: dict[str, str]
    configuration: dict[str, Any]
    first_rejected: FirstRejected | None
    unopened_files: list[UnopenedFile]
    against: list[str]
    rejected_references: list[RejectedPlace]
    most_repeated: list[RepeatedEntry]
    files: list[FileEntry]
