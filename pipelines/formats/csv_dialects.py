"""The dialects of CSV: what separates the cells of a row, and how a text is written in a cell.

A cell is written in a style. The style of a cell is the first of its dialect's in which the text that is read from it,
written again, is the cell again. A cell that has none does not follow the dialect.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from beam_textclean.pipelines.formats.rows import InvalidRecord
from beam_textclean.transforms.errors import InvalidOption

DELIMITERS = (",", ";", "\t", "|")
"""What is tried as the delimiter of a file; others must be given."""

_NAMES = {"tab": "\t"}
_NULL = r"\N"


class Style(NamedTuple):
    """A way to write a text in a cell.

    Attributes:
        is_quoted: Whether quotes are written around it.
        escapes: What is written instead of a character; a backslash is the first.
        barred: A regular expression of written texts that would end the cell, or be read in another style.
    """

    is_quoted: bool
    escapes: Mapping[str, str]
    barred: str = ""

    def write(self, text: str) -> str | None:
        """Return the cell for a text, or None where this style cannot hold it."""
        written = text
        for character, escape in self.escapes.items():
            written = written.replace(character, escape)
        if self.barred and re.search(self.barred, written):
            return None
        return f'"{written}"' if self.is_quoted else written

    def read(self, cell: str) -> str | None:
        """Return the text of a cell, or None where it is not written in this style."""
        if self.is_quoted and not (len(cell) > 1 and cell[0] == cell[-1] == '"'):
            return None
        text = cell[1:-1] if self.is_quoted else cell
        if any(escape in text for escape in self.escapes.values()):
            character_of = {written: character for character, written in self.escapes.items()}
            text = re.sub("|".join(map(re.escape, character_of)), lambda match: character_of[match[0]], text)
        return text if self.write(text) == cell else None


class Cell(NamedTuple):
    """The text of a cell, None for the null of a database, and the style that it is written in."""

    text: str | None
    style: Style


State: TypeAlias = Literal["whole", "quoted", "escaped", "broken"]


class Scanned(NamedTuple):
    """A row of a text that begins with one.

    Attributes:
        cells: Its cells as they are written.
        end: Where it ends, before its line break.
        state: ``whole``; ``quoted`` or ``escaped`` where it ends within a cell, in quotes or after an escaped line
            feed; ``broken`` where a cell goes on after its quotes.
        begin: Where the last cell begins.
    """

    cells: list[str]
    end: int
    state: State
    begin: int


class Dialect(NamedTuple):
    """A dialect of CSV.

    Attributes:
        quoting: Its name among `QUOTINGS`.
        delimiter: What separates cells.
        has_quotes: Whether a cell that begins with a quote ends with the next one that is not escaped.
        has_escapes: Whether a backslash escapes the next character.
        styles: How cells are written. Of several that can hold a text the first is taken.
    """

    quoting: str
    delimiter: str
    has_quotes: bool
    has_escapes: bool
    styles: tuple[Style, ...]

    @property
    def name(self) -> str:
        """The name, as in ``--csv-dialect``."""
        names = {character: name for name, character in _NAMES.items()}
        return f"{self.quoting}:{names.get(self.delimiter, self.delimiter)}"

    @property
    def unwritable(self) -> str:
        """A regular expression of texts that no cell can hold; empty where there are none."""
        return "" if self.has_quotes or self.has_escapes else f"[\n{re.escape(self.delimiter)}]"

    def is_plain(self, line: bytes) -> bool:
        """Return whether a line is a row, and its cells are what is between the delimiters."""
        return not ((self.has_quotes and b'"' in line) or (self.has_escapes and b"\\" in line))

    def split(self, row: str, state: State = "whole") -> Scanned:
        """Split a text that begins with a row.

        Args:
            row: The text.
            state: How the text before it ended, where it goes on with the last cell of that.
        """
        if (self.has_quotes and '"' in row) or (self.has_escapes and "\\" in row) or state != "whole":
            return self._scan(row, state)
        end = _before_return(row, row.find("\n") if "\n" in row else len(row), 0)
        return Scanned(row[:end].split(self.delimiter), end, "whole", 0)

    def _scan(self, row: str, state: State) -> Scanned:
        cells: list[str] = []
        begin = 0
        while True:
            if state == "quoted":
                end = self._closing(row, 0)
            elif state == "whole" and self.has_quotes and row.startswith('"', begin):
                state = "quoted"
                end = self._closing(row, begin + 1)
            else:
                state = "escaped"
                end = self._bare_end(row, begin)
            if end < 0:
                return Scanned(cells, len(row), state, begin)
            cells.append(row[begin:end])
            if row.startswith(self.delimiter, end):
                begin, state = end + 1, "whole"
            elif row[end : end + 2] in ("", "\r", "\r\n") or row[end] == "\n":
                return Scanned(cells, end, "whole", begin)
            else:
                return Scanned(cells, end, "broken", begin)

    def _closing(self, row: str, position: int) -> int:
        """Return the place after the quote that closes a cell, or -1."""
        if not self.has_escapes:
            while True:
                position = row.find('"', position) + 1
                if not position or not row.startswith('"', position):
                    return position or -1
                position += 1
        while match := _QUOTE_OR_ESCAPE.search(row, position):
            if match[0] == '"':
                return match.end()
            position = match.end() + 1
        return -1

    def _bare_end(self, row: str, begin: int) -> int:
        """Return the place after a cell without quotes, or -1 where the text ends with an escape."""
        position = begin
        while match := _bare_stop(self.delimiter, self.has_escapes).search(row, position):
            if match[0] == "\n":
                return _before_return(row, match.start(), begin)
            if match[0] == self.delimiter:
                return match.start()
            position = match.end() + 1
            if position >= len(row) and row[-1] in "\n\\":
                return -1
        return _before_return(row, len(row), begin)

    def read(self, cell: str) -> Cell:
        """Read a cell as it is written.

        Raises:
            InvalidRecord: It does not follow the dialect.
        """
        if '"' not in cell and "\\" not in cell and "\r" not in cell:
            return Cell(cell, self.styles[0])
        inner = cell[1:-1]
        if self.has_quotes and cell[0] == '"' and len(cell) > 1 and '"' not in inner and "\\" not in inner:
            return Cell(inner, next(style for style in self.styles if style.is_quoted))
        if self.quoting == "escaped" and cell == _NULL:
            return Cell(None, self.styles[0])
        for style in self.styles:
            text = style.read(cell)
            if text is not None:
                return Cell(text, style)
        raise InvalidRecord(f"the cell {_excerpt(cell)} would not be the same if it were written again ({self.name})")

    def write(self, text: str, style: Style) -> str:
        """Return the cell for a text: in a style, or in the first of the dialect's that can hold it.

        Raises:
            InvalidRecord: The dialect cannot hold the text.
        """
        for each in (style, *self.styles):
            cell = each.write(text)
            if cell is not None and self._is_one_cell(cell) and self.read(cell).text == text:
                return cell
        raise InvalidRecord(f"no cell can hold the text {_excerpt(text)} ({self.name})")

    def _is_one_cell(self, cell: str) -> bool:
        return self.split(cell + self.delimiter).cells == [cell, ""]


_QUOTE_OR_ESCAPE = re.compile(r'["\\]')


@lru_cache(maxsize=64)
def _bare_stop(delimiter: str, has_escapes: bool) -> re.Pattern[str]:
    return re.compile(f"[\n{re.escape(delimiter)}{_ESCAPE if has_escapes else ''}]")


_ESCAPE = r"\\"


def _before_return(row: str, end: int, begin: int) -> int:
    return end - 1 if end > begin and row[end - 1] == "\r" else end


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")


def _quoted(delimiter: str) -> Dialect:
    ends = rf'[\r\n{re.escape(delimiter)}]|\A"'
    styles = (
        Style(False, {}, ends + '|"'),
        Style(False, {}, ends),
        Style(True, {'"': '""'}),
    )
    return Dialect("quoted", delimiter, True, False, styles)


def _unquoted(delimiter: str) -> Dialect:
    return Dialect("unquoted", delimiter, False, False, (Style(False, {}, f"[\n{re.escape(delimiter)}]"),))


def _backslash(delimiter: str) -> Dialect:
    ends = rf'[\r\n{re.escape(delimiter)}]|\A"'
    both = {"\\": r"\\", '"': r"\""}
    styles = (
        Style(False, {}, ends + r'|["\\]'),
        Style(False, {**both, delimiter: "\\" + delimiter, "\n": "\\\n"}, r"\r"),
        Style(False, {}, ends),
        Style(True, both),
        Style(True, {**both, "\n": "\\\n"}),
        Style(True, {'"': r"\""}),
    )
    return Dialect("backslash", delimiter, True, True, styles)


def _escaped(delimiter: str) -> Dialect:
    named = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\0": r"\0", "\b": r"\b", "\f": r"\f", "\v": r"\v"}
    if delimiter != "\t":
        named[delimiter] = "\\" + delimiter
    by_itself = {"\\": r"\\", delimiter: "\\" + delimiter, "\n": "\\\n", "\0": r"\0"}
    styles = (
        Style(False, {}, rf"[\n\\{re.escape(delimiter)}]"),
        Style(False, named),
        Style(False, by_itself),
    )
    return Dialect("escaped", delimiter, False, True, styles)


QUOTINGS = {"quoted": _quoted, "unquoted": _unquoted, "backslash": _backslash, "escaped": _escaped}
"""The dialects by name, each made from its delimiter.

