"""JSON lines: one object per line. Only the characters of the text are replaced; all other bytes are kept."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, dropwhile, takewhile
from json.decoder import scanstring  # type: ignore[attr-defined]
from json.encoder import encode_basestring
from typing import Any

from beam_textclean.pipelines.formats.byte_streams import (
    MOST_BLANK_BYTES,
    LongLine,
    Pushback,
    blank_lines,
    joined,
    lines_in_range,
)
from beam_textclean.pipelines.formats.compression import UntilDamage
from beam_textclean.pipelines.formats.rows import (
    InvalidRecord,
    Reading,
    Source,
    Target,
    Unreadable,
    blank_error,
    decode_row,
    field_path,
    is_encodable,
    size_error,
    text_of,
)
from beam_textclean.transforms.errors import TextCleanError
from beam_textclean.transforms.records import Change

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = " \t\r\n\x0b\x0c\ufeff"  # what JSON has, and what blank lines and the beginning of a file may have


class JsonRow:
    """One line of JSON, with the blank lines that are kept with it."""

    def __init__(self, raw: bytes, source: Source) -> None:
        self.raw = raw
        self._source = source
        self._settings = source.settings
        self._last: tuple[str, str] | None = None

    def read(self) -> Reading:
        """Read the text field; see `Row.read`."""
        return Reading(self._text, self._line[1])

    def identifier(self) -> str | int | None:
        """Return the id field, where it is a string or a number."""
        value = self._object.get(self._settings.id_field)
        return value if isinstance(value, str | int) else None

    def fields(self) -> dict[str, Any]:
        """Return the parsed object."""
        return dict(self._object)

    def with_text(self, text: str) -> bytes:
        """Return the line with another text, and every other byte as it is."""
        line, _ = self._line
        if text == self._text:
            return line.encode("utf-8")
        start, end = self._span
        return (line[:start] + self._written(text) + line[end:]).encode("utf-8")

    def comes_back(self, text: str) -> bool:
        """Return whether the text is written as it would be again; see `Row.comes_back`."""
        own = self._text
        if text == own:
            return True
        value, written = self._line[0][slice(*self._span)], self._written(text)
        return (_is_plain(value) and _is_plain(written)) or _in_the_form_of(written, own) == value

    def _written(self, text: str) -> str:
        """Return another text as a string of JSON; it is needed to see whether the row comes back, and to write it."""
        if self._last is None or self._last[0] != text:
            self._last = text, _in_the_form_of(self._line[0][slice(*self._span)], text)
        return self._last[1]

    @cached_property
    def _object(self) -> dict[str, Any]:
        return _parse(self._line[0])

    @cached_property
    def _text(self) -> str:
        return text_of(self._object, self._settings.text_field)

    @cached_property
    def _span(self) -> tuple[int, int]:
        return _value_span(self._line[0], field_path(self._object, self._settings.text_field))

    @cached_property
    def _line(self) -> tuple[str, Change | None]:
        return decode_row(self.raw, self._source)


def read_rows(source: Source) -> Iterator[JsonRow | Unreadable]:
    """Read the records of a range of a file.

    Blank lines are not records. They are kept with the record before them; those at the beginning, with the first one.
    """
    limit = source.settings.max_record_bytes
    readable = UntilDamage(_lines(source))
    lines = Pushback(readable)
    before = joined(blank_lines(lines, _is_blank, MOST_BLANK_BYTES))
    for line in lines:
        if isinstance(line, LongLine) or _is_blank(line):
            error = size_error(limit) if isinstance(line, LongLine) else blank_error()
            pieces = chain(
                [before], line.pieces if isinstance(line, LongLine) else [line], blank_lines(lines, _is_blank)
            )
            yield Unreadable(error, pieces)
            for _ in pieces:  # what was not read
                pass
        else:
            yield JsonRow(before + line + joined(blank_lines(lines, _is_blank, MOST_BLANK_BYTES)), source)
        before = b""
    readable.check()


def _lines(source: Source) -> Iterator[bytes | LongLine]:
    """Yield the lines that begin in a range, and the blank lines after it instead of those that it begins with."""
    path, compression, limit = source.file.path, source.file.compression, source.settings.max_record_bytes
    lines = lines_in_range(path, compression, source.start, source.end, limit)
    yield from dropwhile(_is_blank_line, lines) if source.start else lines
    if source.end is not None:
        yield from takewhile(_is_blank_line, lines_in_range(path, compression, source.end, None, limit))


def _is_blank_line(line: bytes | LongLine) -> bool:
    return isinstance(line, bytes) and _is_blank(line)


def _is_blank(line: bytes) -> bool:
    line = line.removeprefix(_BYTE_ORDER_MARK)
    return not line or line.isspace()


class JsonLinesWriter:
    """Writes lines of JSON, with nothing but their text replaced."""

    def __init__(self, target: Target) -> None:
        self._output = target.output
        self._open_line = False

    def write(self, row: JsonRow, text: str | None) -> None:
        """See `Writer.write`."""
        self._begin_line()
        self._write(row.raw if text is None else row.with_text(text))

    def restore(self, raw: Iterable[bytes]) -> None:
        """See `OwnWriter.restore`."""
        self._begin_line()
        for piece in raw:
            self._write(piece)

    def _begin_line(self) -> None:
        if self._open_line:  # the input's last line had no line feed, and something follows it here
            self._write(b"\n")

    def _write(self, data: bytes) -> None:
        self._output.write(data)
        self._open_line = not data.endswith(b"\n")

    def close(self) -> None:
        """Nothing is held back."""


def _parse(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line.strip(_SPACE))
    except (ValueError, RecursionError) as error:
        raise InvalidRecord(f"the line is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise InvalidRecord(f"the line is a JSON {type(value).__name__}, not an object")
    return value


def _in_the_form_of(value: str, text: str) -> str:
    """Return a text as a JSON string in the place of another one: what was escaped to ASCII is escaped again."""
    is_escaped = value.isascii() and "\\u" in value
    return json.dumps(text, ensure_ascii=is_escaped or not is_encodable(text))


def _is_plain(value: str) -> bool:
    """Return whether a JSON string has only the escapes that a text in UTF-8 is always written with."""
    return "\\u" not in value and "\\/" not in value


_decoder = json.JSONDecoder()


def _value_span(line: str, path: Sequence[str]) -> tuple[int, int]:
    """Find the value that some keys lead to in a line of valid JSON; of several it is the last, as for parsers."""
    key = encode_basestring(path[0])
    if len(path) == 1 and line.count(key) == 1:
        place = line.index(key)
        colon = _skip(line, place + len(key))
        start = _skip(line, colon + 1) if line[colon] == ":" else 0  # it may be a value, too
        if line[start] == '"':
            _, end = scanstring(line, start + 1, True)
            # Without an escape elsewhere no other key can be this one in another form.
            if "\\" not in line[:place] and "\\" not in line[end:]:
                return start, end
    start = end = 0
    for field in path:
        start, end = _value_in(line, field, start)
    return start, end


def _value_in(line: str, field: str, begin: int) -> tuple[int, int]:
    """Find the value of a field in the object that begins at a place, or after the white space there."""
    span = (0, 0)
    position = _skip(line, _skip(line, begin) + 1)
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
