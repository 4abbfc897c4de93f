"""Writers for rows that come from any other format."""

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from beam_textclean.pipelines.formats.parquet_rows import Sink
from beam_textclean.pipelines.formats.rows import InvalidRecord, Row, Target, is_encodable
from beam_textclean.transforms.elements import text_of, with_text

_GROUP_ROWS = 4096


class NewJsonLinesWriter:
    """Writes the fields of rows as objects of JSON, one per line."""

    def __init__(self, target: Target) -> None:
        self._output = target.output
        self._field = target.source.settings.text_field

    def write(self, row: Row, text: str | None) -> None:
        """See `Writer.write`."""
        fields = row.fields()
        if text is not None:
            fields = with_text(fields, self._field, text)
        line = json.dumps(fields, ensure_ascii=False, default=_as_text)
        if not is_encodable(line):
            line = json.dumps(fields, default=_as_text)
        self._output.write(line.encode("utf-8") + b"\n")

    def close(self) -> None:
        """Nothing is held back."""


def _as_text(value: object) -> str:
    """Return the string for a value that JSON cannot hold: bytes, a date, a decimal."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


class NewParquetWriter:
    """Writes the fields of rows as columns; the first rows decide the columns and their types."""

    def __init__(self, target: Target) -> None:
        self._sink = Sink(target.output)
        self._field = target.source.settings.text_field
        self._writer: pq.ParquetWriter | None = None
        self._rows: list[dict[str, Any]] = []

    def write(self, row: Row, text: str | None) -> None:
        """See `Writer.write`."""
        fields = row.fields()
        if text is not None:
            fields = with_text(fields, self._field, text)
        self._rows.append(fields)
        if len(self._rows) >= _GROUP_ROWS:
            self._finish_group()

    def close(self) -> None:
        """Write the last rows and the footer."""
        self._finish_group()
        if self._writer is not None:
            self._writer.close()

    def _finish_group(self) -> None:
        if not self._rows and self._writer is not None:
            return
        try:
            if self._writer is None:
                names = dict.fromkeys(name for row in self._rows for name in row)
                padded = [{name: row.get(name) for name in names} for row in self._rows]
                self._writer = pq.ParquetWriter(
                    pa.PythonFile(self._sink, mode="w"), pa.Table.from_pylist(padded).schema
                )
            schema = self._writer.schema
            unknown = {name for row in self._rows for name in row} - set(schema.names)
            if unknown:
                raise InvalidRecord(
                    f"records hold fields that the first {_GROUP_ROWS} do not have: {', '.join(sorted(unknown))}; "
                    "write this corpus with --format jsonl"
                )
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema))
        except (pa.ArrowException, OverflowError, UnicodeError) as error:
            raise InvalidRecord(f"the records do not fit one table: {error}; use --format jsonl") from error
        self._rows.clear()


class NewTextWriter:
    """Writes the texts alone, each followed by an empty line."""

    def __init__(self, target: Target) -> None:
        self._output = target.output
        self._field = target.source.settings.text_field

    def write(self, row: Row, text: str | None) -> None:
        """See `Writer.write`."""
        if text is None:
            text = str(text_of(row.fields(), self._field))
        self._output.write(text.encode("utf-8") + b"\n\n")

    def close(self) -> None:
        """Nothing is held back."""
