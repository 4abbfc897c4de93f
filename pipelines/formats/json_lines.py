"""JSON lines: one object a line. Only the text's own characters are replaced; all other bytes stay as they were."""

import json
from collections.abc import Iterator
from functools import cached_property
from itertools import chain, dropwhile, takewhile
from json.decoder import scanstring  # type: ignore[attr-defined]
from json.encoder import encode_basestring
from typing import Any

from beam_textclean.pipelines.formats.byte_streams import LongLine, TruncatedInput, lines_in_range
from beam_textclean.pipelines.formats.rows import (
    InvalidRecord,
    Reading,
    Row,
    Source,
    Target,
    Unreadable,
    decode_row,
    is_encodable,
    size_error,
    text_of,
)
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = " \t\r\n\x0b\x0c\ufeff"  # what JSON has, and what blank lines and the beginning of a file may have


class JsonRow:
    """One line of JSON, with the blank lines that stay with it."""

    def __init__(self, raw: bytes, source: Source) -> None:
        self.raw = raw
        self._source = source
        self._settings = source.settings
        self._last: tuple[str, str] | None = None

    def read(self) -> Reading:
        """The text field; see `Row.read`."""
        return Reading(text_of(self._object, self._settings.text_field), self._line[1])

    def identifier(self) -> str | int | None:
        """The id field, where it is a string or a number."""
        value = self._object.get(self._settings.id_field)
        return value if isinstance(value, str | int) else None

    def fields(self) -> dict[str, Any]:
        """The parsed object."""
        return dict(self._object)

    def with_text(self, text: str) -> bytes:
        """The line with another text, every other byte as it was."""
        line, _ = self._line
        if text == self._object[self._settings.text_field]:
            return line.encode("utf-8")
        start, end = self._span
        return (line[:start] + self._written(text) + line[end:]).encode("utf-8")

    def comes_back(self, text: str) -> bool:
        """Tell whether the text is written as it would be again; see `Row.comes_back`."""
        own = self._object[self._settings.text_field]
        if text == own:
            return True
        value, written = self._line[0][slice(*self._span)], self._written(text)
        return (_is_plain(value) and _is_plain(written)) or _in_the_form_of(written, own) == value

    def _written(self, text: str) -> str:
        """Another text as a string of JSON; asked for once to see whether the row comes back, and once to write it."""
        if self._last is None or self._last[0] != text:
            self._last = text, _in_the_form_of(self._line[0][slice(*self._span)], text)
        return self._last[1]

    @cached_property
    def _object(self) -> dict[str, Any]:
        return _parse(self._line[0])

    @cached_property
    def _span(self) -> tuple[int, int]:
        return _value_span(self._line[0], self._settings.text_field)

    @cached_property
    def _line(self) -> tuple[str, Change | None]:
        return decode_row(self.raw, self._source)


def read_rows(source: Source) -> Iterator[Row | Unreadable]:
    """The records of a range of a file. Blank lines are none, and stay with the record before them, or the first."""
    limit = source.settings.max_record_bytes
    lines = _lines(source)
    following: list[bytes | LongLine] = []  # the line after the blank ones, where there is one
    before: list[bytes] = list(_blank_lines(lines, following))
    while following:
        line = following.pop()
        after = _blank_lines(lines, following)
        if isinstance(line, LongLine):
            errors: list[TruncatedInput] = []
            pieces = _until_error(chain(before, line.pieces, after), errors)
            yield Unreadable(size_error(limit), pieces)
            for _ in pieces:  # what was not read
                pass
            if errors:
                raise errors[0]
        else:
            raw = [*before, line]
            try:
                raw += after
            finally:  # in a damaged file the last record may be whole
                yield JsonRow(b"".join(raw), source)
        before = []


def _until_error(pieces: Iterator[bytes], errors: list[TruncatedInput]) -> Iterator[bytes]:
    """Give pieces to whoever reads a record, and put aside that the file is damaged after them."""
    try:
        yield from pieces
    except TruncatedInput as error:
        errors.append(error)


