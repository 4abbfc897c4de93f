"""Anchors: places that two texts choose alike wherever they share a stretch that is long enough.

Winnowing (Schleimer, Wilkerson and Aiken 2003, "Winnowing: local algorithms for document fingerprinting"): of every
window of consecutive grams the one with the least hash is chosen. The choice depends on nothing but the window's
content, so a stretch that holds a whole window gives one anchor at least wherever it is.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from beam_textclean.transforms.duplicates.config import LONGEST_PASSAGE

Hashes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"
Places: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

# A gram is a half of the shortest stretch. Longer grams make more anchors and fewer chance meetings; what that does is
# measured in benchmarks/results/passages-2026-11-22.md.
_BLOCK = 1 << 16  # windows looked at together
_PLACE_BITS = 20  # of a key: the place within a block; the other bits are the hash's
_PLACE_MASK = (1 << _PLACE_BITS) - 1


class Anchors(NamedTuple):
    """The anchors of a stream of bytes, side by side.

    Attributes:
        hashes: Hash of the gram at each anchor.
        places: Its first byte in the stream, ascending.
    """

    hashes: Hashes
    places: Places


class Meetings(NamedTuple):
    """Where documents hold the same gram as an earlier one, side by side.

    Attributes:
        documents: Number of the later document.
        places: The gram's first byte in its stream.
        sources: Number of the first document that has an anchor with this hash.
        source_places: The gram's first byte in that one's stream.
    """

    documents: Places
    places: Places
    sources: Places
    source_places: Places

    def by_pair(self) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """Yield later document, earlier document, and their pairs of places."""
        rows = sorted(zip(*[column.tolist() for column in (self[0], self[2], self[1], self[3])], strict=True))
        for (document, source), pairs in groupby(rows, key=itemgetter(0, 1)):
            yield document, source, [pair[2:] for pair in pairs]


def gram_size(shortest: int) -> int:
    """Return the number of bytes that an anchor's hash is made of."""
    return -(-shortest // 2)


def find_anchors(stream: bytes, shortest: int) -> Anchors:
    """Find the anchors of a stream of bytes.

    Args:
        stream: Any bytes.
        shortest: At most `LONGEST_PASSAGE`. Two streams that share this many consecutive bytes or more share an anchor
            there, at the same place of what they share. Only where one gram is repeated over and over (periodic text)
            just the first and the last of its anchors count, so that their number has an end.

    Returns:
        About one anchor for every `shortest` / 4 bytes; none of a stream shorter than `shortest`.

    >>> one, other = find_anchors(b"to be or not to be, that is", 12), find_anchors(b"he said: or not to be!", 12)
    >>> len(set(one.hashes.tolist()) & set(other.hashes.tolist())) > 0
    True
    """
    gram = gram_size(shortest)
    window = shortest - gram + 1
    data = np.frombuffer(stream, np.uint8)
    hashes: list[Hashes] = [np.empty(0, np.uint64)]
    places: list[Places] = [np.empty(0, np.int64)]
    for first in range(0, len(stream) - shortest + 1, _BLOCK):
        grams = _gram_hashes(data[first : first + _BLOCK + shortest - 1], gram)
        chosen = _least_of_windows(grams, window)
        hashes.append(grams[chosen])
        places.append(chosen + first)
    return _without_inner_repeats(Anchors(np.concatenate(hashes), np.concatenate(places)), window)


def _gram_hashes(data: "np.ndarray[Any, np.dtype[np.uint8]]", gram: int) -> Hashes:
    """Hash every gram: a polynomial modulo 2**64 over random letters (Karp and Rabin 1987), its bits mixed."""
    prefixes = np.zeros(len(data) + 1, np.uint64)
    np.cumsum(_LETTERS[data] * _POWERS[: len(data)], out=prefixes[1:])
    hashes = prefixes[gram:] - prefixes[:-gram]
    hashes *= _INVERSE_POWERS[: len(hashes)]  # the same wherever the gram is
    hashes ^= hashes >> np.uint64(32)
    hashes *= _MIXER
    hashes ^= hashes >> np.uint64(32)
    return hashes


def _least_of_windows(hashes: Hashes, window: int) -> Places:
    """Return the place of the least hash of every window, the last one of equals, each place once and ascending."""
    # Of keys with the place in their lower bits the minimum is the choice; it is taken over 1, 2, 4... at a time.
    keys = hashes >> np.uint64(_PLACE_BITS) << np.uint64(_PLACE_BITS)
    keys |= (_PLACE_MASK - np.arange(len(keys))).astype(np.uint64)
    width = 1
    while 2 * width <= window:
        keys = np.minimum(keys[:-width], keys[width:])
        width *= 2
    if width < window:
        keys = np.minimum(keys[: width - window], keys[window - width :])
    places = _PLACE_MASK - (keys & np.uint64(_PLACE_MASK)).astype(np.int64)
    return places[np.concatenate([[True], places[1:] != places[:-1]])]


def _without_inner_repeats(anchors: Anchors, window: int) -> Anchors:
    hashes, places = anchors
    is_new = np.ones(len(places), np.bool_)
    is_new[1:] = places[1:] != places[:-1]  # two blocks can choose the same place
    hashes, places = hashes[is_new], places[is_new]
    repeats = (hashes[1:] == hashes[:-1]) & (places[1:] - places[:-1] < window)
    is_edge = np.ones(len(places), np.bool_)
    is_edge[1:-1] = ~(repeats[:-1] & repeats[1:])
    return Anchors(hashes[is_edge], places[is_edge])


def find_meetings(hashes: Hashes, documents: Places, places: Places) -> Meetings:
    """Join every anchor with the first one of the same hash, where that is in an earlier document.

    So n documents with the same anchor give n - 1 meetings.

    Args:
        hashes: The anchors of several documents, in any order.
        documents: Numbers of their documents, in document order.
        places: Their places in these.

    Returns:
        The meetings, in no particular order.

    >>> list(find_meetings(*map(np.array, ([7, 9, 7, 7], [0, 0, 1, 1], [5, 30, 2, 60]))).by_pair())
    [(1, 0, [(2, 5), (60, 5)])]
    """
    order = np.lexsort((places, documents, hashes))
    hashes, documents, places = hashes[order], documents[order], places[order]
    is_first = np.ones(len(hashes), np.bool_)
    is_first[1:] = hashes[1:] != hashes[:-1]
    first = np.flatnonzero(is_first)[np.cumsum(is_first) - 1]
    later = np.flatnonzero(documents != documents[first])
    first = first[later]
    return Meetings(documents[later], places[later], documents[first], places[first])


def _powers(base: int, count: int) -> Hashes:
    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


# Odd, so that it has an inverse: the golden ratio's bits; the mixer is one of splitmix64's.
_BASE = 0x9E3779B97F4A7C15
_MIXER = np.uint64(0xBF58476D1CE4E5B9)
_LETTERS = np.cumsum(_powers(0xD6E8FEB86659FD93, 256) * _powers(0x94D049BB133111EB, 256), dtype=np.uint64)
_POWERS = _powers(_BASE, _BLOCK + LONGEST_PASSAGE)
_INVERSE_POWERS = _powers(pow(_BASE, -1, 1 << 64), _BLOCK + LONGEST_PASSAGE)
