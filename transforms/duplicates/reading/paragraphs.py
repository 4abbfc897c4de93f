"""Paragraphs of a text as spans: split at blank lines, or at line ends where a text has no blank lines."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeAlias

from beam_textclean.transforms.code_and_markup import LINE_BREAKS


class Paragraph(NamedTuple):
    """A paragraph's span in code points: whole lines, indentation included, the last line's break not."""

    start: int
    end: int


#: The same as a plain tuple: half the time and half the memory, where there are a million of them.
Span: TypeAlias = tuple[int, int]

# "\r" only where no "\n" follows: a regex that gives up on "\r\n" must not find two breaks in it.
_BREAK = rf"(?:\r\n|\r(?!\n)|[{LINE_BREAKS.replace(chr(13), '')}])"
_LINE_BREAK = re.compile(f"({_BREAK})")
_LINE_BREAK_PLAIN = re.compile(r"(\n)")
# A paragraph separator (U+2029) is one by itself.
_BLANK_LINES = re.compile(rf"{_BREAK}(?:[^\S{LINE_BREAKS}]*{_BREAK})+|\u2029")
_BLANK_LINES_PLAIN = re.compile(r"\n\s*\n")
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


@lru_cache(maxsize=1)  # several steps look at one text in turn
def paragraph_spans(text: str) -> Sequence[Span]:
    """Split a text as `split_paragraphs` does, into plain tuples."""
    plain = not any(map(text.__contains__, _OTHER_BREAKS))
    edges = [0]
    for separator in (_BLANK_LINES_PLAIN if plain else _BLANK_LINES).finditer(text):
        edges += separator.span()
    edges.append(len(text))
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    _trim_ends(text, spans)
    if len(spans) == 1:
        return _split_lines(text, *spans[0], _LINE_BREAK_PLAIN if plain else _LINE_BREAK)
    return spans


def find_paragraphs(paragraphs: Sequence[Span], start: int, end: int) -> range:
    """Return the paragraphs that a span is made of; none if it is not made of whole ones.

    >>> find_paragraphs([(0, 8), (10, 22), (24, 30)], 10, 30), find_paragraphs([(0, 8), (10, 22)], 10, 12)
    (range(1, 3), range(0, 0))
    """
    first, stop = bisect_left(paragraphs, (start, 0)), bisect_left(paragraphs, (end, 0))
    is_whole = first < stop and (paragraphs[first][0], paragraphs[stop - 1][1]) == (start, end)
    return range(first, stop) if is_whole else range(0)


def are_lines(text: str, paragraphs: Sequence[Span]) -> bool:
    """Return whether the paragraphs of a text are lines, with no blank lines between them."""
    return len(paragraphs) > 1 and len(text[paragraphs[0][1] : paragraphs[1][0]].splitlines()) < 2


def _trim_ends(text: str, spans: list[Span]) -> None:
    """Cut blank lines off the first and the last paragraph; only these can have any."""
    last = ""
    while spans and not (last := text[slice(*spans[-1])].rstrip()):
        spans.pop()
    while spans and not text[slice(*spans[0])].strip():
        spans.pop(0)
    if not spans:
        return
    visible_end = spans[-1][0] + len(last)
    start, end = spans[0]
    if text[start].isspace() and (leading := _LEADING_LINES.match(text, start, end)):
        spans[0] = leading.end(), end
    start, end = spans[-1]
    if visible_end < end and (trailing := _LINE_BREAK.search(text, visible_end, end)):
        spans[-1] = start, trailing.start()


def _split_lines(text: str, start: int, end: int, line_break: re.Pattern[str]) -> list[Span]:
    """Split a block without blank lines into its lines, hard wraps joined."""
    pieces = line_break.split(text[start:end])  # lines and breaks in turn
    if len(pieces) == 1:
        return [(start, end)]
    edges = list(accumulate(map(len, pieces), initial=start))
    starts, ends = edges[:-1:2], edges[1::2]
    lines = list(map(str.strip, pieces[::2]))
    first = [0]
    first += [
        number
        for number, (before, line) in enumerate(pairwise(lines), 1)
        if not line[0].islower() or before[-1] in CLOSING
    ]
    return [
        (starts[number], ends[following - 1]) for number, following in zip(first, [*first[1:], len(lines)], strict=True)
    ]
