"""The file formats: which module reads and writes which."""

from collections.abc import Callable, Iterator

import pyarrow as pa
from apache_beam.io.filesystem import BeamIOError

from beam_textclean.pipelines.formats import csv_rows, json_lines, parquet_rows, text_files
from beam_textclean.pipelines.formats.byte_streams import TruncatedInput, read_chunks
from beam_textclean.pipelines.formats.new_files import NewParquetWriter, NewTextWriter
from beam_textclean.pipelines.formats.rows import InvalidRecord, Row, Source, Target, Unreadable, Writer
from beam_textclean.transforms.errors import TextCleanError

_READERS: dict[str, Callable[[Source], Iterator[Row | Unreadable]]] = {
    "txt": text_files.read_documents,
    "lines": text_files.read_lines,
    "jsonl": json_lines.read_rows,
    "csv": csv_rows.read_rows,
    "parquet": parquet_rows.read_rows,
}
_WRITERS: dict[str, Callable[[Target], Writer]] = {
    "txt": text_files.TextWriter,
    "lines": text_files.TextWriter,
    "jsonl": json_lines.JsonLinesWriter,
    "csv": csv_rows.CsvWriter,
    "parquet": parquet_rows.ParquetWriter,
}
_NEW_WRITERS: dict[str, Callable[[Target], Writer]] = {
    "jsonl": json_lines.JsonLinesWriter,
    "parquet": NewParquetWriter,
    "txt": NewTextWriter,
}
OUTPUT_FORMATS = ("same", *_NEW_WRITERS)


def read_rows(source: Source) -> Iterator[Row | Unreadable]:
    """Read the records of a range of a file, in order.

    Args:
        source: The range.

    Yields:
        Rows; an `Unreadable` for each record that could not be framed and, as the last, for what stopped the reading.
    """
    begun = False
    try:
        for row in _READERS[source.file.format](source):
            begun = True
            yield row
    except (TextCleanError, OSError, BeamIOError, pa.ArrowException) as error:
        if isinstance(error, TextCleanError):
            reason = error
        else:
            reason = InvalidRecord(f"{source.file.name} cannot be read from here on: {error}")
        yield Unreadable(reason, ()) if begun else Unreadable(reason, _on_disk(source), whole_file=True)


def _on_disk(source: Source) -> Iterator[bytes]:
    """The bytes of a file as they lie on disk, as far as they can be read."""
    try:
        yield from read_chunks(source.file.path)
    except (OSError, BeamIOError):
        return


def check_columns(source: Source) -> None:
    """Look whether a file with a schema has the text field.

    Raises:
        MissingField: It has not; the message names its fields.
    """
    try:
        if source.file.format == "csv":
            csv_rows.read_header(source)
        if source.file.format == "parquet":
            parquet_rows.read_schema(source)
    except (OSError, BeamIOError, pa.ArrowException, TruncatedInput, InvalidRecord):
        return  # reading it will reject it and say why


def is_new_format(kind: str, output_format: str) -> bool:
    """Whether a file of one kind is to be written in another."""
    return output_format not in ("same", "txt" if kind == "lines" else kind)


def open_writer(target: Target, output_format: str) -> Writer:
    """The writer for a file's rows.

    Args:
        target: The file to write, and the one the rows come from.
        output_format: One of `OUTPUT_FORMATS`.

    Raises:
        TextCleanError: The header or schema of the file that the rows come from cannot be read.
    """
    kind = target.source.file.format
    if is_new_format(kind, output_format):
        return _NEW_WRITERS[output_format](target)
    try:
        return _WRITERS[kind](target)
    except (OSError, BeamIOError, pa.ArrowInvalid) as error:
        raise InvalidRecord(f"{target.source.file.name} cannot be read: {error}") from error
