"""What goes from a text: whole paragraphs, and pieces of paragraphs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from beam_textclean.transforms.duplicates.within.occurrences import Layout


class Piece(NamedTuple):
    """A copy, or the part of it within one paragraph. Places are bytes of the folded text.

    Attributes:
        paragraph: Index of the paragraph it stands in.
        start: Where it begins, counted from the beginning of the paragraph.
        end: Where it ends.
        kept: Where the copy that stays begins, counted from the beginning of the text.
        kept_end: Where that one ends.
        rule: Why it goes, where it does not go on its own.
        jaccard: How similar the two are, where they are not equal.
    """

    paragraph: int
    start: int
    end: int
    kept: int
    kept_end: int
    rule: str = ""
    jaccard: float | None = None


class Copies(NamedTuple):
    """What can go from a text. All of it is disjoint, and what each is a copy of is itself in none of them.

    Attributes:
        paragraphs: Whole paragraphs, each with the equal one that stays.
        pieces: The other copies, sorted.
    """

    paragraphs: Mapping[int, int]
    pieces: Sequence[Piece]


def cut_at_borders(layout: Layout, segments: Iterable[tuple[int, int, int]]) -> Iterator[Piece]:
    """Cut stretches of the stream into pieces of paragraphs.

    Args:
        layout: The paragraphs.
        segments: Start and end of each stretch, and where the copy of it that stays begins.
    """
    starts = layout.starts
    for start, end, kept in segments:
        place = start
        while place < end:
            paragraph = layout.paragraph_at(place)
            stop = min(end, starts[paragraph + 1])
            first = starts[paragraph]
            yield Piece(paragraph, place - first, stop - first, kept + place - start, kept + stop - start)
            place = stop