def _lines(source: Source) -> Iterator[bytes | LongLine]:
    """The lines that begin in a range, and the blank lines after it instead of those it begins with."""
    path, compression, limit = source.file.path, source.file.compression, source.settings.max_record_bytes
    lines = lines_in_range(path, compression, source.start, source.end, limit)
    yield from dropwhile(_is_blank, lines) if source.start else lines
    if source.end is not None:
        yield from takewhile(_is_blank, lines_in_range(path, compression, source.end, None, limit))


def _blank_lines(lines: Iterator[bytes | LongLine], following: list[bytes | LongLine]) -> Iterator[bytes]:
    """Take the next lines that are blank; the one that follows them goes into `following`."""
    for line in lines:
        if isinstance(line, LongLine) or not _is_blank(line):
            following.append(line)
            return
        yield line


def _is_blank(line: bytes | LongLine) -> bool:
    if isinstance(line, LongLine):
        return False
    line = line.removeprefix(_BYTE_ORDER_MARK)
    return not line or line.isspace()


class JsonLinesWriter:
    """Writes rows as JSON lines: lines of JSON as they stood, rows of other formats as new objects."""

    def __init__(self, target: Target) -> None:
        self._output = target.output
        self._settings = target.source.settings
        self._open_line = False

    def write(self, row: Row, text: str | None) -> None:
        """See `Writer.write`."""
        if isinstance(row, JsonRow):
            self._write(row.raw if text is None else row.with_text(text))
            return
        fields = row.fields()
        if text is not None:
            fields[self._settings.text_field] = text
        line = json.dumps(fields, ensure_ascii=False, default=_as_text)
        if not is_encodable(line):
            line = json.dumps(fields, default=_as_text)
        self._write(line.encode("ascii" if line.isascii() else "utf-8") + b"\n")

    def restore(self, raw: bytes) -> None:
        """See `Writer.restore`."""
        self._write(raw)

    def close(self) -> None:
        """Nothing is held back."""

    def _write(self, line: bytes) -> None:
        if self._open_line:  # the input's last line had no line feed, and something follows it here
            self._output.write(b"\n")
        self._output.write(line)
        self._open_line = not line.endswith(b"\n")


def _parse(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line.strip(_SPACE))
    except (ValueError, RecursionError) as error:
        raise InvalidRecord(f"the line is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise InvalidRecord(f"the line is a JSON {type(value).__name__}, not an object")
    return value


def _as_text(value: object) -> str:
    """What JSON has no form for: bytes, dates, decimals."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _in_the_form_of(value: str, text: str) -> str:
    """Write a text as a JSON string that stands for another one: what was written in ASCII stays so."""
    is_escaped = value.isascii() and "\\u" in value
    return json.dumps(text, ensure_ascii=is_escaped or not is_encodable(text))


def _is_plain(value: str) -> bool:
    """Tell whether a JSON string has no escapes but those that a text in UTF-8 is always written with."""
    return "\\u" not in value and "\\/" not in value


_decoder = json.JSONDecoder()


def _value_span(line: str, field: str) -> tuple[int, int]:
    """Where the value of a top-level field stands in a line of valid JSON; the last one, as parsers take it."""
    key = encode_basestring(field)
    if line.count(key) == 1:
        place = line.index(key)
        colon = _skip(line, place + len(key))
        start = _skip(line, colon + 1) if line[colon] == ":" else 0  # it may be a value, too
        if line[start] == '"':
            _, end = scanstring(line, start + 1, True)
            # Without an escape elsewhere no other key can be this one in another form.
            if "\\" not in line[:place] and "\\" not in line[end:]:
                return start, end
    span = (0, 0)
    position = _skip(line, _skip(line, 0) + 1)
    while line[position] != "}":
        key, position = scanstring(line, position + 1, True)
        start = _skip(line, _skip(line, position) + 1)
        _, end = _decoder.raw_decode(line, start)
        if key == field:
            span = (start, end)
        position = _skip(line, end)
        if line[position] == ",":
            position = _skip(line, position + 1)
    if span == (0, 0):
        raise TextCleanError(f"no field {field!r} in the line")
    return span


def _skip(line: str, position: int) -> int:
    while line[position] in _SPACE:
        position += 1
    return position
