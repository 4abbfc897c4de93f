"""The gate: a document as lower-case Latin-1 words, fast enough to look at every document for typos.

A document is encoded to Latin-1, where every code point is one byte, and one table of 256 bytes folds case and makes
everything that is not a letter a space. So a position in the folded bytes is a position in the text. Letters outside
Latin-1 become spaces too: the languages with tables need none in their typos, and `protected.py` looks at the text
itself before anything is changed.

The words are not cut out. numpy finds where they are, hashes them and their pairs, and looks the hashes up; only what
is found becomes an object of Python. A word is read as two integers of eight letters and hashed by multiplication (M.
Dietzfelbinger et al., "A reliable randomized algorithm for the closest-pair problem", 1997).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

_SPACE = ord(" ")

Positions: TypeAlias = npt.NDArray[np.intp]
Hashes: TypeAlias = npt.NDArray[np.uint64]


def _folded_byte(byte: int) -> int:
    letter = chr(byte)
    return ord(letter.lower()) if letter.isalpha() else _SPACE


_FOLD = bytes(map(_folded_byte, range(256)))


def fold(text: str) -> bytes:
    """Fold a text to lower-case Latin-1 letters and spaces, one byte for each code point, a space at both ends.

    Args:
        text: Any text.

    Returns:
        ``len(text) + 2`` bytes; the code point ``i`` of the text is at ``i + 1``.

    >>> fold("L’Été, déjà 2 fois").decode("latin-1")
    ' l été  déjà   fois '
    """
    # "?" stands for what Latin-1 lacks and is folded to a space like any other punctuation.
    return b" " + text.encode("latin-1", "replace").translate(_FOLD) + b" "


def occurrences(folded: bytes, word: bytes) -> Iterator[int]:
    """Yield where a word, or words joined by single spaces, stands in a text, as code points of the text.

    >>> list(occurrences(fold("le chat, le chien, élève"), b"le"))
    [0, 9]
    """
    # Searched without the spaces around it: a needle of rarer letters is found faster.
    found = folded.find(word)
    while found >= 0:
        end = found + len(word)
        if folded[found - 1] == folded[end] == _SPACE:
            yield found - 1
        found = folded.find(word, end)


# Letters of a word that are hashed; the rest makes no difference. A document is read as far behind its last word.
_LETTERS = 16
PADDING = bytes(_LETTERS)

# Odd numbers without a pattern: for the first eight letters and the next eight, the first word of a pair, and the
# second table.
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)
_FIRST_OF_PAIR = np.uint64(0xD6E8FEB86659FD93)
_AGAIN = np.uint64(0xA0761D6478BD642F)

# By the length of a word, which of the letters behind its beginning are its own.
_OWN_LETTERS = np.array(
    [[(1 << 8 * min(length, 8)) - 1, (1 << 8 * max(length - 8, 0)) - 1] for length in range(_LETTERS + 1)], np.uint64
)

# The bits of a hash that stand for a language.
_LANGUAGE = np.uint64(15)

# So many words are hashed at once: the arrays stay in the processor's cache, and small for any document.
_AT_ONCE = 1 << 14

# Tables of so many bits of a hash. Two million words fill a ninth of one, so both let one word in eighty pass.
_WORD_BITS = 24
_PAIR_BITS = 20
_MARKER_BITS = 16
_BIT = np.uint8(1) << np.arange(8, dtype=np.uint8)


class Found(NamedTuple):
    """What the gate found in a document.

    Attributes:
        entries: By language, what may be entries: words, and phrases of which the document holds all pairs.
        markers: By language, how many of its markers the document holds; not counted where there are no entries.
    """

    entries: Mapping[str, set[bytes]]
    markers: Mapping[str, int]


class Gate:
    """Finds entries of languages in documents.

    Args:
        words: For each language the hashes of the words to be found.
        phrases: For each language the folded phrases to be found, of several words joined by spaces.
        markers: For each language words that no other one has.

    >>> gate = Gate({"en": hashes_of([b"teh"]), "fr": hashes_of([b"teh"])}, {"fr": [b"par ce qu il"]}, {"fr": [b"dit"]})
    >>> entries, markers = gate.look(fold("Par ce qu’il dit: teh."))
    >>> {language: sorted(found) for language, found in entries.items()}, markers["fr"]
    ({'en': [b'teh'], 'fr': [b'par ce qu il', b'teh']}, 1)
    """

    def __init__(
        self,
        words: Mapping[str, Hashes],
        phrases: Mapping[str, Iterable[bytes]],
        markers: Mapping[str, Iterable[bytes]],
    ) -> None:
        self._languages = list(words)
        assert len(self._languages) <= int(_LANGUAGE) + 1, "there are bits for so many languages"
        hashed = np.concatenate(list(words.values()))
        self._first = _Filter(hashed, _WORD_BITS)
        self._second = _Filter(hashed * _AGAIN, _WORD_BITS)
        # The number of a language stands in the last bits of a hash, to sort both; then a bit for each language of it.
        both = np.sort(
            np.concatenate([of & ~_LANGUAGE | np.uint64(number) for number, of in enumerate(words.values())])
        )
        first = np.flatnonzero(np.diff(both & ~_LANGUAGE, prepend=~both[:1]))
        self._words = both[first] & ~_LANGUAGE
        self._languages_of = np.bitwise_or.reduceat(np.uint16(1) << (both & _LANGUAGE).astype(np.uint16), first)
        # By their last pair, the pairs of a phrase, its language and itself.
        self._phrases: dict[int, list[tuple[frozenset[int], str, bytes]]] = {}
        for language, of_language in phrases.items():
            for phrase, pairs in _pairs_of(list(of_language)):
                self._phrases.setdefault(pairs[-1], []).append((frozenset(pairs), language, phrase))
        every = {pair for same in self._phrases.values() for pairs, *_ in same for pair in pairs}
        self._pairs = _Filter(np.array(list(every), np.uint64), _PAIR_BITS)
        self._markers = {
            hashed: language for language, of_language in markers.items() for hashed in hashes_of(of_language).tolist()
        }
        self._marker_filter = _Filter(np.array(list(self._markers), np.uint64), _MARKER_BITS)

    def look(self, folded: bytes) -> Found:
        """Look at a document."""
        found: dict[str, set[bytes]] = {}
        seen: set[int] = set()
        every: list[Hashes] = []
        padded = folded + PADDING
        starts, ends = _spans(folded)
        for first in range(0, len(starts), _AT_ONCE):
            some = slice(first, first + _AT_ONCE + 1)  # one more, for the pair across the border
            hashed = hashes(padded, starts[some], ends[some])
            every.append(hashed)
            places = self._first.places(hashed)
            places = places[self._second.places(hashed[places] * _AGAIN)]
            for place, languages in self._words_among(hashed[places], places + first):
                word = folded[starts[place] : ends[place]]
                for language in languages:
                    found.setdefault(language, set()).add(word)
            pairs = _pairs(hashed)
            seen.update(pairs[self._pairs.places(pairs)].tolist())
        for pair in seen & self._phrases.keys():
            for needed, language, phrase in self._phrases[pair]:
                if needed <= seen:
                    found.setdefault(language, set()).add(phrase)
        return Found(found, self._count_markers(every) if found else {})

    def _count_markers(self, every: Iterable[Hashes]) -> Mapping[str, int]:
        held: set[int] = set()
        for of in every:
            held.update(of[self._marker_filter.places(of)].tolist())
        return Counter(self._markers[hashed] for hashed in held & self._markers.keys())

    def _words_among(self, hashed: Hashes, places: Positions) -> Iterator[tuple[int, list[str]]]:
        """Yield which of some places have the hash of a word, and the languages of that."""
        wanted = hashed & ~_LANGUAGE
        found = self._words.searchsorted(wanted)
        known = (self._words.take(found, mode="clip") == wanted).nonzero()[0]
        if known.size:
            bits = self._languages_of[found[known]].tolist()
            for place, languages in zip(places[known].tolist(), bits, strict=True):
                yield place, [language for number, language in enumerate(self._languages) if languages >> number & 1]


class _Filter:
    """A table of hashes by their first bits: a Bloom filter with one hash, which never misses one."""

    def __init__(self, hashes: Hashes, bits: int) -> None:
        self._shift = np.uint64(64 - bits)
        known = np.zeros(1 << bits, np.bool_)
        known[hashes >> self._shift] = True
        self._bytes = np.packbits(known, bitorder="little")  # so small that the processor's cache holds most of it

    def places(self, hashes: Hashes) -> Positions:
        bits = (hashes >> self._shift).view(np.int64)
        return (self._bytes.take(bits >> 3) & _BIT.take(bits & 7)).nonzero()[0]


def _spans(folded: bytes) -> tuple[Positions, Positions]:
    """Return the beginnings and ends of the words."""
    letters = np.frombuffer(folded, np.uint8) != _SPACE
    borders = (letters[1:] != letters[:-1]).nonzero()[0] + 1
    return borders[::2], borders[1::2]


def hashes(padded: bytes, starts: Positions, ends: Positions) -> Hashes:
    """Hash the words at some spans of bytes that end with the padding."""
    everywhere: npt.NDArray[np.void] = np.ndarray((len(padded) - _LETTERS,), f"V{_LETTERS}", padded, strides=(1,))
    letters = everywhere[starts].view("<u8").reshape(-1, 2)
    letters &= _OWN_LETTERS.take(ends - starts, axis=0, mode="clip")
    return letters @ _FACTORS


def hashes_of(words: Iterable[bytes]) -> Hashes:
    """Hash folded words."""
    folded = b" " + b" ".join(words) + b" "
    return hashes(folded + PADDING, *_spans(folded))


def _pairs(hashes: Hashes) -> Hashes:
    """Hash each word with the next."""
    return hashes[:-1] * _FIRST_OF_PAIR + hashes[1:]


def _pairs_of(phrases: Sequence[bytes]) -> Iterator[tuple[bytes, list[int]]]:
    """Yield some phrases, each with the hashes of its pairs."""
    pairs = _pairs(hashes_of(phrases)).tolist()
    start = 0
    for phrase in phrases:
        spaces = phrase.count(b" ")
        yield phrase, pairs[start : start + spaces]
        start += spaces + 1
