"""CSV with a header line. Rows that are not changed, and are UTF-8, are copied byte for byte."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from beam_textclean.pipelines.formats.byte_streams import LongLine, TruncatedInput, read_chunks, split_lines
from beam_textclean.pipelines.formats.rows import (
    InvalidRecord,
    Reading,
    Source,
    Target,
    Unreadable,
    decode_row,
    size_error,
)
from beam_textclean.transforms.errors import MissingField
from beam_textclean.transforms.records import Change

_BYTES = "latin-1"  # one character a byte: the csv module frames rows and nobody has decoded them yet
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_NOT_BREAKS = re.compile(r"[^\r\n]*")


class Header(NamedTuple):
    """The first row of a CSV file: its bytes as UTF-8, its column names, and what separates them."""

    raw: bytes
    columns: list[str]
    delimiter: str


class CsvRow:
    """One row, with the blank lines after it."""

    def __init__(self, raw: bytes, header: Header, source: Source) -> None:
        self.raw = raw
        self._header = header
        self._source = source

    def read(self) -> Reading:
        """Read the text column; the whole row is decoded where it is not UTF-8."""
        if len(self._cells) != len(self._header.columns):
            raise InvalidRecord(f"the row has {len(self._cells)} cells, the header {len(self._header.columns)}")
        return Reading(self._cells[self._column()], self._line[1])

    def identifier(self) -> str | int | None:
        """Return the cell of the id column, where there is one."""
        return self.fields().get(self._source.settings.id_field)

    def fields(self) -> dict[str, Any]:
        """Return the cells by column name."""
        return dict(zip(self._header.columns, self._cells, strict=False))

    def with_text(self, text: str) -> bytes:
        """Return the row with another text, in UTF-8."""
        if text == self._cells[self._column()]:
            return self._line[0].encode("utf-8")
        cells = list(self._cells)
        cells[self._column()] = text
        line = io.StringIO(newline="")
        white_space = self._line[0][len(self._line[0].rstrip()) :]
        ending = _NOT_BREAKS.sub("", white_space, count=1)  # with blank lines, without what the cell ends with
        # Up to Python 3.12 a line break in a cell is quoted only if it is one of the line terminator.
        csv.writer(line, delimiter=self._header.delimiter, lineterminator="\r\n").writerow(cells)
        return (line.getvalue().removesuffix("\r\n") + ending).encode("utf-8", "surrogatepass")

    def comes_back(self, text: str) -> bool:
        """Return whether the row has the quotes that it would be written with; see `Row.comes_back`."""
        changed = CsvRow(self.with_text(text), self._header, self._source)
        return changed.with_text(self._cells[self._column()]) == self.raw

    def _column(self) -> int:
        return self._header.columns.index(self._source.settings.text_field)

    @cached_property
    def _cells(self) -> list[str]:
        return next(csv.reader(io.StringIO(self._line[0], newline=""), delimiter=self._header.delimiter), [])

    @cached_property
    def _line(self) -> tuple[str, Change | None]:
        return decode_row(self.raw, self._source)


def read_header(source: Source) -> Header:
    """Read the header of a file.

    Raises:
        MissingField: It has no column for the text.
        InvalidRecord: It is in UTF-16, its lines end in carriage returns alone, or it is not CSV at all.
    """
    first = next((frame for frame in _frames(source, ",") if not frame.isspace()), b"")
    if first.startswith(_WIDE):
        raise InvalidRecord(f"{source.file.name} is UTF-16; CSV is read in UTF-8 or an encoding of single bytes")
    if _LONE_RETURN.search(first):
        raise InvalidRecord(f"{source.file.name} has lines that end in a carriage return alone; CSV needs line feeds")
    delimiter = max(",;\t", key=decode_row(first, source)[0].count)
    row, raw = next(_rows(source, delimiter), (b"", b""))
    line, _ = decode_row(row, source)
    rows = csv.reader(io.StringIO(line.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    columns = next(rows, [])
    if row and source.settings.text_field not in columns:
        raise MissingField(
            f"{source.file.name} has no column {source.settings.text_field!r}; "
            f"its columns are: {', '.join(map(repr, columns))}"
        )
    return Header(decode_row(raw, source)[0].encode("utf-8"), columns, delimiter)


def read_rows(source: Source) -> Iterator[CsvRow | Unreadable]:
    """Read the rows below the header."""
    header = read_header(source)
    limit = source.settings.max_record_bytes
    rows = _rows(source, header.delimiter)
    next(rows, None)
    for row, raw in rows:
        if len(row) > limit:
            yield Unreadable(size_error(limit), [raw])
            continue
        yield CsvRow(raw, header, source)


def _rows(source: Source, delimiter: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield the bytes of each row, the header included, and these with the blank lines after it, which are not rows.

    Those at the beginning of the file are kept with the header.
    """
    row = b""
    raw: list[bytes] = []
    try:
        for frame in _frames(source, delimiter):
            if not frame.isspace() or delimiter.encode() in frame:
                if row:
                    yield row, b"".join(raw)
                    raw = []
                row = frame
            raw.append(frame)
    except Exception:  # in a damaged file the last row may be whole
        if row:
            yield row, b"".join(raw)
        raise
    if row:
        yield row, b"".join(raw)


def _frames(source: Source, delimiter: str) -> Iterator[bytes]:
    """Yield the bytes of each row: one line, or several where a quoted cell holds line breaks.

    A row that outgrows the size limit, as one whose quote is never closed, ends with the line on which it does.
    """
    consumed: list[bytes] = []

    def lines() -> Iterator[str]:
        limit = source.settings.max_record_bytes
        for line in split_lines(read_chunks(source.file.path, source.file.compression), limit):
            consumed.append(b"".join(line.pieces) if isinstance(line, LongLine) else line)
            yield consumed[-1].decode(_BYTES)

    # The module's own limit is 128 kB; it does not accept more than 31 bits on every platform.
    csv.field_size_limit(min(source.settings.max_record_bytes, 2**31 - 1))
    left = lines()
    while True:
        try:
            for _ in csv.reader(left, delimiter=delimiter):
                yield b"".join(consumed)
                consumed.clear()
            return
        except csv.Error:
            yield b"".join(consumed)
            consumed.clear()
        except TruncatedInput:
            if consumed:  # the beginning of a row, up to where the file is damaged in a quoted cell
                yield b"".join(consumed)
            raise


class CsvWriter:
    """Writes the header and the rows of a CSV file."""

    def __init__(self, target: Target) -> None:
        self._output = target.output
        self._output.write(read_header(target.source).raw)

    def write(self, row: CsvRow, text: str | None) -> None:
        """See `Writer.write`."""
        self._output.write(row.raw if text is None else row.with_text(text))

    def restore(self, raw: bytes) -> None:
        """See `OwnWriter.restore`."""
        self._output.write(raw)

    def close(self) -> None:
        """Nothing is held back."""
