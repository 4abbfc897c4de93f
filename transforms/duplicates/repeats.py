"""Where the content of one paragraph stands elsewhere in a text, at any place, across paragraph borders."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

# A paragraph is looked for by its first bytes: so many, or fewer where one of them is shorter.
_LONGEST_HEAD = 32
_MULTIPLIER = 0x9E3779B1  # odd, its bits well mixed (Knuth's multiplicative hashing)
_BLOCK = 1 << 16  # the hashes of a block stay in the processor's cache
# What is compared at most, in bytes for each byte of text: only periodic text ("abcabc…") comes near it.
_PATIENCE = 32
_SMALL = 1 << 18  # paragraphs times bytes


def find_repeats(stream: bytes, units: Mapping[bytes, int]) -> Iterator[tuple[int, int, int]]:
    """Find every place where one of the given paragraphs stands, its own place left out.

    Small texts are searched for each paragraph in turn. In large ones a rolling hash of all windows of 32 bytes is
    looked up among the hashes of the paragraphs' heads (Rabin and Karp 1987, here for whole arrays, by doubling the
    window), and what is found is verified on the text itself. Both take time in proportion to the text.

    Args:
        stream: The folded forms of all paragraphs, one after the other.
        units: The contents to look for and where each stands in the stream.

    Yields:
        Start and end of a repeat in the stream, and where the content's own place is. Repeats of one content neither
        overlap each other nor their own place; those of several contents come in no particular order.
    """
    if len(units) * len(stream) <= _SMALL:
        yield from _search_each(stream, units)
    else:
        yield from _search_hashes(stream, units)


def _search_each(stream: bytes, units: Mapping[bytes, int]) -> Iterator[tuple[int, int, int]]:
    for content, own in units.items():
        length = len(content)
        place = stream.find(content)
        while place >= 0:
            if abs(place - own) < length:
                place = stream.find(content, place + 1 if place != own else own + length)
                continue
            yield place, place + length, own
            place = stream.find(content, place + length)


def _search_hashes(stream: bytes, units: Mapping[bytes, int]) -> Iterator[tuple[int, int, int]]:
    width = min(_LONGEST_HEAD, 1 << min(map(len, units)).bit_length() - 1)  # a power of two
    lengths_by_head: dict[bytes, list[int]] = defaultdict(list)
    for head, length in sorted({(content[:width], len(content)) for content in units}):
        lengths_by_head[head].append(length)
    heads = b"".join(lengths_by_head)
    head_hashes = np.unique(_window_hashes(heads, width)[::width])
    # A table of at least 16 entries a head: most windows are decided by one look.
    bits = max(16, min(24, len(head_hashes).bit_length() + 4))
    known = np.zeros(1 << bits, np.bool_)
    known[head_hashes >> np.uint32(32 - bits)] = True

    free_from: dict[int, int] = {}
    patience = _PATIENCE * len(stream) + (1 << 20)
    for block in range(0, len(stream) - width + 1, _BLOCK):
        hashes = _window_hashes(stream[block : block + _BLOCK + width - 1], width)
        places = np.flatnonzero(known[hashes >> np.uint32(32 - bits)])
        places = places[np.isin(hashes[places], head_hashes)] + block
        for place in places.tolist():
            for length in lengths_by_head.get(stream[place : place + width], ()):
                own = units.get(stream[place : place + length])
                if own is None:
                    patience -= length
                elif abs(place - own) >= length and place >= free_from.get(own, 0):
                    free_from[own] = place + length
                    yield place, place + length, own
            if patience < 0:
                return


def _window_hashes(data: bytes, width: int) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    """Hash all windows of `width` bytes: the left half's hash times a factor, plus the right half's."""
    hashes = np.frombuffer(data, np.uint8).astype(np.uint32)
    factor = _MULTIPLIER
    half = 1
    while half < width:
        hashes = hashes[:-half] * np.uint32(factor) + hashes[half:]
        factor = factor * factor & 0xFFFFFFFF
        half *= 2
    return hashes
