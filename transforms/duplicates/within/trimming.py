"""What of a chain, or of a run of equal paragraphs, may be removed, whatever else is removed from the text."""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.reading.places import are_parts
from beam_textclean.transforms.duplicates.within.chains import without_loose_tiles
from beam_textclean.transforms.duplicates.within.occurrences import Run, Tile
from beam_textclean.transforms.duplicates.within.pieces import Stretch

_TRIMS = 16  # how often a chain is shortened to find clean ends
_EXTENSION = 2  # at most so many times a chain's own length is removed with it to make whole paragraphs of it


class Passage(NamedTuple):
    """A chain as it would be removed.

    Attributes:
        tiles: Its tiles, laid end to end.
        before: Bytes before them that are removed too, so that their first paragraph is removed as a whole.
        after: Bytes after them, for their last paragraph.
    """

    tiles: list[Tile]
    before: int
    after: int

    @property
    def start(self) -> int:
        """The first place."""
        return self.tiles[0].start - self.before

    @property
    def end(self) -> int:
        """The place after the last."""
        return self.tiles[-1].end + self.after


def trim_chain(text: FoldedText, tiles: list[Tile], units_within: Mapping[int, int]) -> Passage | None:
    """Trim a chain to what may be removed, or extend it to whole paragraphs.

    Args:
        text: The text.
        tiles: The chain.
        units_within: How many long paragraphs have copies within each paragraph.

    Returns:
        The passage; None if nothing of the chain may be removed.
    """
    starts = text.starts
    for _ in range(_TRIMS):
        tiles = next(without_loose_tiles(text, tiles), [])
        if not tiles:
            return None
        passage = _extended(text, tiles)
        first, last = text.paragraph_at(passage.start), text.paragraph_at(passage.end - 1)
        is_left_by_copy = first == last and passage.before > 0
        if passage.start > starts[first] and not _has_evidence(text, tiles, first, units_within):
            tiles = [tile for tile in tiles if tile.start >= starts[first + 1]]
        elif passage.start > starts[first] and not text.is_clean_cut(first, passage.start):
            tiles = tiles[1:]
        elif passage.end == starts[last + 1]:
            return passage
        elif not is_left_by_copy and not _has_evidence(text, tiles, last, units_within):
            tiles = [tile for tile in tiles if tile.end <= starts[last]]
        elif not text.is_clean_cut(last, passage.end):
            tiles = tiles[:-1]
        else:
            return passage
    return None


def _has_evidence(text: FoldedText, tiles: list[Tile], paragraph: int, units_within: Mapping[int, int]) -> bool:
    """Return whether a paragraph that repeats only in part holds a glued copy, not just a sentence used elsewhere."""
    start, end = text.starts[paragraph], text.starts[paragraph + 1]
    is_glued = any(start < tile.end < end for tile in tiles[:-1])
    # Nothing of a paragraph is removed for a heading it begins with.
    if not is_glued and not any(tile.is_unit for tile in tiles if tile.start < end and tile.end > start):
        return False
    return (
        is_glued
        or sum(tile.is_unit and start <= tile.start < end for tile in tiles) > 1
        or units_within[paragraph] > 1
        or _is_later_line(text, tiles, paragraph)
    )


def _is_later_line(text: FoldedText, tiles: list[Tile], paragraph: int) -> bool:
    """Return whether a chain is whole lines and sentences of a later paragraph: it lost only the blank lines."""
    start, end = text.starts[paragraph], text.starts[paragraph + 1]
    return all(tile.source < paragraph and text.is_sentence(tile.source) for tile in tiles) and all(
        place in (start, end) or text.is_line_end(paragraph, place)
        for place in (tiles[0].start, tiles[-1].end)
        if start <= place <= end
    )


def _extended(text: FoldedText, tiles: list[Tile]) -> Passage:
    """Add the rest of the first and of the last paragraph, where it is a copy too and the paragraph is then removed."""
    starts = text.starts
    start, end = tiles[0].start, tiles[-1].end
    first, last = text.paragraph_at(start), text.paragraph_at(end - 1)
    before, after = start - starts[first], starts[last + 1] - end
    source_start, source_end = starts[tiles[0].source], starts[tiles[-1].source + 1]
    longest = _EXTENSION * (end - start)
    left = before <= longest and _same(text.stream, starts[first], source_start - before, before)
    right = after <= longest and _same(text.stream, end, source_end, after)
    # A paragraph may be a glued copy and, on its next line, the beginning of the well-set one.
    if first == last and not (source_start - before == end and text.is_line_end(first, end)):
        left = right = left and right
    return Passage(tiles, before if left else 0, after if right else 0)


def _same(stream: bytes, place: int, other: int, length: int) -> bool:
    """Return whether two stretches of the stream are equal."""
    return other >= 0 and other + length <= len(stream) and stream.startswith(stream[place : place + length], other)


