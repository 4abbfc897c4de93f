"""Decide which paragraphs and pieces of paragraphs are copies, and which copy of a repeated passage stays."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from beam_textclean.transforms.duplicates.reading.pieces import Copies, Piece, cut_at_borders
from beam_textclean.transforms.duplicates.within.chains import lay_chains, without_loose_tiles
from beam_textclean.transforms.duplicates.within.occurrences import Form, Layout, Run, Tile, find_tiles


def find_copies(layout: Layout, long: Sequence[int], form: Form) -> Copies:
    """Find what can go from a text because it stays elsewhere in it.

    Args:
        layout: The paragraphs.
        long: Indices of the paragraphs that are long enough to be looked for.
        form: The text behind the layout.

    Returns:
        The copies.
    """
    tiles, runs = find_tiles(layout, long, form)
    if not tiles and not runs:
        return Copies({}, ())
    chains = [
        part
        for chain in lay_chains(layout, tiles)
        for part in ([chain] if len(chain) == 1 and chain[0].is_unit else without_loose_tiles(layout, chain))
    ]
    return _Decisions(layout, form, tiles, chains, runs).copies()


_TRIMS = 16  # how often a chain is shortened to find clean ends
# Items and headings are the whole text a second time when they have so many bytes, and are such a part of it.
_TEXT = 400
_SHARE = 3
_EXTENSION = 2  # at most so many times a chain's own length goes with it to make whole paragraphs go


class _Passage(NamedTuple):
    """A chain as it would be removed: what it begins and ends with beyond its tiles, to make whole paragraphs go."""

    tiles: list[Tile]
    before: int
    after: int

    @property
    def start(self) -> int:
        return self.tiles[0].start - self.before

    @property
    def end(self) -> int:
        return self.tiles[-1].end + self.after


class _Paragraphs(NamedTuple):
    """A run as it would be removed."""

    start: int
    end: int
    run: Run


class _Decisions:
    """What goes, passage by passage.

    A passage goes only while nothing of its source has gone, and then its source stays for good: so everything removed
    has its copy in what is kept.
    """

    def __init__(
        self, layout: Layout, form: Form, tiles: Iterable[Tile], chains: list[list[Tile]], runs: list[Run]
    ) -> None:
        self._layout = layout
        self._form = form
        self._paragraphs: dict[int, int] = {}
        self._pieces: list[Piece] = []
        self._touched = bytearray(len(layout.folded))
        self._closed = bytearray(len(layout.folded))
        self._needed = bytearray(len(layout.folded))
        self._gone: list[tuple[int, int]] = []  # the passages, sorted
        self._units_within: Counter[int] = Counter()
        for tile in (tile for chain in chains for tile in chain if tile.is_unit):
            paragraph = layout.paragraph_at(tile.start)
            self._units_within[paragraph] += tile.end <= layout.starts[paragraph + 1]
        self._units = {
            index for tile in tiles if tile.is_unit for index in (tile.source, layout.paragraph_at(tile.start))
        }
        # Also those that are in no chain, because longer ones cover them: these may be refused.
        lone = {layout.paragraph_at(tile.start): tile.source for tile in tiles if self._is_later_paragraph(tile)}
        passages: list[_Passage | _Paragraphs] = []
        for chain in chains:
            if len(chain) == 1 and self._is_later_paragraph(chain[0]):
                continue
            if passage := self._passage(chain):
                passages.append(passage)
        for run in runs:
            copy, source, count = run
            if count == 1:
                lone[copy] = source
            else:
                passages.append(_Paragraphs(layout.starts[copy], layout.starts[copy + count], run))
        # The longest first: a short passage within may look better set elsewhere than the whole does.
        passages.sort(key=lambda passage: (passage.start - passage.end, passage.start))
        refused = [passage for passage in passages if not self._remove(passage)]
        for whole in refused:
            for alone in self._alone(whole):
                self._remove(alone)
            if turned := self._turned(whole):
                self._remove(turned)
        for copy, source in sorted(lone.items()):
            if self._are_parts((copy,), len(layout.folded[copy])) or self._is_introduced(copy):
                continue
            if not (self._touched[source] or self._touched[copy] or self._needed[copy]):
                self._needed[source] = self._touched[copy] = True
                self._paragraphs[copy] = source

    def _is_later_paragraph(self, tile: Tile) -> bool:
        starts, copy = self._layout.starts, self._layout.paragraph_at(tile.start)
        return tile.is_unit and tile.source < copy and starts[copy] == tile.start and starts[copy + 1] == tile.end

    def _alone(self, passage: _Passage | _Paragraphs) -> Iterator[_Passage | _Paragraphs]:
        """Give the long paragraphs of a passage, each as a passage of its own."""
        if isinstance(passage, _Passage):
            yield from filter(None, (self._passage([tile]) for tile in passage.tiles if tile.is_unit))
            return
        copy, source, count = passage.run
        for number in range(count):
            start, end = self._layout.starts[copy + number : copy + number + 2]
            yield _Paragraphs(start, end, (copy + number, source + number, 1))

    def _turned(self, passage: _Passage | _Paragraphs) -> _Passage | None:
        """Turn a passage that is a copy of one glued paragraph around: that paragraph is a copy of these."""
        layout = self._layout
        if not isinstance(passage, _Passage) or len(passage.tiles) > 1:
            return None
        [tile] = passage.tiles
        if self._touched[tile.source] or not (layout.is_border(tile.start) and layout.is_border(tile.end)):
            return None
        sources = layout.paragraphs_in(tile.start, tile.end)
        joints = [layout.starts[source] - tile.start for source in sources[1:]]
        if all(self._form.is_line_end(tile.source, joint) for joint in joints):
            return None  # set in lines, as a refrain or a list is
        shift = layout.starts[tile.source] - tile.start
        return self._passage(
            [
                Tile(layout.starts[source] + shift, layout.starts[source + 1] + shift, source, source in self._units)
                for source in sources
            ]
        )

    def copies(self) -> Copies:
        return Copies(self._paragraphs, sorted(self._pieces))

    def _passage(self, tiles: list[Tile]) -> _Passage | None:
        """Trim a chain to what may go, or extend it to whole paragraphs."""
        starts = self._layout.starts
        for _ in range(_TRIMS):
            tiles = next(without_loose_tiles(self._layout, tiles), [])
            if not tiles:
                return None
            passage = self._extended(tiles)
            first = self._layout.paragraph_at(passage.start)
            last = self._layout.paragraph_at(passage.end - 1)
            if passage.start > starts[first]:
                if not self._has_evidence(tiles, first):
                    tiles = [tile for tile in tiles if tile.start >= starts[first + 1]]
                    continue
                if not self._form.is_clean_cut(first, passage.start - starts[first]):
                    tiles = tiles[1:]
                    continue
            if passage.end < starts[last + 1]:
                is_left_by_copy = first == last and passage.before > 0
                if not is_left_by_copy and not self._has_evidence(tiles, last):
                    tiles = [tile for tile in tiles if tile.end <= starts[last]]
                    continue
                if not self._form.is_clean_cut(last, passage.end - starts[last]):
                    tiles = tiles[:-1]
                    continue
            return passage
        return None

    def _has_evidence(self, tiles: list[Tile], paragraph: int) -> bool:
        """Tell whether a paragraph that repeats only in part holds a glued copy, not just a sentence used elsewhere."""
        start, end = self._layout.starts[paragraph : paragraph + 2]
        is_glued = any(start < tile.end < end for tile in tiles[:-1])
        # Nothing of a paragraph goes for a heading it begins with.
        if not is_glued and not any(tile.is_unit for tile in tiles if tile.start < end and tile.end > start):
            return False
        return (
            is_glued
            or sum(tile.is_unit and start <= tile.start < end for tile in tiles) > 1
            or self._units_within[paragraph] > 1
            or self._is_later_line(tiles, paragraph)
        )

    def _is_later_line(self, tiles: list[Tile], paragraph: int) -> bool:
        """Tell whether a chain is whole lines and sentences of a later paragraph: it lost only the blank lines."""
        paragraph_start, paragraph_end = self._layout.starts[paragraph : paragraph + 2]
        return all(tile.source < paragraph and self._form.is_sentence(tile.source) for tile in tiles) and all(
            place in (paragraph_start, paragraph_end) or self._form.is_line_end(paragraph, place - paragraph_start)
            for place in (tiles[0].start, tiles[-1].end)
            if paragraph_start <= place <= paragraph_end
        )

    def _extended(self, tiles: list[Tile]) -> _Passage:
        """Take the rest of the first and of the last paragraph along, where it is a copy too and the paragraph goes."""
        starts, stream = self._layout.starts, self._layout.stream
        start, end = tiles[0].start, tiles[-1].end
        first, last = self._layout.paragraph_at(start), self._layout.paragraph_at(end - 1)
        before, after = start - starts[first], starts[last + 1] - end
        source_start, source_end = starts[tiles[0].source], starts[tiles[-1].source + 1]
        longest = _EXTENSION * (end - start)
        left = before <= longest and _same(stream, starts[first], source_start - before, before)
        right = after <= longest and _same(stream, end, source_end, after)
        if first == last and not self._is_left_by_glued_copy(first, source_start - before, end):
            left = right = left and right
        return _Passage(tiles, before if left else 0, after if right else 0)

    def _is_left_by_glued_copy(self, paragraph: int, source: int, end: int) -> bool:
        """Tell whether a paragraph is a glued copy and, on its next line, the beginning of the well-set one."""
        start = self._layout.starts[paragraph]
        return source == end and self._form.is_line_end(paragraph, end - start)

    def _is_worse_set(self, passage: _Passage, borders: int, joints: int) -> bool:
        """Tell whether a passage has lost most of the paragraph breaks that its source has."""
        is_part = not (self._layout.is_border(passage.start) and self._layout.is_border(passage.end))
        return 2 * borders < joints or (borders <= joints and is_part)

    def _is_set_alike(self, passage: _Passage) -> bool:
        """Tell whether a passage is made of whole paragraphs, each equal to one of its source."""
        return all(self._layout.is_border(tile.start) and self._layout.is_border(tile.end) for tile in passage.tiles)

    def _is_only_parts(self, passage: _Passage, copies: range) -> bool:
        """Tell whether a passage is only parts of something larger: whole paragraphs, or one line of a list."""
        size = passage.end - passage.start
        if self._is_set_alike(passage):
            return self._are_parts(self._units.intersection(copies), size)
        source = passage.tiles[0].source
        # A clause within a block is a part of that, and goes with it.
        return (
            len(passage.tiles) == 1
            and self._form.kind(source) not in ("clause", "introduction")
            and self._are_parts((source,), size)
        )

    def _are_parts(self, paragraphs: Iterable[int], size: int) -> bool:
        """Tell whether paragraphs are only parts of something larger, and not the whole text a second time.

        Short ones do not count: who makes the minimum smaller wants them gone, and most of them are of such a form.
        """
        if size >= _TEXT and _SHARE * size >= len(self._layout.stream):
            return False
        kinds = (self._form.kind(paragraph) for paragraph in paragraphs if not self._form.is_short(paragraph))
        return next(kinds, "text") != "text" and all(kind != "text" for kind in kinds)

    def _without_headings(self, copy: int, count: int) -> int:
        """Leave what belongs to what follows a run where it is: headings and introductions at its end."""
        end = copy + count
        if end == len(self._layout.folded):
            return count
        while end > copy and self._form.kind(end - 1) in ("heading", "introduction"):
            end -= 1
        return end - copy or count

    def _is_introduced(self, paragraph: int) -> bool:
        """Tell whether what stays before a paragraph introduces it."""
        before = paragraph - 1
        return paragraph > 0 and not self._touched[before] and self._form.kind(before) == "introduction"

    def _breaks(self, passage: _Passage) -> tuple[int, int]:
        """Count the paragraph breaks within a passage and within its source; those within a sentence do not count."""
        layout = self._layout
        inner = range(layout.paragraph_at(passage.start), layout.paragraph_at(passage.end - 1))
        joints = [tile.source for tile in passage.tiles[:-1]]
        if passage.before:
            joints.append(passage.tiles[0].source - 1)
        if passage.after:
            joints.append(passage.tiles[-1].source)
        return sum(map(self._form.ends_sentence, inner)), sum(map(self._form.ends_sentence, joints))

    def _remove(self, passage: _Passage | _Paragraphs) -> bool:
        if isinstance(passage, _Paragraphs):
            return self._remove_run(*passage.run)
        layout = self._layout
        copies = range(layout.paragraph_at(passage.start), layout.paragraph_at(passage.end - 1) + 1)
        segments = self._segments(passage)
        sources = {
            source
            for start, end, kept in segments
            for source in range(layout.paragraph_at(kept), layout.paragraph_at(kept + end - start - 1) + 1)
        }
        is_later = all(source < copies.start for source in sources)
        borders, joints = self._breaks(passage)
        if not (is_later and borders <= 2 * joints) and not self._is_worse_set(passage, borders, joints):
            return False
        if self._is_only_parts(passage, copies):
            return False
        own = [kept for _, _, kept in segments if layout.paragraph_at(kept) in copies]
        if own and not (len(copies) == 1 and min(own) >= passage.end):
            return False
        if any(self._touched[source] for source in sources):
            return False
        if any(self._needed[copy] or self._closed[copy] for copy in copies) or self._overlaps(passage):
            return False
        for extension, copy in (passage.before, copies[0]), (passage.after, copies[-1]):
            if extension and self._touched[copy]:
                return False
            self._closed[copy] |= extension > 0
        for source in sources:
            self._needed[source] = True
        for copy in copies:
            self._touched[copy] = True
        insort(self._gone, (passage.start, passage.end))
        self._pieces += cut_at_borders(layout, segments)
        return True

    def _remove_run(self, copy: int, source: int, count: int) -> bool:
        """Do the same for a run, which is always later than its source, and begins and ends with paragraphs."""
        copies, sources = slice(copy, copy + count), slice(source, source + count)
        joints = sum(map(self._form.ends_sentence, range(source, source + count - 1)))
        borders = sum(map(self._form.ends_sentence, range(copy, copy + count - 1))) if 2 * joints < count - 1 else 0
        if borders > 2 * joints:
            return False
        if any(self._touched[sources]) or any(self._touched[copies]):
            return False
        if any(self._needed[copies]) or any(self._closed[copies]):
            return False
        if self._are_parts(range(copy, copy + count), self._layout.starts[copy + count] - self._layout.starts[copy]):
            return False
        count = self._without_headings(copy, count)
        copies, sources = slice(copy, copy + count), slice(source, source + count)
        self._needed[sources] = self._touched[copies] = b"\1" * count
        self._paragraphs.update(zip(range(copy, copy + count), range(source, source + count), strict=True))
        return True

    def _overlaps(self, passage: _Passage) -> bool:
        """Tell whether something of a passage has gone: one that was refused has parts that are in others, too."""
        number = bisect_left(self._gone, (passage.end, 0))
        return number > 0 and self._gone[number - 1][1] > passage.start

    def _segments(self, passage: _Passage) -> list[tuple[int, int, int]]:
        """List start, end and source place of what is removed, in stretches that have one stretch as their source."""
        starts = self._layout.starts
        tiles = passage.tiles
        ends = [tile.end for tile in tiles[:-1]] + [passage.end]
        begins = [passage.start] + [tile.start for tile in tiles[1:]]
        segments: list[tuple[int, int, int]] = []
        for tile, start, end in zip(tiles, begins, ends, strict=True):
            kept = starts[tile.source] - (tile.start - start)
            if segments and segments[-1][2] + start - segments[-1][0] == kept:
                start, _, kept = segments.pop()
            segments.append((start, end, kept))
        return segments


def _same(stream: bytes, place: int, other: int, length: int) -> bool:
    """Compare two stretches of the stream."""
    return other >= 0 and other + length <= len(stream) and stream.startswith(stream[place : place + length], other)
