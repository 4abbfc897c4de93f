"""Near copies beside aligned ones: what is nearly, not exactly, what lies beside the originals.

Of a second copy that was edited, or lost its footnotes and links, some paragraphs are not copies. Where what is beside
them is removed, they are compared with what lies beside the originals, and with nothing else: paragraphs that are like
each other are most often forms, laws and lists, where the difference is what matters.
"""

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

import numpy as np

from beam_textclean.transforms.duplicates.reading.folding import count_characters
from beam_textclean.transforms.duplicates.reading.paragraph_kinds import COLONS
from beam_textclean.transforms.duplicates.reading.paragraphs import CLOSING
from beam_textclean.transforms.duplicates.reading.similarity import jaccard, windows


class Part(NamedTuple):
    """A stretch of the stream that is never cut: a sentence, a paragraph, a listing.

    Attributes:
        start: Its first byte.
        end: The byte after it.
        content: What is there.
        paragraph: Index of the paragraph it begins in.
        is_prose: Whether it is neither code nor a table.
    """

    start: int
    end: int
    content: bytes
    paragraph: int
    is_prose: bool

    @property
    def text(self) -> str:
        """The content as characters."""
        return self.content.decode("utf-8", "surrogatepass")


class NearCopy(NamedTuple):
    """A stretch of the stream that is removed, the one that is kept, and their Jaccard index."""

    start: int
    end: int
    kept: int
    kept_end: int
    jaccard: float


def find_near(
    copies: Sequence[Part],
    sources: Sequence[Part],
    threshold: float,
    min_characters: int,
    kept: Set[int] = frozenset(),
) -> Iterator[NearCopy]:
    """Find what of a stretch is near to what another one holds.

    A part is known where it is prose and parts of the other stretch hold half of its windows or more. Known parts that
    follow each other within a paragraph, here and there, are compared together with all that lies between the first and
    the last part that they have windows in common with. So a sentence that is new is kept, and so is a listing of which
    a character differs.

    Args:
        copies: The parts of the stretch, one after the other.
        sources: The parts of the other one.
        threshold: The least Jaccard index.
        min_characters: What is shorter is kept; beside something that is kept, so is each part that is shorter.
        kept: -1 where what is before the stretch is kept, the number of parts where what is after it is.

    Yields:
        What is removed, in the order of the text.
    """
    comparison = _Comparison(copies, sources, threshold, min_characters)
    near = [run for run in comparison.runs() if comparison.near_copy(*run)]
    listings = {part.content for part in sources if not part.is_prose}  # the same ones are removed as aligned copies
    removed = {number for number, part in enumerate(copies) if not part.is_prose and part.content in listings}
    removed.update({-1, len(copies)} - kept, *(range(*run) for run in near))
    for start, end in near:
        while start < end and start - 1 not in removed and comparison.belongs_to_previous(start):
            start += 1
        while start < end and end not in removed and comparison.belongs_to_next(end - 1):
            end -= 1
        if copy := comparison.near_copy(start, end):
            yield copy


class _Comparison:
    """The parts of two stretches, and which of the other one each has windows in common with."""

    def __init__(self, copies: Sequence[Part], sources: Sequence[Part], threshold: float, min_characters: int) -> None:
        self._copies = copies
        self._sources = sources
        self._threshold = threshold
        self._min_characters = min_characters
        sets = [windows(part.content)[: None if part.is_prose else 0] for part in sources]
        hashes = np.concatenate([windows(b""), *sets])
        order = np.argsort(hashes, kind="stable")  # equal ones keep their order
        self._hashes = hashes[order]
        self._numbers = np.repeat(np.arange(-1, len(sets)), [1, *map(len, sets)])[order]
        self._ranges = [self._range(part) for part in copies]

    def _range(self, part: Part) -> tuple[int, int] | None:
        """Return the first and the last part that one has windows in common with, or None if it is new."""
        if not part.is_prose:
            return None
        found = windows(part.content)
        places = np.searchsorted(self._hashes[:-1], found)  # of what is greater than all, the last place
        common = self._numbers[places[self._hashes[places] == found]]
        common = common[common >= 0]  # the hash of NULs is that of nothing
        return (int(common.min()), int(common.max())) if 2 * len(common) >= len(found) else None

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield the known parts that follow each other within a paragraph, as it is set here and as it is there."""
        start = 0
        for number in range(1, len(self._copies) + 1):
            if number == len(self._copies) or not self._goes_on(number):
                if self._ranges[start]:
                    yield start, number
                start = number

    def _goes_on(self, number: int) -> bool:
        before, found = self._ranges[number - 1 : number + 1]
        return (
            before is not None
            and found is not None
            and self._copies[number - 1].paragraph == self._copies[number].paragraph
            and self._sources[before[1]].paragraph >= self._sources[found[0]].paragraph
        )

    def near_copy(self, start: int, end: int) -> NearCopy | None:
        """Return known parts with their counterparts in the other stretch, if they are near and long."""
        parts = self._copies[start:end]
        if sum(count_characters(part.content) for part in parts) < self._min_characters:
            return None
        numbers = [number for found in self._ranges[start:end] if found for number in found]
        kept = self._sources[min(numbers) : max(numbers) + 1]
        one, other = (windows(b"".join(part.content for part in stretch)) for stretch in (parts, kept))
        similarity = jaccard(one, other)
        if similarity < self._threshold:
            return None
        return NearCopy(parts[0].start, parts[-1].end, kept[0].start, kept[-1].end, similarity)

    def belongs_to_previous(self, number: int) -> bool:
        """Return whether a part may belong to the previous one, which is kept: it is short, or introduced by that."""
        return self._is_short(number) or (number > 0 and self._copies[number - 1].text.endswith(COLONS))

    def belongs_to_next(self, number: int) -> bool:
        """Return whether a part may belong to the next one, which is kept: it is short, introduces that, or goes on."""
        text = self._copies[number].text
        following = self._copies[number + 1 : number + 2]
        is_cut = any(part.paragraph == self._copies[number].paragraph for part in following)
        return self._is_short(number) or text.endswith(COLONS) or (is_cut and text[-1] not in CLOSING)

    def _is_short(self, number: int) -> bool:
        return count_characters(self._copies[number].content) < self._min_characters