``quoted``: a cell that needs it is in quotes, and a quote in it is doubled (RFC 4180).
``unquoted``: a line is a row, and quotes are characters like all others.
``backslash``: a cell that needs it is in quotes, and a quote in it has a backslash before it (Spark, MySQL).
``escaped``: there are no quotes; tabs, line breaks and backslashes are written with a backslash (MySQL, PostgreSQL).
"""


class Given(NamedTuple):
    """What ``--csv-dialect`` says: a quoting and a delimiter; None where it is to be recognised."""

    quoting: str | None
    delimiter: str | None

    def candidates(self, delimiters: Sequence[str]) -> list[Dialect]:
        """Return the dialects that it may mean, by delimiter."""
        quotings = QUOTINGS if self.quoting is None else (self.quoting,)
        of = delimiters if self.delimiter is None else (self.delimiter,)
        return [QUOTINGS[quoting](delimiter) for delimiter in of for quoting in quotings]


def parse_dialect(name: str) -> Given:
    r"""Read the name of a dialect: ``auto``, or a quoting, which a colon and a delimiter may follow.

    Raises:
        InvalidOption: There is no such dialect.

    >>> parse_dialect("unquoted:tab"), parse_dialect("auto")
    (Given(quoting='unquoted', delimiter='\t'), Given(quoting=None, delimiter=None))
    """
    quoting, colon, delimiter = name.partition(":")
    delimiter = _NAMES.get(delimiter, delimiter)
    is_delimiter = (
        len(delimiter) == 1 and delimiter.isascii() and delimiter not in '"\\\r\n' and not delimiter.isalnum()
    )
    if quoting not in ("auto", *QUOTINGS) or (colon and not is_delimiter):
        raise InvalidOption(
            f"there is no CSV dialect {name!r}; write auto, {', '.join(QUOTINGS)}, or one of these with a delimiter, "
            "as in 'quoted:;' or 'unquoted:tab'"
        )
    return Given(None if quoting == "auto" else quoting, delimiter or None)
