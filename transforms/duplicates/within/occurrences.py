"""Where the content of one paragraph of a text appears elsewhere in it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.within.search import find_repeats


class Tile(NamedTuple):
    """The content of a whole paragraph, `source`, at start:end of the stream."""

    start: int
    end: int
    source: int
    is_unit: bool  # long enough to be looked for; the others are removed only beside such a one


#: Paragraphs that follow each other in two places: the first copy, the first source, and how many there are. A plain
#: tuple, as there can be a million.
Run: TypeAlias = tuple[int, int, int]


def find_tiles(text: FoldedText) -> tuple[set[Tile], list[Run]]:
    """Find the tiles of a text: copies of long paragraphs, and what appears beside them in both places.

    Returns:
        The tiles, which may overlap; but where whole paragraphs are copies and no other tile touches them, runs of them
        instead, which are disjoint.
    """
    long = text.long
    own_places, sources = _whole_copies(text, long)
    tiles = set(_repeated(text, own_places, sources))
    if not tiles and not sources:
        return tiles, []
    if not text.code.isdisjoint(sources.values()):
        # The first copy outside of code is what the later ones are copies of.
        own_places, sources = _whole_copies(text, [index for index in long if index not in text.code])
        tiles = set(_repeated(text, own_places, sources))
    tiles = {tile for tile in tiles if text.is_prose(tile.source)}
    sources = {copy: source for copy, source in sources.items() if text.is_prose(source)}
    _set_code_apart(text, tiles, sources)
    runs = list(_runs(sources))
    _add_neighbours(text, own_places, tiles, runs)
    return _touched_as_tiles(text, tiles, runs)


def _set_code_apart(text: FoldedText, tiles: set[Tile], sources: dict[int, int]) -> None:
    """Make tiles of the copies that are code; fenced code is in none, and other code in none that is a unit."""
    if not text.code:
        return
    for copy in text.code & sources.keys():
        tiles.add(Tile(text.starts[copy], text.starts[copy + 1], sources.pop(copy), True))
    for tile in list(tiles):
        touched = text.paragraphs_in(tile.start, tile.end)
        if not text.code.isdisjoint(touched):
            tiles.remove(tile)
            if text.fenced.isdisjoint(touched):
                tiles.add(tile._replace(is_unit=False))


def _whole_copies(text: FoldedText, long: Sequence[int]) -> tuple[Mapping[bytes, int], dict[int, int]]:
    """Return where each content of the long paragraphs is first, and the first paragraph equal to each later one."""
    starts, folded = text.starts, text.folded
    own_places = {folded[index]: starts[index] for index in long}
    if len(own_places) == len(long):
        return own_places, {}
    first: dict[bytes, int] = {}
    sources: dict[int, int] = {}
    for index in long:
        source = first.setdefault(folded[index], index)
        if source != index:
            sources[index] = source
    return {content: starts[index] for content, index in first.items()}, sources


def _repeated(text: FoldedText, own_places: Mapping[bytes, int], sources: Mapping[int, int]) -> Iterator[Tile]:
    """Find the copies of long paragraphs that are not whole paragraphs."""
    starts = text.starts
    for start, end, own in find_repeats(text.stream, own_places):
        begin = bisect_right(starts, start) - 1
        if begin in sources and starts[begin] == start and starts[begin + 1] == end:
            continue
        last = text.paragraph_at(end - 1)
        # A paragraph that is a copy as a whole is not a part of something that begins or ends in its middle.
        if begin == last or (begin not in sources and last not in sources):
            yield Tile(start, end, text.paragraph_at(own), True)


def _runs(sources: Mapping[int, int]) -> Iterator[Run]:
    """Put copies together that follow each other as their sources do."""
    copy = source = count = 0
    for next_copy, next_source in sources.items():
        if next_copy == copy + count and next_source == source + count:
            count += 1
            continue
        if count:
            yield copy, source, count
        copy, source, count = next_copy, next_source, 1
    if count:
        yield copy, source, count


def _touched_as_tiles(text: FoldedText, tiles: set[Tile], runs: list[Run]) -> tuple[set[Tile], list[Run]]:
    """Make tiles of the runs that other tiles overlap or end at."""
    if not tiles:
        return tiles, runs
    touched = bytearray(len(text.folded) + 1)
    for tile in tiles:
        first, last = text.paragraph_at(max(tile.start - 1, 0)), text.paragraph_at(tile.end)
        touched[first : last + 1] = b"\1" * (last + 1 - first)
    untouched = []
    for run in runs:
        copy, source, count = run
        if touched.find(1, copy, copy + count) < 0:
            untouched.append(run)
            continue
        for number in range(count):
            start, end = text.starts[copy + number : copy + number + 2]
            tiles.add(Tile(start, end, source + number, True))
    return tiles, untouched


def _add_neighbours(text: FoldedText, own_places: Mapping[bytes, int], tiles: set[Tile], runs: Iterable[Run]) -> None:
    """Add to the tiles what appears beside their sources, or those of runs, and beside the copies as well.

    These are short paragraphs and code, and the first copy of a long one that is later found in its context.
    """

    @cache
    def is_unit(paragraph: int) -> bool:
        return text.folded[paragraph] in own_places and text.is_prose(paragraph)

    def add(source: int, place: int, step: int) -> None:
        """Add the paragraphs from `source` on, which appear where a tile ends (`step` 1) or before it (-1)."""
        for start, end, paragraph in _neighbours(text, source, place, step):
            neighbour = Tile(start, end, paragraph, is_unit(paragraph))
            if neighbour.is_unit and start != own_places[text.folded[paragraph]]:
                return
            if neighbour in tiles:
                return
            tiles.add(neighbour)

    for tile in list(tiles):
        add(tile.source + 1, tile.end, 1)
        add(tile.source - 1, tile.start, -1)
    for copy, source, count in runs:
        # A long paragraph beside both would be in the run.
        if not is_unit(source + count):
            add(source + count, text.starts[copy + count], 1)
        if source and not is_unit(source - 1):
            add(source - 1, text.starts[copy], -1)


def _neighbours(text: FoldedText, source: int, place: int, step: int) -> Iterator[tuple[int, int, int]]:
    """Yield where the paragraphs from `source` on, in steps of 1 or -1, appear one after the other from a place on.

    Yields:
        Start and end in the stream, and the paragraph.
    """
    start = end = place
    while 0 <= source < len(text.folded):
        content = text.folded[source]
        start, end = (end, end + len(content)) if step == 1 else (start - len(content), start)
        if start < 0 or not text.stream.startswith(content, start):
            return
        # Code in fences is one with its fences: nothing of it is removed.
        if text.fenced and not text.fenced.isdisjoint(text.paragraphs_in(start, end)):
            return
        yield start, end, source
        source += step
