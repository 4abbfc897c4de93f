"""The paragraphs of a text as one stream of folded bytes, and where the content of one stands elsewhere in it."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import accumulate
from typing import NamedTuple, Protocol, TypeAlias

from beam_textclean.transforms.duplicates.reading.paragraph_kinds import Kind
from beam_textclean.transforms.duplicates.within.search import find_repeats


class Tile(NamedTuple):
    """The content of a whole paragraph, `source`, standing at start:end of the stream."""

    start: int
    end: int
    source: int
    is_unit: bool  # long enough to be looked for; the others only go with such a one


#: Paragraphs that follow each other in two places: the first copy, the first source, and how many there are. A plain
#: tuple, as there can be a million.
Run: TypeAlias = tuple[int, int, int]


class Layout:
    """The folded paragraphs of a text, one after the other in a stream."""

    def __init__(self, folded: Sequence[bytes]) -> None:
        """Lay the paragraphs out."""
        self.folded = folded
        self.stream = b"".join(folded)
        self.starts = [0, *accumulate(map(len, folded))]  # and the end of the last

    def paragraph_at(self, place: int) -> int:
        """Find the paragraph that the byte at a place belongs to."""
        return bisect_right(self.starts, place) - 1

    def paragraphs_in(self, start: int, end: int) -> range:
        """Give the paragraphs that the bytes start:end belong to."""
        return range(self.paragraph_at(start), self.paragraph_at(end - 1) + 1)

    def is_border(self, place: int) -> bool:
        """Tell whether a paragraph begins at a place, or the last one ends there."""
        return self.starts[self.paragraph_at(place)] == place


class Form(Protocol):
    """What the text itself says about the paragraphs of a layout."""

    def is_prose(self, paragraph: int) -> bool:
        """Tell whether a paragraph is neither code nor a table by its own form."""

    def code(self) -> Set[int]:
        """Give the paragraphs that are set as code: the fenced ones, and the long ones indented as code is."""

    def fenced(self) -> Set[int]:
        """Give the paragraphs of which a part stands between code fences."""

    def is_clean_cut(self, paragraph: int, place: int) -> bool:
        """Tell whether a paragraph may be cut at a place of its folded form."""

    def is_line_end(self, paragraph: int, place: int) -> bool:
        """Tell whether a line of a paragraph ends at a place of its folded form."""

    def sentence_ends(self, paragraph: int) -> Sequence[int]:
        """Give the places of the folded form of a paragraph where a sentence ends and another one follows."""

    def is_sentence(self, paragraph: int) -> bool:
        """Tell whether a paragraph ends as a sentence does."""

    def kind(self, paragraph: int) -> Kind:
        """Tell what a paragraph is by its own form."""

    def is_short(self, paragraph: int) -> bool:
        """Tell whether a paragraph is shorter than what is looked for by default."""

    def ends_sentence(self, paragraph: int) -> bool:
        """Tell whether the text was broken after a paragraph on purpose, not in the middle of a sentence."""


def find_tiles(layout: Layout, long: Sequence[int], form: Form) -> tuple[set[Tile], list[Run]]:
    """Find the tiles of a text: copies of long paragraphs, and what stands beside them in both places.

    Args:
        layout: The paragraphs.
        long: Indices of the paragraphs that are long enough to be looked for.
        form: The text behind the layout.

    Returns:
        The tiles, which may overlap; but where whole paragraphs are copies and no other tile touches them, runs of them
        instead, which are disjoint.
    """
    starts, folded = layout.starts, layout.folded
    own_places, sources = _whole_copies(layout, long)
    tiles = set(_repeated(layout, own_places, sources))
    if not tiles and not sources:
        return tiles, []
    code, fenced = form.code(), form.fenced()
    if not code.isdisjoint(sources.values()):
        # The first copy outside of code is what the later ones are copies of.
        own_places, sources = _whole_copies(layout, [index for index in long if index not in code])
        tiles = set(_repeated(layout, own_places, sources))
    is_prose = cache(lambda paragraph: paragraph not in code and form.is_prose(paragraph))
    tiles = {tile for tile in tiles if is_prose(tile.source)}
    sources = {copy: source for copy, source in sources.items() if is_prose(source)}
    for copy in code & sources.keys():
        tiles.add(Tile(starts[copy], starts[copy + 1], sources.pop(copy), True))
    for tile in list(tiles) if code else ():
        touched = layout.paragraphs_in(tile.start, tile.end)
        if not code.isdisjoint(touched):
            tiles.remove(tile)
            if fenced.isdisjoint(touched):
                tiles.add(tile._replace(is_unit=False))
    runs = list(_runs(sources))
    is_unit = cache(lambda paragraph: folded[paragraph] in own_places and is_prose(paragraph))
    neighbours = _Neighbours(layout, own_places, is_unit, fenced, tiles)
    for tile in list(tiles):
        neighbours.add(tile.source + 1, tile.end, 1)
        neighbours.add(tile.source - 1, tile.start, -1)
    for copy, source, count in runs:
        # A long paragraph beside both would be in the run.
        if not is_unit(source + count):
            neighbours.add(source + count, starts[copy + count], 1)
        if source and not is_unit(source - 1):
            neighbours.add(source - 1, starts[copy], -1)
    return _touched_as_tiles(layout, tiles, runs)


def _whole_copies(layout: Layout, long: Sequence[int]) -> tuple[Mapping[bytes, int], dict[int, int]]:
    """Give where each content of the long paragraphs stands first, and the first paragraph equal to each later one."""
    starts, folded = layout.starts, layout.folded
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


def _repeated(layout: Layout, own_places: Mapping[bytes, int], sources: Mapping[int, int]) -> Iterator[Tile]:
    """Find the copies of long paragraphs that are no whole paragraphs."""
    starts = layout.starts
    for start, end, own in find_repeats(layout.stream, own_places):
        begin = bisect_right(starts, start) - 1
        if begin in sources and starts[begin] == start and starts[begin + 1] == end:
            continue
        last = layout.paragraph_at(end - 1)
        # A paragraph that is a copy as a whole is not a part of something that begins or ends in its middle.
        if begin == last or (begin not in sources and last not in sources):
            yield Tile(start, end, layout.paragraph_at(own), True)


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


def _touched_as_tiles(layout: Layout, tiles: set[Tile], runs: list[Run]) -> tuple[set[Tile], list[Run]]:
    """Make tiles of the runs that other tiles overlap or end at."""
    if not tiles:
        return tiles, runs
    touched = bytearray(len(layout.folded) + 1)
    for tile in tiles:
        first, last = layout.paragraph_at(max(tile.start - 1, 0)), layout.paragraph_at(tile.end)
        touched[first : last + 1] = b"\1" * (last + 1 - first)
    untouched = []
    for run in runs:
        copy, source, count = run
        if touched.find(1, copy, copy + count) < 0:
            untouched.append(run)
            continue
        for number in range(count):
            start, end = layout.starts[copy + number : copy + number + 2]
            tiles.add(Tile(start, end, source + number, True))
    return tiles, untouched


class _Neighbours:
    """The paragraphs beside the source of a tile that stand beside the tile as well, and have no tile there.

    These are short ones and code, and the first copy of a long one that is later found in its context.
    """

    def __init__(
        self,
        layout: Layout,
        own_places: Mapping[bytes, int],
        is_unit: Callable[[int], bool],
        fenced: Set[int],
        tiles: set[Tile],
    ) -> None:
        self._layout = layout
        self._own_places = own_places
        self._is_unit = is_unit
        self._fenced = fenced
        self._tiles = tiles

    def add(self, source: int, place: int, step: int) -> None:
        """Add those on one side to the tiles.

        Args:
            source: The paragraph beside the source of a tile.
            place: Where the tile ends, or where it starts.
            step: 1 after the tile, -1 before it.
        """
        stream, folded = self._layout.stream, self._layout.folded
        start = end = place
        while 0 <= source < len(folded):
            content = folded[source]
            start, end = (end, end + len(content)) if step == 1 else (start - len(content), start)
            if start < 0 or not stream.startswith(content, start):
                return
            # Code in fences is one with its fences: nothing of it goes.
            if self._fenced and not self._fenced.isdisjoint(self._layout.paragraphs_in(start, end)):
                return
            is_unit = self._is_unit(source)
            if is_unit and start != self._own_places[content]:
                return
            neighbour = Tile(start, end, source, is_unit)
            if neighbour in self._tiles:
                return
            self._tiles.add(neighbour)
            source += step