def turn_around(
    text: FoldedText, passage: Passage, units: frozenset[int], units_within: Mapping[int, int]
) -> Passage | None:
    """Turn a passage that is a copy of one glued paragraph around: that paragraph is a copy of these.

    Args:
        text: The text.
        passage: The passage.
        units: The long paragraphs that have copies, or are copies.
        units_within: How many long paragraphs have copies within each paragraph.

    Returns:
        The glued paragraph as a passage; None if the passage is not a copy of one.
    """
    starts = text.starts
    if len(passage.tiles) > 1:
        return None
    [tile] = passage.tiles
    if not (text.is_border(tile.start) and text.is_border(tile.end)):
        return None
    sources = text.paragraphs_in(tile.start, tile.end)
    shift = starts[tile.source] - tile.start
    if all(text.is_line_end(tile.source, starts[source] + shift) for source in sources[1:]):
        return None  # set in lines, as a refrain or a list is
    tiles = [Tile(starts[source] + shift, starts[source + 1] + shift, source, source in units) for source in sources]
    return trim_chain(text, tiles, units_within)


def stretches_of(text: FoldedText, passage: Passage) -> list[Stretch]:
    """Return what is removed with a passage, in stretches that have one stretch as their source."""
    starts, tiles = text.starts, passage.tiles
    stretches = []
    start, kept = passage.start, starts[tiles[0].source] - passage.before
    for tile in tiles[1:]:
        source = starts[tile.source]
        if kept + tile.start - start != source:
            stretches.append(Stretch(start, tile.start, kept))
            start, kept = tile.start, source
    stretches.append(Stretch(start, passage.end, kept))
    return stretches


def is_second_copy(
    text: FoldedText,
    passage: Passage,
    copies: range,
    stretches: Iterable[Stretch],
    sources: Set[int],
    units: frozenset[int],
) -> bool:
    """Return whether a passage is the copy of which nothing is lost when it is removed, and not its source.

    Args:
        text: The text.
        passage: The passage.
        copies: Its paragraphs.
        stretches: Its stretches, with their sources.
        sources: The paragraphs of these sources.
        units: The long paragraphs that have copies, or are copies.
    """
    is_later = max(sources) < copies.start
    if not is_later:
        own = [stretch.kept for stretch in stretches if text.paragraph_at(stretch.kept) in copies]
        if own and not (len(copies) == 1 and min(own) >= passage.end):
            return False
    borders, joints = _count_breaks(text, passage)
    # It has lost most of the paragraph breaks that its source has.
    is_part = not (text.is_border(passage.start) and text.is_border(passage.end))
    is_worse_set = 2 * borders < joints or (borders <= joints and is_part)
    return ((is_later and borders <= 2 * joints) or is_worse_set) and not _is_only_parts(text, passage, copies, units)


def _count_breaks(text: FoldedText, passage: Passage) -> tuple[int, int]:
    """Count the paragraph breaks within a passage and within its source; those within a sentence do not count."""
    inner = range(text.paragraph_at(passage.start), text.paragraph_at(passage.end - 1))
    joints = [tile.source for tile in passage.tiles[:-1]]
    if passage.before:
        joints.append(passage.tiles[0].source - 1)
    if passage.after:
        joints.append(passage.tiles[-1].source)
    return sum(map(text.ends_sentence, inner)), sum(map(text.ends_sentence, joints))


def _is_only_parts(text: FoldedText, passage: Passage, copies: range, units: frozenset[int]) -> bool:
    """Return whether a passage is only parts of something larger: whole paragraphs, or one line of a list."""
    size = passage.end - passage.start
    if all(text.is_border(tile.start) and text.is_border(tile.end) for tile in passage.tiles):
        return are_parts(text, units.intersection(copies), size)
    source = passage.tiles[0].source
    # A clause within a block is a part of that, and is removed with it.
    return (
        len(passage.tiles) == 1
        and text.kind(source) not in ("clause", "introduction")
        and are_parts(text, (source,), size)
    )


def is_second_run(text: FoldedText, run: Run) -> bool:
    """Return whether a run of equal paragraphs is a copy of which nothing is lost when it is removed.

    It always comes after its source, and begins and ends with paragraphs.
    """
    copy, source, count = run
    joints = sum(map(text.ends_sentence, range(source, source + count - 1)))
    borders = sum(map(text.ends_sentence, range(copy, copy + count - 1))) if 2 * joints < count - 1 else 0
    size = text.starts[copy + count] - text.starts[copy]
    return borders <= 2 * joints and not are_parts(text, range(copy, copy + count), size)


def without_headings(text: FoldedText, run: Run) -> Run:
    """Leave headings and introductions at the end of a run where they are: they belong to what follows."""
    copy, source, count = run
    end = copy + count
    if end == len(text.folded):
        return run
    while end > copy and text.kind(end - 1) in ("heading", "introduction"):
        end -= 1
    return copy, source, end - copy or count
