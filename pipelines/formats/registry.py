"""The file formats, one line each: everything that depends on a format is asked here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from apache_beam.io.filesystem import BeamIOError

from beam_textclean.pipelines.formats import csv_rows, json_lines, parquet_rows, text_files
from beam_textclean.pipelines.formats.byte_streams import read_chunks
from beam_textclean.pipelines.formats.compression import COMPRESSIONS
from beam_textclean.pipelines.formats.new_files import NewJsonLinesWriter, NewParquetWriter, NewTextWriter
from beam_textclean.pipelines.formats.rows import (
    HeaderBytes,
    InvalidRecord,
    OwnWriter,
    Row,
    Source,
    Target,
    Unreadable,
    Writer,
)
from beam_textclean.transforms.errors import TextCleanError

_Row = TypeVar("_Row", bound=Row)


@dataclass(frozen=True)
class Format(Generic[_Row]):
    """A file format: how it is read and written, and what else a job has to know of it.

    Attributes:
        name: What `InputFile.format` and ``summary.json`` call it.
        endings: The endings of its files, without the dot.
        read: Reads the records of a range of a file.
        writer: Writes records that come from a file of this format.
        new_writer: Writes records that come from any other format, where ``--format`` offers this one.
        header: Returns what a file begins with before its first record, where that is not a record.
        dialect: Returns what the files of this format can differ in, as ``--csv-dialect`` takes it.
        with_bytes: Returns the bytes of a record with others for its text, where a record is nothing but its text.
            What was decoded is then undone by its change alone; of other formats the whole record is kept.
        empty_row: Returns the record that has no bytes left when its text becomes empty, where there may be one.
        lines_of: The format whose files this one reads when ``--lines`` is given.
        is_document: Whether a file is one document.
        can_be_split: Whether a range of bytes can be read by itself, so that a large file becomes several blocks.
        can_be_compressed: Whether files are read that are compressed as a whole.
    """

    name: str
    endings: tuple[str, ...]
    read: Callable[[Source], Iterator[_Row | Unreadable]]
    writer: Callable[[Target], OwnWriter[_Row]]
    new_writer: Callable[[Target], Writer[Row]] | None = None
    header: Callable[[Source], HeaderBytes] | None = None
    dialect: Callable[[Source], str] | None = None
    with_bytes: Callable[[_Row, bytes], bytes] | None = None
    empty_row: Callable[[Source], _Row] | None = None
    lines_of: str = ""
    is_document: bool = False
    can_be_split: bool = False
    can_be_compressed: bool = True

    @property
    def output_format(self) -> str:
        """The choice of ``--format`` that leaves its files in this format."""
        return self.lines_of or self.name


_TXT = Format(
    "txt",
    ("txt",),
    text_files.read_documents,
    text_files.TextWriter,
    NewTextWriter,
    with_bytes=text_files.with_bytes,
    is_document=True,
)
_LINES = Format(
    "lines",
    (),
    text_files.read_lines,
    text_files.TextWriter,
    with_bytes=text_files.with_bytes,
    empty_row=text_files.empty_line,
    lines_of="txt",
    can_be_split=True,
)
_JSONL = Format(
    "jsonl",
    ("jsonl", "ndjson"),
    json_lines.read_rows,
    json_lines.JsonLinesWriter,
    NewJsonLinesWriter,
    can_be_split=True,
)
_CSV = Format(
    "csv",
    ("csv", "tsv"),
    csv_rows.read_rows,
    csv_rows.CsvWriter,
    header=csv_rows.header_bytes,
    dialect=csv_rows.dialect_name,
    empty_row=csv_rows.empty_row,
)
_PARQUET = Format(
    "parquet",
    ("parquet",),
    parquet_rows.read_rows,
    parquet_rows.ParquetWriter,
    NewParquetWriter,
    can_be_compressed=False,
)

FORMATS: dict[str, Format[Any]] = {format.name: format for format in (_TXT, _LINES, _JSONL, _CSV, _PARQUET)}
"""Every format by its name."""

ENDINGS = {ending: format for format in FORMATS.values() for ending in format.endings}
"""The format of each ending."""

LINES = {format.lines_of: format for format in FORMATS.values() if format.lines_of}
"""The format that reads the files of another one when ``--lines`` is given."""

OUTPUT_FORMATS = ("same", *(format.name for format in FORMATS.values() if format.new_writer))
"""The choices of ``--format``."""


def format_of(path: str, lines: bool = False) -> tuple[str, str] | None:
    """Return the format and the compression that the name of a file means, or None.

    Args:
        path: The name.
        lines: Whether a file of plain text has one document per line.

    >>> format_of("pages/2021.jsonl.gz")
    ('jsonl', 'gz')
    >>> format_of("photo.png")
    """
    stem, _, last = path.lower().rpartition(".")
    compression = ""
    if last in COMPRESSIONS:
        compression = last
        last = stem.rpartition(".")[2]
    format = ENDINGS.get(last)
    if format is None or (compression and not format.can_be_compressed):
        return None
    return (LINES.get(format.name, format) if lines else format).name, compression


def read_rows(source: Source) -> Iterator[Row | Unreadable]:
    """Read the records of a range of a file, in order.

    Args:
        source: The range.

    Yields:
        Rows; an `Unreadable` for each record that could not be framed and, as the last, for what stopped the reading.
        That has the bytes of the whole file.
    """
    try:
        yield from FORMATS[source.file.format].read(source)
    except (TextCleanError, OSError, BeamIOError) as error:
        if isinstance(error, TextCleanError):
            reason = error
        else:
            reason = InvalidRecord(f"{source.file.name} cannot be read from here on: {error}")
        is_whole = source.start == 0 and source.end is None
        yield Unreadable(reason, _on_disk(source), whole_file=True) if is_whole else Unreadable(reason, ())


def _on_disk(source: Source) -> Iterator[bytes]:
    """Yield the bytes of a file as they are on disk, as far as they can be read."""
    try:
        yield from read_chunks(source.file.path)
    except (OSError, BeamIOError):
        return


def is_new_format(kind: str, output_format: str) -> bool:
    """Return whether a file of one kind is to be written in another."""
    return output_format not in ("same", FORMATS[kind].output_format)


def open_writer(target: Target, output_format: str) -> Writer[Any]:
    """Open the writer for a file's rows.

    Args:
        target: The file to write, and the one that the rows come from.
        output_format: One of `OUTPUT_FORMATS`.

    Raises:
        TextCleanError: The header or schema of the file that the rows come from cannot be read.
    """
    new_writer = FORMATS[output_format].new_writer if is_new_format(target.source.file.format, output_format) else None
    return open_own_writer(target) if new_writer is None else new_writer(target)


def open_own_writer(target: Target) -> OwnWriter[Any]:
    """Open the writer for a file's rows in the format that they have.

    Raises:
        TextCleanError: The header or schema of the file that the rows come from cannot be read.
    """
    try:
        return FORMATS[target.source.file.format].writer(target)
    except (OSError, BeamIOError) as error:
        raise InvalidRecord(f"{target.source.file.name} cannot be read: {error}") from error
