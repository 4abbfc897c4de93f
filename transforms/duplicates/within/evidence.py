"""What is evidence of a copy: without it, what a text says twice it says twice on purpose.

- What is beside its equal: nothing that is kept lies between the two. At the beginning of a text a title, a name and a
  date may: what it says before and after them is its lead.
- A text that says a considerable part of itself again: what is repeated, in the order in which it was said first, is
  together as large a part of the text as an article is that was appended a second time.

A manual says the same of two functions, a law of two cases, a history of two releases, and a story repeats a sentence:
all of it is short beside the whole, and something else lies between.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.within.pieces import Copies

_PERCENT = 19  # of a text, where it says itself again: nearly a quarter of what is left when the copy is removed
_LEAD = 1  # the index up to which a paragraph may be the lead of a text


class _Span(NamedTuple):
    """What is removed between two places of the stream, and what is kept for it."""

    start: int
    end: int
    kept: int
    kept_end: int


def says_itself_again(text: FoldedText, copies: Copies) -> bool:
    """Return whether a text says a considerable part of itself again, in order, or a third of it in any.

    Args:
        text: The text.
        copies: What can be removed.
    """
    spans = sorted(_spans(text, copies))
    size = sum(span.end - span.start for span in spans)
    return 100 * _in_order(spans) >= _PERCENT * len(text.stream) or 3 * size >= len(text.stream)


def beside_their_equals(text: FoldedText, copies: Copies) -> Copies:
    """Return the copies between which and what is kept for them nothing lies.

    Args:
        text: The text.
        copies: What can be removed.
    """
    beside = _beside(text, list(_joined(sorted(_spans(text, copies)))))
    return Copies(
        {copy: source for copy, source in copies.paragraphs.items() if beside.find(0, *_place(text, copy)) < 0},
        [piece for piece in copies.pieces if beside.find(0, piece.start, piece.end) < 0],
    )


def _place(text: FoldedText, paragraph: int) -> tuple[int, int]:
    return text.starts[paragraph], text.starts[paragraph + 1]


def _spans(text: FoldedText, copies: Copies) -> Iterator[_Span]:
    for copy, source in copies.paragraphs.items():
        yield _Span(*_place(text, copy), *_place(text, source))
    yield from (_Span(*piece[:4]) for piece in copies.pieces)


def _in_order(spans: Iterable[_Span]) -> int:
    """Return how many bytes are removed, at most, in the order in which they are kept.

    >>> _in_order([_Span(50, 60, 0, 10), _Span(60, 65, 30, 35), _Span(65, 90, 10, 35)])
    35
    """
    kept: list[int] = []  # where the last span of a sequence is kept, ascending
    sizes: list[int] = []  # and the size of the largest sequence that ends there, ascending as well
    for span in spans:
        at = bisect_left(kept, span.kept)
        size = span.end - span.start + (sizes[at - 1] if at else 0)
        end = at
        while end < len(sizes) and sizes[end] <= size:
            end += 1
        kept[at:end], sizes[at:end] = [span.kept], [size]
    return sizes[-1] if sizes else 0


def _joined(spans: Iterable[_Span]) -> Iterator[_Span]:
    """Join the spans that follow each other in both places."""
    last: _Span | None = None
    for span in spans:
        if last is not None and (last.end, last.kept_end) == (span.start, span.kept):
            last = _Span(last.start, span.end, last.kept, span.kept_end)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _beside(text: FoldedText, spans: list[_Span]) -> bytearray:
    """Mark the bytes of the spans that are beside what is kept for them, others like them left out."""
    marked = bytearray(len(text.stream))
    for span in [*spans, *reversed(spans)]:
        if _is_neighbour(text, span):
            continue
        start, end = (span.kept_end, span.start) if span.kept < span.start else (span.end, span.kept)
        if marked.find(0, start, end) < 0 or _is_lead(text, span):
            marked[span.start : span.end] = b"\1" * (span.end - span.start)
    return marked


def _is_neighbour(text: FoldedText, span: _Span) -> bool:
    """Return whether a paragraph directly follows its equal: these are repetition at once, or kept as such."""
    paragraph = text.paragraph_at(span.start)
    is_one = (span.start, span.end) == (text.starts[paragraph], text.starts[paragraph + 1])
    return is_one and span.kept_end == span.start and text.is_border(span.kept)


def _is_lead(text: FoldedText, span: _Span) -> bool:
    """Return whether only short paragraphs lie between the beginning of a text and what is said there again."""
    source = text.paragraph_at(span.kept)
    between = range(source + 1, text.paragraph_at(span.start))
    at = bisect_left(text.long, source + 1)
    return source <= _LEAD and len(between) > 0 and (at == len(text.long) or text.long[at] not in between)
