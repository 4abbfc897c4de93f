"""Aligned copies: what stands between passages that go, and between their sources as well, goes with them.

A stretch of a text is evidently a second copy where it loses one passage after the other to sources that stand in the
same order, with little else between them. There, what would not go on its own is a part of the copy too: a listing, a
table, a heading, a sentence of a paragraph that differs elsewhere. Where near copies are wanted, what is nearly the
same goes as well (`edited_copies`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from beam_textclean.transforms.duplicates.across.matches import shared_after, shared_before
from beam_textclean.transforms.duplicates.reading.pieces import Copies, Piece, cut_at_borders
from beam_textclean.transforms.duplicates.within.edited_copies import NearCopy, Part, find_near
from beam_textclean.transforms.duplicates.within.occurrences import Form, Layout

# A sequence is the evidence for a second copy when its passages are together so many times as long as a paragraph that
# may go: longer than formulas, notes and captions that a text repeats in one order.
_EVIDENCE = 10
_COLONS = b":", "：".encode()


class _Stretch(NamedTuple):
    """A stretch of the stream that goes, and where the one that stays begins."""

    start: int
    end: int
    kept: int

    @property
    def kept_end(self) -> int:
        return self.kept + self.end - self.start


@dataclass
class _Sequence:
    """Passages begin:end, whose sources follow each other as they do, and how long they are together."""

    begin: int
    end: int
    length: int


def with_aligned(layout: Layout, form: Form, copies: Copies, min_characters: int, near: float | None = None) -> Copies:
    """Add to the copies that go from a text what is aligned with them.

    Args:
        layout: The paragraphs.
        form: The text behind the layout.
        copies: What goes.
        min_characters: What is shorter stays at the side of something new, as it may belong to that.
        near: The least Jaccard index of what goes though it is not the same; None: nothing does.

    Returns:
        The copies, and what stands between two of them as it does, or nearly as it does, between their sources.
    """
    passages = _passages(layout, copies)
    sequences = [
        sequence
        for sequence in _sequences(layout.stream, passages)
        if (near is not None or sequence.end - sequence.begin > 1) and sequence.length >= _EVIDENCE * min_characters
    ]
    if not sequences:
        return copies
    alignment = _Alignment(layout, form, min_characters, near, passages)
    pieces = [piece for sequence in sequences for piece in alignment.pieces(sequence)]
    return copies._replace(pieces=sorted([*copies.pieces, *pieces]))


def _passages(layout: Layout, copies: Copies) -> list[_Stretch]:
    """Give what goes, in as few stretches as possible."""
    starts = layout.starts
    stretches = [(starts[copy], starts[copy + 1], starts[source]) for copy, source in copies.paragraphs.items()]
    stretches += [
        (starts[piece.paragraph] + piece.start, starts[piece.paragraph] + piece.end, piece.kept)
        for piece in copies.pieces
    ]
    passages: list[_Stretch] = []
    for start, end, kept in sorted(stretches):
        if passages and (start, kept) == (passages[-1].end, passages[-1].kept_end):
            start, _, kept = passages.pop()
        passages.append(_Stretch(start, end, kept))
    return passages


def _sequences(stream: bytes, passages: Sequence[_Stretch]) -> list[_Sequence]:
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


class _Alignment:
    """What goes with the passages of sequences. What goes is no source, and no source goes."""

    def __init__(
        self, layout: Layout, form: Form, min_characters: int, near: float | None, passages: Sequence[_Stretch]
    ) -> None:
        self._layout = layout
        self._min_characters = min_characters
        self._near = near
        self._passages = passages
        self._fenced, self._code = form.fenced(), form.code()
        # A glued block may have many gaps.
        self._is_prose = cache(lambda paragraph: paragraph not in self._code and form.is_prose(paragraph))
        self._sentence_ends = cache(form.sentence_ends)
        self._touched = bytearray(len(layout.folded))
        self._needed = bytearray(len(layout.folded))
        self._taken_beside = 0  # the end of the last near copy beside a sequence
        for passage in passages:
            self._mark(passage)

    def pieces(self, sequence: _Sequence) -> Iterator[Piece]:
        for before, after in pairwise(self._passages[sequence.begin : sequence.end]):
            near = [copy for copy in self._near_between(before, after) if self._take(copy)]
            yield from map(self._near_piece, near)
            ends: list[_Stretch | NearCopy] = [before, *near, after]
            for stretch in (stretch for one, other in pairwise(ends) for stretch in self._between(one, other)):
                if self._take(stretch):
                    yield from (piece._replace(rule="aligned") for piece in cut_at_borders(self._layout, [stretch]))
        for copy in self._near_beside(sequence):
            if self._take(copy):
                self._taken_beside = copy.end
                yield self._near_piece(copy)

    def _near_piece(self, copy: NearCopy) -> Piece:
        paragraph = self._layout.paragraph_at(copy.start)  # it is within one
        first = self._layout.starts[paragraph]
        return Piece(paragraph, copy.start - first, copy.end - first, copy.kept, copy.kept_end, "near", copy.jaccard)

    def _take(self, stretch: _Stretch | NearCopy) -> bool:
        if self._may_go(stretch):
            self._mark(stretch)
            return True
        return False

    def _mark(self, stretch: _Stretch | NearCopy) -> None:
        for paragraph in self._layout.paragraphs_in(stretch.start, stretch.end):
            self._touched[paragraph] = True
        for paragraph in self._layout.paragraphs_in(stretch.kept, stretch.kept_end):
            self._needed[paragraph] = True

    def _may_go(self, stretch: _Stretch | NearCopy) -> bool:
        if stretch.start < stretch.kept_end and stretch.kept < stretch.end:
            return False  # they overlap
        copies = self._layout.paragraphs_in(stretch.start, stretch.end)
        sources = self._layout.paragraphs_in(stretch.kept, stretch.kept_end)
        if any(self._needed[copies.start : copies.stop]) or any(self._touched[sources.start : sources.stop]):
            return False
        # What is fenced goes for what is fenced.
        shift = stretch.kept - stretch.start
        fenced = [self._layout.starts[copy] + shift for copy in copies if copy in self._fenced]
        return all(self._layout.paragraph_at(place) in self._fenced for place in fenced)

    def _between(self, before: _Stretch | NearCopy, after: _Stretch | NearCopy) -> Iterator[_Stretch]:
        """Give what the text between two passages begins and ends with as that between their sources does."""
        start, end, kept, kept_end = before.end, after.start, before.kept_end, after.kept
        copy, source = self._layout.stream[start:end], self._layout.stream[kept:kept_end]
        if not copy or not source:
            return
        first = shared_after(copy, 0, source, 0)
        last = shared_before(copy, len(copy), source, len(source))
        if len(copy) in (first, last):  # nothing in it is new
            yield _Stretch(start, end, kept if first == len(copy) else kept_end - last)
            return
        cut = self._last_cut(start, start + first, kept)
        if start < cut:
            yield _Stretch(start, cut, kept)
        last = min(last, end - cut, len(source) - (cut - start))
        cut = self._first_cut(end - last, end, kept_end)
        if cut < end:
            yield _Stretch(cut, end, kept_end - (end - cut))

    def _near_between(self, before: _Stretch, after: _Stretch) -> Iterator[NearCopy]:
        """Give what between two passages is nearly what stands between their sources, where something is new there."""
        copy, source = self._layout.stream[before.end : after.start], self._layout.stream[before.kept_end : after.kept]
        if self._near is None or not source or source.startswith(copy) or source.endswith(copy):
            return
        copies, sources = self._parts(before.end, after.start), self._parts(before.kept_end, after.kept)
        yield from find_near(copies, sources, self._near, self._min_characters)

    def _near_beside(self, sequence: _Sequence) -> Iterator[NearCopy]:
        """Give what is nearly the same before a sequence and before its sources, and after them.

        As far as half the length of the sequence, and up to other passages. Between the copy and the original stands
        what is before the one and what is after the other.
        """
        if self._near is None:
            return
        passages, reach = self._passages, sequence.length // 2
        first, last = passages[sequence.begin], passages[sequence.end - 1]
        # What went after the sequence before does not go again.
        low = max(self._taken_beside, passages[sequence.begin - 1].end if sequence.begin else 0)
        high = passages[sequence.end].start if sequence.end < len(passages) else len(self._layout.stream)
        kept_low, kept_high = 0, len(self._layout.stream)
        if last.kept_end <= first.start:
            low, kept_high = max(low, last.kept_end), first.start
        elif last.end <= first.kept:
            high, kept_low = min(high, first.kept), last.end
        copies, sources = self._parts_before(low, first.start, reach), self._parts_before(kept_low, first.kept, reach)
        yield from find_near(copies, sources, self._near, self._min_characters, {-1})
        copies, sources = self._parts_after(last.end, high, reach), self._parts_after(last.kept_end, kept_high, reach)
        yield from find_near(copies, sources, self._near, self._min_characters, {len(copies)})

    def _parts_before(self, low: int, end: int, reach: int) -> list[Part]:
        start = end - reach
        return self._parts(low if low >= start else min(self._cuts(start, end), default=end), end)

    def _parts_after(self, start: int, high: int, reach: int) -> list[Part]:
        end = start + reach
        return self._parts(start, high if high <= end else max(self._cuts(start, end), default=start))

    def _parts(self, start: int, end: int) -> list[Part]:
        """Cut a stretch wherever it may be cut."""
        parts = []
        for begin, stop in pairwise(sorted({start, end} | self._cuts(start, end))):
            paragraphs = self._layout.paragraphs_in(begin, stop)
            is_prose = all(map(self._is_prose, paragraphs))
            parts.append(Part(begin, stop, self._layout.stream[begin:stop], paragraphs.start, is_prose))
        return parts

    def _last_cut(self, start: int, end: int, kept: int) -> int:
        """Find the last place where what follows a passage may be cut from something new."""
        cuts = [start, *self._common_cuts(start, end, kept - start)]
        while (end := cuts.pop()) > start:
            begin = max(start, self._layout.starts[self._layout.paragraph_at(end - 1)])
            if self._is_long(begin, end):
                break
            while cuts[-1] > begin:
                cuts.pop()
        return end

    def _first_cut(self, start: int, end: int, kept_end: int) -> int:
        """Find the first place where what precedes a passage may be cut from something new.

        That is not behind a colon: an introduction that stays keeps what it introduces.
        """
        cuts = [end, *reversed(self._common_cuts(start, end, kept_end - end))]
        while (start := cuts.pop()) < end:
            stop = min(end, self._layout.starts[self._layout.paragraph_at(start) + 1])
            if self._is_long(start, stop) and not self._layout.stream.endswith(_COLONS, 0, start):
                break
            while cuts[-1] < stop:
                cuts.pop()
        return start

    def _is_long(self, start: int, end: int) -> bool:
        return len(self._layout.stream[start:end].decode("utf-8", "surrogatepass")) >= self._min_characters

    def _common_cuts(self, start: int, end: int, shift: int) -> Sequence[int]:
        """Give the places of a stretch where it may be cut, and so may the one `shift` bytes further on."""
        if end - start < self._min_characters:  # nothing long is in it
            return []
        return sorted(self._cuts(start, end) & {place - shift for place in self._cuts(start + shift, end + shift)})

    def _cuts(self, start: int, end: int) -> set[int]:
        """Give the ends of paragraphs in a stretch, and of sentences of prose: code and tables stay whole."""
        paragraphs = self._layout.paragraphs_in(start, end)
        borders = range(paragraphs.start, paragraphs.stop + 1)
        cuts = {
            self._layout.starts[paragraph] for paragraph in borders if not self._fenced >= {paragraph - 1, paragraph}
        }
        for paragraph in filter(self._is_prose, paragraphs):
            first, ends = self._layout.starts[paragraph], self._sentence_ends(paragraph)
            inner = ends[bisect_left(ends, start - first) : bisect_right(ends, end - first)]
            cuts.update(first + place for place in inner)
        return {place for place in cuts if start <= place <= end}
