"""CSV with a header line. Rows that do not change are copied byte for byte."""

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from beam_textclean.pipelines.byte_streams import LongLine, read_chunks, split_lines
from beam_textclean.pipelines.formats.rows import (
    InvalidRecord,
    Reading,
    Row,
    Settings,
    Source,
    Target,
    Unreadable,
    decode_line,
    size_error,
)
from beam_textclean.transforms.errors import MissingField

_BYTES = "latin-1"  # one character a byte: the csv module frames rows and nobody has decoded them yet
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Header(NamedTuple):
    """The first line of a CSV file: its bytes, its column names, and what separates them."""

    raw: bytes
    columns: list[str]
    delimiter: str


class CsvRow:
    """One row: its bytes and its cells, a character a byte."""

    def __init__(self, raw: bytes, cells: list[str], header: Header, settings: Settings) -> None:
        self.raw = raw
        self._cells = cells
        self._header = header
        self._settings = settings

    def read(self) -> Reading:
        """The text column, as bytes."""
        if len(self._cells) != len(self._header.columns):
            raise InvalidRecord(f"the row has {len(self._cells)} cells, the header {len(self._header.columns)}")
        return Reading(self._cells[self._column()].encode(_BYTES))

    def identifier(self) -> str | int | None:
        """The id column, where there is one."""
        if self._settings.id_field not in self._header.columns:
            return None
        return _decode(self._cells[self._header.columns.index(self._settings.id_field)])

    def fields(self) -> dict[str, Any]:
        """The row by column name."""
        return dict(zip(self._header.columns, map(_decode, self._cells), strict=False))

    def with_text(self, text: str) -> bytes:
        """The row with another text."""
        cells = list(self._cells)
        cells[self._column()] = text.encode("utf-8").decode(_BYTES)
        line = io.StringIO(newline="")
        ending = self.raw[len(self.raw.rstrip(b"\r\n")) :].decode(_BYTES)
        csv.writer(line, delimiter=self._header.delimiter, lineterminator=ending).writerow(cells)
        return line.getvalue().encode(_BYTES)

    def _column(self) -> int:
        return self._header.columns.index(self._settings.text_field)


def read_header(source: Source) -> Header:
    """The header of a file.

    Raises:
        MissingField: It has no column for the text.
    """
    lines = split_lines(read_chunks(source.file.path, source.file.compression), source.settings.max_record_bytes)
    first = next(lines, b"")
    raw = first if isinstance(first, bytes) else b""
    line = raw.removeprefix(_BYTE_ORDER_MARK).decode(_BYTES)
    delimiter = max(",;\t", key=line.count)
    columns = [_decode(cell) for cell in next(csv.reader([line], delimiter=delimiter), [])]
    if raw and source.settings.text_field not in columns:
        raise MissingField(
            f"{source.file.path} has no column {source.settings.text_field!r}; "
            f"its columns are: {', '.join(map(repr, columns))}"
        )
    return Header(raw, columns, delimiter)


def read_rows(source: Source) -> Iterator[Row | Unreadable]:
    """The rows below the header."""
    header = read_header(source)
    limit = source.settings.max_record_bytes
    csv.field_size_limit(limit)  # the module's own limit is 128 kB
    consumed: list[bytes] = []
    long: list[LongLine] = []

    def lines() -> Iterator[str]:
        for line in split_lines(read_chunks(source.file.path, source.file.compression), limit):
            if isinstance(line, LongLine):
                long.append(line)
                yield "\n"  # an empty row in its place
                continue
            consumed.append(line)
            yield line.decode(_BYTES)

    rows = csv.reader(lines(), delimiter=header.delimiter)
    next(rows, None)
    consumed.clear()
    for cells in rows:
        raw = b"".join(consumed)
        consumed.clear()
        if long:
            yield Unreadable(size_error(limit), long.pop().pieces)
        elif raw.strip():
            yield CsvRow(raw, cells, header, source.settings)


class CsvWriter:
    """Writes the header and the rows of a CSV file."""

    def __init__(self, target: Target) -> None:
        self._output = target.output
        self._output.write(read_header(target.source).raw)

    def write(self, row: Row, text: str | None) -> None:
        """See `Writer.write`."""
        assert isinstance(row, CsvRow)
        self._output.write(row.raw if text is None else row.with_text(text))

    def restore(self, raw: bytes) -> None:
        """See `Writer.restore`."""
        self._output.write(raw)

    def close(self) -> None:
        """Nothing is held back."""


def _decode(cell: str) -> str:
    raw = cell.encode(_BYTES)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return decode_line(raw)[0]
