"""Aligned copies: what lies between passages that are removed, and between their sources as well, is removed with them.

A stretch of a text is evidently a second copy where it loses one passage after the other to sources that follow each
other in the same order, with little else between them. There, what would not be removed on its own is a part of the
copy too: a listing, a table, a heading, a sentence of a paragraph that differs elsewhere. Where near copies are wanted,
what is nearly the same is removed as well (`edited_copies`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.paragraph_kinds import follows_introduction
from beam_textclean.transforms.duplicates.reading.similarity import shared_after, shared_before
from beam_textclean.transforms.duplicates.within.edited_copies import NearCopy, Part, find_near
from beam_textclean.transforms.duplicates.within.pieces import Copies, Piece, Stretch, cut_at_borders

# A sequence is the evidence for a second copy when its passages are together so many times as long as a paragraph that
# may be removed: longer than formulas, notes and captions that a text repeats in one order.
_EVIDENCE = 10


@dataclass
class _Sequence:
    """Passages begin:end, whose sources follow each other as they do, and how long they are together."""

    begin: int
    end: int
    length: int


def with_aligned(text: FoldedText, copies: Copies, near: float | None = None) -> Copies:
    """Add to the copies that are removed from a text what is aligned with them.

    Args:
        text: The text. What is shorter than its `min_characters` is kept beside something new, as it may belong to
            that.
        copies: What is removed.
        near: The least Jaccard index of what is removed though it is not the same; None: nothing is.

    Returns:
        The copies, and what lies between two of them as it does, or nearly as it does, between their sources.
    """
    passages = _passages(text, copies)
    sequences = [
        sequence
        for sequence in _sequences(text.stream, passages)
        if (near is not None or sequence.end - sequence.begin > 1)
        and sequence.length >= _EVIDENCE * text.min_characters
    ]
    if not sequences:
        return copies
    removed = _Removed(text, passages)
    beside_end = 0  # of the last near copy beside a sequence
    pieces: list[Piece] = []
    for sequence in sequences:
        for before, after in pairwise(passages[sequence.begin : sequence.end]):
            pieces += _pieces_between(text, removed, before, after, near)
        if near is None:
            continue
        for copy in filter(removed.add, _near_beside(text, passages, sequence, near, beside_end)):
            beside_end = copy.end
            pieces.append(_near_piece(copy))
    return copies._replace(pieces=sorted([*copies.pieces, *pieces]))


def _pieces_between(
    text: FoldedText, removed: "_Removed", before: Stretch, after: Stretch, near: float | None
) -> Iterator[Piece]:
    """Yield what is removed between two passages: near copies first, then what is the same around them."""
    near_copies = [] if near is None else list(filter(removed.add, _near_between(text, before, after, near)))
    yield from map(_near_piece, near_copies)
    ends: list[Stretch | NearCopy] = [before, *near_copies, after]
    for one, other in pairwise(ends):
        yield from cut_at_borders(text, filter(removed.add, _same_between(text, one, other)), "aligned")


def _near_piece(copy: NearCopy) -> Piece:
    return Piece(copy.start, copy.end, copy.kept, copy.kept_end, "near", copy.jaccard)


def _passages(text: FoldedText, copies: Copies) -> list[Stretch]:
    """Return what is removed, in as few stretches as possible."""
    starts = text.starts
    stretches = [(starts[copy], starts[copy + 1], starts[source]) for copy, source in copies.paragraphs.items()]
    stretches += [(piece.start, piece.end, piece.kept) for piece in copies.pieces]
    passages: list[Stretch] = []
    for start, end, kept in sorted(stretches):
        if passages and (start, kept) == (passages[-1].end, passages[-1].kept_end):
            start, _, kept = passages.pop()
        passages.append(Stretch(start, end, kept))
    return passages


def _sequences(stream: bytes, passages: Sequence[Stretch]) -> list[_Sequence]:
    """Put together what follows each other in both places, with the same or at most half as much between."""

    @cache  # a gap is looked at again each time that what follows it grows
    def is_same_before(number: int) -> bool:
        gap = stream[passages[number - 1].end : passages[number].start]
        return stream.startswith(gap, passages[number - 1].kept_end)

    def belong_together(one: _Sequence, other: _Sequence) -> bool:
        before, after = passages[one.end - 1], passages[other.begin]
        length, source_length = after.start - before.end, after.kept - before.kept_end
        return source_length >= 0 and (
            2 * max(length, source_length) <= one.length + other.length
            or (length == source_length and is_same_before(other.begin))
        )

    sequences: list[_Sequence] = []
    for number, passage in enumerate(passages):
        sequences.append(_Sequence(number, number + 1, passage.end - passage.start))
        while len(sequences) > 1 and belong_together(sequences[-2], sequences[-1]):
            last = sequences.pop()
            sequences[-1].end = last.end
            sequences[-1].length += last.length
    return sequences


class _Removed:
    """The paragraphs of which something is removed, and those that are kept for it: none is both."""

    def __init__(self, text: FoldedText, passages: Sequence[Stretch]) -> None:
        self._text = text
        self._touched = bytearray(len(text.folded))
        self._needed = bytearray(len(text.folded))
        for passage in passages:
            self._mark(passage)

    def add(self, stretch: Stretch | NearCopy) -> bool:
        """Remove a stretch if it may be, and return whether it was."""
        if not self._may_be_removed(stretch):
            return False
        self._mark(stretch)
        return True

    def _mark(self, stretch: Stretch | NearCopy) -> None:
        for paragraph in self._text.paragraphs_in(stretch.start, stretch.end):
            self._touched[paragraph] = True
        for paragraph in self._text.paragraphs_in(stretch.kept, stretch.kept_end):
            self._needed[paragraph] = True

    def _may_be_removed(self, stretch: Stretch | NearCopy) -> bool:
        if stretch.start < stretch.kept_end and stretch.kept < stretch.end:
            return False  # they overlap
        text = self._text
        copies = text.paragraphs_in(stretch.start, stretch.end)
        sources = text.paragraphs_in(stretch.kept, stretch.kept_end)
        if any(self._needed[copies.start : copies.stop]) or any(self._touched[sources.start : sources.stop]):
            return False
        # What is fenced is removed for what is fenced.
        shift = stretch.kept - stretch.start
        fenced = [text.starts[copy] + shift for copy in copies if copy in text.fenced]
        return all(text.paragraph_at(place) in text.fenced for place in fenced)


def _same_between(text: FoldedText, before: Stretch | NearCopy, after: Stretch | NearCopy) -> Iterator[Stretch]:
    """Yield what the text between two passages begins and ends with as that between their sources does."""
    start, end, kept, kept_end = before.end, after.start, before.kept_end, after.kept
    copy, source = text.stream[start:end], text.stream[kept:kept_end]
    if not copy or not source:
        return
    first = shared_after(copy, 0, source, 0)
    last = shared_before(copy, len(copy), source, len(source))
    if len(copy) in (first, last):  # nothing in it is new
        yield Stretch(start, end, kept if first == len(copy) else kept_end - last)
        return
    cut = _last_cut(text, start, start + first, kept)
    if start < cut:
        yield Stretch(start, cut, kept)
    last = min(last, end - cut, len(source) - (cut - start))
    cut = _first_cut(text, end - last, end, kept_end)
    if cut < end:
        yield Stretch(cut, end, kept_end - (end - cut))


def _near_between(text: FoldedText, before: Stretch, after: Stretch, near: float) -> Iterator[NearCopy]:
    """Yield what between two passages is nearly what is between their sources, where something is new there."""
    copy, source = text.stream[before.end : after.start], text.stream[before.kept_end : after.kept]
    if not source or source.startswith(copy) or source.endswith(copy):
        return
    copies, sources = _parts(text, before.end, after.start), _parts(text, before.kept_end, after.kept)
    yield from find_near(copies, sources, near, text.min_characters)


def _near_beside(
    text: FoldedText, passages: Sequence[Stretch], sequence: _Sequence, near: float, beside_end: int
) -> Iterator[NearCopy]:
    """Yield what is nearly the same before a sequence and before its sources, and after them.

    As far as half the length of the sequence, and up to other passages. Between the copy and the original lies what is
    before the one and what is after the other. What was removed after an earlier sequence, up to `beside_end`, is not
    removed again.
    """
    reach = sequence.length // 2
    first, last = passages[sequence.begin], passages[sequence.end - 1]
    low = max(beside_end, passages[sequence.begin - 1].end if sequence.begin else 0)
    high = passages[sequence.end].start if sequence.end < len(passages) else len(text.stream)
    kept_low, kept_high = 0, len(text.stream)
    if last.kept_end <= first.start:
        low, kept_high = max(low, last.kept_end), first.start
    elif last.end <= first.kept:
        high, kept_low = min(high, first.kept), last.end
    copies = _parts_before(text, low, first.start, reach)
    sources = _parts_before(text, kept_low, first.kept, reach)
    yield from find_near(copies, sources, near, text.min_characters, {-1})
    copies = _parts_after(text, last.end, high, reach)
    sources = _parts_after(text, last.kept_end, kept_high, reach)
    yield from find_near(copies, sources, near, text.min_characters, {len(copies)})


def _parts_before(text: FoldedText, low: int, end: int, reach: int) -> list[Part]:
    start = end - reach
    return _parts(text, low if low >= start else min(_cuts(text, start, end), default=end), end)


def _parts_after(text: FoldedText, start: int, high: int, reach: int) -> list[Part]:
    end = start + reach
    return _parts(text, start, high if high <= end else max(_cuts(text, start, end), default=start))


def _parts(text: FoldedText, start: int, end: int) -> list[Part]:
    """Cut a stretch wherever it may be cut."""
    parts = []
    for begin, stop in pairwise(sorted({start, end} | _cuts(text, start, end))):
        paragraphs = text.paragraphs_in(begin, stop)
        is_prose = all(map(text.is_prose, paragraphs))
        parts.append(Part(begin, stop, text.stream[begin:stop], paragraphs.start, is_prose))
    return parts


def _last_cut(text: FoldedText, start: int, end: int, kept: int) -> int:
    """Find the last place where what follows a passage may be cut from something new."""
    cuts = [start, *_common_cuts(text, start, end, kept - start)]
    while (end := cuts.pop()) > start:
        begin = max(start, text.starts[text.paragraph_at(end - 1)])
        if text.characters(begin, end) >= text.min_characters:
            break
        while cuts[-1] > begin:
            cuts.pop()
    return end


def _first_cut(text: FoldedText, start: int, end: int, kept_end: int) -> int:
    """Find the first place where what precedes a passage may be cut from something new.

    That is not behind a colon: an introduction that is kept keeps what it introduces.
    """
    cuts = [end, *reversed(_common_cuts(text, start, end, kept_end - end))]
    while (start := cuts.pop()) < end:
        stop = min(end, text.starts[text.paragraph_at(start) + 1])
        is_long = text.characters(start, stop) >= text.min_characters
        if is_long and not follows_introduction(text.stream, start):
            break
        while cuts[-1] < stop:
            cuts.pop()
    return start


def _common_cuts(text: FoldedText, start: int, end: int, shift: int) -> Sequence[int]:
    """Return the places of a stretch where it may be cut, and so may the one `shift` bytes further on."""
    if end - start < text.min_characters:  # nothing long is in it
        return []
    return sorted(_cuts(text, start, end) & {place - shift for place in _cuts(text, start + shift, end + shift)})


def _cuts(text: FoldedText, start: int, end: int) -> set[int]:
    """Return the ends of paragraphs in a stretch, and of sentences of prose: code and tables are kept whole."""
    paragraphs = text.paragraphs_in(start, end)
    borders = range(paragraphs.start, paragraphs.stop + 1)
    cuts = {text.starts[paragraph] for paragraph in borders if not text.fenced >= {paragraph - 1, paragraph}}
    for paragraph in filter(text.is_prose, paragraphs):
        sentences = text.sentence_starts(paragraph)
        cuts.update(sentences[bisect_left(sentences, start) : bisect_right(sentences, end)])
    return {place for place in cuts if start <= place <= end}
