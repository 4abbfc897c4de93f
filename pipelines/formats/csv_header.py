"""The header of a CSV file, and its dialect, which is recognised by the first rows."""

import codecs
import re
from functools import lru_cache
from typing import NamedTuple

from beam_textclean.pipelines.formats.byte_streams import LongLine, Pushback, read_chunks, split_lines
from beam_textclean.pipelines.formats.compression import UntilDamage
from beam_textclean.pipelines.formats.csv_dialects import DELIMITERS, Dialect, parse_dialect
from beam_textclean.pipelines.formats.csv_frames import Frame, UnclosedQuote, blank_in, frame_rows, is_blank
from beam_textclean.pipelines.formats.rows import HeaderBytes, InvalidRecord, Source, decode_row, size_error
from beam_textclean.transforms.errors import MissingField

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARK = "\ufeff"
_LONE_RETURN = re.compile(rb"\r(?!\n|\Z)")
_SEPARATOR = re.compile(rb"(?:\xef\xbb\xbf)?sep=([\x01-\x7f])\r?\n", re.IGNORECASE)
_SAMPLE_BYTES = 256 << 10
_DOUBLED_QUOTE = re.compile(rb'(?:^|\t)"(?!"[\t\r\n])[^\t\n]*?""', re.MULTILINE)
_NULL = re.compile(rb"(?:^|\t)\\N(?=[\t\r\n])", re.MULTILINE)


class Header(NamedTuple):
    """What a CSV file begins with.

    Attributes:
        bytes: Its bytes, with the blank lines around it. Where the text field is a number there is no header, and these
            are the blank lines before the first row.
        columns: The names of the columns, or their numbers.
        text: Which column is the text.
        dialect: The dialect of the file.
        lines: How many lines the bytes are.
    """

    bytes: HeaderBytes
    columns: list[str]
    text: int
    dialect: Dialect
    lines: int


class _Beginning(NamedTuple):
    """The beginning of a file.

    Attributes:
        before: Its blank lines, and the line ``sep=``.
        delimiter: What that line says, if there is one.
        lines: The first lines after these.
        is_whole: Whether there are no others.
    """

    before: bytes
    delimiter: str | None
    lines: list[bytes]
    is_whole: bool


class _Candidate(NamedTuple):
    """A dialect that a file may be in, and the columns that it would have.

    Attributes:
        dialect: The dialect.
        header: The first row.
        columns: The columns.
        text: Which of them is the text; -1 where none is.
        has_header: Whether the first row is their names.
    """

    dialect: Dialect
    header: Frame
    columns: list[str]
    text: int
    has_header: bool

    @property
    def rank(self) -> tuple[bool, bool]:
        """How well the header fits; the rows say more only of candidates with the same rank."""
        return self.text >= 0, len(self.columns) > 1


@lru_cache(maxsize=64)
def read_header(source: Source) -> Header:
    """Read the header of a file.

    Raises:
        MissingField: It has no column for the text.
        InvalidRecord: It is in UTF-16, its lines end in carriage returns alone, or it is not CSV at all.
        RecordTooLarge: It is above the size limit.
        UndecodableText: It is in no encoding that could be found.
    """
    given = parse_dialect(source.settings.csv_dialect)
    before, delimiter, lines, is_whole = _beginning(source)
    if given.delimiter is None:
        given = given._replace(delimiter=delimiter)
    dialects = given.candidates(DELIMITERS)
    if not lines:
        return Header(HeaderBytes(before, before), [], 0, dialects[0], before.count(b"\n") + 1)
    candidates = [_candidate(dialect, lines, source) for dialect in dialects]
    best = max(candidate.rank for candidate in candidates)
    chosen = _choose([candidate for candidate in candidates if candidate.rank == best], lines, is_whole)
    if chosen.header.error is not None:
        raise InvalidRecord(f"the header of {source.file.name} cannot be read: {chosen.header.error}")
    if chosen.text < 0:
        raise MissingField(
            f"{source.file.name} has no column {source.settings.text_field!r}; "
            f"its columns are: {', '.join(map(repr, chosen.columns))}"
        )
    raw = before
    if chosen.has_header:
        raw += b"".join(chosen.header.row) + chosen.header.after
    text, decoding = decode_row(raw, source)
    header = HeaderBytes(raw, text.encode("utf-8"), decoding)
    count = raw.count(b"\n") + (bool(raw) and not raw.endswith(b"\n"))
    return Header(header, chosen.columns, chosen.text, chosen.dialect, count)


