"""Code and tables, told from prose by their form."""

import re

# Of the folded form, everything but digits and ASCII punctuation: letters, and all bytes of other characters.
LETTERS = bytes(byte for byte in range(256) if byte >= 0x80 or chr(byte).isalpha())
_CODE_SYMBOLS = b"{}[]<>=;$|\\_&^~`#@*/+%"
_TABLE_GAP = re.compile(r"\S(?:\t| {2,}| *\| *)\S")
_RULED = re.compile(r"[-+=|:\s]{5,}|[-=_*+|]{3,}")
_CODE_LINE = re.compile(r"\s*(?:[$#%>]\s|//|/\*|#include\b|</?\w+[^>]*>\s*$)|.*[;{}\\]\s*$")


def is_code_or_table(text: str, start: int, end: int, folded: bytes) -> bool:
    r"""Tell whether a paragraph is code or a table rather than prose.

    A paragraph of which at least four of five characters are letters is prose. Of the others, it is code where more
    than one character in twelve is a symbol that prose hardly uses, or where most lines look like code (a prompt, a
    comment sign, a tag, or `;`, `{`, `}` or a backslash at the end); it is a table where it has two lines or more and
    most are ruled, or have columns (tabs, bars or runs of blanks between words).

    Args:
        text: The text.
        start: First code point of the paragraph.
        end: Code point after it.
        folded: Its folded form.

    Returns:
        True for code and tables.

    >>> prose, code = "Le 7 mai, 650 soldats.", "for (i = 0; i < n; i++) {\n    x[i] = y[i];\n}"
    >>> [is_code_or_table(text, 0, len(text), "".join(text.split()).encode()) for text in (prose, code)]
    [False, True]
    """
    if is_mostly_letters(len(folded), len(folded.translate(None, LETTERS))):
        return False
    symbols = len(folded) - len(folded.translate(None, _CODE_SYMBOLS))
    if 12 * symbols > len(folded):
        return True
    paragraph = text[start:end]
    lines = [line for line in paragraph.splitlines() if line.strip()]
    code_lines = sum(_CODE_LINE.match(line) is not None for line in lines)
    if 2 * code_lines > len(lines):
        return True
    table_lines = sum(_TABLE_GAP.search(line) is not None or _RULED.fullmatch(line) is not None for line in lines)
    return len(lines) > 1 and 2 * table_lines > len(lines)


def is_mostly_letters(size: int, others: int) -> bool:
    """Tell whether a folded paragraph is prose at first sight, from its size and how much of it is not `LETTERS`."""
    return 5 * others <= size
