"""Code and tables, told from prose by their form."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence, Set

from beam_textclean.transforms.code_and_markup import (
    CODE_INDENTATION,
    begins_as_code,
    begins_indented,
    count_block_lines,
    count_code_lines,
    count_table_lines,
    fenced_spans,
    has_code_shape,
    line_depths,
    usual_depth,
)
from beam_textclean.transforms.duplicates.reading.paragraphs import SENTENCE_ENDS, Span

# Of the folded form, everything but digits and ASCII punctuation: letters, and all bytes of other characters.
LETTERS = bytes(byte for byte in range(256) if byte >= 0x80 or chr(byte).isalpha())
_CODE_SYMBOLS = b"{}[]<>=;$|\\_&^~`#@*/+%"
_CODE_WIDTH = 120  # code points; lines of code are hardly longer
_TEXT_ENDS = SENTENCE_ENDS | frozenset(":;：；")
# What headings, comments and prompts begin with. Not all that does is one of these.
_NO_PROSE = b"#", b"//", b"/*", b"$", b"%", b">>>", b"<!--"


def indented_paragraphs(text: str, paragraphs: Sequence[Span], indices: Iterable[int]) -> Set[int]:
    """Find the paragraphs that are indented as code is.

    That is in short lines that do not end as text does, and all of them indented deeper than the text's usual lines.
    Usual is the indentation that three lines of four have or exceed.

    Args:
        text: The text.
        paragraphs: All its paragraphs.
        indices: Those to look at.
    """
    indented = [index for index in indices if text[paragraphs[index][0]] in " \t"]
    return {index for index in indented if _is_indented_code(text, *paragraphs[index])}


def fenced_paragraphs(text: str, paragraphs: Sequence[Span]) -> Set[int]:
    """Find the paragraphs of which a part is a code fence, or lies between two."""
    # One character is found at memory speed, three are not.
    if not ("`" in text and "```" in text) and not ("~" in text and "~~~" in text):
        return frozenset()
    ends = [end for _, end in paragraphs]
    return frozenset(
        paragraph
        for start, end in fenced_spans(text)
        for paragraph in range(bisect_right(ends, start), bisect_left(paragraphs, (end, 0)))
    )


def _is_indented_code(text: str, start: int, end: int) -> bool:
    if not begins_indented(text, start):
        return False
    content = text[start:end].rstrip()
    if content[-1] in _TEXT_ENDS or max(map(len, content.splitlines())) > _CODE_WIDTH:
        return False
    depth = min(line_depths(content))
    return depth >= CODE_INDENTATION and depth - usual_depth(text) >= CODE_INDENTATION


def is_prose(text: str, start: int, end: int, folded: bytes) -> bool:
    r"""Return whether a paragraph is prose rather than code, a table or a marked heading.

    However much of it is letters, a paragraph is code where it has several lines and most have the shape of code, where
    it begins with a prompt, a comment sign or a brace alone, or where two lines or more open a block in braces at their
    end, close one or have one. Of the others, one of which
    at least four of five characters are letters is prose, if no `#` marks it as a heading. Of what is left, it is

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
    content = text[start:end]
    if any(map(content.__contains__, _BLOCK_SIGNS)) or ("\n" in content and is_listing(content)):
        return False
    if is_clearly_prose(folded, others):
        return True
    if begins_as_code(text, start, end):
        return False
    if _has_braces(folded) and count_block_lines(text[start:end].splitlines()) > 1:
        return False
    if 5 * others <= len(folded) and not folded.startswith(b"#"):
        return True
    symbols = len(folded) - len(folded.translate(None, _CODE_SYMBOLS))
    if folded.startswith(b"#") or 12 * symbols > len(folded) or 3 * others > 2 * len(folded):
        return False
    lines = [line for line in text[start:end].splitlines() if line.strip()]
    return 2 * count_code_lines(lines) <= len(lines) and (len(lines) == 1 or 2 * count_table_lines(lines) <= len(lines))


_LISTING_SHARE = 10  # in a listing one byte of so many is not a letter

#: Ends of documentation strings and of comments.
_BLOCK_SIGNS = '"""', "*/", "-->"


def is_listing(paragraph: str) -> bool:
    r"""Return whether at least half of a paragraph of several lines, in characters, is lines with the shape of code.

    >>> is_listing("[harbour]\nname = North basin\ncolour = green")
    True
    """
    lines = list(filter(str.strip, paragraph.splitlines()))
    if len(lines) < 2:
        return False
    lines.sort(key=len, reverse=True)  # the longest decide soonest
    code = other = 0
    half = sum(map(len, lines)) / 2
    for line in lines:
        if has_code_shape(line):
            code += len(line)
            if code >= half:
                return True
        else:
            other += len(line)
            if other > half:
                return False
    return False


def is_plain_prose(folded: bytes, others: int) -> bool:
    """Return whether a folded paragraph is clearly prose, and has fewer signs than a listing."""
    return _LISTING_SHARE * others < len(folded) and is_clearly_prose(folded, others)


def is_clearly_prose(folded: bytes, others: int) -> bool:
    """Return whether a folded paragraph is prose at first sight, given how many of its bytes are not `LETTERS`."""
    return 5 * others <= len(folded) and not folded.startswith(_NO_PROSE) and not _has_braces(folded)


def _has_braces(folded: bytes) -> bool:
    return b"{" in folded or b"}" in folded
