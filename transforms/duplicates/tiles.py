"""The paragraphs of a text as one stream of folded bytes, and where the content of one stands elsewhere in it."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence, Set
from functools import cache
from itertools import accumulate
from typing import NamedTuple, Protocol

from beam_textclean.transforms.duplicates.repeats import find_repeats


class Tile(NamedTuple):
    """The content of a whole paragraph, `source`, standing at start:end of the stream."""

    start: int
    end: int
    source: int
    is_unit: bool  # long enough to be looked for; the others only go with such a one


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

    def is_sentence(self, paragraph: int) -> bool:
        """Tell whether a paragraph ends as a sentence does."""

    def ends_sentence(self, paragraph: int) -> bool:
        """Tell whether the text was broken after a paragraph on purpose, not in the middle of a sentence."""


def find_tiles(layout: Layout, long: Sequence[int], form: Form) -> set[Tile]:
    """Find the tiles of a text: copies of long paragraphs, and what stands beside them in both places.

    Args:
        layout: The paragraphs.
        long: Indices of the paragraphs that are long enough to be looked for.
        form: The text behind the layout.

    Returns:
        The tiles; they may overlap.
    """
    starts, folded = layout.starts, layout.folded
    tiles = set()
    copies = set()
    own_places = {folded[index]: starts[index] for index in long}
    if len(own_places) < len(long):
        own_places.clear()
        for index in long:
            place = starts[index]
            own = own_places.setdefault(folded[index], place)
            if own != place:
                copies.add(index)
                tiles.add(Tile(place, starts[index + 1], layout.paragraph_at(own), True))
    for start, end, own in find_repeats(layout.stream, own_places):
        first, last = layout.paragraph_at(start), layout.paragraph_at(end - 1)
        # A paragraph that is a copy as a whole is not a part of something that begins or ends in its middle.
        if first == last or (first not in copies and last not in copies):
            tiles.add(Tile(start, end, layout.paragraph_at(own), True))
    if not tiles:
        return tiles
    code, fenced = form.code(), form.fenced()
    is_prose = cache(lambda paragraph: paragraph not in code and form.is_prose(paragraph))
    tiles = {tile for tile in tiles if is_prose(tile.source)}
    for tile in list(tiles) if code else ():
        touched = layout.paragraphs_in(tile.start, tile.end)
        if not code.isdisjoint(touched):
            tiles.remove(tile)
            if fenced.isdisjoint(touched):
                tiles.add(tile._replace(is_unit=False))
    for tile in list(tiles):
        tiles.update(_neighbours(layout, tile, own_places, is_prose, fenced, tiles))
    return tiles


def _neighbours(
    layout: Layout,
    tile: Tile,
    own_places: dict[bytes, int],
    is_prose: Callable[[int], bool],
    fenced: Set[int],
    known: set[Tile],
) -> Iterator[Tile]:
    """Find the paragraphs beside the source of a tile that stand beside the tile as well, and have no tile there.

    These are short ones and code, and the first copy of a long one that is later found in its context.
    """
    stream, folded = layout.stream, layout.folded
    for step in 1, -1:
        source, start, end = tile.source, tile.start, tile.end
        while 0 <= (source := source + step) < len(folded):
            content = folded[source]
            start, end = (end, end + len(content)) if step == 1 else (start - len(content), start)
            if start < 0 or not stream.startswith(content, start):
                break
            # Code in fences is one with its fences: nothing of it goes.
            if fenced and not fenced.isdisjoint(layout.paragraphs_in(start, end)):
                break
            is_unit = content in own_places and is_prose(source)
            if is_unit and start != own_places[content]:
                break
            neighbour = Tile(start, end, source, is_unit)
            if neighbour in known:
                break
            yield neighbour
