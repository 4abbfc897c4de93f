"""CSV with a header line. Only the characters of the text are replaced; all other bytes of a row are kept."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Any

from beam_textclean.pipelines.formats.byte_streams import Pushback, read_chunks, split_lines
from beam_textclean.pipelines.formats.compression import UntilDamage
from beam_textclean.pipelines.formats.csv_dialects import Cell, Scanned
from beam_textclean.pipelines.formats.csv_frames import blank_in, frame_rows, is_blank
from beam_textclean.pipelines.formats.csv_header import Header, read_header
from beam_textclean.pipelines.formats.rows import (
    HeaderBytes,
    InvalidRecord,
    Reading,
    Source,
    Target,
    Unreadable,
    decode_row,
)
from beam_textclean.transforms.errors import WrongElementType
from beam_textclean.transforms.records import Change


class CsvRow:
    """One row, with the blank lines after it."""

    def __init__(self, raw: bytes, header: Header, source: Source) -> None:
        self.raw = raw
        self._header = header
        self._source = source

    def read(self) -> Reading:
        """Read the text column; the whole row is decoded where it is not UTF-8."""
        cells, columns = self._row.cells, self._header.columns
        if len(cells) != len(columns):
            raise InvalidRecord(f"the row has {len(cells)} cells, the header {len(columns)}")
        text = self._cell.text
        if text is None:
            raise WrongElementType(f"column {self._source.settings.text_field!r} is null, not a string")
        return Reading(text, self._line[1], unwritable=self._header.dialect.unwritable)

    def identifier(self) -> str | int | None:
        """Return the cell of the id column, where there is one."""
        return self.fields().get(self._source.settings.id_field)

    def fields(self) -> dict[str, Any]:
        """Return the cells by column name; one that does not follow the dialect as it is written."""
        return dict(zip(self._header.columns, map(self._value, self._row.cells), strict=False))

    def with_text(self, text: str) -> bytes:
        """Return the row with another text and every other character as it is, in UTF-8."""
        line = self._line[0]
        if text == self._cell.text:
            return line.encode("utf-8")
        dialect, cells = self._header.dialect, list(self._row.cells)
        cell = dialect.write(text, self._cell.style)
        if len(cells) == 1 and dialect.has_quotes and is_blank(cell.encode("utf-8", "surrogatepass")):
            cell = f'"{cell}"'  # the row would not be one
        cells[self._header.text] = cell
        return (dialect.delimiter.join(cells) + line[self._row.end :]).encode("utf-8", "surrogatepass")

    def comes_back(self, text: str) -> bool:
        """Return whether the cell is written as it would be again; see `Row.comes_back`."""
        changed = CsvRow(self.with_text(text), self._header, self._source)
        return changed.with_text(self._cell.text or "") == self.raw

    def _value(self, cell: str) -> str | None:
        try:
            return self._header.dialect.read(cell).text
        except InvalidRecord:
            return cell

    @cached_property
    def _cell(self) -> Cell:
        return self._header.dialect.read(self._row.cells[self._header.text])

    @cached_property
    def _row(self) -> Scanned:
        row = self._header.dialect.split(self._line[0])
        if row.state != "whole":  # as of bytes that are read in an encoding where some are parts of characters
            raise InvalidRecord("the row does not end where its last line does")
        return row

    @cached_property
    def _line(self) -> tuple[str, Change | None]:
        return decode_row(self.raw, self._source)


def read_rows(source: Source) -> Iterator[CsvRow | Unreadable]:
    """Read the rows below the header."""
    header = read_header(source)
    limit = source.settings.max_record_bytes
    readable = UntilDamage(split_lines(read_chunks(source.file.path, source.file.compression), limit))
    lines = Pushback(islice(readable, header.lines, None))
    blank = blank_in(header.dialect, len(header.columns))
    for frame in frame_rows(lines, header.dialect, blank, limit, header.lines + 1):
        if frame.error is not None:
            yield Unreadable(frame.error, chain(frame.row, [frame.after]))
        else:
            yield CsvRow(b"".join(frame.row) + frame.after, header, source)
    readable.check()


def empty_row(source: Source) -> CsvRow:
    """Return the last row of a file where that became empty and had no line feed."""
    return CsvRow(b"", read_header(source), source)


def header_bytes(source: Source) -> HeaderBytes:
    """Return what a file begins with before its first row."""
    return read_header(source).bytes


def dialect_name(source: Source) -> str:
    """Return the dialect of a file, as ``--csv-dialect`` takes it."""
    return read_header(source).dialect.name


class CsvWriter:
    """Writes the header and the rows of a CSV file."""

    def __init__(self, target: Target) -> None:
        self._output = target.output
        self._output.write(read_header(target.source).bytes.written if target.header is None else target.header)

    def write(self, row: CsvRow, text: str | None) -> None:
        """See `Writer.write`."""
        self._output.write(row.raw if text is None else row.with_text(text))

    def restore(self, raw: Iterable[bytes]) -> None:
        """See `OwnWriter.restore`."""
        for piece in raw:
            self._output.write(piece)

    def close(self) -> None:
        """Nothing is held back."""
