"""Paragraphs of a text as spans: split at blank lines, or at line ends where a text has no blank lines."""

import re
from typing import NamedTuple, TypeAlias


class Paragraph(NamedTuple):
    """A paragraph's span in code points: whole lines, indentation included, the last line's break not."""

    start: int
    end: int


#: The same as a plain tuple: half the time and half the memory, where there are a million of them.
Span: TypeAlias = tuple[int, int]

LINE_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
# "\r" only where no "\n" follows: a regex that gives up on "\r\n" must not find two breaks in it.
_BREAK = rf"(?:\r\n|\r(?!\n)|[{LINE_BREAKS.replace(chr(13), '')}])"
_LINE_BREAK = re.compile(_BREAK)
# A paragraph separator (U+2029) is one by itself.
_BLANK_LINES = re.compile(rf"{_BREAK}(?:[^\S{LINE_BREAKS}]*{_BREAK})+|\u2029")
_BLANK_LINES_PLAIN = re.compile(r"\n(?:[^\S\n]*\n)+")
_OTHER_BREAKS = tuple(LINE_BREAKS.replace("\n", ""))
_LEADING_LINES = re.compile(rf"\s*{_BREAK}")

SENTENCE_ENDS = frozenset(".!?…。！？؟۔।॥｡．።։។။།᠃")
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
    return list(map(Paragraph._make, paragraph_spans(text)))


def paragraph_spans(text: str) -> list[Span]:
    """Split a text as `split_paragraphs` does, into plain tuples."""
    plain = not any(character in text for character in _OTHER_BREAKS)
    edges = [0]
    for separator in (_BLANK_LINES_PLAIN if plain else _BLANK_LINES).finditer(text):
        edges += separator.span()
    edges.append(len(text))
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    _trim_ends(text, spans)
    if len(spans) == 1:
        return _split_lines(text, *spans[0])
    return spans


def _trim_ends(text: str, spans: list[Span]) -> None:
    """Cut blank lines off the first and the last paragraph; only these can have any."""
    while spans and not text[slice(*spans[-1])].strip():
        spans.pop()
    while spans and not text[slice(*spans[0])].strip():
        spans.pop(0)
    if not spans:
        return
    start, end = spans[0]
    if leading := _LEADING_LINES.match(text, start, end):
        spans[0] = leading.end(), end
    start, end = spans[-1]
    visible_end = start + len(text[start:end].rstrip())
    if visible_end < end and (trailing := _LINE_BREAK.search(text, visible_end, end)):
        spans[-1] = start, trailing.start()


def _split_lines(text: str, start: int, end: int) -> list[Span]:
    """Split a block without blank lines into its lines, hard wraps joined."""
    edges = [start]
    for line_break in _LINE_BREAK.finditer(text, start, end):
        edges += line_break.span()
    edges.append(end)
    starts, ends = edges[::2], edges[1::2]
    lines = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    first = [
        number
        for number, line in enumerate(lines)
        if number == 0 or not line[0].islower() or lines[number - 1][-1] in CLOSING
    ]
    return [
        (starts[number], ends[following - 1]) for number, following in zip(first, [*first[1:], len(lines)], strict=True)
    ]
