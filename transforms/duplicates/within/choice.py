"""Decide which copies are removed from a text, and which copy of a repeated passage is kept."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.places import are_parts
from beam_textclean.transforms.duplicates.within.chains import lay_chains, without_loose_tiles
from beam_textclean.transforms.duplicates.within.occurrences import Run, Tile, find_tiles
from beam_textclean.transforms.duplicates.within.pieces import Copies, Piece, cut_at_borders
from beam_textclean.transforms.duplicates.within.trimming import (
    Passage,
    is_second_copy,
    is_second_run,
    stretches_of,
    trim_chain,
    turn_around,
    without_headings,
)


def find_copies(text: FoldedText) -> Copies:
    """Find what can be removed from a text because it is kept elsewhere in it.

    The longest passages are decided first: a short one within may look better set elsewhere than the whole does. What
    cannot be removed as a whole may be removed paragraph by paragraph; or what it is a copy of is removed for it.
    Paragraphs that are equal to an earlier one, and have no passage around them, come last.
    """
    tiles, runs = find_tiles(text)
    if not tiles and not runs:
        return Copies({}, ())
    chains = _chains(text, tiles)
    units, units_within = _units(text, tiles), _count_units(text, chains)
    choice = _Choice(text, units)
    passages = _passages(text, chains, runs, units_within)
    refused = [passage for passage in passages if not choice.remove(passage)]
    for whole in refused:
        for part in _alone(text, whole, units_within):
            choice.remove(part)
        if not isinstance(whole, Passage) or choice.is_cut(whole.tiles[0].source):
            continue
        if turned := turn_around(text, whole, units, units_within):
            choice.remove(turned)
    for copy, source in sorted(_lone(text, tiles, runs).items()):
        choice.remove_alone(copy, source)
    return choice.copies()


def _chains(text: FoldedText, tiles: Iterable[Tile]) -> list[list[Tile]]:
    chains: list[list[Tile]] = []
    for chain in lay_chains(text, tiles):
        chains += [chain] if len(chain) == 1 and chain[0].is_unit else without_loose_tiles(text, chain)
    return chains


def _units(text: FoldedText, tiles: Iterable[Tile]) -> frozenset[int]:
    """Return the long paragraphs that have copies, or are copies."""
    return frozenset(index for tile in tiles if tile.is_unit for index in (tile.source, text.paragraph_at(tile.start)))


def _passages(
    text: FoldedText, chains: Iterable[list[Tile]], runs: Iterable[Run], units_within: Mapping[int, int]
) -> list[Passage | Run]:
    """Return what may be removed beside paragraphs alone, in the order in which it is decided: the longest first."""
    passages: list[Passage | Run] = [run for run in runs if run[2] > 1]
    for chain in chains:
        if len(chain) == 1 and _is_later_paragraph(text, chain[0]):
            continue
        if passage := trim_chain(text, chain, units_within):
            passages.append(passage)
    return sorted(passages, key=lambda passage: _order(text, passage))


def _lone(text: FoldedText, tiles: Iterable[Tile], runs: Iterable[Run]) -> dict[int, int]:
    """Return the paragraphs that may be removed alone, with the ones they are equal to.

    Also those that are in no chain, because longer ones cover them: these may be refused.
    """
    lone = {text.paragraph_at(tile.start): tile.source for tile in tiles if _is_later_paragraph(text, tile)}
    return lone | {copy: source for copy, source, count in runs if count == 1}


def _count_units(text: FoldedText, chains: Iterable[list[Tile]]) -> Mapping[int, int]:
    """Count, for each paragraph, the copies of long paragraphs that lie within it."""
    counts: Counter[int] = Counter()
    for tile in (tile for chain in chains for tile in chain if tile.is_unit):
        paragraph = text.paragraph_at(tile.start)
        counts[paragraph] += tile.end <= text.starts[paragraph + 1]
    return counts


def _is_later_paragraph(text: FoldedText, tile: Tile) -> bool:
    starts, copy = text.starts, text.paragraph_at(tile.start)
    return tile.is_unit and tile.source < copy and starts[copy] == tile.start and starts[copy + 1] == tile.end


def _order(text: FoldedText, passage: Passage | Run) -> tuple[int, int]:
    """Return what puts passages in the order in which they are decided: the longest first, then from the beginning."""
    if isinstance(passage, Passage):
        return passage.start - passage.end, passage.start
    copy, _, count = passage
    start = text.starts[copy]
    return start - text.starts[copy + count], start


def _alone(text: FoldedText, passage: Passage | Run, units_within: Mapping[int, int]) -> Iterator[Passage | Run]:
    """Yield the long paragraphs of a passage, each as a passage of its own."""
    if isinstance(passage, Passage):
        for tile in passage.tiles:
            if tile.is_unit and (alone := trim_chain(text, [tile], units_within)):
                yield alone
        return
    copy, source, count = passage
    yield from ((copy + number, source + number, 1) for number in range(count))


class _Choice:
    """What is removed, and what is kept for it.

    A passage is removed only while nothing of its source is, and then its source is kept for good: so everything
    removed has its copy in what is kept.
    """

    def __init__(self, text: FoldedText, units: frozenset[int]) -> None:
        self._text = text
        self._units = units
        self._paragraphs: dict[int, int] = {}
        self._pieces: list[Piece] = []
        self._removed: list[tuple[int, int]] = []  # the passages, sorted
        # Paragraphs of which something is removed, those of which nothing more is, and those that are kept for others.
        self._touched = bytearray(len(text.folded))
        self._closed = bytearray(len(text.folded))
        self._needed = bytearray(len(text.folded))

    def copies(self) -> Copies:
        return Copies(self._paragraphs, sorted(self._pieces))

    def is_cut(self, paragraph: int) -> bool:
        """Return whether something of a paragraph is removed."""
        return bool(self._touched[paragraph])

    def remove(self, passage: Passage | Run) -> bool:
        """Remove a passage or a run if it may be, and return whether it was."""
        return self._remove_passage(passage) if isinstance(passage, Passage) else self._remove_run(passage)

    def remove_alone(self, copy: int, source: int) -> None:
        """Remove a paragraph that is equal to another one, if it may be removed on its own."""
        text = self._text
        if are_parts(text, (copy,), len(text.folded[copy])) or self._is_introduced(copy):
            return
        if not (self._touched[source] or self._touched[copy] or self._needed[copy]):
            self._needed[source] = self._touched[copy] = True
            self._paragraphs[copy] = source

    def _remove_passage(self, passage: Passage) -> bool:
        text = self._text
        stretches = stretches_of(text, passage)
        copies = text.paragraphs_in(passage.start, passage.end)
        sources = {source for stretch in stretches for source in text.paragraphs_in(stretch.kept, stretch.kept_end)}
        if not is_second_copy(text, passage, copies, stretches, sources, self._units):
            return False
        if any(self._touched[source] for source in sources) or not self._is_free(passage, copies):
            return False
        for source in sources:
            self._needed[source] = True
        for copy in copies:
            self._touched[copy] = True
        self._closed[copies[0]] |= passage.before > 0
        self._closed[copies[-1]] |= passage.after > 0
        insort(self._removed, (passage.start, passage.end))
        self._pieces += cut_at_borders(text, stretches)
        return True

    def _is_free(self, passage: Passage, copies: range) -> bool:
        """Return whether a passage may be removed for all that is kept and removed already."""
        if any(self._needed[copy] or self._closed[copy] for copy in copies):
            return False
        if (passage.before and self._touched[copies[0]]) or (passage.after and self._touched[copies[-1]]):
            return False
        # One that was refused has parts that are in others, too.
        number = bisect_left(self._removed, (passage.end, 0))
        return number == 0 or self._removed[number - 1][1] <= passage.start

    def _remove_run(self, run: Run) -> bool:
        copy, source, count = run
        copies, sources = slice(copy, copy + count), slice(source, source + count)
        if any(self._touched[sources]) or any(self._touched[copies]):
            return False
        if any(self._needed[copies]) or any(self._closed[copies]) or not is_second_run(self._text, run):
            return False
        copy, source, count = without_headings(self._text, run)
        copies, sources = slice(copy, copy + count), slice(source, source + count)
        self._needed[sources] = self._touched[copies] = b"\1" * count
        self._paragraphs.update(zip(range(copy, copy + count), range(source, source + count), strict=True))
        return True

    def _is_introduced(self, paragraph: int) -> bool:
        """Return whether what is kept before a paragraph introduces it."""
        before = paragraph - 1
        return paragraph > 0 and not self._touched[before] and self._text.kind(before) == "introduction"
