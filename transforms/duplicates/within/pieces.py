"""What is removed from a text within itself: whole paragraphs, and pieces of paragraphs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from beam_textclean.transforms.duplicates.reading.folded_text import FoldedText


class Piece(NamedTuple):
    """A copy, or the part of it within one paragraph. All places are of the stream.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        kept: Where the copy that is kept begins.
        kept_end: Where that one ends.
        rule: Why it is removed, where it is not removed on its own.
        jaccard: How similar the two are, where they are not equal.
    """

    start: int
    end: int
    kept: int
    kept_end: int
    rule: str = ""
    jaccard: float | None = None


class Copies(NamedTuple):
    """What can be removed from a text. All of it is disjoint, and what each is a copy of is itself in none of them.

    Attributes:
        paragraphs: Whole paragraphs, each with the equal one that is kept.
        pieces: The other copies, sorted.
    """

    paragraphs: Mapping[int, int]
    pieces: Sequence[Piece]


class Stretch(NamedTuple):
    """A stretch of the stream that is removed, and where the one that is kept begins."""

    start: int
    end: int
    kept: int

    @property
    def kept_end(self) -> int:
        """Where the one that is kept ends."""
        return self.kept + self.end - self.start


def cut_at_borders(text: FoldedText, stretches: Iterable[Stretch], rule: str = "") -> Iterator[Piece]:
    """Cut stretches of the stream into pieces of paragraphs.

    Args:
        text: The text.
        stretches: What is removed.
        rule: The rule of the pieces.
    """
    for start, end, kept in stretches:
        place = start
        while place < end:
            stop = min(end, text.starts[text.paragraph_at(place) + 1])
            yield Piece(place, stop, kept + place - start, kept + stop - start, rule)
            place = stop
