"""The first look at a text: where ftfy could change it, and whether it can hold words that were read wrongly.

Both are known from single characters and adjacent pairs, which numpy finds by the tables of `tables`.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from beam_textclean.transforms.encoding.in_common import HEAD, in_common_of, is_plain
from beam_textclean.transforms.encoding.tables import (
    C1,
    IDEOGRAPH,
    LATIN_LETTERS,
    LEAD,
    MARK,
    REPLACED,
    UNNORMAL,
    Tables,
)

_CHUNK = 1 << 16  # characters scanned at a time, so that the arrays stay in the processor's cache
_AROUND = np.arange(3).reshape(3, 1)  # what is before a place, at it and behind it, in a padded chunk
_ALONE = 3  # the length of a padded character
_LEADS = 0.15  # share of such ideographs in damaged text


class Look(NamedTuple):
    """What the first look found in a text.

    Attributes:
        suspects: The characters by which ftfy or our own steps could change it.
        odd: Whether it has characters that texts hardly have together.
        plain: Whether its letters show that it was not read in one wrong encoding of single bytes. It may be so where
            the first look does not see it.
    """

    suspects: frozenset[str]
    odd: bool
    plain: bool


def first_look(text: str, tables: Tables) -> Look:
    r"""Look at a text once.

    >>> import ftfy
    >>> from beam_textclean.transforms.encoding.tables import derive_tables

    >>> tables = derive_tables(ftfy.TextFixerConfig(), odd=True)
    >>> [first_look(text, tables).odd for text in ("déjà vu", "dÃ©jÃ\xa0 vu", "perchÈ no")]
    [False, True, True]
    """
    suspects: set[str] = set()
    odd, plain = False, True
    for start, chunk in _chunks(text, tables):
        suspects.update(text[start + place] for place in _suspects_of(chunk, tables))
        odd = odd or _is_odd(chunk, tables)
        if not start:
            head = chunk.places.searchsorted(HEAD)
            plain = is_plain(text[:HEAD], in_common_of(chunk.around[1, :head]))
    return Look(frozenset(suspects), odd, plain)


def suspects(text: str, tables: Tables) -> Iterator[list[int]]:
    """Find where ftfy could change a text.

    Args:
        text: Any text.
        tables: From `derive_tables`.

    Yields:
        Positions (code points), in order, in batches that are not empty. A line that holds none of them is left as it
        is by ftfy.
    """
    for start, chunk in _chunks(text, tables):
        if places := _suspects_of(chunk, tables):
            yield [start + place for place in places]


class _Chunk(NamedTuple):
    """A chunk of a text.

    Attributes:
        codes: Its code points, with the character before it and the one behind it, or NULs.
        places: Where in it are notable characters.
        around: The code points before these, at them and behind them.
        flags: The flags of these.
        pairs: The bits of the pairs that they make with what is before them and behind them.
        kinds: All flags.
        bits: All bits.
    """

    codes: npt.NDArray[np.uint32]
    places: npt.NDArray[np.intp]
    around: npt.NDArray[np.uint32]
    flags: npt.NDArray[np.uint8]
    pairs: npt.NDArray[np.uint64]
    kinds: int
    bits: int


def _chunks(text: str, tables: Tables) -> Iterator[tuple[int, _Chunk]]:
    """Yield the chunks of a text that hold notable characters, and where they start."""
    if text.isascii() and not text.encode().translate(None, tables.plain):
        return
    padded = f"\0{text}\0"
    for start in range(0, len(text), _CHUNK):
        codes = np.frombuffer(padded[start : start + _CHUNK + 2].encode("utf-32-le", "surrogatepass"), np.uint32)
        places = tables.notable.take(codes[1:-1]).nonzero()[0]
        if places.size:
            around = codes.take(places + _AROUND)
            flags = tables.flags.take(around[1])
            pairs = tables.left.take(around[:2], mode="clip") & tables.right.take(around[1:], mode="clip")
            kinds, bits = np.bitwise_or.reduce(flags), np.bitwise_or.reduce(pairs, axis=None)
            yield start, _Chunk(codes, places, around, flags, pairs, int(kinds), int(bits))


def _suspects_of(chunk: _Chunk, tables: Tables) -> list[int]:
    doubtful = chunk.bits & ~(tables.odd | LATIN_LETTERS)
    if not doubtful and not chunk.kinds & (REPLACED | UNNORMAL | MARK):
        return []
    suspicious = (chunk.flags & (REPLACED | UNNORMAL)) != 0
    if doubtful:
        suspicious |= ((chunk.pairs[0] | chunk.pairs[1]) & np.uint64(doubtful)) != 0
    if chunk.kinds & MARK:
        before, here = tables.combining.take(chunk.around[:2])
        suspicious |= (before > here) & (here != 0)
    return chunk.places[suspicious].tolist()


def _is_odd(chunk: _Chunk, tables: Tables) -> bool:
    if chunk.bits & tables.odd or (chunk.kinds & C1 and len(chunk.codes) > _ALONE):
        return True
    if chunk.bits & LATIN_LETTERS and (chunk.pairs[0] & chunk.pairs[1] & np.uint64(LATIN_LETTERS)).any():
        return True
    return chunk.kinds & LEAD != 0 and _has_many_leads(chunk.codes, tables)


def _has_many_leads(codes: npt.NDArray[np.uint32], tables: Tables) -> bool:
    flags = tables.flags.take(codes)
    return bool(np.count_nonzero(flags & LEAD) > _LEADS * np.count_nonzero(flags & (IDEOGRAPH | LEAD)))
