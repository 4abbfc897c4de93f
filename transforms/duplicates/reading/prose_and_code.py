"""Code and tables, told from prose by their form."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from beam_textclean.transforms.duplicates.reading.paragraphs import LINE_BREAKS, SENTENCE_ENDS, Span

# Of the folded form, everything but digits and ASCII punctuation: letters, and all bytes of other characters.
LETTERS = bytes(byte for byte in range(256) if byte >= 0x80 or chr(byte).isalpha())
_CODE_SYMBOLS = b"{}[]<>=;$|\\_&^~`#@*/+%"
_TABLE_GAP = re.compile(r"\S(?:\t| {2,}| *\| *)\S")
_RULED = re.compile(r"[-+=|:\s]{5,}|[-=_*+|]{3,}")
# Blanks, quote marks and a list item's mark may stand before a fence.
_FENCE = re.compile(
    rf"(?<![^{LINE_BREAKS}])[ \t>]*(?P<item>(?:[-*+]|\d{{1,9}}[.)])[ \t]+)?"
    rf"(?P<mark>`{{3,}}|~{{3,}})(?P<rest>[^{LINE_BREAKS}]*)"
)
_INDENTED = "   ", "\t", " \t", "  \t"
_CODE_INDENTATION = 3  # columns; 4 are usual, but manual pages set examples 3 columns deeper than text
_TAB = 4
_CODE_WIDTH = 120  # code points; lines of code are hardly longer
_TEXT_ENDS = SENTENCE_ENDS | frozenset(":;：；")
# What headings, comments and prompts begin with. Not all that does is one of these.
_NO_PROSE = b"#", b"//", b"/*", b"$", b"%", b">>>", b"<!--"
_CODE_START = re.compile(r"\s*(?://|/\*|[$%]\s|>>>\s|<!--|\{[ \t]*\r?\n)")
# A line that opens a block at its end, closes one, or has one; but not "\end{proof}", "{{cite web}}" or "{% raw %}".
_BLOCK_LINE = re.compile(
    r"\{\s*(?:/[/*].*)?$|^\s*\}(?!\})|\s\}[)\];,]*\s*(?:/[/*].*)?$|[\s)]\{\}[)\];,]*\s*(?:/[/*].*)?$"
)
_CODE_LINE = re.compile(r"\s*(?:[$#%>]\s|//|/\*|#include\b|</?\w+[^>]*>\s*$)|.*[;{}\\]\s*$")


def code_paragraphs(text: str, paragraphs: Sequence[Span], indices: Iterable[int]) -> Set[int]:
    """Find the paragraphs that are set as code: fenced, or indented as code is.

    That is in short lines that do not end as text does, and all of them indented deeper than the text's usual lines.
    Usual is the indentation that three lines of four have or exceed.

    Args:
        text: The text.
        paragraphs: All its paragraphs.
        indices: Those to look at.

    Returns:
        Those of `indices` that are indented as code, and all paragraphs that are fenced.
    """
    fenced = fenced_paragraphs(text, paragraphs)
    indented = [index for index in indices if text[paragraphs[index][0]] in " \t"]
    return fenced | {index for index in indented if _is_indented_code(text, *paragraphs[index])}


def fenced_paragraphs(text: str, paragraphs: Sequence[Span]) -> Set[int]:
    """Find the paragraphs of which a part is a code fence, or stands between two."""
    # One character is found at memory speed, three are not.
    if not ("`" in text and "```" in text) and not ("~" in text and "~~~" in text):
        return frozenset()
    ends = [end for _, end in paragraphs]
    return frozenset(
        paragraph
        for start, end in fenced_spans(text)
        for paragraph in range(bisect_right(ends, start), bisect_left(paragraphs, (end, 0)))
    )


@lru_cache(maxsize=1)  # as for `fold_text`
def fenced_spans(text: str) -> tuple[Span, ...]:
    r"""Find the code fences and what stands between them (CommonMark, "Fenced code blocks").

    A fence without a closing one stands alone.

    Args:
        text: Any text.

    Returns:
        The spans, sorted and disjoint.

    >>> text = "Voici :\n\n```js\na()\n\nb()\n```\n\nVoilà."
    >>> [text[start:end] for start, end in fenced_spans(text)]
    ['```js\na()\n\nb()\n```']
    """
    # With a backtick after those of the fence it is code within a line.
    fences = [fence for fence in _FENCE.finditer(text) if fence["mark"][0] == "~" or "`" not in fence["rest"]]
    # The longest mark that closes, from each fence on: one that is never closed is not searched to the end.
    longest = {"`": "", "~": ""}
    closing = [longest]
    for fence in reversed(fences):
        mark = fence["mark"]
        if _closes(fence, mark) and len(mark) > len(longest[mark[0]]):
            longest = longest | {mark[0]: mark}
        closing.append(longest)
    closing.reverse()
    spans = []
    number = 0
    while number < len(fences):
        start, end = fences[number].span()
        mark = fences[number]["mark"]
        number += 1
        if closing[number][mark[0]].startswith(mark):
            while not _closes(fences[number], mark):
                number += 1
            end = fences[number].end()
            number += 1
        spans.append((start, end))
    return tuple(spans)


def _closes(fence: re.Match[str], mark: str) -> bool:
    """Tell whether a fence closes one of a mark: as many characters or more, and nothing beside them."""
    return fence["mark"].startswith(mark) and not fence["item"] and not fence["rest"].strip()


def _is_indented_code(text: str, start: int, end: int) -> bool:
    if not text.startswith(_INDENTED, start):
        return False
    content = text[start:end].rstrip()
    if content[-1] in _TEXT_ENDS or max(map(len, content.splitlines())) > _CODE_WIDTH:
        return False
    depth = min(_depths(content))
    return depth >= _CODE_INDENTATION and depth - _usual_depth(text) >= _CODE_INDENTATION


@lru_cache(maxsize=1)  # fingerprints look at the text that collapsing left
def _usual_depth(text: str) -> int:
    depths = sorted(_depths(text))
    return depths[len(depths) // 4]


def _depths(text: str) -> list[int]:
    """Measure the indentation of each line that is not blank, in columns."""
    lines = text.expandtabs(_TAB).splitlines()
    return [len(line) - len(visible) for line in lines if (visible := line.lstrip())]


def is_prose(text: str, start: int, end: int, folded: bytes) -> bool:
    r"""Tell whether a paragraph is prose rather than code, a table or a marked heading.

    However much of it is letters, a paragraph is code where it begins with a prompt, a comment sign or a brace alone,
    or where two lines or more open a block in braces at their end, close one or have one. Of the others, one of which
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
    if is_clearly_prose(folded, others):
        return True
    if _CODE_START.match(text, start, end):
        return False
    if _has_braces(folded) and len(list(filter(_BLOCK_LINE.search, text[start:end].splitlines()))) > 1:
        return False
    if 5 * others <= len(folded) and not folded.startswith(b"#"):
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
    return 5 * others <= len(folded) and not _has_braces(folded) and not folded.startswith(_NO_PROSE)


def _has_braces(folded: bytes) -> bool:
    return b"{" in folded or b"}" in folded
