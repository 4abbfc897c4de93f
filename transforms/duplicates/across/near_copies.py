"""Near-duplicates: contents that have most of their text in common, found without comparing all with all.

A content is the folded form of a paragraph or of a document: UTF-8 bytes without white space. It is taken as the set
of its windows, all runs of 16 bytes. That is 16 letters of French, 8 of Russian, 5 characters of Chinese or Thai: in
effect as much as 5 words, and needs no words, which Chinese and Thai do not mark. Two contents are near where the
Jaccard index of their sets, the share of the windows of either that both have, is at least a threshold.

Candidates are found by MinHash signatures (Broder 1997) cut into bands (Leskovec, Rajaraman, Ullman, *Mining of Massive
Datasets*, ch. 3): contents that agree in a whole band are compared, and what is decided rests on the sets themselves.
The signatures are made by the package ``rensa``, the extra ``near``.
"""

import heapq
import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from beam_textclean.transforms.errors import InvalidOption

#: The windows of a content: their 64-bit hashes, sorted, each once. Two windows share one with a probability of 2^-64.
Windows: TypeAlias = npt.NDArray[np.uint64]


class Ordered(Protocol):
    """What can be put in order: the place of a paragraph in a corpus."""

    def __lt__(self, other: Any, /) -> bool: ...


Node = TypeVar("Node", bound=Ordered)

WINDOW_BYTES = 16
_BANDS = 12
_BAND_BYTES = 8
_MISSED = 0.01  # of the pairs that are just at the threshold
_REPRESENTATIVES = 16
_SEED = 1
# Odd constants of xxHash64, by which a window's two halves are mixed.
_FIRST, _SECOND, _LAST = (np.uint64(prime) for prime in (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


def windows(content: bytes) -> Windows:
    """Give the set of the windows of a content.

    Args:
        content: A folded form. One of fewer than 16 bytes has itself as its only window.

    >>> len(windows(b"LePentagonenutiliserapaslaeroportdeKaboul"))
    26
    """
    hashes = _window_hashes(content)
    hashes.sort()
    # As np.unique does, at three to forty times its speed (NumPy 2.4).
    first = np.ones(len(hashes), bool)
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    return hashes[first]


def jaccard(one: Windows, other: Windows) -> float:
    """Give the Jaccard index of two sets: how much of what either has both have, from 0 to 1.

    >>> jaccard(windows(b"abcdefghijklmnopqr"), windows(b"bcdefghijklmnopqrs"))
    0.5
    """
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def band_hashes(content: bytes, threshold: float) -> list[bytes]:
    """Give the bands of the signature of a content.

    Two contents whose Jaccard index is the threshold share at least one of them with a probability of 99 %, more
    similar ones almost surely, and those with less than half of it hardly ever. More rows to a band make bands rarer;
    there are as many as the 99 % allow.

    Args:
        content: A folded form.
        threshold: The Jaccard index from which on two contents are near.

    Returns:
        12 digests of 8 bytes.

    Raises:
        InvalidOption: The extra ``near`` is not installed.
    """
    rows = min(16, int(math.log(1 - _MISSED ** (1 / _BANDS)) / math.log(threshold))) if threshold < 1 else 16
    hashes = _window_hashes(content)
    [signature] = (
        minhash()
        .digest_matrix_from_flat_token_hashes(hashes, (0, len(hashes)), num_perm=_BANDS * rows, seed=_SEED)
        .to_rows()
    )
    data = np.array(signature, "<u4").reshape(_BANDS, rows)
    # The number of the band goes in too: equal rows in different bands mean nothing.
    return [blake2b(bytes((band,)) + data[band].tobytes(), digest_size=_BAND_BYTES).digest() for band in range(_BANDS)]


def candidates(members: Iterable[Node]) -> Iterator[tuple[Node, list[Node]]]:
    """Say which members of a band are to be compared.

    All with all in a small band. In a large one each with the first 16: the work grows as the number of members, not as
    its square, and who is first is who may stay.

    Args:
        members: What shares a band, each once, in any order; gone through twice. They compare as they stand in the
            corpus.

    Yields:
        A member, and the earlier ones that it is to be compared with.

    >>> list(candidates(["c", "a", "b"]))
    [('b', ['a']), ('c', ['a', 'b'])]
    """
    first = heapq.nsmallest(_REPRESENTATIVES, members)
    for place in range(1, len(first)):
        yield first[place], first[:place]
    if len(first) == _REPRESENTATIVES:
        yield from ((member, first) for member in members if first[-1] < member)


def near_copies(pairs: Iterable[tuple[Node, Node, float]]) -> Iterator[tuple[Node, Node, float]]:
    """Decide which of the members of near pairs go.

    In the order of the corpus, a member goes where it is near to an earlier one that stays. So of every pair one goes,
    and whatever goes is near to something that stays. That is stricter than to keep one of each connected component: of
    a chain, where the second is near to the first and the third to the second, the third stays if it is not near to the
    first.

    Args:
        pairs: An earlier member, a later one, and their Jaccard index; in any order. They are held in memory.

    Yields:
        For each member that goes the one that stays, itself, and their Jaccard index. If several that stay are near,
        the one that stays is the most similar, and of equally similar ones the first.

    >>> list(near_copies([("b", "c", 0.9), ("a", "b", 0.8)]))
    [('a', 'b', 0.8)]
    """
    gone: list[Node] = []  # sorted, as they are found in order
    for later, found in groupby(sorted(pairs, key=itemgetter(1)), key=itemgetter(1)):
        staying = [(-similarity, earlier) for earlier, _, similarity in found if not _holds(gone, earlier)]
        if staying:
            distance, kept = min(staying)
            gone.append(later)
            yield kept, later, -distance


def _holds(members: Sequence[Node], member: Node) -> bool:
    """Tell whether a sorted sequence holds a member."""
    place = bisect_left(members, member)
    return place < len(members) and members[place] == member


@cache
def minhash() -> Any:
    """Give the class that makes signatures.

    Raises:
        InvalidOption: The extra ``near`` is not installed.
    """
    try:
        from rensa import RMinHash
    except ImportError as error:
        raise InvalidOption(
            "near-duplicates need the package rensa; it comes with the extra near: pip install '.[near]' in a checkout"
        ) from error
    return RMinHash


def _window_hashes(content: bytes) -> npt.NDArray[np.uint64]:
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
