"""Parquet: the text column is replaced, every other column is passed on as it is."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from beam_textclean.pipelines.formats.byte_streams import OutputFile, open_raw
from beam_textclean.pipelines.formats.parquet_footer import ColumnTraits, column_traits
from beam_textclean.pipelines.formats.rows import (
    InvalidRecord,
    Reading,
    Settings,
    Source,
    Target,
    Unreadable,
    size_error,
)
from beam_textclean.transforms.errors import MissingField, TextCleanError, WrongElementType

_BATCH_ROWS = 512
_GROUP_BYTES = 256 << 20  # in memory; larger row groups are written as several
_PLACE = b"place"
_BINARY = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}


class Place(NamedTuple):
    """Where a row is: the number of its row group in the file, its number in that, and how many rows that has."""

    group: int
    row: int
    rows: int


class ParquetRow:
    """One row of a record batch.

    Attributes:
        batch: The batch.
        number: The number of the row in it.
        place: Where the row is in its file.
    """

    def __init__(self, batch: pa.RecordBatch, number: int, text: Any, place: Place, settings: Settings) -> None:
        self.batch = batch
        self.number = number
        self.place = place
        self._text = text
        self._settings = settings

    @property
    def raw(self) -> bytes:
        """The row, as an Arrow IPC stream; its metadata say where in its row group it is."""
        # A slice keeps its whole batch's buffers; taking the row copies its own alone.
        row = _taken(self.batch, [self.number]).replace_schema_metadata({_PLACE: json.dumps(self.place)})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, row.schema) as stream:
            stream.write_batch(row)
        return bytes(sink.getvalue())

    def read(self) -> Reading:
        """Read the text column; a text that is not UTF-8 is bytes."""
        if not isinstance(self._text, str | bytes):
            kind = "null" if self._text is None else type(self._text).__name__
            raise WrongElementType(f"column {self._settings.text_field!r} is {kind}, not a string")
        return Reading(self._text)

    def identifier(self) -> str | int | None:
        """Return the value of the id column, where it is a string or a number."""
        if self._settings.id_field not in self.batch.schema.names:
            return None
        [value] = _values(self.batch.column(self._settings.id_field).slice(self.number, 1))
        return value if isinstance(value, str | int) else None

    def fields(self) -> dict[str, Any]:
        """Return the values by column name; a string that is not UTF-8 is bytes."""
        row = self.batch.slice(self.number, 1)
        return {name: _values(column)[0] for name, column in zip(row.schema.names, row.columns, strict=True)}

    def comes_back(self, text: str) -> bool:
        """Return True: a row is nothing but its values; see `Row.comes_back`."""
        return True


def _values(column: pa.Array) -> list[Any]:
    """Return the values of a column; those that should be strings and are not UTF-8 are bytes."""
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if column.type not in _BINARY:
            return [None] * len(column)  # they are within others; only what is written in another format lacks them
        return [_text_or_bytes(value) for value in column.cast(_BINARY[column.type]).to_pylist()]


def _text_or_bytes(value: bytes | None) -> str | bytes | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def _text_path(schema: pa.Schema, source: Source) -> list[str]:
    """Return the names of the column of the text and of the structs that it is in, the outermost first.

    Raises:
        MissingField: There is no such column.
        InvalidRecord: There are several.
    """
    path: list[str] = []
    fields, rest = list(schema), source.settings.text_field
    while True:
        names = [field.name for field in fields]
        head, dot, below = (rest, "", "") if rest in names else rest.partition(".")
        if names.count(head) > 1:
            raise InvalidRecord(f"{source.file.name} has several columns {source.settings.text_field!r}")
        if head not in names:
            raise MissingField(
                f"{source.file.name} has no column {source.settings.text_field!r}; "
                f"its columns are: {', '.join(repr('.'.join([*path, name])) for name in names)}"
            )
        path.append(head)
        if not dot:
            return path
        kind = fields[names.index(head)].type
        fields, rest = list(kind) if pa.types.is_struct(kind) else [], below


def read_rows(source: Source) -> Iterator[ParquetRow | Unreadable]:
    """Read the rows of a file, batch by batch."""
    settings = source.settings
    with _damage_named(source), open_raw(source.file.path) as file:
        parquet = pq.ParquetFile(file)
        column, *path = _text_path(parquet.schema_arrow, source)
        _open_writer(
            pa.BufferOutputStream(), parquet.schema_arrow, column_traits(file)
        )  # what cannot be written is left as it is
        for group in range(parquet.num_row_groups):
            count, rows = 0, parquet.metadata.row_group(group).num_rows
            for batch in parquet.iter_batches(batch_size=_BATCH_ROWS, row_groups=[group]):
                texts = batch.column(column)
                for number, text in enumerate(_values(pc.struct_field(texts, path) if path else texts)):
                    row = ParquetRow(batch, number, text, Place(group, count + number, rows), settings)
                    if isinstance(text, str | bytes) and len(text) > settings.max_record_bytes:
                        yield Unreadable(size_error(settings.max_record_bytes), [row.raw])
                        continue
                    yield row
                count += batch.num_rows
            if count != rows:
                raise InvalidRecord(
                    f"{source.file.name}: row group {group + 1} should have {rows} rows and has {count}"
                )


@contextmanager
def _damage_named(source: Source) -> Iterator[None]:
    """Raise an `InvalidRecord` for whatever Arrow raises about a file that it cannot read."""
    try:
        yield
    except TextCleanError:
        raise
    except Exception as error:
        raise InvalidRecord(f"{source.file.name} cannot be read from here on: {error}") from error


def _taken(batch: pa.RecordBatch, numbers: list[int]) -> pa.RecordBatch:
    """Return some rows of a batch."""
    try:
        return batch.take(pa.array(numbers))
    except pa.ArrowNotImplementedError:  # Arrow does not take rows of some types, such as views
        return pa.concat_batches([batch.slice(number, 1) for number in numbers])


def _open_writer(sink: object, schema: pa.Schema, columns: list[ColumnTraits]) -> pq.ParquetWriter:
    """Open a writer for the schema of a file, with the compression and the encodings that its columns have."""
    codecs = [column.codec for column in columns]
    return pq.ParquetWriter(
        sink,
        schema,
        # By path only where columns differ: the paths of nested columns can be others in a file that Arrow writes.
        compression={path: codec for path, codec, *_ in columns} if len(set(codecs)) > 1 else (codecs or ["snappy"])[0],
        use_dictionary=all(column.has_dictionary for column in columns)
        or [column.path for column in columns if column.has_dictionary],
        use_deprecated_int96_timestamps=any(column.is_int96 for column in columns),
    )


def _with_column(column: pa.Array, path: list[str], texts: pa.Array) -> pa.Array:
    """Return a column with other texts in the structs that it consists of, or in its place."""
    if not path:
        return texts
    fields = list(column.type)
    children = column.flatten()
    number = [field.name for field in fields].index(path[0])
    children[number] = _with_column(children[number], path[1:], texts)
    return pa.StructArray.from_arrays(children, fields=fields, mask=column.is_null())


class ParquetWriter:
    """Writes rows of Parquet files with the schema, the row groups and the compression that they had."""

    def __init__(self, target: Target) -> None:
        with _damage_named(target.source), open_raw(target.source.file.path) as file:
            parquet = pq.ParquetFile(file)
            self._schema = parquet.schema_arrow
            column, *self._path = _text_path(self._schema, target.source)
            self._index = self._schema.get_field_index(column)
            self._writer = _open_writer(pa.PythonFile(Sink(target.output), mode="w"), self._schema, column_traits(file))
        self._type = self._schema.field(self._index).type
        for name in self._path:
            self._type = self._type.field(name).type
        self._batch: pa.RecordBatch | None = None
        self._numbers: list[int] = []
        self._texts: list[str | None] = []
        self._group: list[pa.RecordBatch] = []
        self._group_bytes = 0
        self._group_count = 0  # of the rows that it has
        self._group_rows = 0  # that it should have, where it is known
        self._last_group = 0  # of the file that rows come from

    def write(self, row: ParquetRow, text: str | None) -> None:
        """See `Writer.write`."""
        if row.batch is not self._batch:
            self._finish_batch()
            if row.place.group != self._last_group and self._group_count >= self._group_rows:
                self._begin_group()
            self._last_group = row.place.group
            self._batch = row.batch
        if text is None:
            reading = row.read().text
            text = reading.decode("utf-8") if isinstance(reading, bytes) else reading
        self._numbers.append(row.number)
        self._texts.append(text)
        self._group_count += 1

    def restore(self, raw: Iterable[bytes]) -> None:
        """See `OwnWriter.restore`."""
        self._finish_batch()
        with pa.ipc.open_stream(b"".join(raw)) as stream:
            place = Place(*json.loads((stream.schema.metadata or {}).get(_PLACE, b"[0, 1, 0]")))
            if place.row == 0:
                self._begin_group()
            self._group_count += 1
            self._group_rows = place.rows
            for batch in stream:
                self._add(batch.columns)

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
        columns = list(batch.columns)
        texts = pa.array(self._texts, pa.string()).cast(self._type)
        columns[self._index] = _with_column(columns[self._index], self._path, texts)
        self._add(columns)
        self._batch = None
        self._numbers.clear()
        self._texts.clear()

    def _begin_group(self) -> None:
        self._finish_group()
        self._group_count = self._group_rows = 0

    def _add(self, columns: list[pa.Array]) -> None:
        batch = pa.RecordBatch.from_arrays(columns, schema=self._schema)
        self._group.append(batch)
        self._group_bytes += batch.nbytes
        if self._group_bytes > _GROUP_BYTES:
            self._finish_group()

    def _finish_group(self) -> None:
        if self._group:
            table = pa.Table.from_batches(self._group, self._schema)
            self._writer.write_table(table, max(1, table.num_rows))
            self._group.clear()
            self._group_bytes = 0


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
