"""Near-duplicates: contents that have most of their text in common, found without comparing all with all.

Two contents are near where the Jaccard index of the sets of their windows (see `reading.similarity`), the share of the
windows of either that both have, is at least a threshold.

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
from typing import Any, Protocol, TypeVar

import numpy as np

from beam_textclean.transforms.duplicates.reading.similarity import window_hashes
from beam_textclean.transforms.errors import InvalidOption


class Ordered(Protocol):
    """What can be put in order: the place of a paragraph in a corpus."""

    def __lt__(self, other: Any, /) -> bool: ...


Node = TypeVar("Node", bound=Ordered)

_BANDS = 12
BAND_BYTES = 8
"""The size of each of the bands of a signature."""

_MISSED = 0.01  # of the pairs that are just at the threshold
_REPRESENTATIVES = 16
_SEED = 1


def band_hashes(content: bytes, threshold: float) -> list[bytes]:
    """Return the bands of the signature of a content.

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
    hashes = window_hashes(content)
    [signature] = (
        minhash()
        .digest_matrix_from_flat_token_hashes(hashes, (0, len(hashes)), num_perm=_BANDS * rows, seed=_SEED)
        .to_rows()
    )
    data = np.array(signature, "<u4").reshape(_BANDS, rows)
    # The number of the band is hashed too: equal rows in different bands mean nothing.
    return [blake2b(bytes((band,)) + data[band].tobytes(), digest_size=BAND_BYTES).digest() for band in range(_BANDS)]


def candidates(members: Iterable[Node]) -> Iterator[tuple[Node, list[Node]]]:
    """Yield the members of a band that are to be compared.

    All with all in a small band. In a large one each with the first 16: the work grows as the number of members, not as
    its square, and the first ones are those that may be kept.

    Args:
        members: What shares a band, each once, in any order; read twice. They compare in the order of the corpus.

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
    """Decide which of the members of near pairs are removed.

    In the order of the corpus, a member is removed where it is near to an earlier one that is kept. So one of every
    pair is removed, and whatever is removed is near to something that is kept. That is stricter than to keep one of
    each connected component: of a chain, where the second is near to the first and the third to the second, the third
    is kept if it is not near to the first.

    Args:
        pairs: An earlier member, a later one, and their Jaccard index; in any order. They are held in memory.

    Yields:
        For each member that is removed the one that is kept, itself, and their Jaccard index. If several that are kept
        are near, the most similar one, and of equally similar ones the first.

    >>> list(near_copies([("b", "c", 0.9), ("a", "b", 0.8)]))
    [('a', 'b', 0.8)]
    """
    removed: list[Node] = []  # sorted, as they are found in order
    for later, found in groupby(sorted(pairs, key=itemgetter(1)), key=itemgetter(1)):
        kept_ones = [(-similarity, earlier) for earlier, _, similarity in found if not _holds(removed, earlier)]
        if kept_ones:
            distance, kept = min(kept_ones)
            removed.append(later)
            yield kept, later, -distance


def _holds(members: Sequence[Node], member: Node) -> bool:
    """Return whether a sorted sequence holds a member."""
    place = bisect_left(members, member)
    return place < len(members) and members[place] == member


@cache
def minhash() -> Any:
    """Return the class that makes signatures.

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
