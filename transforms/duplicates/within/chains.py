"""Chains of tiles: the repeated passages of a text, as long as the tiles that are laid end to end make them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText
from beam_textclean.transforms.duplicates.within.occurrences import Tile


def lay_chains(text: FoldedText, tiles: Iterable[Tile]) -> Iterator[list[Tile]]:
    """Lay tiles end to end, so that as much as possible is covered, by as many tiles as possible.

    A chain ends where both a paragraph ends and the source goes on elsewhere: what follows can be decided on its own.
    """
    by_start: dict[int, list[Tile]] = defaultdict(list)
    for tile in tiles:
        by_start[tile.start].append(tile)
    best: dict[int, tuple[int, int, int, Tile]] = {}
    for start in sorted(by_start, reverse=True):
        options = []
        for tile in by_start[start]:
            covered, count, _, _ = best.get(tile.end, (0, 0, 0, tile))
            options.append((tile.end - start + covered, count + 1, -tile.source, tile))
        best[start] = max(options)
    covered_to = 0
    for start in sorted(best):
        if start < covered_to:
            continue
        chain: list[Tile] = []
        while start in best:
            tile = best[start][-1]
            if chain and text.is_border(start) and tile.source != chain[-1].source + 1:
                yield chain
                chain = []
            chain.append(tile)
            start = tile.end
        covered_to = start
        yield chain


def without_loose_tiles(text: FoldedText, chain: list[Tile]) -> Iterator[list[Tile]]:
    """Part a chain at short paragraphs and code that are kept: neither a glued joint nor long ones tie them to it.

    Long ones do where there are some on each side, and all those of the part are together as long as what lies between:
    a listing is removed where a whole article around it is a copy, not where a copied sentence introduces it.
    """
    parts: list[_Part] = []
    free = 0  # where what follows the last long paragraph begins
    for number, tile in enumerate(chain):
        if not tile.is_unit:
            continue
        if parts:
            free = parts[-1].end = free + _glued(text, chain[free:number])
        begin = number
        while begin > free and not text.is_border(chain[begin - 1].end):
            begin -= 1
        loose = sum(between.end - between.start for between in chain[free:begin])
        parts.append(_Part(begin, number + 1, tile.end - tile.start, loose))
        while len(parts) > 1 and parts[-1].loose <= parts[-2].unit_length + parts[-1].unit_length:
            last = parts.pop()
            parts[-1].end = last.end
            parts[-1].unit_length += last.unit_length
        free = number + 1
    if parts:
        parts[-1].end += _glued(text, chain[free:])
    for part in parts:
        yield chain[part.begin : part.end]


@dataclass
class _Part:
    """A stretch of a chain, how long its long paragraphs are together, and what lies between it and the one before."""

    begin: int
    end: int
    unit_length: int
    loose: int


def _glued(text: FoldedText, tiles: Sequence[Tile]) -> int:
    """Count the tiles at the beginning that no paragraph border parts from what is before them."""
    return next((number for number, tile in enumerate(tiles) if text.is_border(tile.start)), len(tiles))
