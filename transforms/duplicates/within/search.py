"""Where a text repeats the content of one of its paragraphs, at any place, across paragraph borders."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

_Words: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"

_WORD = 8
# A content is found by a window of so many words at a place divisible by the word's size. There is one in every content
# of 39 bytes; for shorter ones the window is smaller, and those under 15 bytes are not looked for.
_LONGEST_WINDOW = 4
SHORTEST = 2 * _WORD - 1
# Odd multipliers for the words of a window, their bits well mixed (the golden ratio's, and three of splitmix64's).
_MULTIPLIERS = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93], np.uint64)
_BLOCK = 1 << 16  # words hashed at a time
_SMALL = 1 << 18  # paragraphs times bytes: below, a plain search is as fast
# What is compared at most, in bytes for each byte of text: only periodic text ("abcabc…") comes near it.
_PATIENCE = 32
_PATIENCE_AT_LEAST = 1 << 22
_ATTEMPT = 256  # an attempt takes the time of comparing so many bytes, besides those compared


def find_repeats(stream: bytes, units: Mapping[bytes, int]) -> Iterator[tuple[int, int, int]]:
    """Find every place where one of the given contents is repeated.

    Small texts are searched for each content in turn. In large ones the words of the text, cut at every 8 bytes, are
    hashed four at a time and looked up among the hashes of the 8 windows that a content can show in such a grid
    (Rabin and Karp 1987, with the grid on the text as in rsync); what is found is verified on the text itself. The
    time is in proportion to the text: in periodic text ("abcabc…") the search gives up after a while.

    Args:
        stream: The folded forms of all paragraphs, one after the other.
        units: The contents to look for and the own place of each in the stream, in ascending order. Contents of less
            than `SHORTEST` bytes are passed over.

    Yields:
        Start and end of a repeat in the stream, and where the content's own place is. Repeats of one content neither
        overlap each other nor their own place; those of several contents come in no particular order.
    """
    if min(map(len, units), default=SHORTEST) < SHORTEST:
        units = {content: own for content, own in units.items() if len(content) >= SHORTEST}
    if not units:
        return
    if len(units) * len(stream) > _SMALL:
        yield from search_grid(stream, units)
    elif sum(map(stream.count, units)) > len(units):
        yield from search_each(stream, units)


def search_each(stream: bytes, units: Mapping[bytes, int]) -> Iterator[tuple[int, int, int]]:
    """Find repeats as `find_repeats` does, in time of contents times text."""
    for content, own in units.items():
        length = len(content)
        place = stream.find(content)
        while place >= 0:
            if abs(place - own) < length:
                place = stream.find(content, place + 1 if place != own else own + length)
                continue
            yield place, place + length, own
            place = stream.find(content, place + length)


def search_grid(stream: bytes, units: Mapping[bytes, int]) -> Iterator[tuple[int, int, int]]:
    """Find repeats as `find_repeats` does, in time of the text."""
    width = min(_LONGEST_WINDOW, (min(map(len, units)) + 1) // _WORD - 1)
    index = _Index(stream, units, width)
    words = np.frombuffer(stream, "<u8", len(stream) // _WORD)
    free_from: dict[int, int] = {}
    patience = _PATIENCE * len(stream) + _PATIENCE_AT_LEAST
    for block in range(0, len(words) - width + 1, _BLOCK):
        hashes = _hash_windows(words[block : block + _BLOCK + width - 1], width)
        for number, first, last in index.look_up(hashes, block):
            for offset, length in index.shapes(first, last):
                place = number * _WORD - offset
                patience -= _ATTEMPT
                if place < 0 or place + length > len(stream):
                    continue
                patience -= length
                own = units.get(stream[place : place + length])
                if own is not None and abs(place - own) >= length and place >= free_from.get(own, 0):
                    free_from[own] = place + length
                    yield place, place + length, own
            if patience < 0:
                return


class _Index:
    """The hashes of the first 8 windows of every content, one of which lies in the grid wherever the content is."""

    def __init__(self, stream: bytes, units: Mapping[bytes, int], width: int) -> None:
        self._lengths = list(map(len, units))
        own_places = np.fromiter(units.values(), np.int64, len(units))
        size = width * _WORD
        heads = np.frombuffer(stream, np.uint8)[own_places[:, np.newaxis] + np.arange(size + _WORD - 1)]
        # Windows by offset, then by content.
        windows = np.concatenate([heads[:, offset : offset + size] for offset in range(_WORD)])
        hashes = windows.view("<u8") @ _MULTIPLIERS[:width]
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]
        # A table of at least 16 entries a hash: most windows are decided by one look.
        bits = max(14, min(24, len(hashes).bit_length() + 4))
        self._shift = np.uint64(64 - bits)
        self._known = np.zeros(1 << bits, np.bool_)
        self._known[hashes >> self._shift] = True
        # Where no other content has the same window, there is nothing to find at a content's own place.
        own_numbers = -(-own_places // _WORD)
        own_hashes = hashes[(own_numbers * _WORD - own_places) * len(units) + np.arange(len(units))]
        alike = self._hashes.searchsorted(own_hashes, "right") - self._hashes.searchsorted(own_hashes)
        self._settled = own_numbers[alike == 1]
        self._shapes: dict[int, Sequence[tuple[int, int]]] = {}

    def look_up(self, hashes: _Words, block: int) -> Iterator[tuple[int, int, int]]:
        """Find the windows that may begin a repeat; the first hash is that of window `block`.

        Yields:
            The number of a window, and where its hash begins and ends in the index.
        """
        found = self._known[hashes >> self._shift]
        first, last = self._settled.searchsorted((block, block + len(hashes)))
        found[self._settled[first:last] - block] = False
        numbers = found.nonzero()[0]
        values = hashes[numbers]
        firsts, lasts = self._hashes.searchsorted(values), self._hashes.searchsorted(values, "right")
        is_known = firsts < lasts
        places = numbers[is_known] + block, firsts[is_known], lasts[is_known]
        return zip(*(place.tolist() for place in places), strict=True)

    def shapes(self, first: int, last: int) -> Sequence[tuple[int, int]]:
        """List where in a content the windows of one hash are, and how long the content is."""
        count = len(self._lengths)
        if first + 1 == last:
            offset, content = divmod(int(self._order[first]), count)
            return ((offset, self._lengths[content]),)
        if first not in self._shapes:
            entries = self._order[first:last].tolist()
            shapes = {(entry // count, self._lengths[entry % count]) for entry in entries}
            self._shapes[first] = sorted(shapes, key=lambda shape: (-shape[0], shape[1]))  # in the order of places
        return self._shapes[first]


def _hash_windows(words: _Words, width: int) -> _Words:
    """Hash every run of `width` words."""
    count = len(words) - width + 1
    hashes = words[:count] * _MULTIPLIERS[0]
    for number in range(1, width):
        hashes += words[number : number + count] * _MULTIPLIERS[number]
    return hashes
