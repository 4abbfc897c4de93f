"""How the columns of a Parquet file are written, read from its footer.

Arrow knows it, too, but its function ends the process where statistics in the footer do not fit each other (25.0). The
footer is Thrift in the compact protocol; https://github.com/apache/parquet-format has its structures.
"""

import os
from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

_CODECS = ("NONE", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4")
_DICTIONARY_ENCODINGS = {2, 8}
_INT96 = 3
_ROW_GROUPS, _COLUMNS, _COLUMN_METADATA = 4, 1, 3


class ColumnTraits(NamedTuple):
    """How a column is written: its path in the schema, its compression, whether by a dictionary, whether as INT96."""

    path: str
    codec: str
    has_dictionary: bool
    is_int96: bool


def column_traits(file: BinaryIO) -> list[ColumnTraits]:
    """Return how the columns of the first row group are written; nothing where there is none.

    Args:
        file: A Parquet file that Arrow could open.

    Raises:
        Exception: The footer is damaged; errors of any kind.
    """
    file.seek(-8, os.SEEK_END)
    size = int.from_bytes(file.read(4), "little")
    file.seek(-8 - size, os.SEEK_END)
    footer = _Thrift(BytesIO(file.read(size)))
    groups = footer.struct({_ROW_GROUPS: footer.first_of_list}).get(_ROW_GROUPS)
    if not groups:
        return []
    return [_traits(column[_COLUMN_METADATA]) for column in groups[_COLUMNS]]


def _traits(metadata: dict[int, Any]) -> ColumnTraits:
    kind, encodings, path, codec = (metadata[field] for field in (1, 2, 3, 4))
    return ColumnTraits(
        ".".join(name.decode("utf-8") for name in path),
        _CODECS[codec],
        not _DICTIONARY_ENCODINGS.isdisjoint(encodings),
        kind == _INT96,
    )


class _Thrift:
    """Reads values of the compact protocol; a struct is a dict by the numbers of its fields."""

    def __init__(self, data: BytesIO) -> None:
        self._data = data
        self._readers: dict[int, Callable[[], Any]] = {
            1: lambda: True,
            2: lambda: False,
            3: self._byte,
            4: self._integer,
            5: self._integer,
            6: self._integer,
            7: lambda: self._data.read(8),
            8: lambda: self._data.read(self._varint()),
            9: self._list,
            10: self._list,
            11: self._map,
            12: self.struct,
        }

    def struct(self, last: dict[int, Callable[[], Any]] | None = None) -> dict[int, Any]:
        """Read a struct; fields in `last` are read by their function, and what follows them is not read."""
        fields: dict[int, Any] = {}
        number = 0
        while header := self._byte():
            number = number + (header >> 4) if header >> 4 else self._integer()
            if last and number in last:
                fields[number] = last[number]()
                return fields
            fields[number] = self._readers[header & 15]()
        return fields

    def first_of_list(self) -> Any:
        """Read the first value of a list, or return None where it has none."""
        size, reader = self._list_header()
        return reader() if size else None

    def _list(self) -> list[Any]:
        size, reader = self._list_header()
        return [reader() for _ in range(size)]

    def _list_header(self) -> tuple[int, Callable[[], Any]]:
        header = self._byte()
        size = header >> 4 if header >> 4 < 15 else self._varint()
        kind = header & 15
        return size, self._byte if kind in (1, 2) else self._readers[kind]

    def _map(self) -> dict[Any, Any]:
        size = self._varint()
        kinds = self._byte() if size else 0
        return {self._readers[kinds >> 4](): self._readers[kinds & 15]() for _ in range(size)}

    def _byte(self) -> int:
        return self._data.read(1)[0]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _integer(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)
