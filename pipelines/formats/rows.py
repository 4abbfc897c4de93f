"""What every file format has: rows that know their text, and writers that put another text in its place."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

from beam_textclean.pipelines.formats.byte_streams import MOST_BLANK_BYTES, OutputFile, read_chunks
from beam_textclean.transforms.encoding import decode_bytes
from beam_textclean.transforms.errors import MissingField, TextCleanError, UndecodableText, WrongElementType
from beam_textclean.transforms.records import Change

_SAMPLE_BYTES = 64_000
_Row = TypeVar("_Row", contravariant=True)


class InputFile(NamedTuple):
    """One input file.

    Attributes:
        path: Where it is, on any of Beam's filesystems. It is the whole path of a local file, as workers may run in
            another folder.
        name: Its path below the output's ``documents/`` folder, with ``/`` between the parts. A reference has no place
            there, and its name is its path as it was given. Results and messages call the file by its name, wherever
            it is.
        size: Its size on disk, in bytes.
        format: The name of a `Format`, as the registry lists them.
        compression: ``gz``, ``bz2``, ``zst`` or empty.
        modified: When it was last changed, in seconds since 1970. An interrupted job is continued only with the same
            files.
        is_reference: Whether it is only compared with: its documents are not written.
    """

    path: str
    name: str
    size: int
    format: str
    compression: str
    modified: float = 0.0
    is_reference: bool = False


class InvalidRecord(TextCleanError):
    """A record does not follow its file's format."""


class RecordTooLarge(TextCleanError):
    """A record is above the size limit."""


class Settings(NamedTuple):
    """How records are read.

    Attributes:
        text_field: The field that holds the text.
        id_field: The field that names a record; it may be missing.
        max_record_bytes: Records above this size are rejected.
        csv_dialect: How CSV is written, as `csv_dialects.parse_dialect` takes it.
    """

    text_field: str = "text"
    id_field: str = "id"
    max_record_bytes: int = 64 << 20
    csv_dialect: str = "auto"


class Reading(NamedTuple):
    """The text of a row.

    Attributes:
        text: Bytes where they have yet to be decoded.
        decoding: The change that decoded the row, if it was not UTF-8.
        declared: The encoding that the file as a whole seems to be in, for text that is bytes.
        unwritable: A regular expression of texts that there is no way to write in its place; empty where there is.
    """

    text: str | bytes
    decoding: Change | None = None
    declared: str | None = None
    unwritable: str = ""


class HeaderBytes(NamedTuple):
    """What a file begins with before its first record.

    Attributes:
        raw: Its bytes.
        written: The same in UTF-8.
        decoding: The change that decoded them, if they are not UTF-8.
    """

    raw: bytes
    written: bytes
    decoding: Change | None = None


class Unreadable(NamedTuple):
    """A record, or the rest of a file, that could not be read.

    Attributes:
        error: Why.
        raw: Its bytes, in pieces.
        whole_file: Whether the bytes are those of the whole file as it is on disk, compressed or not. They hold the
            records before it too, which could be read.
    """

    error: TextCleanError
    raw: Iterable[bytes]
    whole_file: bool = False


class Row(Protocol):
    """One record of a file, parsed when asked."""

    @property
    def raw(self) -> bytes:
        """The record's own bytes, enough to write it again in its place."""

    def read(self) -> Reading:
        """Read its text.

        Raises:
            TextCleanError: The record is broken, or has no text.
        """

    def identifier(self) -> str | int | None:
        """Return what its id field holds."""

    def fields(self) -> dict[str, Any]:
        """Return all its fields, for writing it in another format."""

    def comes_back(self, text: str) -> bool:
        """Return whether writing it with `text`, and the result with its own text, gives its bytes again."""


class Writer(Protocol[_Row]):
    """Writes rows to one file."""

    def write(self, row: _Row, text: str | None) -> None:
        """Write a row with another text, or as it is where `text` is None."""

    def close(self) -> None:
        """Write what is held back."""


class OwnWriter(Writer[_Row], Protocol[_Row]):
    """Writes rows to a file of the format that they come from."""

    def restore(self, raw: Iterable[bytes]) -> None:
        """Write a record from its `Row.raw`, in pieces."""


class Source(NamedTuple):
    """A range of a file to read rows from."""

    file: InputFile
    start: int
    end: int | None
    settings: Settings


class Target(NamedTuple):
    """A file to write rows to, and the file that the rows come from.

    Attributes:
        output: The file to write.
        source: The file that the rows come from.
        header: What to begin the file with, instead of the header of `source`.
    """

    output: OutputFile
    source: Source
    header: bytes | None = None


def text_of(fields: dict[str, Any], field: str) -> str:
    """Return the text among a record's fields.

    Raises:
        MissingField: There is no such field.
        WrongElementType: It holds no string.
    """
    text: Any = fields
    for name in field_path(fields, field):
        text = text[name]
    if not isinstance(text, str):
        kind = "null" if text is None else type(text).__name__
        raise WrongElementType(f"field {field!r} is {kind}, not a string")
    return text


def field_path(fields: dict[str, Any], field: str) -> tuple[str, ...]:
    """Return the keys that lead to a field: its name, or a path with dots where there is no field of that name.

    Raises:
        MissingField: There is no such field.

    >>> field_path({"data": {"text": "Un."}}, "data.text")
    ('data', 'text')
    """
    path: list[str] = []
    names, rest = fields, field
    while rest not in names:
        head, _, below = rest.partition(".")
        if not below or not isinstance(names.get(head), dict):
            there = ", ".join(repr(".".join([*path, name])) for name in names) or "none"
            raise MissingField(f"no field {field!r}; the record's fields are: {there}")
        path.append(head)
        names, rest = names[head], below
    return (*path, rest)


def size_error(limit: int) -> RecordTooLarge:
    """Return the error for a record above the limit."""
    return RecordTooLarge(f"the record is larger than {limit:,} bytes; --max-record-bytes sets the limit")


def blank_error() -> RecordTooLarge:
    """Return the error for more blank lines than can be kept with a record."""
    return RecordTooLarge(f"there are more than {MOST_BLANK_BYTES:,} bytes of blank lines")


def decode_row(raw: bytes, source: Source) -> tuple[str, Change | None]:
    """Decode one row; what is not UTF-8 is read in the encoding of its file, and the change says how.

    Raises:
        UndecodableText: It is in no encoding that could be found.
    """
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        decoded = decode_bytes(raw, file_encoding(source.file))
    return decoded.text, decoded.change()


@lru_cache(maxsize=64)
def file_encoding(file: InputFile) -> str | None:
    """Find the encoding of those rows of a file that are not UTF-8; a row alone is too little to know it.

    Args:
        file: A file of rows. Its first megabyte is looked at.

    Returns:
        A codec, or None where all of that is UTF-8 or the encoding cannot be found.
    """
    chunk = next(read_chunks(file.path, file.compression), b"")
    foreign = b"".join(line for line in chunk.splitlines(keepends=True) if not _is_utf8(line))
    try:
        return decode_bytes(foreign[:_SAMPLE_BYTES]).encoding if foreign else None
    except UndecodableText:
        return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_encodable(text: str) -> bool:
    """Return whether a text can be written as UTF-8: one with lone surrogates cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
