"""The stretches that two streams of bytes share, found from places where they meet and compared byte by byte."""

from collections.abc import Iterable
from typing import NamedTuple

from beam_textclean.transforms.duplicates.reading.similarity import STEP, shared_after, shared_before

# The search in one pair of streams ends when so many times their length was compared. It takes more only in periodic
# text, where every meeting begins a long stretch of its own.
_BUDGET = 16


class Match(NamedTuple):
    """A stretch that two streams share, as long as it can be.

    Attributes:
        start: Its first byte in one stream.
        end: The byte after it.
        source: Its first byte in the other stream.
    """

    start: int
    end: int
    source: int


def find_matches(stream: bytes, source: bytes, meetings: Iterable[tuple[int, int]], shortest: int) -> list[Match]:
    """Extend places where two streams may hold the same to the stretches that they share.

    Args:
        stream: One stream of bytes.
        source: The other.
        meetings: Pairs of a place in `stream` and one in `source`.
        shortest: Shorter stretches are left out.

    Returns:
        The stretches, the longest first. All of them are compared on the streams themselves.

    >>> find_matches(b"he said: or not to be!", b"to be or not to be, that is", [(12, 9)], 6)
    [Match(start=8, end=21, source=5)]
    """
    matches = []
    ends: dict[int, int] = {}  # by diagonal
    budget = _BUDGET * (len(stream) + len(source))
    for place, source_place in sorted(meetings):
        if place < ends.get(place - source_place, 0) or budget <= 0:
            continue
        before = shared_before(stream, place, source, source_place)
        after = shared_after(stream, place, source, source_place)
        ends[place - source_place] = place + after
        budget -= before + after + STEP
        if before + after >= shortest:
            matches.append(Match(place - before, place + after, source_place - before))
    return sorted(matches, key=lambda match: (match.start - match.end, match))
