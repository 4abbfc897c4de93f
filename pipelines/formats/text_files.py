"""Plain text: one document per file, or one per line. The encoding pass decodes the bytes."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from beam_textclean.pipelines.formats.byte_streams import LongLine, lines_in_range, read_chunks
from beam_textclean.pipelines.formats.rows import Reading, Source, Target, Unreadable, file_encoding, size_error


class FileRow:
    """A file that is one document."""

    def __init__(self, raw: bytes, source: Source) -> None:
        self.raw = raw
        self._source = source

    def read(self) -> Reading:
        """Read the bytes of the file."""
        return Reading(self.raw)

    def identifier(self) -> str | int | None:
        """Return the name of the file."""
        return self._source.file.name

    def fields(self) -> dict[str, Any]:
        """Return the file's name and the text."""
        return _fields(self.raw, self._source)

    def comes_back(self, text: str) -> bool:
        """Return True: a document is nothing but its bytes; see `Row.comes_back`."""
        return True

    def with_bytes(self, data: bytes) -> bytes:
        """Return the record with other bytes for its text."""
        return data


class LineRow:
    """A line that is one document."""

    def __init__(self, raw: bytes, source: Source) -> None:
        self.raw = raw
        self._body = raw.rstrip(b"\r\n")
        self._source = source

    def read(self) -> Reading:
        """Read the bytes of the line, without its end."""
        declared = None if self.raw.isascii() else file_encoding(self._source.file)
        return Reading(self._body, declared=declared, unwritable="\n")

    def identifier(self) -> str | int | None:
        """Return the name of its file."""
        return self._source.file.name

    def fields(self) -> dict[str, Any]:
        """Return the file's name and the text."""
        return _fields(self._body, self._source)

    def comes_back(self, text: str) -> bool:
        """Return whether the line will be read again with the end that it has; see `Row.comes_back`."""
        return not text.endswith("\r")

    def with_bytes(self, data: bytes) -> bytes:
        """Return the record with other bytes for its text."""
        return data + self.raw[len(self._body) :]


TextRow: TypeAlias = FileRow | LineRow


def read_documents(source: Source) -> Iterator[FileRow | Unreadable]:
    """Read a whole file as one document."""
    limit = source.settings.max_record_bytes
    chunks = read_chunks(source.file.path, source.file.compression)
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size > limit:
            yield Unreadable(size_error(limit), itertools.chain(held, chunks))
            return
    yield FileRow(b"".join(held), source)


def read_lines(source: Source) -> Iterator[LineRow | Unreadable]:
    """Read each line as one document; an empty line is an empty document."""
    settings = source.settings
    file = source.file
    for line in lines_in_range(file.path, file.compression, source.start, source.end, settings.max_record_bytes):
        if isinstance(line, LongLine):
            yield Unreadable(size_error(settings.max_record_bytes), line.pieces)
            continue
        yield LineRow(line, source)


def empty_line(source: Source) -> LineRow:
    """Return the last line of a file where that became empty and had no line feed."""
    return LineRow(b"", source)


def with_bytes(row: TextRow, data: bytes) -> bytes:
    """Return the bytes of a record with others for its text."""
    return row.with_bytes(data)


class TextWriter:
    """Writes the text of each row with the end that its line had."""

    def __init__(self, target: Target) -> None:
        self._output = target.output

    def write(self, row: TextRow, text: str | None) -> None:
        """See `Writer.write`."""
        self._output.write(row.raw if text is None else row.with_bytes(text.encode("utf-8")))

    def restore(self, raw: Iterable[bytes]) -> None:
        """See `OwnWriter.restore`."""
        for piece in raw:
            self._output.write(piece)

    def close(self) -> None:
        """Nothing is held back."""


def _fields(body: bytes, source: Source) -> dict[str, Any]:
    """Return the fields of a record; bytes that are not UTF-8 are always replaced by their decoded text."""
    return {"id": source.file.name, source.settings.text_field: body.decode("utf-8", "replace")}
