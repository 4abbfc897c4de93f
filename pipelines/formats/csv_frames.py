"""The rows of CSV as bytes: one line, or several where a cell holds line breaks."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from beam_textclean.pipelines.formats.byte_streams import MOST_BLANK_BYTES, LongLine, Pushback, blank_lines, joined
from beam_textclean.pipelines.formats.csv_dialects import Dialect, State
from beam_textclean.pipelines.formats.rows import InvalidRecord, RecordTooLarge, blank_error, size_error
from beam_textclean.transforms.errors import TextCleanError

_BYTES = "latin-1"  # one character a byte: rows are framed before anybody has decoded them
_MARK = b"\xef\xbb\xbf"


class UnclosedQuote(InvalidRecord):
    """A cell begins with a quote, and there is none that closes it."""


class Frame(NamedTuple):
    """A row, and the blank lines after it, which are not rows.

    Attributes:
        row: The bytes of the row, in pieces.
        after: The bytes of the blank lines.
        lines: How many lines the row is.
        error: Why this is not a row, if it is not.
    """

    row: Iterable[bytes]
    after: bytes
    lines: int = 1
    error: TextCleanError | None = None


def is_blank(line: bytes, delimiter: str = "") -> bool:
    """Return whether a line is not a row: it has nothing but white space and byte order marks."""
    line = line.removeprefix(_MARK)
    return not line or (line.isspace() and (not delimiter or delimiter.encode(_BYTES) not in line))


def blank_in(dialect: Dialect, columns: int) -> Callable[[bytes], bool]:
    """Return what says of a line whether it is blank, and not a row.

    Where nothing can be quoted, a blank line is an empty text of a file that has no other column.
    """
    if columns == 1 and not dialect.has_quotes:
        return lambda line: False
    return lambda line: is_blank(line, dialect.delimiter)


def frame_rows(
    lines: Pushback[bytes | LongLine], dialect: Dialect, blank: Callable[[bytes], bool], limit: int, number: int
) -> Iterator[Frame]:
    """Yield the rows of some lines.

    A quote that is never closed, and one that closes before its cell ends, costs the lines up to the one that it is on.

    Args:
        lines: The lines.
        dialect: Their dialect.
        blank: What says which lines are not rows, as `blank_in` returns it.
        limit: The most bytes of a row. The pieces of a larger line must be read before the next row, or are skipped.
        number: The number of the first line in the file.
    """
    for line in lines:
        if isinstance(line, LongLine) or blank(line):
            error = size_error(limit) if isinstance(line, LongLine) else blank_error()
            pieces = chain(line.pieces if isinstance(line, LongLine) else [line], blank_lines(lines, blank))
            yield Frame(pieces, b"", 1, error)
            for _ in pieces:  # what was not read
                pass
            number += 1
            continue
        is_plain = dialect.is_plain(line)
        frame = Frame((line,), b"") if is_plain else _several_lines(line, lines, dialect, limit, number)
        after = joined(blank_lines(lines, blank, MOST_BLANK_BYTES))
        number += frame.lines + after.count(b"\n")
        yield frame._replace(after=after) if after else frame


def _several_lines(first: bytes, lines: Pushback[bytes | LongLine], dialect: Dialect, limit: int, number: int) -> Frame:
    """Return the row that begins with a line that has quotes or escapes; lines that are not of it are put back."""
    held: list[bytes] = []
    began = size = 0
    state: State = "whole"
    is_long = False
    line: bytes | LongLine | None = first
    while isinstance(line, bytes):
        held.append(line)
        size += len(line)
        is_long = size > limit
        if state != "quoted" or not dialect.is_plain(line):
            scanned = dialect.split(line.decode(_BYTES), state)
            state = scanned.state
            if scanned.begin:
                began = len(held) - 1
        if state in ("whole", "broken") or is_long:
            break
        line = next(lines, None)
        if isinstance(line, LongLine):
            lines.put_back(line)
            is_long = True
    if state == "whole":
        return Frame(held, b"", len(held), size_error(limit) if is_long else None)
    row = held[: began + 1]
    for line in reversed(held[began + 1 :]):
        lines.put_back(line)
    where = f"the cell that begins on line {number + began}"
    error: TextCleanError = UnclosedQuote(f"{where} is not closed before the end of the file")
    if state == "broken":
        error = InvalidRecord(f"{where} goes on after a quote that closes it")
    elif is_long:
        error = RecordTooLarge(f"{where} is not closed within {limit:,} bytes")
    return Frame(row, b"", len(row), error)
