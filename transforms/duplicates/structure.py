"""Code, tables and headings, told from prose by their form."""

import re

# Of the folded form, everything but digits and ASCII punctuation: letters, and all bytes of other characters.
LETTERS = bytes(byte for byte in range(256) if byte >= 0x80 or chr(byte).isalpha())
_CODE_SYMBOLS = b"{}[]<>=;$|\\_&^~`#@*/+%"
_TABLE_GAP = re.compile(r"\S(?:\t| {2,}| *\| *)\S")
_RULED = re.compile(r"[-+=|:\s]{5,}|[-=_*+|]{3,}")
_CODE_LINE = re.compile(r"\s*(?:[$#%>]\s|//|/\*|#include\b|</?\w+[^>]*>\s*$)|.*[;{}\\]\s*$")


def is_prose(text: str, start: int, end: int, folded: bytes) -> bool:
    r"""Tell whether a paragraph is prose rather than code, a table or a marked heading.

    A paragraph of which at least four of five characters are letters is prose, if no `#` marks it as a heading. Of the
    others, it is

    - code where more than one character in twelve is a symbol that prose hardly uses, or most lines look like code
      (a prompt, a comment sign, a tag, or `;`, `{`, `}` or a backslash at the end);
    - a table or a rule where less than one character in three is a letter, or where it has two lines or more and most
      are ruled or have columns (tabs, bars or runs of blanks between words).

    Args:
        text: The text.
        start: First code point of the paragraph.
        end: Code point after it.
        folded: Its folded form.

    Returns:
        False for code, tables and headings.

    >>> prose, code = "Le 7 mai, 650 soldats.", "for (i = 0; i < n; i++) {\n    x[i] = y[i];\n}"
    >>> [is_prose(text, 0, len(text), "".join(text.split()).encode()) for text in (prose, code)]
    [True, False]
    """
    others = len(folded.translate(None, LETTERS))
    if is_clearly_prose(folded, others):
        return True
    symbols = len(folded) - len(folded.translate(None, _CODE_SYMBOLS))
    if folded.startswith(b"#") or 12 * symbols > len(folded) or 3 * others > 2 * len(folded):
        return False
    lines = [line for line in text[start:end].splitlines() if line.strip()]
    code_lines = sum(_CODE_LINE.match(line) is not None for line in lines)
    table_lines = sum(_TABLE_GAP.search(line) is not None or _RULED.fullmatch(line) is not None for line in lines)
    return 2 * code_lines <= len(lines) and (len(lines) == 1 or 2 * table_lines <= len(lines))


def is_clearly_prose(folded: bytes, others: int) -> bool:
    """Tell whether a folded paragraph is prose at first sight, given how many of its bytes are not `LETTERS`."""
    return 5 * others <= len(folded) and not folded.startswith(b"#")
