"""Plain text: a document a file, or a document a line. The bytes are decoded by the encoding pass."""

import itertools
from collections.abc import Iterator
from typing import Any

from beam_textclean.pipelines.formats.byte_streams import LongLine, lines_in_range, read_chunks
from beam_textclean.pipelines.formats.rows import Reading, Row, Source, Target, Unreadable, file_encoding, size_error


class TextRow:
    """A document of plain text."""

    def __init__(self, raw: bytes, source: Source, ending: bytes = b"") -> None:
        self.raw = raw
        self.ending = ending
        self._source = source

    def read(self) -> Reading:
        """The document's bytes, without the end of its line."""
        is_line = self._source.file.format == "lines"
        declared = file_encoding(self._source.file) if is_line and not self.raw.isascii() else None
        return Reading(self._body, declared=declared)

    def identifier(self) -> str | int | None:
        """The name of its file."""
        return self._source.file.name

    def fields(self) -> dict[str, Any]:
        """The file's name and the text; bytes that are not UTF-8 always have a decoded text to stand in for them."""
        return {"id": self.identifier(), self._source.settings.text_field: self._body.decode("utf-8", "replace")}

    def comes_back(self, text: str) -> bool:
        """Tell whether the line will be read again with the ending that it has; see `Row.comes_back`."""
        return not (self._source.file.format == "lines" and text.endswith("\r"))

    @property
    def _body(self) -> bytes:
        return self.raw[: len(self.raw) - len(self.ending)]


def read_documents(source: Source) -> Iterator[Row | Unreadable]:
    """A whole file as one document."""
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
    yield TextRow(b"".join(held), source)


def read_lines(source: Source) -> Iterator[Row | Unreadable]:
    """A document a line; an empty line is an empty document."""
    settings = source.settings
    file = source.file
    for line in lines_in_range(file.path, file.compression, source.start, source.end, settings.max_record_bytes):
        if isinstance(line, LongLine):
            yield Unreadable(size_error(settings.max_record_bytes), line.pieces)
            continue
        body = line.rstrip(b"\r\n")
        yield TextRow(line, source, line[len(body) :])


class TextWriter:
    """Writes the text of each row with the ending that its line had."""

    def __init__(self, target: Target) -> None:
        self._output = target.output

    def write(self, row: Row, text: str | None) -> None:
        """See `Writer.write`."""
        if text is None:
            self._output.write(row.raw)
            return
        self._output.write(text.encode("utf-8"))
        if isinstance(row, TextRow):
            self._output.write(row.ending)

    def restore(self, raw: bytes) -> None:
        """See `Writer.restore`."""
        self._output.write(raw)

    def close(self) -> None:
        """Nothing is held back."""