def _beginning(source: Source) -> _Beginning:
    """Read the first lines of a file.

    Raises:
        InvalidRecord: They are not lines of CSV.
        RecordTooLarge: They are above the size limit.
    """
    limit = source.settings.max_record_bytes
    before = bytearray()
    delimiter = None
    sample: list[bytes] = []
    size = 0
    is_whole = True
    readable = UntilDamage(split_lines(read_chunks(source.file.path, source.file.compression), limit))
    for line in readable:
        separator = None if sample or isinstance(line, LongLine) else _SEPARATOR.fullmatch(line)
        if isinstance(line, LongLine) or len(before) > limit:
            is_whole = False
            break
        if separator:
            delimiter = separator[1].decode("ascii")
        if separator or (not sample and is_blank(line)):
            before += line
            continue
        sample.append(line)
        size += len(line)
        if size > limit or (size > _SAMPLE_BYTES and not is_blank(line)):
            is_whole = False
            break
    if not sample:
        readable.check()
        if not is_whole:
            raise size_error(limit)
    first = sample[0] if sample else b""
    if first.startswith(_WIDE):
        raise InvalidRecord(f"{source.file.name} is UTF-16; CSV is read in UTF-8 or an encoding of single bytes")
    return _Beginning(bytes(before), delimiter, sample, is_whole)


def _candidate(dialect: Dialect, lines: list[bytes], source: Source) -> _Candidate:
    """Return the columns that a file has in a dialect."""
    settings = source.settings
    limit = settings.max_record_bytes
    header = next(frame_rows(Pushback(lines), dialect, blank_in(dialect, 2), limit, 1))
    row = b"".join(header.row)
    if _LONE_RETURN.search(row):
        raise InvalidRecord(f"{source.file.name} has lines that end in a carriage return alone; CSV needs line feeds")
    cells = dialect.split(decode_row(row, source)[0].removeprefix(_MARK)).cells
    columns = [_column(cell, dialect) for cell in cells]
    if blank_in(dialect, len(columns))(b"\n") is False:
        header = header._replace(after=b"")
    if settings.text_field in columns:
        return _Candidate(dialect, header, columns, columns.index(settings.text_field), True)
    if settings.text_field.isdecimal() and 1 <= int(settings.text_field) <= len(columns):
        numbers = [str(number) for number in range(1, len(columns) + 1)]
        return _Candidate(dialect, header, numbers, int(settings.text_field) - 1, False)
    return _Candidate(dialect, header, columns, -1, True)


def _column(cell: str, dialect: Dialect) -> str:
    try:
        return dialect.read(cell).text or ""
    except InvalidRecord:
        return cell


def _choose(candidates: list[_Candidate], lines: list[bytes], is_whole: bool) -> _Candidate:
    """Return the candidate that most rows fit; of equal ones that with most columns, and then the most usual."""
    sample = b"".join(lines)
    ordered = sorted(candidates, key=lambda each: (-len(each.columns), _oddness(each.dialect, sample)))
    best, fewest = ordered[0], -1
    for candidate in ordered:
        faults = _faults(candidate, lines, is_whole)
        if fewest < 0 or faults < fewest:
            best, fewest = candidate, faults
        if not faults:
            break
    return best


def _oddness(dialect: Dialect, sample: bytes) -> tuple[int, int]:
    """Return how unusual a dialect is for a file, if all rows fit it; of equal ones the first in the list wins."""
    delimiter = dialect.delimiter
    usual = ["quoted", "backslash", "unquoted", "escaped"]
    if delimiter == "\t" and not sample.startswith(b'"') and not _DOUBLED_QUOTE.search(sample):
        usual = ["unquoted", "quoted", "backslash", "escaped"]
    if delimiter == "\t" and _NULL.search(sample):
        usual.insert(0, "escaped")
    return usual.index(dialect.quoting), DELIMITERS.index(delimiter) if delimiter in DELIMITERS else 0


def _faults(candidate: _Candidate, lines: list[bytes], is_whole: bool) -> int:
    """Return how many of some lines are not rows in a dialect."""
    dialect = candidate.dialect
    blank = blank_in(dialect, len(candidate.columns))
    faults = 0
    for number, frame in enumerate(frame_rows(Pushback(lines), dialect, blank, _SAMPLE_BYTES, 1)):
        if isinstance(frame.error, UnclosedQuote) and not is_whole:
            return faults + 1  # the lines may end within a cell
        if number or not candidate.has_header:
            faults += frame.error is not None or not _fits(b"".join(frame.row).decode("latin-1"), candidate)
    return faults


def _fits(row: str, candidate: _Candidate) -> bool:
    scanned = candidate.dialect.split(row)
    if len(scanned.cells) != len(candidate.columns):
        return False
    try:
        candidate.dialect.read(scanned.cells[candidate.text])
    except InvalidRecord:
        return False
    return True
