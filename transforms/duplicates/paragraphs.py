"""Paragraphs of a text as spans: split at blank lines, or at line ends where a text has no blank lines."""

import re
from typing import NamedTuple


class Paragraph(NamedTuple):
    """A paragraph's span in code points: whole lines, indentation included, the last line's break not."""

    start: int
    end: int


LINE_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
# "\r" only where no "\n" follows: a regex that gives up on "\r\n" must not find two breaks in it.
_BREAK = rf"(?:\r\n|\r(?!\n)|[{LINE_BREAKS.replace(chr(13), '')}])"
_LINE_BREAK = re.compile(_BREAK)
# A paragraph separator (U+2029) is one by itself.
_BLANK_LINES = re.compile(rf"{_BREAK}(?:[^\S{LINE_BREAKS}]*{_BREAK})+|\u2029")
_BLANK_LINES_PLAIN = re.compile(r"\n(?:[^\S\n]*\n)+")
_OTHER_BREAKS = tuple(LINE_BREAKS.replace("\n", ""))
_LEADING_LINES = re.compile(rf"\s*{_BREAK}")

SENTENCE_ENDS = frozenset(".!?…。！？؟۔।")
# A line that ends so ends its paragraph: sentence ends, colons and what may close after them.
CLOSING = SENTENCE_ENDS | frozenset(":;：；\"'»”’›)]}」』）")


def split_paragraphs(text: str) -> list[Paragraph]:
    r"""Split a text into paragraphs.

    A paragraph is a run of lines between blank lines (lines of white space only). In a text without blank lines it is a
    line, joined with the next one where it ends without closing punctuation and the next goes on in lower case (a hard
    wrap). Lines end at LF, CRLF, CR, VT, FF, NEL, U+2028 and U+2029, and U+2029 alone ends a paragraph.

    Args:
        text: Any text.

    Returns:
        The spans, sorted and disjoint. All visible characters of the text lie in them, line breaks at their edges do
        not.

    >>> text = "Un titre\n\nUne phrase sur\ndeux lignes.\n"
    >>> [text[start:end] for start, end in split_paragraphs(text)]
    ['Un titre', 'Une phrase sur\ndeux lignes.']
    >>> text = "Une phrase sur\ndeux lignes.\nUne autre."
    >>> [text[start:end] for start, end in split_paragraphs(text)]
    ['Une phrase sur\ndeux lignes.', 'Une autre.']
    """
    plain = not any(character in text for character in _OTHER_BREAKS)
    separators = [separator.span() for separator in (_BLANK_LINES_PLAIN if plain else _BLANK_LINES).finditer(text)]
    starts = [0, *[end for _, end in separators]]
    ends = [*[start for start, _ in separators], len(text)]
    paragraphs = list(map(Paragraph, starts, ends))
    _trim_ends(text, paragraphs)
    if len(paragraphs) == 1:
        return _split_lines(text, paragraphs[0])
    return paragraphs


def _trim_ends(text: str, paragraphs: list[Paragraph]) -> None:
    """Cut blank lines off the first and the last paragraph; only these can have any."""
    while paragraphs and not text[paragraphs[-1].start : paragraphs[-1].end].strip():
        paragraphs.pop()
    while paragraphs and not text[paragraphs[0].start : paragraphs[0].end].strip():
        paragraphs.pop(0)
    if not paragraphs:
        return
    start, end = paragraphs[0]
    if leading := _LEADING_LINES.match(text, start, end):
        paragraphs[0] = Paragraph(leading.end(), end)
    start, end = paragraphs[-1]
    visible_end = start + len(text[start:end].rstrip())
    if trailing := _LINE_BREAK.search(text, visible_end, end):
        paragraphs[-1] = Paragraph(start, trailing.start())


def _split_lines(text: str, block: Paragraph) -> list[Paragraph]:
    """Split a block without blank lines into its lines, hard wraps joined."""
    breaks = [line_break.span() for line_break in _LINE_BREAK.finditer(text, block.start, block.end)]
    starts = [block.start, *[end for _, end in breaks]]
    ends = [*[start for start, _ in breaks], block.end]
    lines = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    first = [
        number
        for number, line in enumerate(lines)
        if number == 0 or not line[0].islower() or lines[number - 1][-1] in CLOSING
    ]
    return [
        Paragraph(starts[number], ends[following - 1])
        for number, following in zip(first, [*first[1:], len(lines)], strict=True)
    ]
