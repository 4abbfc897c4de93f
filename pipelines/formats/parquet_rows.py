"""Parquet: the text column is replaced, every other column is passed on as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from beam_textclean.pipelines.formats.byte_streams import OutputFile, open_raw
from beam_textclean.pipelines.formats.rows import (
    InvalidRecord,
    Reading,
    Settings,
    Source,
    Target,
    Unreadable,
    size_error,
)
from beam_textclean.transforms.errors import MissingField, WrongElementType

_BATCH_ROWS = 512
_GROUP_BYTES = 16 << 20


class ParquetRow:
    """One row of a record batch."""

    def __init__(self, batch: pa.RecordBatch, number: int, text: Any, settings: Settings) -> None:
        self.batch = batch
        self.number = number
        self._text = text
        self._settings = settings

    @property
    def raw(self) -> bytes:
        """The row, as an Arrow IPC stream."""
        # A slice keeps its whole batch's buffers; taking the row copies its own alone.
        row = _taken(self.batch, [self.number])
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, row.schema) as stream:
            stream.write_batch(row)
        return bytes(sink.getvalue())

    def read(self) -> Reading:
        """Read the text column."""
        if not isinstance(self._text, str | bytes):
            kind = "null" if self._text is None else type(self._text).__name__
            raise WrongElementType(f"column {self._settings.text_field!r} is {kind}, not a string")
        return Reading(self._text)

    def identifier(self) -> str | int | None:
        """Return the value of the id column, where it is a string or a number."""
        if self._settings.id_field not in self.batch.schema.names:
            return None
        value = self.batch.column(self._settings.id_field)[self.number].as_py()
        return value if isinstance(value, str | int) else None

    def fields(self) -> dict[str, Any]:
        """Return the values by column name."""
        [fields] = self.batch.slice(self.number, 1).to_pylist()
        return dict(fields)

    def comes_back(self, text: str) -> bool:
        """Return True: a row is nothing but its values; see `Row.comes_back`."""
        return True


def read_schema(source: Source) -> pa.Schema:
    """Read the schema of a file.

    Raises:
        MissingField: It has no column for the text.
        InvalidRecord: It cannot be read, or has several such columns.
    """
    with _damage_named(source), open_raw(source.file.path) as file:
        schema = pq.ParquetFile(file).schema_arrow
    if schema.names.count(source.settings.text_field) > 1:
        raise InvalidRecord(f"{source.file.name} has several columns {source.settings.text_field!r}")
    if source.settings.text_field not in schema.names:
        raise MissingField(
            f"{source.file.name} has no column {source.settings.text_field!r}; "
            f"its columns are: {', '.join(map(repr, schema.names))}"
        )
    return schema


def read_rows(source: Source) -> Iterator[ParquetRow | Unreadable]:
    """Read the rows of a file, batch by batch."""
    settings = source.settings
    read_schema(source)
    with _damage_named(source), open_raw(source.file.path) as file:
        for batch in pq.ParquetFile(file).iter_batches(batch_size=_BATCH_ROWS):
            for number, text in enumerate(batch.column(settings.text_field).to_pylist()):
                row = ParquetRow(batch, number, text, settings)
                if isinstance(text, str | bytes) and len(text) > settings.max_record_bytes:
                    yield Unreadable(size_error(settings.max_record_bytes), [row.raw])
                    continue
                yield row


@contextmanager
def _damage_named(source: Source) -> Iterator[None]:
    """Raise an `InvalidRecord` where Arrow cannot read a file."""
    try:
        yield
    except pa.ArrowException as error:
        raise InvalidRecord(f"{source.file.name} cannot be read from here on: {error}") from error


def _taken(batch: pa.RecordBatch, numbers: list[int]) -> pa.RecordBatch:
    """Return some rows of a batch."""
    try:
        return batch.take(pa.array(numbers))
    except pa.ArrowNotImplementedError:  # Arrow does not take rows of some types, such as views
        return pa.concat_batches([batch.slice(number, 1) for number in numbers])


class ParquetWriter:
    """Writes rows of Parquet files with the schema they had."""

    def __init__(self, target: Target) -> None:
        self._field = target.source.settings.text_field
        self._schema = read_schema(target.source)
        self._index = self._schema.get_field_index(self._field)
        with _damage_named(target.source):
            self._writer = pq.ParquetWriter(pa.PythonFile(Sink(target.output), mode="w"), self._schema)
        self._batch: pa.RecordBatch | None = None
        self._numbers: list[int] = []
        self._texts: list[str | None] = []
        self._group: list[pa.RecordBatch] = []

    def write(self, row: ParquetRow, text: str | None) -> None:
        """See `Writer.write`."""
        if row.batch is not self._batch:
            self._finish_batch()
            self._batch = row.batch
        if text is None:
            reading = row.read().text
            text = reading.decode("utf-8") if isinstance(reading, bytes) else reading
        self._numbers.append(row.number)
        self._texts.append(text)

    def restore(self, raw: bytes) -> None:
        """See `OwnWriter.restore`."""
        self._finish_batch()
        for batch in pa.ipc.open_stream(raw):
            self._add(batch)

    def close(self) -> None:
        """Write the last rows and the footer."""
        self._finish_batch()
        self._finish_group()
        self._writer.close()

    def _finish_batch(self) -> None:
        if self._batch is None or not self._numbers:
            return
        batch = self._batch
        if len(self._numbers) < batch.num_rows:
            batch = _taken(batch, self._numbers)
        column = pa.array(self._texts, pa.string()).cast(self._schema.field(self._index).type)
        columns = [column if n == self._index else batch.column(n) for n in range(batch.num_columns)]
        self._add(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        self._batch = None
        self._numbers.clear()
        self._texts.clear()

    def _add(self, batch: pa.RecordBatch) -> None:
        self._group.append(batch)
        if sum(group.nbytes for group in self._group) > _GROUP_BYTES:
            self._finish_group()

    def _finish_group(self) -> None:
        if self._group:
            self._writer.write_table(pa.Table.from_batches(self._group, self._schema))
            self._group.clear()


class Sink:
    """An `OutputFile` with the methods that Arrow calls on a file."""

    closed = False

    def __init__(self, output: OutputFile) -> None:
        self._output = output
        self._position = 0

    def write(self, data: bytes) -> int:
        """Add bytes."""
        self._position += len(data)
        return self._output.write(bytes(data))

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._position

    def flush(self) -> None:
        """Do nothing: the output is flushed when it is closed."""

    def close(self) -> None:
        """Do nothing: whoever opened the output closes it."""
