"""How much two folded contents have in common: windows, their Jaccard index, and the bytes shared from a place on.

A content is the folded form of a paragraph, of a document or of a part of one: UTF-8 bytes without white space. It is
taken as the set of its windows, all runs of 16 bytes. That is 16 letters of French, 8 of Russian, 5 characters of
Chinese or Thai: in effect as much as 5 words, and needs no words, which Chinese and Thai do not mark.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

#: The windows of a content: their 64-bit hashes, sorted, each once. Two windows share one with a probability of 2^-64.
Windows: TypeAlias = npt.NDArray[np.uint64]

WINDOW_BYTES = 16
STEP = 64
"""Bytes that are compared at first to find what is shared; twice as many at each further step."""

# Odd constants of xxHash64, by which a window's two halves are mixed.
_FIRST, _SECOND, _LAST = (np.uint64(prime) for prime in (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


def windows(content: bytes) -> Windows:
    """Return the set of the windows of a content.

    Args:
        content: A folded form. One of fewer than 16 bytes has itself as its only window.

    >>> len(windows(b"LePentagonenutiliserapaslaeroportdeKaboul"))
    26
    """
    hashes = window_hashes(content)
    hashes.sort()
    # As np.unique does, at three to forty times its speed (NumPy 2.4).
    first = np.ones(len(hashes), bool)
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    return hashes[first]


def jaccard(one: Windows, other: Windows) -> float:
    """Return the Jaccard index of two sets: how much of what either has both have, from 0 to 1.

    >>> jaccard(windows(b"abcdefghijklmnopqr"), windows(b"bcdefghijklmnopqrs"))
    0.5
    """
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def window_hashes(content: bytes) -> npt.NDArray[np.uint64]:
    """Hash every window of a content, in the order of the content."""
    content = content.ljust(WINDOW_BYTES, b"\0")
    # At every byte the 8 that begin there: a window is two of these, 8 bytes apart.
    halves: npt.NDArray[np.uint64] = np.ndarray((len(content) - 7,), "<u8", content, strides=(1,))
    hashes = halves[:-8] * _FIRST
    hashes ^= hashes >> np.uint64(32)
    hashes += halves[8:] * _SECOND
    hashes ^= hashes >> np.uint64(29)
    hashes *= _LAST
    hashes ^= hashes >> np.uint64(32)
    return hashes


def shared_after(one: bytes, place: int, other: bytes, other_place: int) -> int:
    """Count the bytes that are the same from two places on.

    >>> shared_after(b"to be or not", 0, b"he said: to be, then", 9)
    5
    """
    longest = min(len(one) - place, len(other) - other_place)
    done, step = 0, STEP
    while done < longest:
        step = min(step, longest - done)
        left = one[place + done : place + done + step]
        right = other[other_place + done : other_place + done + step]
        if left != right:
            # The lowest bit that differs lies in the first byte that does.
            difference = int.from_bytes(left, "little") ^ int.from_bytes(right, "little")
            return done + ((difference & -difference).bit_length() - 1) // 8
        done += step
        step *= 2
    return longest


def shared_before(one: bytes, place: int, other: bytes, other_place: int) -> int:
    """Count the bytes that are the same before two places.

    >>> shared_before(b"or not to be", 12, b"not to be, then", 9)
    9
    """
    longest = min(place, other_place)
    done, step = 0, STEP
    while done < longest:
        step = min(step, longest - done)
        left = one[place - done - step : place - done]
        right = other[other_place - done - step : other_place - done]
        if left != right:
            # The highest bit that differs lies in the last byte that does.
            difference = int.from_bytes(left, "little") ^ int.from_bytes(right, "little")
            return done + step - (difference.bit_length() + 7) // 8
        done += step
        step *= 2
    return longest
